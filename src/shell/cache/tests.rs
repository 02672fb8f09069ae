use super::*;
use std::collections::BTreeMap;
use std::fs;

pub(super) fn entry(task: &str) -> Entry {
    Entry {
        outcome: Outcome::Rated,
        repair: None,
        status: 200,
        body: "{}".into(),
        usage: None,
        cost: None,
        time: "2026-01-01T00:00:00Z".into(),
        rater: "r".into(),
        occupation_id: "o".into(),
        task_id: task.into(),
        request: RequestRecord(BTreeMap::new()),
        history: vec![(200, "cut".into())],
    }
}

fn quiet(folder: &Path) -> Cache {
    Cache::open(folder, &|line| panic!("{line}")).unwrap()
}

fn whole(task: &str) -> Found {
    Found::Whole(Box::new(entry(task)))
}

const KEY: Key = [7; 32];

#[test]
fn an_entry_is_found_under_its_task_and_under_another_one() {
    let folder = tempfile::tempdir().unwrap();
    let cache = quiet(folder.path());
    cache.put(&[seal(&KEY, &entry("t")).unwrap()]).unwrap();
    assert_eq!(cache.get(&KEY, "o", "t").unwrap(), whole("t"));
    assert_eq!(cache.get(&KEY, "other", "id").unwrap(), whole("t"));
    assert_eq!(cache.get(&[8; 32], "o", "t").unwrap(), Found::Nothing);
    // Asked again for another task, it is still one entry.
    cache.put(&[seal(&KEY, &entry("u")).unwrap()]).unwrap();
    assert_eq!(cache.get(&KEY, "o", "t").unwrap(), whole("u"));
    assert!(cache.of_task("o", "t").unwrap().is_empty());
    assert_eq!(cache.of_task("o", "u").unwrap().len(), 1);
}

#[test]
fn a_half_written_snapshot_is_moved_aside() {
    let folder = tempfile::tempdir().unwrap();
    quiet(folder.path())
        .put(&[seal(&KEY, &entry("t")).unwrap()])
        .unwrap();
    let store = folder.path().join("replies.sled");
    fs::write(store.join("snap.0000000000000FFF.generating"), b"half").unwrap();
    let said = std::cell::RefCell::new(Vec::new());
    let cache = Cache::open(folder.path(), &|line| said.borrow_mut().push(line)).unwrap();
    assert_eq!(cache.get(&KEY, "o", "t").unwrap(), whole("t"));
    assert!(said.borrow()[0].contains("half-written snapshot"));
}

#[test]
fn a_second_opening_says_who_holds_the_lock() {
    let folder = tempfile::tempdir().unwrap();
    let _first = quiet(folder.path());
    let error = Cache::open(folder.path(), &|_| {}).err().unwrap();
    assert_eq!(error.kind(), Kind::Locked);
    let who = format!("process {}", std::process::id());
    assert!(error.to_string().contains(&who), "{error}");
}

#[test]
fn a_store_that_has_forgotten_replies_is_not_taken_for_an_empty_one() {
    let folder = tempfile::tempdir().unwrap();
    quiet(folder.path())
        .put(&[seal(&KEY, &entry("t")).unwrap()])
        .unwrap();
    assert_eq!(quiet(folder.path()).lost(), None);
    fs::remove_dir_all(folder.path().join("replies.sled")).unwrap();
    let cache = quiet(folder.path());
    let lost = Lost {
        written: 1,
        known: 0,
    };
    assert_eq!(cache.lost(), Some(lost));
    cache.accept_loss().unwrap();
    drop(cache);
    assert_eq!(quiet(folder.path()).lost(), None);
}

#[test]
fn ways_to_entries_are_mended() {
    let folder = tempfile::tempdir().unwrap();
    let cache = quiet(folder.path());
    cache.put(&[seal(&KEY, &entry("t")).unwrap()]).unwrap();
    assert_eq!(cache.mend_index().unwrap(), 0);
    cache.0.store.forget_ways();
    assert_eq!(cache.get(&KEY, "other", "id").unwrap(), Found::Nothing);
    assert_eq!(cache.mend_index().unwrap(), 1);
    assert_eq!(cache.get(&KEY, "other", "id").unwrap(), whole("t"));
}
