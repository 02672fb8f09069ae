//! Lists of the user's own through the built command: every format, every encoding, and broken ones.

mod support;

use std::fs;
use std::path::Path;

use rust_xlsxwriter::{Chart, ChartType, Format, Workbook};
use serde_json::Value;
use support::Project;

/// Header and rows of the list that every format holds here.
const ROWS: [[&str; 5]; 4] = [
    ["Job title", "ISCO-08", "Duty", "task type", "importance"],
    [
        "Köchin",
        "5120",
        "Gemüse schälen, dann würfeln – täglich.",
        "Core",
        "4.5",
    ],
    [
        "Köchin",
        "5120",
        "Die „Tageskarte“ schreiben.",
        "supplemental",
        "",
    ],
    ["Offizier", "0110", "Übungen leiten.", "", "3"],
];

fn separated(separator: &str) -> String {
    let lines = ROWS.map(|row| row.map(|cell| format!("\"{cell}\"")).join(separator));
    lines.join("\r\n") + "\r\n"
}

fn json_lines() -> String {
    let [names, rows @ ..] = ROWS;
    let object = |row: [&str; 5]| {
        let fields = names
            .into_iter()
            .zip(row)
            .filter(|(_, cell)| !cell.is_empty());
        let fields = fields.map(|(name, cell)| (name.to_owned(), Value::from(cell)));
        Value::Object(fields.collect()).to_string() + "\n"
    };
    rows.map(object).concat()
}

fn toml(rows: &[[&str; 5]]) -> String {
    let mut text = format!("id = {:?}\ntitle = {:?}\n", rows[0][1], rows[0][0]);
    for (n, [_, id, task, kind, importance]) in rows.iter().enumerate() {
        text += &format!("[[tasks]]\nid = \"{id}-{n}\"\nstatement = {task:?}\n");
        let kind = kind.replace("supplemental", "Supplemental");
        text += &if kind.is_empty() {
            String::new()
        } else {
            format!("type = {kind:?}\n")
        };
        text += &if importance.is_empty() {
            String::new()
        } else {
            format!("importance = {importance}\n")
        };
    }
    text
}

/// A workbook whose list is the second sheet, below a heading, with the code as Excel keeps numbers and the occupation in merged
/// cells; beside it a cover and a chart.
fn workbook(path: &Path) {
    let mut book = Workbook::new();
    let cover = book.add_worksheet();
    cover.set_name("Cover").expect("a name");
    cover.write_string(0, 0, "Jobs of 2026").expect("a cell");
    let sheet = book.add_worksheet();
    sheet.set_name("List").expect("a name");
    sheet.write_string(0, 0, "As of January").expect("a cell");
    for (n, row) in ROWS.into_iter().enumerate() {
        let line = u32::try_from(n).expect("a line") + 2;
        for (column, cell) in (0..).zip(row) {
            match cell.parse::<f64>() {
                Ok(number) => sheet.write_number(line, column, number),
                Err(_) => sheet.write_string(line, column, cell),
            }
            .expect("a cell");
        }
    }
    let plain = Format::new();
    sheet
        .merge_range(3, 0, 4, 0, "Köchin", &plain)
        .expect("merged");
    sheet.merge_range(3, 1, 4, 1, "", &plain).expect("merged");
    sheet.write_number(3, 1, 5120).expect("a cell");
    let mut chart = Chart::new(ChartType::Column);
    chart.add_series().set_values("List!$E$4:$E$6");
    let sheet = book.add_chartsheet();
    sheet.insert_chart(0, 0, &chart).expect("a chart");
    book.save(path).expect("a workbook");
}

fn utf_16(text: &str, bytes: fn(u16) -> [u8; 2]) -> Vec<u8> {
    let marked = format!("\u{feff}{text}");
    marked.encode_utf16().flat_map(bytes).collect()
}

fn windows_1252(text: &str) -> Vec<u8> {
    let byte = |c: char| match c {
        '„' => 0x84,
        '“' => 0x93,
        '–' => 0x96,
        other => u8::try_from(u32::from(other)).expect("a character of Latin 1"),
    };
    text.chars().map(byte).collect()
}

