use super::*;
use crate::inventory::{Background, Skill, Task, TaskType, Technology};

mod fuzz;
mod rows;

/// The tables of an invented release, in the order of reading. The last columns are there to be skipped.
const TABLES_OF_TEST: &[(&str, &str)] = &[
    (
        "Read Me.txt",
        "O*NET 30.2 Database\nFebruary 2026 Release\n",
    ),
    (
        "Occupation Data.txt",
        "O*NET-SOC Code\tTitle\tDescription\r
35-2011.00\tBakers\tBake bread and cakes.\r
51-3011.00\tTasters\tn/a\r
",
    ),
    (
        "Task Statements.txt",
        "O*NET-SOC Code\tTask ID\tTask\tTask Type\tDate\r
35-2011.00\t11\tKnead the \"strong\" dough.\tCore\t08/2023\r
51-3011.00\t13\tTaste a loaf.\tn/a\tn/a\r
35-2011.00\t12\tSweep up flour.\tSupplemental\t08/2023\r
",
    ),
    (
        "Task Ratings.txt",
        "O*NET-SOC Code\tTask ID\tScale ID\tCategory\tData Value\tRecommend Suppress
35-2011.00\t11\tFT\t2\t15.98\tN
35-2011.00\t12\tIM\tn/a\t3.10\tN
35-2011.00\t11\tFT\t1\t5.92\tN
35-2011.00\t11\tIM\tn/a\t4.52\tN
35-2011.00\t11\tFT\t7\t2.63\tN
35-2011.00\t11\tFT\t4\t21.18\tN
35-2011.00\t11\tFT\t3\t29.68\tN
35-2011.00\t11\tRT\tn/a\t74.44\tN
35-2011.00\t11\tFT\t5\t19.71\tN
35-2011.00\t11\tFT\t6\t4.91\tN
51-3011.00\t13\tIM\tn/a\tn/a\tn/a
35-2011.00\t12\tXX\tn/a\t900\tN
",
    ),
    (
        "Alternate Titles.txt",
        "O*NET-SOC Code\tAlternate Title\tShort Title\tSource(s)
35-2011.00\tBread Maker (BM)\tBM\t08
35-2011.00\tBakers\tn/a\t08
51-3011.00\tBread Critic\tn/a\t08
",
    ),
    (
        "Sample of Reported Titles.txt",
        "O*NET-SOC Code\tReported Job Title\tShown in My Next Move
51-3011.00\tBread Critic\tY
51-3011.00\tLoaf Tester\tN
",
    ),
    (
        "Job Zones.txt",
        "O*NET-SOC Code\tJob Zone\tDate
35-2011.00\t2\t08/2023
",
    ),
    (
        "Related Occupations.txt",
        "O*NET-SOC Code\tRelated O*NET-SOC Code\tRelatedness Tier\tIndex
51-3011.00\t35-2011.00\tPrimary-Short\t1
35-2011.00\t99-9999.00\tPrimary-Short\t1
35-2011.00\t51-3011.00\tSupplemental\t2
",
    ),
    (
        "Technology Skills.txt",
        "O*NET-SOC Code\tExample\tCommodity Code\tCommodity Title\tHot Technology\tIn Demand
35-2011.00\tOvenware 3\t4323\tOven software\tY\tN
35-2011.00\tCrumbs\t4324\tSpread sheets\tN\tN
",
    ),
    (
        "Skills.txt",
        "O*NET-SOC Code\tElement ID\tElement Name\tScale ID\tData Value\tRecommend Suppress
35-2011.00\t2.A\tBaking\tLV\t6.12\tN
35-2011.00\t2.B\tWaiting\tIM\t3.12\tN
35-2011.00\t2.A\tBaking\tIM\t4.75\tN
35-2011.00\t2.C\tSinging\tIM\t5\tY
",
    ),
    (
        "Tasks to DWAs.txt",
        "O*NET-SOC Code\tTask ID\tDWA ID\tDate
35-2011.00\t11\t4.A.1\t03/2014
35-2011.00\t11\t4.A.2\t03/2014
",
    ),
    (
        "DWA Reference.txt",
        "Element ID\tIWA ID\tDWA ID\tDWA Title
4.A\t4.A.I\t4.A.1\tMix by hand.
",
    ),
    (
        "Emerging Tasks.txt",
        "O*NET-SOC Code\tTask\tCategory\tOriginal Task ID\tOriginal Task
51-3011.00\tTaste cakes from printers.\tNew\tn/a\tn/a
35-2011.00\tKnead and fold dough.\tRevision\t11\tKnead the dough.
35-2011.00\tRest dough.\tRevision\t11\tKnead the dough.
",
    ),
];

