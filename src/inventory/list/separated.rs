//! CSV and TSV as cells, quoted as RFC 4180 says, with the line on which each row really begins.

use crate::RecordLines;
use crate::inventory::{Grid, Problem};
use std::io::Read as _;

/// What may stand between cells; of equals the first is taken.
const SEPARATORS: [u8; 4] = *b",;\t|";
/// Lines that are looked at to find the separator.
const LOOK: usize = 30;
/// Quotes that are never closed in one file, before the rest is given up.
const OPEN_QUOTES: usize = 1_000;
/// A row that no file has: where it is read at the end, no quote was left open.
const END: &str = "\n\u{1}end\n";

/// What a table cut by some separator is understood as: its number of columns, `None` where it makes no sense.
pub(super) type Understood<'a> = &'a dyn Fn(&Grid) -> Option<usize>;

/// Reads a table. A row with a quote that is never closed is left out alone, and reading goes on below it.
pub(super) fn read(place: &str, text: &str, understood: Understood<'_>) -> (Grid, Vec<Problem>) {
    let separator = separator(place, text, understood);
    let mut grid = Grid::new(place);
    let mut problems = Vec::new();
    let (mut rest, mut before) = (text, 0);
    for tries in 0.. {
        let Some(open) = rows(rest, before, separator, &mut grid) else {
            break;
        };
        let what = if tries < OPEN_QUOTES {
            "a quote is opened in this row and never closed"
        } else {
            "from here on quotes are opened and never closed: nothing below is read"
        };
        problems.push(Problem {
            place: place.to_owned(),
            line: Some(before + open),
            what: what.to_owned(),
        });
        if tries == OPEN_QUOTES {
            break;
        }
        rest = lines_after(rest, open);
        before += open;
    }
    (grid, problems)
}

/// Adds the rows of a text to the grid; `before` is the number of lines above it. Where a quote is left open, reading stops at
/// its row: the line in this text on which that row begins is returned.
fn rows(text: &str, before: usize, separator: u8, grid: &mut Grid) -> Option<usize> {
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(separator)
        .has_headers(false)
        .flexible(true)
        .from_reader(text.as_bytes().chain(END.as_bytes()));
    let mut lines = RecordLines::of(text.as_bytes());
    let mut last: Option<(csv::Position, csv::StringRecord)> = None;
    // Text is UTF-8 and rows may be of any length: no row fails.
    for record in reader.records().flatten() {
        let at = record
            .position()
            .cloned()
            .unwrap_or_else(csv::Position::new);
        let end = byte(&at);
        if let Some((start, record)) = last.replace((at, record)) {
            let line = lines.line(Some(&start));
            let several = record.iter().any(|cell| cell.contains('\n'));
            let written = text.get(byte(&start)..end).unwrap_or_default();
            if several && !is_well_quoted(written, separator) {
                return Some(line);
            }
            grid.begin(before + line);
            record.iter().for_each(|cell| grid.cell(cell));
        }
    }
    let (start, record) = last?;
    let closed = record.len() == 1 && record.get(0) == Some(END.trim());
    (!closed).then(|| lines.line(Some(&start)))
}

fn byte(at: &csv::Position) -> usize {
    usize::try_from(at.byte()).unwrap_or(usize::MAX)
}

/// Whether every quoted cell ends where its quote does. A row of several lines in which text follows a closing quote is made of
/// rows that stray quotes have drawn together.
fn is_well_quoted(row: &str, separator: u8) -> bool {
    let ends = [Some(separator), Some(b'\r'), Some(b'\n'), None];
    let mut bytes = row.bytes().peekable();
    let (mut quoted, mut fresh) = (false, true);
    while let Some(byte) = bytes.next() {
        if !quoted {
            quoted = fresh && byte == b'"';
            fresh = byte == separator || byte == b'\r' || byte == b'\n';
        } else if byte == b'"' && bytes.next_if_eq(&b'"').is_none() {
            quoted = false;
            if !ends.contains(&bytes.peek().copied()) {
                return false;
            }
        }
    }
    true
}

/// The text below so many lines.
fn lines_after(text: &str, lines: usize) -> &str {
    let mut breaks = text.match_indices('\n');
    let last = lines.checked_sub(1).and_then(|before| breaks.nth(before));
    last.and_then(|(at, _)| text.get(at + 1..))
        .unwrap_or_default()
}

/// The separator by which the header is understood, with most columns; else the one that is most frequent in the first line
/// that has any.
fn separator(place: &str, text: &str, understood: Understood<'_>) -> u8 {
    let end = text.match_indices('\n').nth(LOOK).map(|(at, _)| at);
    let head = text.get(..end.unwrap_or(text.len())).unwrap_or(text);
    let width = |separator: u8| {
        let mut grid = Grid::new(place);
        rows(head, 0, separator, &mut grid);
        understood(&grid)
    };
    let understood = SEPARATORS
        .into_iter()
        .rev()
        .filter_map(|separator| Some((width(separator)?, separator)));
    if let Some((_, separator)) = understood.max_by_key(|(width, _)| *width) {
        return separator;
    }
    let count = |line: &str, separator: u8| line.bytes().filter(|&byte| byte == separator).count();
    let counts = head.lines().map(|line| {
        let counted = SEPARATORS.into_iter().rev();
        counted
            .map(|separator| (count(line, separator), separator))
            .max_by_key(|(count, _)| *count)
    });
    let most = counts.flatten().find(|(count, _)| *count > 0);
    most.map_or(b',', |(_, separator)| separator)
}

