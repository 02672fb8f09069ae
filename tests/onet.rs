//! O*NET releases as people keep them: folders and zips of text or Excel tables, whole and damaged.

mod support;

use proptest::prelude::*;
use rust_xlsxwriter::Workbook;
use std::fs;
use std::io::{Cursor, Write as _};
use std::path::Path;
use support::Project;
use taskrater::inventory::Wanted;
use taskrater::shell::read_inventory;
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

/// A small release in the newest layout, in sentences of our own.
const RELEASE: [(&str, &str); 11] = [
    (
        "Occupation Data",
        "O*NET-SOC Code\tTitle\tDescription\n51-0001.00\tTest Bakers\tBake for tests.\n51-0002.00\tTest Millers\tn/a\n",
    ),
    (
        "Task Statements",
        "O*NET-SOC Code\tTask ID\tTask\tTask Type\n51-0001.00\t1\tKnead dough by hand.\tCore\n\
         51-0001.00\t2\tWrite the price list.\tn/a\n51-0002.00\t3\tDress the stones.\tSupplemental\n",
    ),
    (
        "Task Ratings",
        "O*NET-SOC Code\tTask ID\tScale ID\tCategory\tData Value\tRecommend Suppress\n51-0001.00\t1\tIM\tn/a\t4.5\tN\n\
         51-0001.00\t1\tRT\tn/a\t80\tN\n51-0001.00\t1\tFT\t1\t100\tN\n51-0001.00\t1\tFT\t2\t0\tN\n51-0001.00\t1\tFT\t3\t0\tN\n\
         51-0001.00\t1\tFT\t4\t0\tN\n51-0001.00\t1\tFT\t5\t0\tN\n51-0001.00\t1\tFT\t6\t0\tN\n51-0001.00\t1\tFT\t7\t0\tN\n",
    ),
    (
        "Job Titles",
        "O*NET-SOC Code\tJob Title\tShort Title\n51-0002.00\tFlour Maker\tn/a\n",
    ),
    ("Job Zones", "O*NET-SOC Code\tJob Zone\n51-0001.00\t2\n"),
    (
        "Related Occupations",
        "O*NET-SOC Code\tRelated O*NET-SOC Code\tIndex\n51-0001.00\t51-0002.00\t1\n",
    ),
    (
        "Software Skills",
        "O*NET-SOC Code\tWorkplace Example\tElement Name\tHot Technology\n51-0001.00\tOvenware\tOven software\tY\n",
    ),
    (
        "Essential Skills",
        "O*NET-SOC Code\tElement Name\tScale ID\tData Value\tRecommend Suppress\n51-0001.00\tBaking\tIM\t4.75\tN\n",
    ),
    (
        "Tasks to DWAs",
        "O*NET-SOC Code\tTask ID\tDWA Element ID\n51-0001.00\t1\t4.A.1\n",
    ),
    (
        "GWAs to IWAs to DWAs",
        "DWA Element ID\tDWA Element Name\n4.A.1\tMix by hand.\n",
    ),
    (
        "Emerging Tasks",
        "O*NET-SOC Code\tTask\tCategory\tOriginal Task ID\n51-0001.00\tKnead with a robot.\tRevision\t1\n\
         51-0002.00\tCharge the mill.\tNew\tn/a\n",
    ),
];

const EVERYTHING: Wanted = Wanted {
    titles: true,
    background: true,
    emerging: true,
};

/// The same table as a workbook: numbers as numbers, nothing where text says `n/a`.
fn workbook(name: &str, text: &str) -> Vec<u8> {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet().set_name(name).expect("a sheet");
    for (row, line) in (0..).zip(text.lines()) {
        for (column, cell) in (0..).zip(line.split('\t')) {
            match cell.parse::<f64>() {
                Ok(number) => sheet.write_number(row, column, number).map(drop),
                Err(_) if cell == "n/a" => Ok(()),
                Err(_) => sheet.write_string(row, column, cell).map(drop),
            }
            .expect("a cell");
        }
    }
    book.save_to_buffer().expect("a workbook")
}

