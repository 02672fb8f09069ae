//! Lists as people write them, and broken ones.

use super::from_lists;
use crate::inventory::{Grid, Inventory, Lookup, TaskType};
use crate::{Error, Result};
use proptest::prelude::*;
use std::collections::{BTreeMap, BTreeSet};

/// No test here opens a real workbook: its "bytes" are sheets apart by `====`, rows of cells apart by commas.
fn open(place: &str, bytes: &[u8]) -> Result<Vec<Grid>> {
    let text =
        std::str::from_utf8(bytes).map_err(|_| Error::input(format!("{place}: it is damaged")))?;
    let sheets = text.split("====\n").enumerate().map(|(n, sheet)| {
        let mut grid = Grid::new(format!("{place}, sheet S{}", n + 1));
        for (row, cells) in sheet.lines().enumerate() {
            grid.begin(row + 1);
            cells.split(',').for_each(|cell| grid.cell(cell));
        }
        grid
    });
    Ok(sheets.collect())
}

fn read(files: &[(&str, &str)]) -> Result<Inventory> {
    let files = files
        .iter()
        .map(|(name, text)| ((*name).to_owned(), text.as_bytes().to_vec()));
    from_lists("jobs", &files.collect::<Vec<_>>(), &open)
}

fn one(text: &str) -> Inventory {
    read(&[("jobs.csv", text)]).unwrap()
}

/// Id and text.
type Pair = (String, String);

/// Occupations with their tasks, in short.
fn short(inventory: &Inventory) -> Vec<(Pair, Vec<Pair>)> {
    let jobs = inventory.occupations().iter().map(|job| {
        let tasks = job
            .tasks
            .iter()
            .map(|task| (task.id.clone(), task.statement.clone()));
        ((job.id.clone(), job.title.clone()), tasks.collect())
    });
    jobs.collect()
}

fn problems(inventory: &Inventory) -> Vec<String> {
    inventory
        .problems()
        .iter()
        .map(ToString::to_string)
        .collect()
}

fn ids(inventory: &Inventory) -> Vec<&str> {
    let tasks = inventory.occupations().iter().flat_map(|job| &job.tasks);
    tasks.map(|task| task.id.as_str()).collect()
}

#[test]
fn every_format_gives_the_same_inventory() {
    let files = [
        (
            "jobs.csv",
            "job,task id,task,type,importance\nCook,c1,\"Peel, then dice\",core,4.5\nCook,c2,Taste,,\n",
        ),
        (
            "jobs.csv",
            "task;importance;type;task id;job\nPeel, then dice;4,5;CORE;c1;Cook\nTaste;;n/a;c2;Cook\n",
        ),
        (
            "jobs.tsv",
            "Task\tTASK-ID\tJob\tImportance\tType\nPeel, then dice\tc1\tCook\t4.5\tCore\nTaste\tc2\tCook\n",
        ),
        (
            "jobs.jsonl",
            "{\"job\":\"Cook\",\"task\":\"Peel, then dice\",\"task_id\":\"c1\",\"type\":\"Core\",\"importance\":4.5}\n{\"job\":\"Cook\",\"task\":\"Taste\",\"task_id\":\"c2\"}\n",
        ),
        (
            "jobs.ndjson",
            "{\"title\":\"Cook\",\"tasks\":[{\"id\":\"c1\",\"statement\":\"Peel, then dice\",\"type\":\"Core\",\"importance\":4.5},{\"id\":\"c2\",\"statement\":\"Taste\"}]}\n",
        ),
        (
            "jobs.toml",
            "id = \"cook\"\ntitle = \"Cook\"\n[[tasks]]\nid = \"c1\"\nstatement = \"Peel, then dice\"\ntype = \"Core\"\nimportance = 4.5\n[[tasks]]\nid = \"c2\"\nstatement = \"Taste\"\n",
        ),
    ];
    for (name, text) in files {
        let inventory = read(&[(name, text)]).unwrap();
        let expected = [("c1", "Peel, then dice"), ("c2", "Taste")];
        let expected = expected.map(|(id, task)| (id.to_owned(), task.to_owned()));
        assert_eq!(
            short(&inventory),
            [(("cook".into(), "Cook".into()), expected.to_vec())],
            "{name}"
        );
        let task = &inventory.occupations()[0].tasks[0];
        assert_eq!(
            (task.kind, task.importance),
            (TaskType::Core, Some(4.5)),
            "{name}"
        );
        assert!(inventory.problems().is_empty(), "{name}");
    }
}