#[cfg(test)]
mod tests {
    use super::super::columns::Columns;
    use super::*;
    use proptest::prelude::*;

    type Cells = Vec<(usize, Vec<String>)>;

    fn cells(text: &str) -> (Cells, Vec<String>) {
        let (grid, problems) = read("x", text, &Columns::width_with_tasks);
        let cells = grid.rows().map(|row| {
            let cells = row.cells().map(|cell| cell.unwrap_or_default().to_owned());
            (row.line, cells.collect())
        });
        (
            cells.collect(),
            problems.iter().map(ToString::to_string).collect(),
        )
    }

    fn row(line: usize, cells: &[&str]) -> (usize, Vec<String>) {
        (line, cells.iter().map(|&cell| cell.to_owned()).collect())
    }

    #[test]
    fn lines_are_those_of_the_file() {
        let text =
            "job,task\r\n\r\n\r\nCook,\"Peel,\r\nthen \"\"dice\"\"\r\n\"\r\n\nBaker,Knead\r\n";
        let (rows, problems) = cells(text);
        assert_eq!(rows[0], row(1, &["job", "task"]));
        assert_eq!(rows[1], row(4, &["Cook", "Peel,\r\nthen \"dice\""]));
        assert_eq!(rows[2], row(8, &["Baker", "Knead"]));
        assert_eq!((rows.len(), problems.len()), (3, 0));
    }

    #[test]
    fn the_separator_is_the_one_that_makes_sense_of_the_header() {
        for text in [
            "job;task;importance\nCook;Peel, then dice;4,5\n",
            "job\ttask\timportance\nCook\tPeel, then dice\t4,5\n",
            "job|task|importance\nCook|Peel, then dice|4,5\n",
            "job,task,importance\nCook,\"Peel, then dice\",\"4,5\"\n",
        ] {
            assert_eq!(
                cells(text).0[1],
                row(2, &["Cook", "Peel, then dice", "4,5"])
            );
        }
        // An unknown header: its most frequent mark.
        assert_eq!(cells("a;b;c,d\n").0[0], row(1, &["a", "b", "c,d"]));
    }

    #[test]
    fn an_open_quote_costs_its_own_row_only() {
        // A stray quote further down would draw the rows between together.
        let text =
            "job,task\nCook,\"Peel\nBaker,Knead\nActor,\"Learn lines\"\nNurse,\"Listen,\nspeak\"\n";
        let (rows, problems) = cells(text);
        assert_eq!(rows[2], row(4, &["Actor", "Learn lines"]));
        assert_eq!(rows[3], row(5, &["Nurse", "Listen,\nspeak"]));
        assert_eq!((rows.len(), problems.len()), (4, 1));
        let text = "job,task\nCook,\"Peel\nBaker,Knead\nNurse,Listen\n";
        let (found, open) = cells(text);
        assert_eq!(
            found,
            [
                row(1, &["job", "task"]),
                row(3, &["Baker", "Knead"]),
                row(4, &["Nurse", "Listen"])
            ]
        );
        assert_eq!(
            open,
            ["x, line 2: a quote is opened in this row and never closed"]
        );
    }

    proptest! {
        #[test]
        fn what_is_written_is_read(table in prop::collection::vec(prop::collection::vec("[^\r]{0,12}", 2..4), 1..8)) {
            // Blank lines are no rows, and cells lose the white space around them.
            let table: Vec<Vec<String>> = table.into_iter().map(|mut row| { row.insert(0, "x".into()); row }).collect();
            let mut writer = csv::WriterBuilder::new().flexible(true).from_writer(Vec::new());
            for row in &table {
                writer.write_record(row).unwrap();
            }
            let text = String::from_utf8(writer.into_inner().unwrap()).unwrap();
            let mut grid = Grid::new("x");
            prop_assert_eq!(rows(&text, 0, b',', &mut grid), None);
            let read: Vec<Vec<String>> = grid.rows()
                .map(|row| row.cells().map(|cell| cell.unwrap_or_default().to_owned()).collect())
                .collect();
            let trimmed: Vec<Vec<String>> = table.iter().map(|row| row.iter().map(|cell| cell.trim().to_owned()).collect()).collect();
            prop_assert_eq!(read, trimmed);
            let mut line = 1;
            for (row, cells) in grid.rows().zip(&table) {
                prop_assert_eq!(row.line, line);
                line += 1 + cells.iter().map(|cell| cell.matches('\n').count()).sum::<usize>();
            }
        }

        #[test]
        fn no_text_makes_it_panic(text in "(?s)[\",;\t|\n\r\\PC]{0,60}") {
            read("x", &text, &Columns::width_with_tasks);
        }
    }
}