/// File names and contents of the release.
fn files(excel: bool) -> Vec<(String, Vec<u8>)> {
    let file = |(name, text): (&str, &str)| match excel {
        true => (format!("{name}.xlsx"), workbook(name, text)),
        false => (format!("{name}.txt"), text.as_bytes().to_vec()),
    };
    RELEASE.into_iter().map(file).collect()
}

fn zipped(files: &[(String, Vec<u8>)]) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in files {
        zip.start_file(format!("db/{name}"), SimpleFileOptions::default())
            .expect("an entry");
        zip.write_all(bytes).expect("a table");
    }
    zip.finish().expect("a zip").into_inner()
}

fn write(project: &Project, folder: &str, files: &[(String, Vec<u8>)]) {
    for (name, bytes) in files {
        project.write(&format!("{folder}/{name}"), bytes);
    }
}

#[test]
fn text_and_excel_folder_and_zip_hold_the_same() {
    let project = Project::new();
    for (name, excel) in [("text", false), ("excel", true)] {
        write(&project, name, &files(excel));
        project.write(&format!("{name}.zip"), zipped(&files(excel)));
    }
    let read = |path: &str| read_inventory(&project.path(path), path, EVERYTHING).expect(path);
    let text = read("text");
    assert_eq!((text.task_count(), text.problems().len()), (4, 0));
    for path in ["text.zip", "excel", "excel.zip"] {
        let other = read(path);
        assert_eq!(other.occupations(), text.occupations(), "{path}");
        assert_eq!(other.activities(), text.activities(), "{path}");
    }
    assert_eq!(read("text.zip").digest(), text.digest());
    assert_eq!(read("excel.zip").digest(), read("excel").digest());
    for path in ["excel", "excel.zip"] {
        project
            .rate(
                &format!("run-{path}"),
                &["flour maker", "--inventory", path],
            )
            .ends(0)
            .says(&["“Flour Maker” is another title of Test Millers"]);
    }
}

#[test]
fn emerging_tasks_are_taken_when_asked_for() {
    let project = Project::new();
    write(&project, "db", &files(false));
    let check = ["occupations", "--check", "--inventory", "db"];
    project.run(&check).ends(0).prints(&[
        "3 tasks",
        "not read  Emerging Tasks.txt: tasks that are new or revised",
    ]);
    let with = project.run(&[&check[..], &["--emerging"]].concat()).ends(0);
    with.prints(&[
        "4 tasks",
        "2  Emerging Tasks.txt",
        "1 emerging tasks are in it that O*NET lists as new",
        "1 emerging tasks stand in place of the 1 tasks they revise",
    ]);
    project
        .rate("run", &["--all", "--emerging", "--inventory", "db"])
        .ends(0);
    let tasks = project.column("run/consensus.csv", "task");
    assert!(
        tasks.iter().any(|task| task == "Knead with a robot."),
        "{tasks:?}"
    );
    assert!(
        !tasks.iter().any(|task| task == "Knead dough by hand."),
        "{tasks:?}"
    );
}

#[test]
fn one_occupation_is_shown_with_all_that_is_known_of_it() {
    let project = Project::new();
    write(&project, "db", &files(true));
    let show = ["occupations", "51-0001.00", "--show", "--inventory", "db"];
    project.run(&show).ends(0).prints(&[
        "Test Bakers (51-0001.00)",
        "Bake for tests.",
        "Job zone 2",
        "Knead dough by hand.",
        "100 0 0 0 0 0 0",
        "Mix by hand.",
        "Test Millers",
        "Ovenware",
        "4.75",
    ]);
    let json = project.run(&[&show[..], &["--json"]].concat()).ends(0);
    let page: serde_json::Value = serde_json::from_str(&json.out).expect("JSON");
    assert_eq!(page["job_zone"], 2);
    assert_eq!(page["tasks"][0]["relevance"], 80.0);
    assert_eq!(page["tasks"][0]["activities"][0]["title"], "Mix by hand.");
    assert_eq!(page["tasks"][1]["importance"], serde_json::Value::Null);
    assert_eq!(page["related"][0]["title"], "Test Millers");
    project
        .run(&["occupations", "bakerz", "--show", "--inventory", "db"])
        .ends(3)
        .says(&["the nearest titles are"]);
    project
        .run(&["occupations", "--show", "--inventory", "db"])
        .ends(2);
    project
        .run(&["occupations", "cooks", "--show"])
        .ends(0)
        .prints(&["Tasks", "starter"]);
}