const RATINGS: &str = "Task Ratings.txt";
const TASK_ROWS: &str = "Task Statements.txt";
const EMERGING: &str = "Emerging Tasks.txt";

const EVERYTHING: Wanted = Wanted {
    titles: true,
    background: true,
    emerging: true,
};
/// Without emerging tasks, which change the others.
const BACKGROUND: Wanted = Wanted {
    emerging: false,
    ..EVERYTHING
};
const PLAIN: Wanted = Wanted::titles(false);

type Files = Vec<(String, Vec<u8>)>;

fn all() -> Files {
    let file = |(name, text): &(&str, &str)| ((*name).to_owned(), text.as_bytes().to_vec());
    TABLES_OF_TEST.iter().map(file).collect()
}

/// The release with one table in place of another; an empty one is none.
fn with(name: &str, new_name: &str, text: &str) -> Files {
    let mut files = all();
    let at = files.iter().position(|(file, _)| file == name).unwrap();
    match text.is_empty() {
        true => drop(files.remove(at)),
        false => files[at] = (new_name.to_owned(), text.as_bytes().to_vec()),
    }
    files
}

fn text_of(name: &str) -> &'static str {
    TABLES_OF_TEST
        .iter()
        .find(|(file, _)| *file == name)
        .unwrap()
        .1
}

/// The release with one text replaced in one table.
fn changed(name: &str, from: &str, to: &str) -> Files {
    assert!(text_of(name).contains(from), "{from}");
    with(name, name, &text_of(name).replacen(from, to, 1))
}

fn read(files: Files, wanted: Wanted) -> Result<Inventory> {
    let mut release = OnetTables::new("db/", wanted);
    for (name, bytes) in files {
        if release.offer(&name) {
            release.add(&name, bytes)?;
        }
    }
    release.read()
}

fn problems(inventory: &Inventory) -> Vec<String> {
    inventory
        .problems()
        .iter()
        .map(ToString::to_string)
        .collect()
}

/// The same table as Excel has it: with a column that text does not have, and empty where text says `n/a`.
fn grid(name: &str, text: &str) -> Grid {
    let mut grid = Grid::new(format!("db/{}, sheet 1", name.replace(".txt", ".xlsx")));
    for (n, line) in text.lines().enumerate() {
        grid.begin(n + 1);
        for (m, field) in line.split('\t').enumerate() {
            grid.cell(if field == "n/a" { "" } else { field });
            if m == 0 && name != "Occupation Data.txt" {
                grid.cell(if n == 0 { "Title" } else { "Somebody" });
            }
        }
    }
    grid
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
    let inventory = read(all(), BACKGROUND).unwrap();
    assert_eq!(inventory.name(), "O*NET 30.2");
    assert_eq!(problems(&inventory), [""; 0]);
    let [bakers, tasters] = inventory.occupations() else {
        panic!("two occupations")
    };
    assert_eq!(
        (bakers.id.as_str(), bakers.title.as_str()),
        ("35-2011.00", "Bakers")
    );
    assert_eq!(bakers.description, "Bake bread and cakes.");
    assert_eq!(bakers.alternate_titles, ["Bread Maker (BM)", "BM"]);
    let kneading = Task {
        relevance: Some(74.44),
        frequency: Some([5.92, 15.98, 29.68, 21.18, 19.71, 4.91, 2.63]),
        activities: vec!["4.A.1".into(), "4.A.2".into()],
        ..task(
            "11",
            "Knead the \"strong\" dough.",
            TaskType::Core,
            Some(4.52),
        )
    };
    let sweeping = task("12", "Sweep up flour.", TaskType::Supplemental, Some(3.1));
    assert_eq!(bakers.tasks, [kneading, sweeping]);
    let technology = |name: &str, category: &str, hot| Technology {
        name: name.into(),
        category: category.into(),
        hot,
    };
    let skill = |name: &str, importance| Skill {
        name: name.into(),
        importance,
    };
    let known = Background {
        job_zone: Some(2),
        related: vec!["51-3011.00".into()],
        technology: vec![
            technology("Ovenware 3", "Oven software", true),
            technology("Crumbs", "Spread sheets", false),
        ],
        skills: vec![skill("Baking", 4.75), skill("Waiting", 3.12)],
    };
    assert_eq!(bakers.background, known);
    assert_eq!(tasters.description, "");
    assert_eq!(tasters.alternate_titles, ["Bread Critic", "Loaf Tester"]);
    assert_eq!(
        tasters.tasks,
        [task("13", "Taste a loaf.", TaskType::Unknown, None)]
    );
    assert_eq!(tasters.background.related, ["35-2011.00"]);
    assert_eq!(inventory.activities()["4.A.1"], "Mix by hand.");
    assert_eq!(
        inventory.notes(),
        [
            "Related Occupations.txt: 1 rows left out, because their occupation is not in Occupation Data",
            "Skills.txt: 1 skills left out, because O*NET recommends to suppress them",
        ]
    );
}

