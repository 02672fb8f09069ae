//! Labour statistics beside ratings: files of every kind a user may name, and what a run makes of them.

#![expect(
    clippy::unwrap_used,
    clippy::print_stderr,
    reason = "a test stops at what it cannot read, and says what it skips"
)]

mod real;
mod recompute;
#[path = "../support/mod.rs"]
mod support;

use recompute::recompute;
use serde_json::Value;
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;
use support::{Project, occupation};

const OEWS: &str = "\u{feff}OCC_CODE,OCC_TITLE,O_GROUP,TOT_EMP,H_MEDIAN,A_MEDIAN\n\
    00-0000,Everybody,total,\"10,000\",20.00,\"41,600\"\n\
    15-0000,Counters,major,\"5,000\",45.00,\"93,600\"\n\
    15-1252,Makers of programs,detailed,\"4,000\",50.00,\"104,000\"\n\
    21-1010,Listeners,broad,900,24.00,\"49,920\"\n\
    21-1018,Listeners to two kinds of people,detailed,600,25.00,\"52,000\"\n\
    29-1212,Menders of hearts,detailed,**,#,#\n\
    45-3000,Catchers,minor,70,18.00,\"37,440\"\n";

/// Occupations: two that share a row, one in a combined row, one with a broader group, one whose jobs are unknown, one
/// of another classification.
const IDS: [&str; 6] = [
    "15-1252.00",
    "15-1252.01",
    "21-1014.00",
    "45-3031.00",
    "29-1212.00",
    "2512",
];

fn project(labour: &str) -> Project {
    let project = Project::new();
    project.write(
        "taskrater.toml",
        format!("inventory = \"jobs\"\n[labour]\n{labour}\n"),
    );
    let statements = [
        "Write programs that sort letters and send them on.",
        "Repair the roof of the barn before winter.",
        "Talk with families about what troubles them.",
        "Haul nets out of cold water at night.",
        "Read charts and explain them to patients.",
        "Translate letters and check the spelling.",
    ];
    for (n, (id, statement)) in IDS.iter().zip(statements).enumerate() {
        let title = format!("Jobs number {n}");
        project.write(
            &format!("jobs/{n}.toml"),
            occupation(id, &title, &[statement]),
        );
    }
    project
}

fn rows(project: &Project, run: &str) -> Vec<BTreeMap<String, String>> {
    let (header, rows) = project.csv(&format!("{run}/occupations.csv"));
    let row = |row: Vec<String>| header.iter().cloned().zip(row).collect();
    rows.into_iter().map(row).collect()
}

#[test]
fn a_run_says_which_row_each_occupation_has_and_counts_its_jobs_once() {
    let project = project("oews = \"jobs.csv\"");
    project.write("jobs.csv", OEWS);
    project.rate("run", &["--all"]).ends(0);
    let rows = rows(&project, "run");
    let of = |name: &str| -> Vec<&str> {
        let exposure = rows.iter().filter(|row| row["dimension"] == "exposure");
        exposure.map(|row| row[name].as_str()).collect()
    };
    assert_eq!(of("occupation_id"), IDS);
    assert_eq!(
        of("labour_match"),
        [
            "detailed",
            "detailed",
            "combined",
            "broader group",
            "detailed",
            "none"
        ]
    );
    assert_eq!(
        of("labour_code"),
        ["15-1252", "15-1252", "21-1018", "45-3000", "29-1212", ""]
    );
    assert_eq!(of("labour_among"), ["2", "2", "1", "", "1", ""]);
    assert_eq!(of("employment"), ["2000", "2000", "600", "", "", ""]);
    assert_eq!(
        of("median_wage"),
        ["104000", "104000", "52000", "37440", "", ""]
    );
    let notes = of("wage_note");
    assert_eq!(notes[3], "of the broader group 45-3000");
    assert_eq!(notes[4], "at or above the highest wage that the file gives");
    assert_eq!(
        (of("projection_match")[0], of("annual_openings")[0]),
        ("", "")
    );
}