/// What a run of a list says of its tasks, without the ids.
fn tasks(project: &Project, run: &str) -> Vec<[String; 3]> {
    let column = |name: &str| project.column(&format!("{run}/consensus.csv"), name);
    let rows = column("dimension").into_iter().zip(column("occupation_id"));
    let rows = rows.zip(column("occupation")).zip(column("task"));
    let exposure = rows.filter(|(((dimension, _), _), _)| dimension == "exposure");
    exposure
        .map(|(((_, id), title), task)| [id, title, task])
        .collect()
}

#[test]
fn every_format_and_encoding_gives_the_same_tasks() {
    let project = Project::new();
    let csv = separated(",");
    let files: Vec<(&str, Vec<u8>)> = vec![
        ("utf-8.csv", csv.clone().into_bytes()),
        ("marked.csv", format!("\u{feff}{csv}").into_bytes()),
        ("utf-16le.csv", utf_16(&csv, u16::to_le_bytes)),
        ("utf-16be.csv", utf_16(&csv, u16::to_be_bytes)),
        ("windows.csv", windows_1252(&separated(";"))),
        ("jobs.tsv", separated("\t").into_bytes()),
        ("excel.tsv", utf_16(&separated("\t"), u16::to_le_bytes)),
        ("jobs.jsonl", json_lines().into_bytes()),
        (
            "jobs.NDJSON",
            format!("\u{feff}{}", json_lines()).into_bytes(),
        ),
        ("folder/cooks.toml", toml(&ROWS[1..3]).into_bytes()),
        ("folder/officers.toml", toml(&ROWS[3..]).into_bytes()),
    ];
    for (name, bytes) in &files {
        project.write(name, bytes);
    }
    workbook(&project.path("jobs.xlsx"));
    let expected: Vec<[String; 3]> = ROWS[1..]
        .iter()
        .map(|[title, id, task, ..]| [*id, *title, *task].map(str::to_owned))
        .collect();
    let names = files
        .iter()
        .map(|(name, _)| *name)
        .filter(|name| !name.contains('/'));
    for (n, name) in names.chain(["jobs.xlsx", "folder"]).enumerate() {
        let run = format!("run-{n}");
        let done = project
            .rate(&run, &["--all", "--inventory", name, "--strict"])
            .ends(0);
        assert!(!done.err.contains("left out"), "{name}: {}", done.err);
        assert_eq!(tasks(&project, &run), expected, "{name}");
    }
    let notes = |run: &str| project.manifest(run)["inventory"]["notes"].to_string();
    assert!(notes("run-4").contains("lines 2–4: not UTF-8, read as Windows-1252"));
    let excel = notes("run-9");
    for note in [
        "not read: sheet Cover",
        "rows above the header",
        "leading zero",
        "row above is taken",
    ] {
        assert!(excel.contains(note), "{note}: {excel}");
    }
    let report = project.read("run-0/report.md");
    assert!(
        report.contains("read 'ISCO-08' as the occupation's id"),
        "{report}"
    );
}

#[test]
fn ids_hold_whatever_the_order_case_and_punctuation() {
    let project = Project::new();
    project.write(
        "a.csv",
        "job,task\nCook,Peel potatoes.\nCook,Taste the soup.\nBaker,Knead.\n",
    );
    project.write(
        "b.tsv",
        "task\tjob\nKNEAD\tBaker\ntaste   the soup\tcook\nPeel potatoes!\tCook\n",
    );
    let ids = |run: &str, file: &str| {
        project.rate(run, &["--all", "--inventory", file]).ends(0);
        let mut ids = project.column(&format!("{run}/consensus.csv"), "task_id");
        ids.sort();
        ids.dedup();
        ids
    };
    let (one, two) = (ids("one", "a.csv"), ids("two", "b.tsv"));
    assert_eq!(one, two);
    assert!(
        one.len() == 3 && one.iter().all(|id| id.starts_with("t-")),
        "{one:?}"
    );
}