#[test]
fn only_what_is_wanted_is_read_and_the_digest_stays() {
    let all_of_it = read(all(), BACKGROUND).unwrap();
    let plain = read(all(), PLAIN).unwrap();
    for job in plain.occupations() {
        assert!(job.alternate_titles.is_empty() && job.background == Background::default());
        assert!(job.tasks.iter().all(|task| task.activities.is_empty()));
    }
    assert!(plain.notes().is_empty(), "{:?}", plain.notes());
    assert_eq!(all_of_it.digest(), plain.digest());
    // Digests of finished runs and plans: they must not change without a reason.
    assert_eq!(&plain.digest()[..16], "e68e493439092b2a");
    let without_ratings = read(with(RATINGS, "", ""), PLAIN).unwrap();
    assert_ne!(plain.digest(), without_ratings.digest());
    assert_ne!(plain.digest(), read(all(), EVERYTHING).unwrap().digest());
    let skip = OnetTables::new("db", PLAIN);
    assert!(skip.wants(TASK_ROWS) && skip.wants("task statements.XLSX"));
    assert!(!skip.wants("Alternate Titles.txt") && !skip.wants("Abilities.txt"));
}

#[test]
fn contents_list_what_is_there_what_is_not_wanted_and_what_is_missing() {
    let inventory = read(with("Skills.txt", "", ""), BACKGROUND).unwrap();
    let tables: Vec<_> = inventory
        .contents()
        .tables
        .iter()
        .map(|table| (table.file.as_str(), table.rows))
        .collect();
    let expected = [
        ("Occupation Data.txt", Some(2)),
        ("Task Statements.txt", Some(3)),
        ("Task Ratings.txt", Some(12)),
        ("Alternate Titles.txt", Some(3)),
        ("Sample of Reported Titles.txt", Some(2)),
        ("Job Zones.txt", Some(1)),
        ("Related Occupations.txt", Some(3)),
        ("Technology Skills.txt", Some(2)),
        ("Tasks to DWAs.txt", Some(2)),
        ("DWA Reference.txt", Some(1)),
        ("Emerging Tasks.txt", None),
    ];
    assert_eq!(tables, expected);
    let [missing] = &inventory.contents().missing[..] else {
        panic!("one is missing")
    };
    assert_eq!(
        missing.to_string(),
        "no 'Skills' (from release 30.3 on: Essential Skills, Transferable Skills): it would give skills by importance"
    );
    assert!(inventory.notes().contains(&missing.to_string()));
}