#[test]
fn the_json_and_the_manifest_have_them_too() {
    let project = project("oews = \"jobs.csv\"");
    project.write("jobs.csv", OEWS);
    let done = project.rate("run", &["--all", "--json"]).ends(0);
    let printed: Value = serde_json::from_str(&done.out).unwrap();
    let totals = &printed["labour"][0];
    assert_eq!(totals["jobs"], 4600.0);
    assert_eq!(
        (&totals["all_jobs"], &totals["coverage"]),
        (&10_000.0.into(), &0.46.into())
    );
    assert_eq!(
        (&totals["occupations"], &totals["scored"]),
        (&3.into(), &6.into())
    );
    assert_eq!(printed["occupations"][0]["labour"]["employment"], 2000.0);
    assert_eq!(
        printed["occupations"][3]["labour"]["employment"],
        Value::Null
    );
    recompute(&rows(&project, "run"), &printed["labour"]);
    let line = &project.manifest("run")["labour"]["oews"];
    assert_eq!(
        (&line["name"], &line["detailed_rows"]),
        (&"jobs.csv".into(), &3.into())
    );
    assert_eq!(
        line["digest"],
        blake3::hash(OEWS.as_bytes()).to_hex().as_str()
    );
}

#[test]
fn people_see_the_shares_too() {
    let project = project("oews = \"jobs.csv\"");
    project.write("jobs.csv", OEWS);
    project.rate("run", &["--all"]).ends(0).prints(&[
        "Share of US jobs by band",
        "OEWS, of a period that it does not name (jobs.csv): 10,000 jobs in all",
        "6 occupations by their row: 3 detailed, 1 combined, 1 broader group (its wages, not its jobs), \
         1 none (the id is no SOC code, or one that the file lacks)",
        "exposure: 4,600 jobs (46.0 % of all) in 3 of 6 occupations with a score: ",
        "no model range: one rater",
    ]);
    let page = project.read("run/report.md");
    assert!(page.contains("## Share of US jobs by band"), "{page}");
    assert!(page.contains("- A share of jobs counts"), "{page}");
}

#[test]
fn without_an_occupation_that_has_jobs_the_run_says_so() {
    let project = project("oews = \"jobs.csv\"");
    project.write("jobs.csv", OEWS);
    project
        .rate("run", &["2512"])
        .ends(0)
        .prints(&["no share of jobs, for no occupation with a score has any"]);
    let shares = project.column("run/occupations.csv", "band_employment_share");
    assert!(shares.iter().all(String::is_empty), "{shares:?}");
}

#[test]
fn a_path_that_is_wrong_is_said_with_its_line_before_anything_is_done() {
    for (labour, what) in [
        ("oews = \"gone.xlsx\"", "oews = \"gone.xlsx\" is not there"),
        ("oews = \"jobs\"", "oews = \"jobs\" is a folder"),
    ] {
        let project = project(labour);
        let place = format!("{}:3: {what}", project.path("taskrater.toml").display());
        project.run(&["rate", "--all"]).ends(3).says(&[&place]);
        assert!(!project.path("runs").exists());
    }
    // What needs no labour data does not miss it.
    project("oews = \"gone.xlsx\"")
        .run(&["occupations"])
        .ends(0);
}

#[test]
fn another_file_is_another_plan() {
    let project = project("oews = \"jobs.csv\"");
    let plan = |run: &str, text: &str| {
        project.write("jobs.csv", text);
        project.rate(run, &["2512"]).ends(0);
        project.manifest(run)["plan"].as_str().unwrap().to_owned()
    };
    let first = plan("a", OEWS);
    assert_eq!(plan("b", OEWS), first);
    assert_ne!(plan("c", &OEWS.replace("4,000", "4,010")), first);
}