#[test]
fn good_rows_are_rated_and_bad_ones_said_unless_strict() {
    let project = Project::new();
    project.write("jobs.csv", "job,task\nCook,Peel potatoes.\nCook,\nCook,peel potatoes\nBaker,Knead, then rest.\nBaker,Bake.\nBaker,\u{7}\n");
    let all = ["--all", "--inventory", "jobs.csv"];
    let done = project.rate("run", &all).ends(0).says(&[
        "jobs.csv: 4 rows cannot be used and are left out, the first:",
        "jobs.csv, line 3: no task in the row",
        "jobs.csv, line 4: the same task",
        "jobs.csv, line 5: 3 cells where the header has 2",
        "taskrater occupations --check --inventory jobs.csv",
        "--strict",
    ]);
    assert_eq!(
        done.err.matches("cannot be used").count(),
        1,
        "{}",
        done.err
    );
    assert_eq!(tasks(&project, "run").len(), 2);
    let line = "left out: 4 rows of the source that cannot be used; the first: jobs.csv, line 3";
    assert!(project.read("run/report.md").contains(line));
    assert!(
        project.manifest("run")["inventory"]["notes"]
            .to_string()
            .contains(line)
    );
    for command in [
        &["rate", "--all"][..],
        &["rate", "Cook"],
        &["occupations"],
        &["occupations", "--check"],
        &["rate", "--all", "--dry-run"],
    ] {
        let strict = [command, &["--inventory", "jobs.csv", "--strict"]].concat();
        project
            .run(&strict)
            .ends(3)
            .says(&["4 rows cannot be used", "line 3: no task"]);
    }
    let json = project
        .run(&["rate", "--all", "--inventory", "jobs.csv", "--json"])
        .ends(0);
    let json: Value = serde_json::from_str(&json.out).expect("JSON alone on stdout");
    assert!(json.is_object());
}

#[test]
fn files_beside_a_list_that_a_release_has_too_make_no_release() {
    let project = Project::new();
    project.write("mine/jobs.csv", "job,task\nCook,Peel potatoes.\n");
    project.write("mine/Read Me.txt", "These are my jobs.\n");
    project.write("mine/Alternate Titles.txt", "Chef\n");
    for more in [&["--check"][..], &[]] {
        let args = [&["occupations", "--json", "--inventory", "mine"], more].concat();
        project.run(&args).ends(0);
    }
    project.write("mine/Task Statements.txt", "O*NET-SOC Code\n");
    let done = project.run(&["occupations", "--inventory", "mine"]);
    done.ends(3).says(&["mine: no 'Occupation Data.txt' in it"]);
}

#[test]
fn codes_and_ids_with_spaces_name_occupations() {
    let project = Project::new();
    let uri = "http://data.europa.eu/esco/occupation/f2b15a0e-e65a-438a-affb-29b9d50b77d1";
    project.write(
        "jobs.csv",
        format!("code,title,task\n2512,Developers,Write code.\n2512.4,Testers,Test code.\n{uri},Dancers,Dance.\nJOB 7,Cooks,Peel.\n"),
    );
    for name in ["2512", "2512.4", uri, "JOB 7", "dancer"] {
        project
            .rate("run", &[name, "--inventory", "jobs.csv"])
            .ends(0);
        fs::remove_dir_all(project.path("run")).expect("a run");
    }
    let done = project
        .run(&["rate", "251", "--inventory", "jobs.csv"])
        .ends(3);
    done.says(&["2512  Developers", "2512.4  Testers"]);
}

#[test]
fn a_projects_own_occupations_may_be_lists_and_their_problems_are_said() {
    let project = Project::new();
    project.write("taskrater.toml", "");
    project.write(
        "occupations/own.csv",
        "job,task\nBeekeeper,Feed the bees.\nBeekeeper,\n",
    );
    project.write("occupations/README.md", "Not a list.");
    project
        .run(&["rate", "Beekeeper", "Cooks"])
        .ends(0)
        .says(&["own.csv, line 3: no task in the row"]);
    // The configuration of a project is no list, though it ends like one.
    project.write("list.csv", "job,task\nBeekeeper,Feed the bees.\n");
    let done = project.run(&["rate", "--all", "--inventory", "."]).ends(0);
    assert!(!done.err.contains("taskrater.toml"), "{}", done.err);
}