#[test]
fn what_cannot_be_used_is_listed_by_line_and_the_rest_kept() {
    let long = "x".repeat(2_001);
    let text = format!(
        "job,task_id,task\nCook,1,Peel\nCook,2,\n,3,Taste\nCook,4,peel.\nCook,1,Dice\nCook,5,{long}\nCook,6,?!\nCook,7,Sa\u{0}lt\n\
         Cook,8,Wash, dry\njob,task_id,task\nCook,9,Serve\nCook,10,Clean\n"
    );
    let inventory = one(&text);
    assert_eq!(ids(&inventory), ["1", "9", "10"]);
    let expected = [
        "3: no task in the row",
        "4: no occupation in the row",
        "5: the same task of the same occupation as in jobs.csv, line 2",
        "6: the task id 1 belongs to another text in jobs.csv, line 2",
        "7: the task has 2001 characters, and at most 2000 are read",
        "8: the task holds neither letter nor digit",
        "9: the task holds the control character U+0000: is the file damaged, or of another encoding?",
        "10: 4 cells where the header has 3; a cell that holds the separator stands in double quotes",
        "11: the header once more",
    ];
    assert_eq!(
        problems(&inventory),
        expected.map(|what| format!("jobs.csv, line {what}"))
    );
    let note = inventory.notes().last().unwrap();
    assert!(note.starts_with("left out: 9 rows of the source"), "{note}");
    assert!(
        inventory
            .strict()
            .unwrap_err()
            .to_string()
            .contains("9 rows cannot be used")
    );
}

#[test]
fn what_is_kept_but_changed_stands_in_the_notes() {
    let inventory = one(
        "code,Job Title,Duty,type,importance,relevance,Dept\n7,Cook,Peel,Main,6,120,A\n7,Chef,Dice,core,high,50 %,A\n8,,Sow,,-,,B\n",
    );
    assert_eq!(
        inventory.notes(),
        [
            "jobs.csv: read 'code' as the occupation's id, 'Job Title' as the occupation, 'Duty' as the task",
            "jobs.csv: columns not read: 'Dept'",
            "jobs.csv, line 2: a type that is neither Core nor Supplemental, read as unknown",
            "jobs.csv, lines 2–3: importance is no number from 1 to 5 and is left out",
            "jobs.csv, line 2: relevance is no number from 0 to 100 and is left out",
            "jobs.csv, line 3: the id stood beside another title before, which is kept",
            "jobs.csv, line 4: no title in the row, the occupation's id stands for it",
        ]
    );
    let jobs = inventory.occupations();
    assert_eq!(
        (jobs[0].title.as_str(), jobs[1].title.as_str()),
        ("Cook", "8")
    );
    assert_eq!(jobs[0].tasks[1].relevance, Some(50.0));
    assert!(inventory.problems().is_empty());
}

#[test]
fn an_occupation_is_found_by_its_id_title_and_other_titles() {
    let inventory = one(
        "job_id,job,task,alternate titles,job description\nJ 1,Cook,Peel,Chef; Kitchen hand,Cooks.\n,Cook,Dice,,\nJ 1,,Taste,Chef|Souschef,\n",
    );
    let job = &inventory.occupations()[0];
    assert_eq!((inventory.occupations().len(), job.tasks.len()), (1, 3));
    assert_eq!(job.alternate_titles, ["Chef", "Kitchen hand", "Souschef"]);
    assert_eq!(
        (job.id.as_str(), job.description.as_str()),
        ("J 1", "Cooks.")
    );
}

