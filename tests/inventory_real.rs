//! The inventory readers on real O*NET releases, found through TASKRATER_DATA.

#![expect(
    clippy::unwrap_used,
    clippy::print_stderr,
    reason = "a test stops at what it cannot read, and says how long it took"
)]

use std::path::{Path, PathBuf};
use std::time::Instant;
use taskrater::inventory::{Found, Inventory, Lookup, Match, OnetTables, TaskType, Wanted};

/// The folder of a release, or `None` with a line that says so.
fn release(name: &str) -> Option<PathBuf> {
    let Some(data) = std::env::var_os("TASKRATER_DATA") else {
        eprintln!("skipped: TASKRATER_DATA is not set");
        return None;
    };
    Some(Path::new(&data).join(name))
}

const WITH_TITLES: Wanted = Wanted::titles(true);
const BACKGROUND: Wanted = Wanted {
    titles: true,
    background: true,
    emerging: false,
};

fn tables(folder: &Path, wanted: Wanted) -> OnetTables {
    let mut tables = OnetTables::new(folder.display().to_string(), wanted);
    for entry in std::fs::read_dir(folder).unwrap() {
        let entry = entry.unwrap();
        let file = entry.file_name().into_string().unwrap();
        if tables.offer(&file) {
            tables
                .add(&file, std::fs::read(entry.path()).unwrap())
                .unwrap();
        }
    }
    tables
}

fn read(folder: &Path, wanted: Wanted) -> Inventory {
    let tables = tables(folder, wanted);
    let start = Instant::now();
    let inventory = tables.read().unwrap();
    eprintln!("{} ({wanted:?}) in {:?}", inventory.name(), start.elapsed());
    inventory
}

#[test]
fn release_30_2_has_the_counts_it_is_known_for() {
    let Some(folder) = release("onet_30_2") else {
        return;
    };
    let inventory = read(&folder, Wanted::default());
    let jobs = inventory.occupations();
    assert_eq!(inventory.name(), "O*NET 30.2");
    assert!(inventory.notes().is_empty(), "{:?}", inventory.notes());
    assert_eq!((jobs.len(), inventory.task_count()), (1_016, 18_796));
    assert_eq!(jobs.iter().filter(|job| job.tasks.is_empty()).count(), 93);
    let tasks = || jobs.iter().flat_map(|job| &job.tasks);
    assert_eq!(
        tasks().filter(|task| task.importance.is_some()).count(),
        17_951
    );
    assert_eq!(
        tasks()
            .filter(|task| task.kind == TaskType::Unknown)
            .count(),
        845
    );
    let chief = &jobs[0].tasks[0];
    assert_eq!(
        (jobs[0].id.as_str(), chief.id.as_str()),
        ("11-1011.00", "8823")
    );
    assert_eq!((chief.kind, chief.importance), (TaskType::Core, Some(4.52)));

    let with_titles = read(&folder, WITH_TITLES);
    assert!(with_titles.notes().is_empty(), "{:?}", with_titles.notes());
    assert_eq!(with_titles.digest(), inventory.digest());
    let titles: usize = with_titles
        .occupations()
        .iter()
        .map(|job| job.alternate_titles.len())
        .sum();
    assert!(titles > 57_000, "{titles}");
}

#[test]
fn release_30_2_has_its_background() {
    let Some(folder) = release("onet_30_2") else {
        return;
    };
    let inventory = read(&folder, BACKGROUND);
    assert_eq!(inventory.problems(), []);
    let rows = |file: &str| {
        let mut tables = inventory.contents().tables.iter();
        tables.find(|table| table.file == file).unwrap().rows
    };
    assert_eq!(rows("Tasks to DWAs.txt"), Some(23_850));
    assert_eq!(rows("DWA Reference.txt"), Some(2_087));
    assert_eq!(rows("Related Occupations.txt"), Some(18_460));
    assert_eq!(rows("Emerging Tasks.txt"), None);
    let missing = &inventory.contents().missing;
    assert_eq!(
        missing
            .iter()
            .map(|table| table.name.as_str())
            .collect::<Vec<_>>(),
        ["Skills"]
    );
    let jobs = inventory.occupations();
    let linked: usize = jobs
        .iter()
        .flat_map(|job| &job.tasks)
        .map(|task| task.activities.len())
        .sum();
    assert_eq!(linked, 23_850);
    assert_eq!(inventory.activities().len(), 2_087);
    assert_eq!(
        jobs.iter()
            .filter(|job| job.background.job_zone.is_some())
            .count(),
        923
    );
    let chief = &jobs[0].background;
    assert_eq!(chief.job_zone, Some(5));
    assert_eq!(chief.related[..2], ["11-1021.00", "13-1111.00"]);
    assert_eq!(
        (chief.technology[0].name.as_str(), chief.technology[0].hot),
        ("Adobe Acrobat", true)
    );
}

