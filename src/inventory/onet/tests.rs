use super::*;
use proptest::prelude::*;

const JOBS: &str = "O*NET-SOC Code\tTitle\tDescription\r
35-2011.00\tBakers\tBake bread and cakes.\r
51-3011.00\tTasters\tn/a\r
";
const TASK_ROWS: &str = "O*NET-SOC Code\tTask ID\tTask\tTask Type\tDate\r
35-2011.00\t11\tKnead the \"strong\" dough.\tCore\t08/2023\r
51-3011.00\t13\tTaste a loaf.\tn/a\tn/a\r
35-2011.00\t12\tSweep up flour.\tSupplemental\t08/2023\r
";
const RATING_ROWS: &str = "O*NET-SOC Code\tTask ID\tScale ID\tData Value\tRecommend Suppress
35-2011.00\t11\tFT\t5.92\tN
35-2011.00\t12\tIM\t3.10\tN
35-2011.00\t11\tIM\t4.52\tN
35-2011.00\t11\tRT\t74.44\tN
51-3011.00\t13\tIM\tn/a\tn/a
";
const TITLE_ROWS: &str = "O*NET-SOC Code\tAlternate Title\tShort Title\tSource(s)
35-2011.00\tBread Maker (BM)\tBM\t08
35-2011.00\tBakers\tn/a\t08
51-3011.00\tBread Critic\tn/a\t08
";
const REPORTED_ROWS: &str = "O*NET-SOC Code\tReported Job Title\tShown in My Next Move
51-3011.00\tBread Critic\tY
51-3011.00\tLoaf Tester\tN
";

/// The whole invented release.
fn all() -> Vec<(&'static str, Vec<u8>)> {
    [
        (READ_ME, "O*NET 30.2 Database\nFebruary 2026 Release\n"),
        (OCCUPATIONS, JOBS),
        (TASKS, TASK_ROWS),
        (RATINGS, RATING_ROWS),
        (ALTERNATE_TITLES, TITLE_ROWS),
        (REPORTED_TITLES, REPORTED_ROWS),
    ]
    .map(|(name, text)| (name, text.as_bytes().to_vec()))
    .to_vec()
}

fn without(name: &str) -> Vec<(&'static str, Vec<u8>)> {
    all()
        .into_iter()
        .filter(|(table, _)| *table != name)
        .collect()
}

const WITH_TITLES: Wanted = Wanted::titles(true);

fn read(tables: Vec<(&str, Vec<u8>)>, wanted: Wanted) -> Result<Inventory> {
    let mut release = OnetTables::new("db/", wanted);
    for (name, bytes) in tables {
        release.add(name, bytes)?;
    }
    release.read()
}

/// The message of reading the release with one text replaced in one table.
fn broken(name: &'static str, from: &str, to: &str) -> String {
    let mut tables = without(name);
    let (_, bytes) = all().into_iter().find(|(table, _)| *table == name).unwrap();
    let text = String::from_utf8(bytes).unwrap();
    assert!(text.contains(from), "{from}");
    tables.push((name, text.replacen(from, to, 1).into_bytes()));
    read(tables, WITH_TITLES).unwrap_err().to_string()
}

fn task(id: &str, statement: &str, kind: TaskType, importance: Option<f64>) -> Task {
    Task {
        id: id.into(),
        statement: statement.into(),
        kind,
        importance,
        ..Task::default()
    }
}

#[test]
fn a_release_becomes_an_inventory() {
    let inventory = read(all(), WITH_TITLES).unwrap();
    assert_eq!(inventory.name(), "O*NET 30.2");
    assert!(inventory.notes().is_empty(), "{:?}", inventory.notes());
    let [bakers, tasters] = inventory.occupations() else {
        panic!("two occupations")
    };
    assert_eq!(
        (bakers.id.as_str(), bakers.title.as_str()),
        ("35-2011.00", "Bakers")
    );
    assert_eq!(bakers.description, "Bake bread and cakes.");
    assert_eq!(bakers.alternate_titles, ["Bread Maker (BM)", "BM"]);
    assert_eq!(
        bakers.tasks,
        [
            task(
                "11",
                "Knead the \"strong\" dough.",
                TaskType::Core,
                Some(4.52)
            ),
            task("12", "Sweep up flour.", TaskType::Supplemental, Some(3.1)),
        ]
    );
    assert_eq!(tasters.description, "");
    assert_eq!(tasters.alternate_titles, ["Bread Critic", "Loaf Tester"]);
    assert_eq!(
        tasters.tasks,
        [task("13", "Taste a loaf.", TaskType::Unknown, None)]
    );
}