#[test]
fn tasks_that_differ_in_a_sign_are_two() {
    let text = "job,task\nCoder,Write C.\nCoder,Write C++.\nCoder,Write C#.\nCoder,write c++\n";
    let inventory = one(text);
    assert_eq!(inventory.task_count(), 3);
    assert_eq!(
        problems(&inventory),
        ["jobs.csv, line 5: the same task of the same occupation as in jobs.csv, line 3"]
    );
}

#[test]
fn what_a_row_says_too_much_of_its_occupation_is_one_note() {
    let row = |n: usize| format!("Cook,Peel {n},{}\n", "x".repeat(400 + n));
    let rows: String = (0..30).map(row).collect();
    let inventory = one(&format!("occupation,task,synonyms\n{rows}"));
    let notes = inventory.notes().iter();
    let long: Vec<_> = notes
        .filter(|note| note.contains("alternate title"))
        .collect();
    assert_eq!(long.len(), 2, "{long:?}");
    assert!(long[1].starts_with("jobs.csv, lines 2–31: an alternate title has more than 300"));
}

#[test]
fn isco_and_esco_codes_are_ids_and_keep_their_zeros() {
    let inventory =
        one("ISCO-08,job,task\n2512,Developers,Write code\n110,Officers,Command\n2513,Web,Style\n");
    let found: Vec<&str> = inventory
        .occupations()
        .iter()
        .map(|job| job.id.as_str())
        .collect();
    assert_eq!(found, ["2512", "0110", "2513"]);
    let notes = inventory.notes().join("\n");
    assert!(
        notes.contains("line 3: the code's leading zero is restored"),
        "{notes}"
    );
    // Minor groups have three digits by right.
    let groups = one("ISCO-08,job,task\n251,Developers,Write code\n110,Officers,Command\n");
    assert_eq!(groups.occupations()[1].id, "110");
    let uri = "http://data.europa.eu/esco/occupation/00030d09-2b3a-4efd-87cc-c4ea39d27c34";
    let esco = one(&format!(
        "conceptUri,preferredLabel,task\n{uri},Dancer,Dance\n2512.4,Tester,Test\n"
    ));
    let lookup = Lookup::new(&esco);
    for query in [uri, "2512.4", "dancer"] {
        assert!(
            matches!(lookup.find(query), crate::inventory::Found::One(_)),
            "{query}"
        );
    }
    let lookup = Lookup::new(&inventory);
    let crate::inventory::Found::None { nearest } = lookup.find("251") else {
        panic!("a part of a code names nothing")
    };
    let codes: Vec<&str> = nearest.iter().map(|found| found.code.as_str()).collect();
    assert_eq!(codes, ["2512", "2513"]);
}

#[test]
fn numbers_that_a_spreadsheet_made_decimal_are_whole_again() {
    let inventory = one("occupation,task id,task\nCook,8823.0,Peel\nCook,8824.0,Dice\n");
    assert_eq!(ids(&inventory), ["8823", "8824"]);
    assert_eq!(
        inventory.notes(),
        ["jobs.csv: task ids written as 8823.0 are read as 8823"]
    );
    let mixed = one("job,task id,task\nCook,1.0,Peel\nCook,1.1,Dice\n");
    assert_eq!(ids(&mixed), ["1.0", "1.1"]);
}

#[test]
fn an_empty_occupation_is_the_one_above_where_each_is_named_once() {
    let merged = "job,task\nCook,\n,Peel\n,Dice\nBaker,Knead\n,Bake\n";
    for name in ["jobs.csv", "jobs.xlsx"] {
        let inventory = read(&[(name, merged)]).unwrap();
        let counts = inventory.occupations().iter().map(|job| job.tasks.len());
        assert_eq!(counts.collect::<Vec<_>>(), [2, 2], "{name}");
        assert!(inventory.problems().is_empty(), "{name}");
        let notes = inventory.notes().concat();
        assert!(
            notes.contains("lines 3–4, 6: no occupation in the row"),
            "{notes}"
        );
    }
    let repeated = one("job,task\nCook,Peel\nCook,Dice\n,Taste\n");
    assert_eq!(
        problems(&repeated),
        ["jobs.csv, line 4: no occupation in the row"]
    );
    // Whose tasks follow a torn row is not known.
    let torn = one("job,task\nCook,Peel\nBaker,Knead, then rest\n,Bake\n");
    assert_eq!((torn.task_count(), torn.problems().len()), (1, 2));
    let open = one("job,task\nCook,Peel\nBaker,\"Knead\n,Bake\nNurse,Listen\n,Speak\n");
    assert_eq!((open.task_count(), open.problems().len()), (3, 2));
}