#[test]
fn a_damaged_workbook_is_named_and_shows_no_panic() {
    let project = Project::new();
    let mut damaged = files(true);
    for (name, bytes) in &mut damaged {
        if name.starts_with("Essential") {
            bytes.truncate(bytes.len() / 2);
        }
    }
    write(&project, "db", &damaged);
    let check = project
        .run(&["occupations", "--check", "--inventory", "db"])
        .ends(3);
    let check = check.prints(&["Essential Skills.xlsx: not an Excel workbook that can be read"]);
    project.rate("run", &["--all", "--inventory", "db"]).ends(0);
    for (name, bytes) in &mut damaged {
        if name.starts_with("Task Statements") {
            bytes.truncate(bytes.len() / 2);
        }
    }
    write(&project, "db", &damaged);
    let refused = project.run(&["rate", "--all", "--inventory", "db"]).ends(3);
    let refused = refused.says(&[
        "Task Statements.xlsx: not an Excel workbook",
        "save it as .xlsx",
    ]);
    assert!(!refused.err.contains("panicked") && !check.err.contains("panicked"));
}

/// The files of `tests/fixtures/broken/onet`: each takes the place of the table it is named after, `NAME--what is wrong.txt`.
#[test]
fn broken_tables_are_an_error_or_a_problem_that_names_them() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/broken/onet");
    let mut seen = 0;
    for entry in fs::read_dir(&folder).expect("the folder") {
        let path = entry.expect("an entry").path();
        let what = path.file_stem().expect("a name").to_string_lossy();
        let (table, _) = what.split_once("--").expect("a name of two parts");
        let name = format!("{table}.txt");
        let project = Project::new();
        write(&project, "db", &files(false));
        project.write(&format!("db/{name}"), fs::read(&path).expect("the file"));
        let said = match read_inventory(&project.path("db"), "db", EVERYTHING) {
            Err(error) => error.to_string(),
            Ok(inventory) => {
                let problems = inventory.problems().iter();
                let problems: Vec<String> = problems.map(ToString::to_string).collect();
                problems.join("\n")
            }
        };
        assert!(said.contains(&format!("db/{name}")), "{what}: {said}");
        seen += 1;
    }
    assert!(seen >= 20, "{seen} files");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    /// A zip that was damaged on its way, of text or of workbooks.
    #[test]
    fn no_damaged_zip_makes_it_panic(
        excel in prop::bool::weighted(0.2),
        flips in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..6),
        end in prop::option::of(any::<prop::sample::Index>()),
    ) {
        static TEXT: std::sync::LazyLock<Vec<u8>> = std::sync::LazyLock::new(|| zipped(&files(false)));
        static EXCEL: std::sync::LazyLock<Vec<u8>> = std::sync::LazyLock::new(|| zipped(&files(true)));
        let mut bytes = if excel { EXCEL.clone() } else { TEXT.clone() };
        for (at, with) in flips {
            let at = at.index(bytes.len());
            bytes[at] ^= with;
        }
        if let Some(end) = end {
            bytes.truncate(end.index(bytes.len()));
        }
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("db.zip");
        std::fs::write(&path, bytes).expect("a file");
        if let Err(error) = read_inventory(&path, "db.zip", EVERYTHING) {
            prop_assert!(error.to_string().contains("db.zip"), "{}", error);
        }
    }
}