/// Each broken list of the corpus: the exit code of reading it, and what is said of it.
const BROKEN: &[(&str, i32, &str)] = &[
    ("bad-entry.toml", 0, "line 10: unknown field `statment`"),
    (
        "bad-numbers.csv",
        0,
        "line 2: importance is no number from 1 to 5",
    ),
    ("blank-lines.csv", 3, "there is nothing in it"),
    (
        "control-characters.csv",
        0,
        "line 2: the occupation holds the control character U+0007",
    ),
    ("cut.xlsx", 3, "not an Excel workbook that can be read"),
    ("deep.jsonl", 3, "line 1: not JSON: recursion limit"),
    ("duplicates.csv", 0, "left out: 2 rows"),
    ("empty.csv", 3, "there is nothing in it"),
    ("empty.xlsx", 3, "not an Excel workbook that can be read"),
    ("far-cell.xlsx", 0, "line 4: no task in the row"),
    ("header-only.csv", 3, "no task in it"),
    (
        "json-array.jsonl",
        3,
        "line 1: a list, where an object belongs",
    ),
    ("missing-cells.csv", 0, "line 2: no occupation in the row"),
    (
        "missing-sheet.xlsx",
        3,
        "not an Excel workbook that can be read",
    ),
    (
        "mixed-encodings.csv",
        0,
        "line 3: not UTF-8, read as Windows-1252",
    ),
    (
        "no-header.csv",
        3,
        "no column for the occupation nor one for the task",
    ),
    (
        "no-such-string.xlsx",
        3,
        "not an Excel workbook that can be read",
    ),
    (
        "no-task-column.csv",
        3,
        "no column for the task; found: 'job', 'pay'",
    ),
    (
        "no-workbook.xlsx",
        3,
        "not an Excel workbook that can be read",
    ),
    (
        "not-a-zip.xlsx",
        3,
        "not an Excel workbook that can be read",
    ),
    ("not-json.jsonl", 0, "left out: 2 rows"),
    ("not-toml.toml", 3, "line 1: string values must be quoted"),
    (
        "nul-bytes.csv",
        0,
        "line 2: the task holds the control character U+0000",
    ),
    (
        "only-marks.csv",
        3,
        "line 2: the task holds neither letter nor digit",
    ),
    (
        "open-quote.csv",
        0,
        "line 2: a quote is opened in this row and never closed",
    ),
    ("over-long.csv", 0, "line 2: the task has 2519 characters"),
    ("ragged.jsonl", 0, "left out: 3 rows"),
    ("repeated-header.csv", 0, "line 3: the header once more"),
    (
        "sheet-cut.xlsx",
        3,
        "not an Excel workbook that can be read",
    ),
    (
        "surrogate-alone.csv",
        0,
        "line 3: characters of it were lost before",
    ),
    (
        "swallowed-lines.csv",
        0,
        "line 2: a quote is opened in this row and never closed",
    ),
    (
        "tab-quotes.tsv",
        0,
        "line 2: a quote is opened in this row and never closed",
    ),
    ("torn-rows.csv", 0, "line 2: 3 cells where the header has 2"),
    (
        "two-job-columns.csv",
        3,
        "the columns 'job', 'role' could all be the occupation",
    ),
    (
        "utf-16-cut.csv",
        0,
        "line 3: characters of it were lost before",
    ),
    ("utf-16-no-mark.csv", 0, "read as UTF-16BE"),
    (
        "windows-1252.csv",
        0,
        "lines 2–4: not UTF-8, read as Windows-1252",
    ),
];

#[test]
fn every_broken_list_of_the_corpus_is_read_or_refused_in_words() {
    let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/broken/lists");
    let files = fs::read_dir(&corpus).expect("the corpus");
    let mut files: Vec<String> = files
        .map(|file| {
            file.expect("a file")
                .file_name()
                .into_string()
                .expect("a name")
        })
        .collect();
    files.sort();
    let listed: Vec<&str> = BROKEN.iter().map(|(name, ..)| *name).collect();
    assert_eq!(files, listed, "each file of the corpus has its line here");
    let project = Project::new();
    for (name, code, said) in BROKEN {
        let path = corpus.join(name);
        let path = path.to_str().expect("a path");
        let done = project.run(&["occupations", "--check", "--json", "--inventory", path]);
        let all = format!("{}{}", done.out, done.err);
        // What is refused has no report; a report of anything left out ends with 3, too.
        let report: Option<serde_json::Value> = serde_json::from_str(&done.out).ok();
        assert_eq!(report.is_none(), *code == 3, "{name}: {all}");
        let left_out = report.is_none_or(|report| report["problems"] != serde_json::json!([]));
        assert_eq!(done.code, if left_out { 3 } else { 0 }, "{name}: {all}");
        assert!(
            all.contains(said) && !all.contains("panicked"),
            "{name}: {all}"
        );
    }
    // Together they are one inventory of what is good in each.
    let corpus = corpus.to_str().expect("a path");
    project
        .rate("run", &["--all", "--inventory", corpus])
        .ends(0)
        .says(&["cannot be used"]);
}