#[test]
fn rows_that_cannot_be_used_are_said_and_strict_refuses_them() {
    let project = project("oews = \"jobs.csv\"");
    project.write("jobs.csv", OEWS.replace("\"4,000\"", "lots"));
    let first = "jobs.csv: 1 of its rows cannot be used; the first: jobs.csv, line 4: TOT_EMP of 15-1252: 'lots' is not a number";
    project.rate("run", &["2512"]).ends(0).says(&[first]);
    assert_eq!(project.manifest("run")["labour"]["oews"]["problems"], 1);
    project
        .rate("strict", &["2512", "--strict"])
        .ends(3)
        .says(&[first, "leave --strict out"]);
}

/// A workbook as BLS makes them: the table and a sheet of notes.
fn workbook(path: &Path) {
    let mut book = rust_xlsxwriter::Workbook::new();
    let sheet = book.add_worksheet().set_name("national_M2031_dl").unwrap();
    let rows = [
        "occ_code|occ_title|o_group|tot_emp|a_median",
        "00-0000|All|total|10000|41600",
        "29-1212|Hearts|detailed|500|#",
    ];
    for (n, row) in (0..).zip(rows) {
        for (m, cell) in (0..).zip(row.split('|')) {
            match cell.parse::<f64>() {
                Ok(number) => sheet.write(n, m, number).unwrap(),
                Err(_) => sheet.write(n, m, cell).unwrap(),
            };
        }
    }
    let notes = book.add_worksheet().set_name("Field Descriptions").unwrap();
    notes.write(0, 0, "May 2031 estimates").unwrap();
    notes
        .write(1, 0, "# = $200.00 per hour or $400,000 per year or more")
        .unwrap();
    book.save(path).unwrap();
}

#[test]
fn excel_and_an_archive_of_it_are_read_alike() {
    let project = project("oews = \"oews.xlsx\"");
    workbook(&project.path("oews.xlsx"));
    let mut archive = zip::ZipWriter::new(std::fs::File::create(project.path("oews.zip")).unwrap());
    let options = zip::write::SimpleFileOptions::default();
    for (name, bytes) in [
        ("oews/readme.csv", b"a,b\n".to_vec()),
        (
            "oews/m.xlsx",
            std::fs::read(project.path("oews.xlsx")).unwrap(),
        ),
    ] {
        archive.start_file(name, options).unwrap();
        std::io::Write::write_all(&mut archive, &bytes).unwrap();
    }
    archive.finish().unwrap();
    project.rate("xlsx", &["29-1212.00"]).ends(0);
    project.write(
        "taskrater.toml",
        "inventory = \"jobs\"\n[labour]\noews = \"oews.zip\"\n",
    );
    project.rate("zip", &["29-1212.00"]).ends(0);
    for run in ["xlsx", "zip"] {
        assert_eq!(
            project.manifest(run)["labour"]["oews"]["period"],
            "May 2031"
        );
        let row = &rows(&project, run)[0];
        assert_eq!(
            (row["employment"].as_str(), row["median_wage"].as_str()),
            ("500", "")
        );
        assert_eq!(row["wage_note"], "at least 400000 a year");
    }
}

#[test]
fn every_broken_file_gets_its_answer() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/broken/labour");
    let mut files: Vec<_> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    files.sort();
    assert!(files.len() > 30, "{}", files.len());
    let mut answers = String::new();
    for file in files {
        let name = file.file_name().unwrap().to_str().unwrap();
        let (key, _) = name.split_once("--").unwrap();
        let project = project(&format!("{key} = \"{name}\""));
        project.write(name, std::fs::read(&file).unwrap());
        let done = project.run(&["rate", "--all", "--dry-run"]);
        assert!(
            [0, 3].contains(&done.code),
            "{name}: {}\n{}",
            done.code,
            done.err
        );
        let said = done
            .err
            .replace(&project.path("").display().to_string(), "");
        let _ = writeln!(answers, "{name}: {}\n{}", done.code, said.trim_end());
    }
    insta::assert_snapshot!(answers);
}