#[test]
fn excel_gives_the_same_as_text() {
    let text = read(all(), EVERYTHING).unwrap();
    let mut release = OnetTables::new("db", EVERYTHING);
    for (name, text) in TABLES_OF_TEST {
        match *name {
            READ_ME => release.add(name, text.as_bytes().to_vec()).unwrap(),
            _ => {
                let file = name.replace(".txt", ".xlsx");
                release.add_sheet(&file, || Ok(grid(name, text))).unwrap();
            }
        }
    }
    let excel = release.read().unwrap();
    assert_eq!(problems(&excel), [""; 0]);
    assert_eq!(text.occupations(), excel.occupations());
    assert_eq!(text.activities(), excel.activities());
    let files: Vec<_> = excel
        .contents()
        .tables
        .iter()
        .map(|table| &table.file)
        .collect();
    assert!(
        files.iter().all(|file| file.ends_with(".xlsx")),
        "{files:?}"
    );
    assert_eq!(excel.digest(), release.read().unwrap().digest());
}

#[test]
fn text_wins_over_excel_in_either_order_and_the_usual_name_over_the_new_one() {
    let rows = || grid("Skills.txt", "O*NET-SOC Code\tnothing");
    for text_first in [true, false] {
        let mut release = OnetTables::new("db", BACKGROUND);
        for (name, bytes) in all() {
            if !text_first && name == "Skills.txt" {
                release.add_sheet("Skills.xlsx", || Ok(rows())).unwrap();
            }
            release.add(&name, bytes).unwrap();
        }
        if text_first {
            release
                .add_sheet("Skills.xlsx", || panic!("it is not needed"))
                .unwrap();
        }
        let new_name = "O*NET-SOC Code\tJob Title\n".as_bytes();
        release.add("Job Titles.txt", new_name.to_vec()).unwrap();
        let inventory = release.read().unwrap();
        assert_eq!(problems(&inventory), [""; 0]);
        assert_eq!(inventory.occupations()[0].background.skills.len(), 2);
        assert_eq!(inventory.occupations()[0].alternate_titles.len(), 2);
        let notes = inventory.notes().join("\n");
        assert!(
            notes.contains("Skills.xlsx is not read: Skills.txt is the same table"),
            "{notes}"
        );
        assert!(
            notes.contains("Job Titles.txt is not read: Alternate Titles.txt is"),
            "{notes}"
        );
    }
}

#[test]
fn files_are_found_in_the_folder_of_a_zip_once() {
    let mut tables = OnetTables::new("db.zip", PLAIN);
    assert!(tables.wants("db_30_2_text/task statements.TXT"));
    for file in [
        "db_30_2_text/Task Statements.txt",
        "db_30_2_text/Skills.txt",
        "a/Read Me.txt",
    ] {
        tables.add(file, Vec::new()).unwrap();
    }
    for (file, name) in [
        ("o\\Task Statements.txt", TASK_ROWS),
        ("b/read me.txt", READ_ME),
    ] {
        let found = tables.add(file, Vec::new()).unwrap_err();
        assert_eq!(
            found.to_string(),
            format!("db.zip: more than one '{name}' in it")
        );
    }
}

/// The tables that release 30.3 renamed, with its columns.
fn newest() -> Files {
    let renamed = [
        (
            "Alternate Titles",
            "Job Titles",
            "Alternate Title",
            "Job Title",
        ),
        (
            "Technology Skills",
            "Software Skills",
            "Example\tCommodity Code\tCommodity Title",
            "Workplace Example\tElement ID\tElement Name",
        ),
        ("Tasks to DWAs", "Tasks to DWAs", "DWA ID", "DWA Element ID"),
        (
            "DWA Reference",
            "GWAs to IWAs to DWAs",
            "Element ID\tIWA ID\tDWA ID\tDWA Title",
            "GWA Element ID\tIWA Element ID\tDWA Element ID\tDWA Element Name",
        ),
    ];
    let mut files = all();
    for (name, new, from, to) in renamed {
        let (file, bytes) = files
            .iter_mut()
            .find(|(file, _)| *file == format!("{name}.txt"))
            .unwrap();
        let text = String::from_utf8(bytes.clone()).unwrap();
        assert!(text.contains(from), "{from}");
        (*file, *bytes) = (
            format!("{new}.txt"),
            text.replacen(from, to, 1).into_bytes(),
        );
    }
    let at = files
        .iter()
        .position(|(file, _)| file == "Skills.txt")
        .unwrap();
    let text = String::from_utf8(files.remove(at).1).unwrap();
    let (header, rows) = text.split_once('\n').unwrap();
    for (name, skill) in [
        ("Essential Skills.txt", "Baking"),
        ("Transferable Skills.txt", "ing"),
    ] {
        let rows = rows
            .lines()
            .filter(|row| row.contains("Baking") == (skill == "Baking"));
        let rows: Vec<&str> = rows.collect();
        files.push((
            name.to_owned(),
            format!("{header}\n{}\n", rows.join("\n")).into_bytes(),
        ));
    }
    files
}

