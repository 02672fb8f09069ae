//! No file makes the reader panic, and what it keeps is sound.

use super::*;
use proptest::prelude::*;
use std::collections::HashSet;

/// Reads the release and holds what must be true of every inventory, whatever the files were.
fn check(files: Files) {
    let inventory = match read(files, EVERYTHING) {
        Ok(inventory) => inventory,
        Err(error) => {
            assert!(error.to_string().starts_with("db/"), "{error}");
            return;
        }
    };
    let tasks = || inventory.occupations().iter().flat_map(|job| &job.tasks);
    let ids: HashSet<&str> = tasks().map(|task| task.id.as_str()).collect();
    assert_eq!(ids.len(), tasks().count());
    for task in tasks() {
        assert!(
            task.importance
                .is_none_or(|value| (1.0..=5.0).contains(&value))
        );
        assert!(
            task.relevance
                .is_none_or(|value| (0.0..=100.0).contains(&value))
        );
        let sum = task.frequency.map(|shares| shares.iter().sum::<f64>());
        assert!(sum.is_none_or(|sum| (sum - 100.0).abs() < 0.1), "{sum:?}");
    }
    for problem in inventory.problems() {
        assert!(problem.place.starts_with("db/"), "{problem}");
        assert!(!problem.what.is_empty());
    }
    let codes: HashSet<&str> = inventory
        .occupations()
        .iter()
        .map(|job| job.id.as_str())
        .collect();
    for job in inventory.occupations() {
        let known = &job.background;
        assert!(
            known
                .related
                .iter()
                .all(|code| codes.contains(code.as_str()))
        );
        assert!(
            known
                .skills
                .is_sorted_by(|a, b| a.importance >= b.importance)
        );
    }
}

/// A change of bytes, as transfers and editors make it.
#[derive(Debug, Clone)]
enum Change {
    Flip(prop::sample::Index, u8),
    Cut(prop::sample::Index, usize),
    Insert(prop::sample::Index, Vec<u8>),
    End(prop::sample::Index),
    LineEnds(&'static str),
}

fn change() -> impl Strategy<Value = Change> {
    let at = any::<prop::sample::Index>;
    prop_oneof![
        (at(), any::<u8>()).prop_map(|(at, byte)| Change::Flip(at, byte)),
        (at(), 0..40usize).prop_map(|(at, count)| Change::Cut(at, count)),
        (at(), any::<Vec<u8>>()).prop_map(|(at, bytes)| Change::Insert(at, bytes)),
        at().prop_map(Change::End),
        prop_oneof![
            Just("\r"),
            Just("\n"),
            Just("\r\n"),
            Just("\n\n"),
            Just("\t\n")
        ]
        .prop_map(Change::LineEnds),
    ]
}

impl Change {
    fn make(&self, bytes: &mut Vec<u8>) {
        let end = bytes.len();
        match self {
            Self::Flip(at, with) if end > 0 => bytes[at.index(end)] ^= with,
            Self::Flip(..) => {}
            Self::Cut(at, count) => {
                let from = at.index(end + 1);
                bytes.drain(from..end.min(from + count));
            }
            Self::Insert(at, new) => {
                let at = at.index(end + 1);
                bytes.splice(at..at, new.iter().copied());
            }
            Self::End(at) => bytes.truncate(at.index(end + 1)),
            Self::LineEnds(new) => {
                let text = String::from_utf8_lossy(bytes).replace("\r\n", "\n");
                *bytes = text.replace('\n', new).into_bytes();
            }
        }
    }
}

proptest! {
    #[test]
    fn changed_bytes(changes in prop::collection::vec((0..TABLES_OF_TEST.len(), change()), 1..6)) {
        let mut files = all();
        for (table, change) in changes {
            change.make(&mut files[table].1);
        }
        check(files);
    }

    #[test]
    fn random_bytes(bytes in any::<Vec<u8>>(), table in 0..TABLES_OF_TEST.len()) {
        let mut files = all();
        files[table].1 = bytes;
        check(files);
    }

    #[test]
    fn swapped_cells(
        cells in prop::collection::vec(
            "(35-2011.00|51-3011.00|1[123]|IM|RT|FT|Core|New|Revision|n/a|[0-9.]{0,4}|\t|\r|\n)", 0..60,
        ),
        table in 0..TABLES_OF_TEST.len(),
    ) {
        let mut files = all();
        let old = &mut files[table].1;
        let header = old.iter().position(|byte| *byte == b'\n').unwrap();
        old.truncate(header + 1);
        old.extend(cells.join("\t").bytes());
        check(files);
    }

    /// Rows in any order give the same tasks and ratings.
    #[test]
    fn shuffled_ratings(order in Just((0..12usize).collect::<Vec<_>>()).prop_shuffle()) {
        let (header, rows) = text_of(RATINGS).split_once('\n').unwrap();
        let rows: Vec<&str> = rows.lines().collect();
        let shuffled: Vec<&str> = order.iter().map(|n| rows[*n]).collect();
        let text = format!("{header}\n{}\n", shuffled.join("\n"));
        let found = read(with(RATINGS, RATINGS, &text), BACKGROUND).unwrap();
        let expected = read(all(), BACKGROUND).unwrap();
        prop_assert_eq!(found.occupations(), expected.occupations());
    }

    /// Cells of sheets: anything anywhere.
    #[test]
    fn random_sheets(
        rows in prop::collection::vec(prop::collection::vec("(35-2011.00|1[123]|IM|FT|[1-7]|Core|\\PC{0,6})", 0..9), 0..9),
        table in 1..TABLES_OF_TEST.len(),
        header in any::<bool>(),
    ) {
        let mut release = OnetTables::new("db", EVERYTHING);
        for (n, (name, text)) in TABLES_OF_TEST.iter().enumerate() {
            if n != table {
                release.add(name, text.as_bytes().to_vec()).unwrap();
                continue;
            }
            let mut sheet = match header {
                true => grid(name, text.lines().next().unwrap()),
                false => Grid::new("db/sheet"),
            };
            for (n, row) in rows.iter().enumerate() {
                sheet.begin(n + 2);
                row.iter().for_each(|cell| sheet.cell(cell));
            }
            release.add_sheet(&name.replace(".txt", ".xlsx"), || Ok(sheet)).unwrap();
        }
        let _ = release.read();
    }
}