#[test]
fn titles_are_read_when_asked_for_and_leave_the_digest_alone() {
    let with = read(all(), WITH_TITLES).unwrap();
    let skipped = read(all(), Wanted::default()).unwrap();
    assert!(
        skipped
            .occupations()
            .iter()
            .all(|job| job.alternate_titles.is_empty())
    );
    assert!(skipped.notes().is_empty());
    assert_eq!(with.digest(), skipped.digest());
    assert_ne!(
        with.digest(),
        read(without(RATINGS), WITH_TITLES).unwrap().digest()
    );
    let skip = OnetTables::new("db", Wanted::default());
    assert!(!skip.wants(ALTERNATE_TITLES) && skip.wants(TASKS) && !skip.wants("Skills.txt"));
}

#[test]
fn files_are_found_in_the_folder_of_a_zip_once() {
    let mut tables = OnetTables::new("db.zip", Wanted::default());
    assert!(tables.wants("db_30_2_text/task statements.TXT"));
    tables
        .add("db_30_2_text/Task Statements.txt", Vec::new())
        .unwrap();
    tables.add("db_30_2_text/Skills.txt", Vec::new()).unwrap();
    let found = tables
        .add("other\\Task Statements.txt", Vec::new())
        .unwrap_err();
    assert_eq!(
        found.to_string(),
        "db.zip: more than one 'Task Statements.txt' in it"
    );
}

#[test]
fn missing_tables_are_said() {
    for name in [OCCUPATIONS, TASKS] {
        let found = read(without(name), Wanted::default()).unwrap_err();
        assert_eq!(found.to_string(), format!("db/: no '{name}' in it"));
        assert!(found.next_step().unwrap().contains("30.3"));
    }
    let notes = |name| read(without(name), WITH_TITLES).unwrap().notes().to_vec();
    assert_eq!(
        notes(RATINGS),
        ["no Task Ratings.txt: tasks carry no importance"]
    );
    let [note] = &notes(ALTERNATE_TITLES)[..] else {
        panic!("one note")
    };
    assert!(note.contains("Job Titles.txt"), "{note}");
    assert!(notes(REPORTED_TITLES).is_empty());
    let unnumbered = read(without(READ_ME), WITH_TITLES).unwrap();
    assert_eq!(unnumbered.name(), "O*NET release of unknown number");
    assert!(unnumbered.notes()[0].ends_with("Read Me.txt is missing"));
    let mut tables = without(READ_ME);
    tables.push((READ_ME, b"\xff\xfe My own notes".to_vec()));
    let unnumbered = read(tables, WITH_TITLES).unwrap();
    assert!(unnumbered.notes()[0].ends_with("Read Me.txt does not begin with it"));
}

#[test]
fn a_missing_column_names_the_table_and_the_column() {
    assert_eq!(
        broken(TASKS, "Task Type", "Kind"),
        "db/Task Statements.txt: no column 'Task Type'"
    );
    assert_eq!(
        broken(RATINGS, "Scale ID", "Scale"),
        "db/Task Ratings.txt: no column 'Scale ID'"
    );
}