#[test]
fn the_names_of_newer_releases_give_the_same() {
    let old = read(all(), EVERYTHING).unwrap();
    let new = read(newest(), EVERYTHING).unwrap();
    assert_eq!(problems(&new), [""; 0]);
    assert_eq!(old.occupations(), new.occupations());
    assert_eq!(old.activities(), new.activities());
    assert!(new.contents().missing.is_empty());
    let text =
        text_of("Alternate Titles.txt").replacen("Alternate Title", "Alternate Job Title", 1);
    let odd = read(
        with("Alternate Titles.txt", "Job Titles.txt", &text),
        EVERYTHING,
    )
    .unwrap();
    assert_eq!(odd.occupations(), old.occupations());
    let taken =
        "alternate titles are taken from the column 'Alternate Job Title' of Job Titles.txt";
    assert!(
        odd.notes().iter().any(|note| note == taken),
        "{:?}",
        odd.notes()
    );
}

#[test]
fn missing_tables_are_said() {
    for name in ["Occupation Data.txt", TASK_ROWS] {
        let found = read(with(name, "", ""), PLAIN).unwrap_err();
        assert_eq!(found.to_string(), format!("db/: no '{name}' in it"));
        assert!(found.next_step().unwrap().contains(".xlsx"));
    }
    let titles = Wanted::titles(true);
    let notes = |name: &str| read(with(name, "", ""), titles).unwrap().notes().to_vec();
    assert_eq!(
        notes(RATINGS),
        ["no 'Task Ratings': it would give importance, relevance and frequency of tasks"]
    );
    assert_eq!(
        notes("Alternate Titles.txt"),
        [
            "no 'Alternate Titles' (from release 30.3 on: Job Titles): it would give other titles to find occupations by"
        ]
    );
    let unnumbered = read(with(READ_ME, "", ""), titles).unwrap();
    assert_eq!(unnumbered.name(), "O*NET release of unknown number");
    assert!(unnumbered.notes()[0].ends_with("Read Me.txt is missing"));
    let unnumbered = read(with(READ_ME, READ_ME, "\u{feff} My own notes"), titles).unwrap();
    assert!(unnumbered.notes()[0].ends_with("Read Me.txt does not begin with it"));
}

#[test]
fn a_header_that_cannot_be_used_is_an_error_where_tasks_need_it() {
    for (table, from) in [
        (TASK_ROWS, "Task Type"),
        (RATINGS, "Scale ID"),
        (EMERGING, "Category"),
    ] {
        let found = read(changed(table, from, "Kind"), EVERYTHING).unwrap_err();
        let what = format!("db/{table}, line 1: no column '{from}'; it has O*NET-SOC Code, ");
        assert!(found.to_string().starts_with(&what), "{found}");
        assert!(found.next_step().unwrap().contains("by name"));
    }
    for (table, from) in [
        ("Skills.txt", "Scale ID"),
        ("Alternate Titles.txt", "Alternate Title"),
    ] {
        let inventory = read(changed(table, from, "Kind"), BACKGROUND).unwrap();
        let [problem] = &problems(&inventory)[..] else {
            panic!("one problem")
        };
        assert!(
            problem.starts_with(&format!("db/{table}, line 1: no column '{from}'")),
            "{problem}"
        );
        let found = inventory
            .contents()
            .tables
            .iter()
            .find(|found| found.file == table);
        assert_eq!(found.unwrap().rows, Some(0));
    }
}

