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
    assert!(cache.of_task("o", "t").unwrap().unwrap().is_empty());
    assert_eq!(cache.of_task("o", "u").unwrap().unwrap().len(), 1);
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
    assert_eq!(cache.missing(), 1);
    // What is written meanwhile does not pass for what was lost.
    cache.put(&[seal(&[8; 32], &entry("u")).unwrap()]).unwrap();
    cache.came_from_elsewhere(1);
    drop(cache);
    let cache = quiet(folder.path());
    assert_eq!((cache.lost(), cache.missing()), (Some(lost), 1));
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

#[test]
fn a_damaged_entry_is_known_by_its_place_and_can_be_taken_out() {
    let folder = tempfile::tempdir().unwrap();
    let cache = quiet(folder.path());
    let mut damaged = seal(&KEY, &entry("t")).unwrap();
    damaged.bytes[60] ^= 1;
    cache
        .put(&[damaged, seal(&[8; 32], &entry("u")).unwrap()])
        .unwrap();
    assert_eq!(cache.get(&KEY, "o", "t").unwrap(), Found::Damaged);
    let mut first = None;
    cache
        .walk(&Place::default(), |place, kept| {
            assert!(kept.is_none());
            first = Some(place.clone());
            Ok(ControlFlow::Break(()))
        })
        .unwrap();
    let place = first.unwrap();
    assert!(
        place.describe().starts_with("o t 0707"),
        "{}",
        place.describe()
    );
    cache.remove(&[place]).unwrap();
    assert_eq!(cache.get(&KEY, "o", "t").unwrap(), Found::Nothing);
    assert_eq!(cache.get(&[8; 32], "o", "u").unwrap(), whole("u"));
}

#[test]
fn what_the_first_version_wrote_is_taken_over_once() {
    let folder = tempfile::tempdir().unwrap();
    let mut broken = envelope::format_1(&entry("u"));
    broken[30] ^= 1;
    {
        let store = &quiet(folder.path()).0.store.take_over(&|_| {});
        assert!(store.is_ok());
        let cache = quiet(folder.path());
        cache
            .0
            .store
            .write_as_first_version(&KEY, &envelope::format_1(&entry("t")));
        cache.0.store.write_as_first_version(&[8; 32], &broken);
    }
    let said = std::cell::RefCell::new(Vec::new());
    let cache = Cache::open(folder.path(), &|line| said.borrow_mut().push(line)).unwrap();
    assert!(said.borrow()[0].starts_with("1 cached replies were put"));
    assert_eq!(cache.get(&KEY, "o", "t").unwrap(), whole("t"));
    assert_eq!(cache.leftovers().unwrap(), 1);
    assert_eq!(cache.get(&[8; 32], "o", "u").unwrap(), Found::Damaged);
    cache.remove_leftovers().unwrap();
    drop(cache);
    assert_eq!(quiet(folder.path()).leftovers().unwrap(), 0);
}

#[test]
fn a_part_that_cannot_be_read_leaves_the_rest() {
    let folder = tempfile::tempdir().unwrap();
    let key = |n: u8| [n; 32];
    let long = |n: u8| {
        let mut long = entry(&format!("t{n:03}"));
        long.body = n.to_string().repeat(4000);
        long
    };
    let entries: Vec<Sealed> = (0..200).map(|n| seal(&key(n), &long(n)).unwrap()).collect();
    for some in entries.chunks(20) {
        quiet(folder.path()).put(some).unwrap();
    }
    drop(quiet(folder.path()));
    let store = folder.path().join("replies.sled");
    let bytes = fs::read(store.join("db")).unwrap();
    let (mut lost, mut missing) = (0, 0);
    for at in (1000..bytes.len()).step_by(bytes.len() / 12) {
        let copy = tempfile::tempdir().unwrap();
        let other = copy.path().join("replies.sled");
        fs::create_dir(&other).unwrap();
        for file in fs::read_dir(&store)
            .unwrap()
            .flatten()
            .filter(|file| file.path().is_file())
        {
            fs::copy(file.path(), other.join(file.file_name())).unwrap();
        }
        let mut flipped = bytes.clone();
        flipped[at] ^= 1;
        fs::write(other.join("db"), flipped).unwrap();
        // A store that cannot be opened is an error for those who would pay, and made again by others.
        let (cache, _) = match Cache::open(copy.path(), &|_| {}) {
            Ok(cache) => (cache, None),
            Err(_) => Cache::open_or_rescue(copy.path(), &|_| {}).unwrap(),
        };
        let found = |cache: &Cache, n: u8| cache.get(&key(n), "o", &format!("t{n:03}")).unwrap();
        let mut whole = 0;
        for n in 0..200 {
            if let Found::Whole(entry) = found(&cache, n) {
                assert_eq!(*entry, long(n));
                whole += 1;
            }
        }
        lost += 200 - whole;
        let cache = cache.mended(&|_| {}).unwrap();
        let rescued = (0..200)
            .filter(|n| matches!(found(&cache, *n), Found::Whole(_)))
            .count();
        assert_eq!(rescued, whole, "byte {at}: what could be read is kept");
        // Without its file beside it, a store tells only of what it still knows to have held.
        assert!(cache.missing() as usize <= 200 - rescued, "byte {at}");
        missing += cache.missing();
        cache.put(&entries).unwrap();
        assert!(
            (0..200).all(|n| matches!(found(&cache, n), Found::Whole(_))),
            "byte {at}"
        );
    }
    assert!(lost > 0, "no byte of the log mattered");
    assert!(missing > 0, "no loss was noticed in a rescue");
}