#[test]
fn emerging_tasks_of_release_30_2_join_or_stand_in_place() {
    let Some(folder) = release("onet_30_2") else {
        return;
    };
    let emerging = read(
        &folder,
        Wanted {
            emerging: true,
            ..BACKGROUND
        },
    );
    assert_eq!(emerging.problems(), []);
    // 328 rows: 275 are new, and 53 revise 52 tasks.
    assert_eq!(emerging.task_count(), 18_796 + 275 + 1);
    let tasks = || emerging.occupations().iter().flat_map(|job| &job.tasks);
    assert_eq!(
        tasks().filter(|task| task.id.starts_with("e-")).count(),
        328
    );
    assert!(!tasks().any(|task| task.id == "21211"), "it was revised");
    assert!(!emerging.digest().starts_with("65e5a92822a75bc9"));
}

/// Digests in manifests of finished runs: they may change only with what is read for the tasks.
#[test]
fn digests_of_text_releases_stay() {
    for (name, digest) in [
        ("onet_30_2", "65e5a92822a75bc9"),
        ("onet_18_1", "e32ea58da031861b"),
    ] {
        let Some(folder) = release(name) else {
            return;
        };
        assert_eq!(&read(&folder, Wanted::default()).digest()[..16], digest);
    }
}

#[cfg(feature = "shell")]
#[test]
fn release_29_3_reads_from_excel() {
    let Some(folder) = release("onet_29_3_xlsx") else {
        return;
    };
    let inventory = taskrater::shell::read_inventory(&folder, "db", BACKGROUND).unwrap();
    assert_eq!(inventory.problems(), []);
    let jobs = inventory.occupations();
    assert_eq!((jobs.len(), inventory.task_count()), (1_016, 18_796));
    let tasks = || jobs.iter().flat_map(|job| &job.tasks);
    assert_eq!(
        tasks()
            .filter(|task| task.kind == TaskType::Unknown)
            .count(),
        1_157
    );
    let chief = &jobs[0];
    assert_eq!(
        (chief.id.as_str(), chief.tasks[0].id.as_str()),
        ("11-1011.00", "8823")
    );
    assert_eq!(chief.background.job_zone, Some(5));
    assert_eq!(chief.background.skills.len(), 35);
    assert_eq!(
        jobs.iter()
            .filter(|job| !job.background.skills.is_empty())
            .count(),
        879
    );
    let missing: Vec<&str> = inventory
        .contents()
        .missing
        .iter()
        .map(|table| table.name.as_str())
        .collect();
    assert!(
        missing.contains(&"Task Ratings") && !missing.contains(&"Skills"),
        "{missing:?}"
    );
}

/// Tables in the newest layout, made up around the real ratings.
const MADE_UP: &[(&str, &str)] = &[
    ("Read Me.txt", "O*NET 31.0 Database\n"),
    (
        "Occupation Data.txt",
        "O*NET-SOC Code\tTitle\tDescription\n11-1011.00\tHeads of tests\tn/a\n",
    ),
    (
        "Task Statements.txt",
        "O*NET-SOC Code\tTask ID\tTask\tTask Type\n11-1011.00\t8823\tOne.\tCore\n\
             11-1011.00\t8832\tTwo.\tCore\n11-1011.00\t8847\tThree.\tSupplemental\n",
    ),
    (
        "Job Titles.txt",
        "O*NET-SOC Code\tJob Title\n11-1011.00\tTest chief\n",
    ),
    (
        "Transferable Skills.txt",
        "O*NET-SOC Code\tElement Name\tScale ID\tData Value\tRecommend Suppress\n11-1011.00\tPatience\tIM\t4.5\tN\n",
    ),
    (
        "Software Skills.txt",
        "O*NET-SOC Code\tWorkplace Example\tElement Name\tHot Technology\n11-1011.00\tTesto\tTest software\tY\n",
    ),
    (
        "Tasks to DWAs.txt",
        "O*NET-SOC Code\tTask ID\tDWA Element ID\n11-1011.00\t8823\t4.A.1.a.1\n",
    ),
    (
        "GWAs to IWAs to DWAs.txt",
        "DWA Element ID\tDWA Element Name\n4.A.1.a.1\tTest things.\n",
    ),
];