#[test]
fn the_sheet_with_the_columns_is_read_and_the_others_named() {
    let book = "Prices\n1\n====\njob,task,\nCook,Peel,a remark\n====\njob,task\nBaker,Knead\n";
    let inventory = read(&[("jobs.xlsx", book)]).unwrap();
    assert_eq!(inventory.occupations()[0].title, "Cook");
    let notes = inventory.notes().concat();
    assert!(notes.contains("not read: sheet S1, sheet S3"), "{notes}");
    let bad = read(&[("jobs.xlsx", "job,task\nCook,Peel\nCook,\n")]).unwrap();
    assert_eq!(
        problems(&bad),
        ["jobs.xlsx, sheet S1, line 3: no task in the row"]
    );
    let lacking = read(&[("jobs.xlsx", "====\njob,pay\nCook,3\n")])
        .unwrap_err()
        .to_string();
    assert_eq!(
        lacking,
        "jobs.xlsx, sheet S2, line 1: no column for the task; found: 'job', 'pay'"
    );
    assert_eq!(
        read(&[("jobs.xlsx", "")]).unwrap_err().to_string(),
        "jobs.xlsx: there is nothing in it"
    );
}

#[test]
fn files_join_and_a_broken_one_leaves_the_others() {
    let files = [
        ("b.csv", "job,task\nCook,Dice\nBaker,Knead\n"),
        (
            "a.toml",
            "id = \"cook\"\ntitle = \"Cook\"\n[[tasks]]\nid = \"c\"\nstatement = \"Peel\"\n",
        ),
        ("c.csv", "job,pay\nCook,3\n"),
        ("d.xlsx", "job,task\nCook,peel\n"),
    ];
    let inventory = read(&files).unwrap();
    assert_eq!(
        (inventory.occupations().len(), inventory.task_count()),
        (2, 3)
    );
    assert_eq!(
        problems(&inventory),
        [
            "c.csv, line 1: no column for the task; found: 'job', 'pay'",
            "d.xlsx, sheet S1, line 2: the same task of the same occupation as in a.toml, line 5"
        ]
        .map(|text| text.replace("line 5", "line 4"))
    );
    let none = read(&[("a.csv", "x\n"), ("b.csv", "")])
        .unwrap_err()
        .to_string();
    assert!(
        none.contains("a.csv, line 1: no column") && none.contains("b.csv: there is nothing"),
        "{none}"
    );
}

#[test]
fn a_task_id_of_several_occupations_is_told_apart() {
    let inventory =
        one("occupation,task id,task\nCook,T1,Clean up\nBaker,T1,Clean up\nBaker,T2,Knead\n");
    assert_eq!(ids(&inventory), ["cook/T1", "baker/T1", "T2"]);
    assert_eq!(
        inventory.notes(),
        ["task ids that stand under several occupations: 1; there a task's id is occupation/task"]
    );
}

/// A row as a property makes it.
#[derive(Debug, Clone)]
struct Made {
    job: usize,
    task: String,
}

fn table() -> impl Strategy<Value = Vec<Made>> {
    let row = (0..4usize, "[a-c ,\"\n\u{0}é!]{0,6}").prop_map(|(job, task)| Made { job, task });
    prop::collection::vec(row, 1..20)
}

fn csv_of(rows: &[Made]) -> Vec<u8> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_record(["job", "task"]).unwrap();
    for row in rows {
        let job = ["", "Cook", "Baker", "Nurse"][row.job];
        writer.write_record([job, &row.task]).unwrap();
    }
    writer.into_inner().unwrap()
}

fn json_of(rows: &[Made]) -> Vec<u8> {
    let lines = rows.iter().map(|row| {
        let job = ["", "Cook", "Baker", "Nurse"][row.job];
        serde_json::json!({"job": job, "task": row.task}).to_string() + "\n"
    });
    lines.collect::<String>().into_bytes()
}

