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

fn tables(folder: &Path, wanted: Wanted) -> OnetTables {
    let mut tables = OnetTables::new(folder.display().to_string(), wanted);
    for entry in std::fs::read_dir(folder).unwrap() {
        let entry = entry.unwrap();
        let file = entry.file_name().into_string().unwrap();
        if tables.wants(&file) {
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
    assert_eq!(inventory.notes().len(), 2, "{:?}", inventory.notes());
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