/// The 27 real rows of the newest layout, with other tables made up around them.
#[test]
fn the_newest_ratings_give_importance_relevance_and_frequency() {
    let Some(folder) = release("onet_31_0_excerpt") else {
        return;
    };
    let mut tables = tables(&folder, BACKGROUND);
    for (name, text) in MADE_UP {
        tables.add(name, text.as_bytes().to_vec()).unwrap();
    }
    let inventory = tables.read().unwrap();
    assert_eq!(inventory.problems(), []);
    let job = &inventory.occupations()[0];
    let [one, two, three] = &job.tasks[..] else {
        panic!("three tasks")
    };
    assert_eq!((one.importance, one.relevance), (Some(4.52), Some(74.44)));
    assert_eq!(
        one.frequency,
        Some([5.92, 15.98, 29.68, 21.18, 19.71, 4.91, 2.63])
    );
    assert_eq!(
        two.frequency,
        Some([15.84, 35.93, 32.38, 8.62, 7.23, 0.0, 0.0])
    );
    // One of its seven categories is to be suppressed.
    assert_eq!((three.importance, three.frequency), (Some(3.9), None));
    let notes = inventory.notes().join("\n");
    assert!(
        notes.contains("to suppress them: frequency of 1 tasks"),
        "{notes}"
    );
    assert_eq!(job.alternate_titles, ["Test chief"]);
    assert_eq!(job.background.skills.len(), 1);
    assert_eq!(job.background.technology[0].category, "Test software");
    assert_eq!(inventory.activities()[&one.activities[0]], "Test things.");
}

#[test]
fn release_18_1_reads_without_ratings_and_titles() {
    let Some(folder) = release("onet_18_1") else {
        return;
    };
    let inventory = read(&folder, WITH_TITLES);
    assert_eq!(inventory.name(), "O*NET 18.1");
    assert_eq!(
        (inventory.occupations().len(), inventory.task_count()),
        (1_110, 19_450)
    );
    assert_eq!(inventory.problems(), []);
    assert_eq!(inventory.notes().len(), 3, "{:?}", inventory.notes());
}

#[test]
fn a_folder_without_the_tables_says_which_one_it_lacks() {
    let Some(folder) = release("onet_31_0_excerpt") else {
        return;
    };
    let error = tables(&folder, Wanted::default()).read().unwrap_err();
    assert!(
        error
            .to_string()
            .ends_with("no 'Occupation Data.txt' in it"),
        "{error}"
    );
}

fn one(lookup: &Lookup<'_>, query: &str) -> String {
    match lookup.find(query) {
        Found::One(one) => one.code,
        other => panic!("{query}: {other:?}"),
    }
}

fn best(found: &[Match]) -> &str {
    found.first().map_or("nothing", |one| one.title.as_str())
}

#[test]
fn real_titles_are_found() {
    let Some(folder) = release("onet_30_2") else {
        return;
    };
    let inventory = read(&folder, WITH_TITLES);
    let start = Instant::now();
    let lookup = Lookup::new(&inventory);
    eprintln!("look-up built in {:?}", start.elapsed());
    for job in inventory.occupations() {
        assert_eq!(one(&lookup, &job.id), job.id);
        assert_eq!(one(&lookup, &job.title), job.id);
    }
    assert_eq!(one(&lookup, "data scientist"), "15-2051.00");
    assert_eq!(one(&lookup, "registered nurse"), "29-1141.00");
    let Found::Many(under) = lookup.find("15-2051") else {
        panic!("several codes")
    };
    assert_eq!(under.len(), 3);
    let misspelt = [
        ("acountant", "Accountants and Auditors"),
        ("electrcian", "Electricians"),
        ("nurse practicioner", "Nurse Practitioners"),
        ("sofware developper", "Software Developers"),
    ];
    for (query, title) in misspelt {
        let start = Instant::now();
        let Found::None { nearest } = lookup.find(query) else {
            panic!("{query} is no title")
        };
        let found = lookup.search(query, 10);
        eprintln!(
            "{query}: found nothing, then searched, in {:?}",
            start.elapsed()
        );
        assert_eq!(best(&nearest), title);
        assert_eq!(best(&found), title);
    }
}