#[test]
fn a_workbook_that_cannot_be_read_matters_where_tasks_need_it() {
    let read = |name: &str| {
        let file = name.replace(".txt", ".xlsx");
        let broken = || Err(Error::input(format!("db/{file}: damaged")).hint("save it again"));
        let mut release = OnetTables::new("db", BACKGROUND);
        for (file, bytes) in with(name, "", "") {
            release.add(&file, bytes).unwrap();
        }
        release.add_sheet(&file, broken).unwrap();
        release.read()
    };
    let found = read(TASK_ROWS).unwrap_err();
    assert_eq!(found.next_step(), Some("save it again"));
    let inventory = read("Skills.txt").unwrap();
    assert_eq!(problems(&inventory), ["db/Skills.xlsx: damaged"]);
}

#[test]
fn ratings_left_out_are_counted() {
    let text = text_of(RATINGS)
        .replace("3.10\tN", "3.10\tY")
        .replace("21.18\tN", "21.18\tY")
        .replace("74.44\tN", "74.44\tY")
        .replace(
            "51-3011.00\t13\tIM\tn/a\tn/a",
            "35-2011.00\t13\tIM\tn/a\t2.0",
        );
    let inventory = read(with(RATINGS, RATINGS, &text), PLAIN).unwrap();
    let [kneading, sweeping] = &inventory.occupations()[0].tasks[..] else {
        panic!("two tasks")
    };
    assert_eq!(
        (kneading.importance, sweeping.importance),
        (Some(4.52), None)
    );
    assert_eq!((kneading.relevance, kneading.frequency), (None, None));
    assert_eq!(inventory.occupations()[1].tasks[0].importance, None);
    assert_eq!(
        inventory.notes(),
        [
            "ratings left out, because O*NET recommends to suppress them: importance of 1, relevance of 1, frequency of 1 tasks",
            "Task Ratings.txt: 1 rows left out, because Task Statements has no such task of that occupation (are the tables from two releases?)"
        ]
    );
    for (from, to) in [("2.63\tN", "n/a\tN"), ("2.63\tN", "2.72\tN")] {
        let inventory = read(changed(RATINGS, from, to), PLAIN).unwrap();
        assert_eq!(inventory.occupations()[0].tasks[0].frequency, None, "{to}");
        assert_eq!(
            inventory.notes(),
            [
                "frequency of 1 tasks left out: it lacks a category or does not add up to 100 percent"
            ]
        );
    }
}

#[test]
fn emerging_tasks_join_or_stand_in_place_of_what_they_revise() {
    let inventory = read(all(), EVERYTHING).unwrap();
    let [bakers, tasters] = inventory.occupations() else {
        panic!("two occupations")
    };
    let said: Vec<_> = bakers
        .tasks
        .iter()
        .map(|task| task.statement.as_str())
        .collect();
    assert_eq!(
        said,
        ["Knead and fold dough.", "Rest dough.", "Sweep up flour."]
    );
    for task in &bakers.tasks[..2] {
        assert!(
            task.id.starts_with("e-") && task.id.len() == 12,
            "{}",
            task.id
        );
        assert_eq!((task.kind, task.importance), (TaskType::Core, Some(4.52)));
        assert_eq!((task.relevance, task.activities.len()), (Some(74.44), 2));
    }
    let [old, new] = &tasters.tasks[..] else {
        panic!("two tasks")
    };
    assert_eq!(old.id, "13");
    let expected = task(
        &new.id,
        "Taste cakes from printers.",
        TaskType::Unknown,
        None,
    );
    assert_eq!(*new, expected);
    let notes = inventory.notes().join("\n");
    assert!(
        notes.contains("1 emerging tasks are in it that O*NET lists as new"),
        "{notes}"
    );
    assert!(
        notes.contains("2 emerging tasks stand in place of the 1 tasks they revise"),
        "{notes}"
    );

    let shouted = changed(
        EMERGING,
        "Taste cakes from printers.",
        "TASTE cakes from printers",
    );
    let again = read(shouted, EVERYTHING).unwrap();
    assert_eq!(again.occupations()[1].tasks[1].id, new.id);
}