/// (table, text in it, what it becomes, the error)
const BROKEN_ROWS: &[(&str, &str, &str, &str)] = &[
    (
        OCCUPATIONS,
        "51-3011.00",
        "",
        "Occupation Data.txt, line 3: 'O*NET-SOC Code' is empty",
    ),
    (
        OCCUPATIONS,
        "51-3011.00",
        "35-2011.00",
        "Occupation Data.txt, line 3: occupation 35-2011.00 occurs twice",
    ),
    (
        OCCUPATIONS,
        "Tasters",
        "n/a",
        "Occupation Data.txt, line 3: 'Title' is empty",
    ),
    (
        TASKS,
        "\t13",
        "",
        "Task Statements.txt, line 3: 4 fields, but the header has 5",
    ),
    (
        TASKS,
        "\t13",
        "\t",
        "Task Statements.txt, line 3: 'Task ID' is empty",
    ),
    (
        TASKS,
        "\t13",
        "\t11\u{a0}",
        "Task Statements.txt, line 3: task id 11 occurs twice",
    ),
    (
        TASKS,
        "Taste a loaf.",
        " ",
        "Task Statements.txt, line 3: 'Task' is empty",
    ),
    (
        TASKS,
        "Core",
        "Main",
        "Task Statements.txt, line 2: task 11 has the unknown type 'Main'",
    ),
    (
        TASKS,
        "51-3011.00",
        "51-3012.00",
        "Task Statements.txt, line 3: task 13 belongs to 51-3012.00, which is not in Occupation Data.txt",
    ),
    (
        RATINGS,
        "3.10",
        "5.10",
        "Task Ratings.txt, line 3: task 12 has importance '5.10', not a number from 1 to 5",
    ),
    (
        RATINGS,
        "3.10",
        "NaN",
        "Task Ratings.txt, line 3: task 12 has importance 'NaN', not a number from 1 to 5",
    ),
    (
        RATINGS,
        "12\tIM",
        "11\tIM",
        "Task Ratings.txt, line 4: task 11 of 35-2011.00 has a second importance",
    ),
    (
        RATINGS,
        "12\tIM",
        "\tIM",
        "Task Ratings.txt, line 3: 'Task ID' is empty",
    ),
    (
        ALTERNATE_TITLES,
        "51-3011.00",
        "51-3012.00",
        "Alternate Titles.txt, line 4: a title belongs to 51-3012.00, which is not in Occupation Data.txt",
    ),
];

#[test]
fn what_is_wrong_in_a_row_is_said_with_its_line() {
    for (table, from, to, expected) in BROKEN_ROWS {
        assert_eq!(broken(table, from, to), format!("db/{expected}"));
    }
}

#[test]
fn ratings_left_out_are_counted() {
    let text = RATING_ROWS
        .replace("3.10\tN", "3.10\tY")
        .replace("51-3011.00\t13\tIM\tn/a", "35-2011.00\t13\tIM\t2.0");
    let mut tables = without(RATINGS);
    tables.push((RATINGS, text.into_bytes()));
    let inventory = read(tables, Wanted::default()).unwrap();
    let rated: Vec<_> = inventory.occupations()[0]
        .tasks
        .iter()
        .map(|task| task.importance)
        .collect();
    assert_eq!(rated, [Some(4.52), None]);
    assert_eq!(inventory.occupations()[1].tasks[0].importance, None);
    let [suppressed, strangers] = inventory.notes() else {
        panic!("two notes")
    };
    assert!(
        suppressed.starts_with("1 importance ratings left out, because O*NET"),
        "{suppressed}"
    );
    assert!(
        strangers.starts_with("1 importance ratings left out: Task Statements.txt"),
        "{strangers}"
    );
}

proptest! {
    #[test]
    fn no_bytes_make_it_panic(
        bytes in any::<Vec<u8>>(),
        table in 0..6usize,
        at in any::<prop::sample::Index>(),
        cut in 0..12usize,
        whole in any::<bool>(),
    ) {
        let mut tables = all();
        let (_, old) = &mut tables[table];
        let at = at.index(old.len());
        let end = (at + cut).min(old.len());
        let range = if whole { 0..old.len() } else { at..end };
        old.splice(range, bytes);
        let _ = read(tables, WITH_TITLES);
    }

    #[test]
    fn no_swapped_cell_makes_it_panic(
        cells in prop::collection::vec("(35-2011.00|51-3011.00|1[123]|IM|Core|n/a|[0-9.]{0,4}|\t|\r|\n)", 0..40),
        table in 0..6usize,
    ) {
        let mut tables = all();
        let (_, old) = &mut tables[table];
        let header = old.iter().position(|byte| *byte == b'\n').unwrap();
        old.truncate(header + 1);
        old.extend(cells.join("\t").bytes());
        let _ = read(tables, WITH_TITLES);
    }
}