/// Ids by occupation and text.
fn by_content(inventory: &Inventory) -> BTreeMap<(String, String), String> {
    let jobs = inventory.occupations().iter();
    jobs.flat_map(|job| {
        let key = |text: &str| (job.id.clone(), crate::inventory::normalise(text));
        job.tasks
            .iter()
            .map(move |task| (key(&task.statement), task.id.clone()))
    })
    .collect()
}

const ENDINGS: [&str; 6] = ["csv", "tsv", "jsonl", "xlsx", "toml", "ndjson"];

proptest! {
    #[test]
    fn every_row_is_kept_or_listed_once(rows in table()) {
        for (name, bytes) in [("x.csv", csv_of(&rows)), ("x.jsonl", json_of(&rows))] {
            // A blank line of a table is no row; an object that says nothing is one.
            let blank = rows.iter().filter(|row| row.job == 0 && row.task.trim().is_empty()).count();
            let blank = if name == "x.csv" { blank } else { 0 };
            // A job without a task above one without a job is a heading.
            let Ok(inventory) = from_lists("jobs", &[(name.to_owned(), bytes)], &open) else { continue };
            let filled = inventory.notes().iter().any(|note| note.contains("row above"));
            let headings = if filled { rows.iter().filter(|row| row.job > 0 && row.task.trim().is_empty()).count() } else { 0 };
            let found = inventory.task_count() + inventory.problems().len();
            prop_assert!(found <= rows.len() - blank);
            prop_assert!(found >= rows.len() - blank - headings, "{name}: {found} of {rows:?}");
            let lines: BTreeSet<_> = inventory.problems().iter().map(|problem| problem.line).collect();
            prop_assert_eq!(lines.len(), inventory.problems().len());
        }
    }

    #[test]
    fn the_order_of_rows_changes_no_id(rows in table(), seed in any::<u64>()) {
        let rows: Vec<Made> = rows.into_iter().filter(|row| row.job > 0).collect();
        let mut shuffled = rows.clone();
        shuffled.sort_by_key(|row| blake3::hash(format!("{seed} {row:?}").as_bytes()).as_bytes()[0]);
        let read = |rows: &[Made]| from_lists("jobs", &[("x.csv".to_owned(), csv_of(rows))], &open);
        if let (Ok(one), Ok(two)) = (read(&rows), read(&shuffled)) {
            prop_assert_eq!(by_content(&one), by_content(&two));
        }
    }

    #[test]
    fn no_bytes_make_any_reader_panic(bytes in prop::collection::vec(any::<u8>(), 0..200), ending in 0..ENDINGS.len()) {
        let name = format!("x.{}", ENDINGS[ending]);
        let _ = from_lists("jobs", &[(name, bytes)], &open);
    }

    #[test]
    fn no_change_of_a_good_list_makes_any_reader_panic(
        ending in 0..ENDINGS.len(), at in 0..60usize, cut in 0..5usize, more in prop::collection::vec(any::<u8>(), 0..6),
    ) {
        let text: &[u8] = match ENDINGS[ending] {
            "jsonl" | "ndjson" => b"{\"job\":\"Cook\",\"task\":\"Peel\",\"importance\":3}\n{\"job\":\"Cook\",\"tasks\":[\"Dice\",{\"id\":1,\"text\":\"Salt\"}]}\n",
            "toml" => b"id = \"cook\"\ntitle = \"Cook\"\n[[tasks]]\nid = \"1\"\nstatement = \"Peel\"\nimportance = 3\n",
            _ => b"job,isco code,task id,task,importance\nCook,5120,1.0,Peel,3\nOfficer,110,2.0,\"Lead, command\",5\n,,3.0,Rest,\n",
        };
        let at = at.min(text.len());
        let end = (at + cut).min(text.len());
        let bytes = [&text[..at], &more, &text[end..]].concat();
        let _ = from_lists("jobs", &[(format!("x.{}", ENDINGS[ending]), bytes)], &open);
    }
}
