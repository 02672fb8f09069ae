//! A sheet for people who label in a spreadsheet, with empty cells, and what lies beside it.

use super::desk::Desk;
use super::draw::Draw;
use crate::error::{Error, Result};
use crate::report::Table;
use crate::rubric::Scale;
use std::fmt::Write as _;
use std::io::Write;

/// Spreadsheets take a file that begins with this for UTF-8.
const MARK: &str = "\u{feff}";
/// A draw as cells name it: eight hex digits alone could be a number to a spreadsheet, such as 1e234567.
pub(super) const DRAW: &str = "draw-";
/// Columns before and after those of the dimensions.
const FIRST: [&str; 2] = ["occupation", "task"];
const LAST: [&str; 5] = ["note", "skip", "occupation_id", "task_id", "draw"];

/// One of several people who label at the same time, each on a sheet of their own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Part {
    /// Which of them, from 1.
    pub number: usize,
    /// How many there are.
    pub of: usize,
}

impl Part {
    /// Whether the task at a place is for this one: people take turns, and a task for two is for two that follow each other.
    fn has(self, draw: &Draw, place: usize) -> bool {
        let codes = |n: usize| draw.tasks.get(n).map_or(0, |task| task.codes);
        let before: usize = (0..place).map(codes).sum();
        let turns = before..before + codes(place);
        turns
            .into_iter()
            .any(|turn| turn % self.of == self.number - 1)
    }
}

/// Writes the tasks that a person is still asked about, with empty cells for what they say; the number of tasks. Nothing of
/// what the raters said is in it, nor why a task was drawn.
///
/// # Errors
/// Writing fails.
pub fn write_sheet(
    desk: &Desk,
    reviewer: &str,
    part: Option<Part>,
    out: &mut impl Write,
) -> Result<usize> {
    let draw = desk.draw();
    out.write_all(MARK.as_bytes())
        .map_err(|error| Error::io("cannot write the sheet", error))?;
    let asked: Vec<&str> = draw.asked().map(|one| &*one.id).collect();
    let header = FIRST.into_iter().chain(asked.iter().copied()).chain(LAST);
    let mut table = Table::new(out, "the sheet", header)?;
    let own = |place: usize| part.is_none_or(|part| part.has(draw, place));
    let mut written = 0;
    for (place, task) in draw.tasks.iter().enumerate() {
        if !desk.is_open(reviewer, place) || !own(place) {
            continue;
        }
        for text in [&task.occupation, &task.task] {
            table.text(text)?;
        }
        for _ in 0..asked.len() + 2 {
            table.text("")?;
        }
        table.text(&task.occupation_id)?;
        table.text(&task.task_id)?;
        table.text(&format!("{DRAW}{}", draw.id))?;
        table.end_row()?;
        written += 1;
    }
    table.finish()?;
    Ok(written)
}

/// What the sheet asks for and how it is filled in, as Markdown to lie beside it.
#[must_use]
pub fn rubric_text(draw: &Draw) -> String {
    let mut text = String::from("# What is asked\n");
    for dimension in draw.asked() {
        let _ = writeln!(text, "\n## {}\n\n{}\n", dimension.id, dimension.question);
        match &dimension.scale {
            Scale::Labels(labels) => {
                for label in labels {
                    let _ = writeln!(text, "- **{}**: {}", label.id, label.meaning);
                }
            }
            Scale::Score(anchors) => {
                text.push_str("A number from 0 to 100:\n\n");
                for anchor in anchors {
                    let _ = writeln!(text, "- **{}**: {}", anchor.at, anchor.meaning);
                }
            }
        }
    }
    let columns: Vec<String> = draw.asked().map(|one| format!("`{}`", one.id)).collect();
    let _ = write!(
        text,
        "\n## How to fill in the sheet\n\n\
         Judge each task by itself, in any order. Fill in {} in every row that you judge; `note` may say why.\n\n\
         Where you cannot judge a task, leave those cells empty and write the reason into `skip`. A row that is left empty stays \
         open, or as you left it before.\n\n\
         Leave `occupation_id`, `task_id` and `draw` as they are: they say which task a row is about. Rows may be sorted or left \
         out.\n",
        columns.join(", ")
    );
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::inventory::LabelTable;
    use crate::review::Filled;
    use crate::review::fixtures::{desk, label, say};

    fn sheet(desk: &Desk, reviewer: &str, part: Option<Part>) -> String {
        let mut bytes = Vec::new();
        write_sheet(desk, reviewer, part, &mut bytes).unwrap();
        String::from_utf8(bytes).unwrap()
    }

    #[test]
    fn a_sheet_asks_what_is_open_and_shows_nothing_of_the_raters() {
        let mut desk = desk(4, 2);
        say(&mut desk, "ana", 0, label("E0", 1.0));
        say(&mut desk, "ben", 1, label("E0", 1.0));
        say(&mut desk, "ben", 2, label("E0", 1.0));
        let text = sheet(&desk, "ana", None);
        let lines: Vec<&str> = text.lines().collect();
        assert_eq!(
            lines[0],
            "\u{feff}occupation,task,exposure,automation,note,skip,occupation_id,task_id,draw"
        );
        // The second and fourth want two labels: 0 is hers, 2 is done.
        let row = |place: usize| {
            let task = &desk.draw().tasks[place];
            let (job, id) = (&task.occupation, &task.task_id);
            let own = format!("{job},{},,,,,{},{id}", task.task, task.occupation_id);
            format!("{own},draw-{}", desk.draw().id)
        };
        assert_eq!(lines[1..], [row(1), row(3)]);
        // Written and read back, it says nothing.
        let table = LabelTable::read("x.csv", text.as_bytes()).unwrap();
        let back = Filled::read(&desk, "ana", &table).unwrap();
        assert_eq!((back.rows.len(), back.blank, back.problems), (0, 2, vec![]));
    }

    #[test]
    fn people_at_the_same_time_share_the_tasks() {
        let desk = desk(7, 0);
        for of in [1, 2, 3] {
            let mut times = vec![0; 7];
            let mut sizes = Vec::new();
            for number in 1..=of {
                let part = Part { number, of };
                let own: Vec<usize> = (0..7).filter(|&n| part.has(desk.draw(), n)).collect();
                own.iter().for_each(|&place| times[place] += 1);
                sizes.push(own.len());
                assert_eq!(sheet(&desk, "x", Some(part)).lines().count(), own.len() + 1);
            }
            let wanted = desk.draw().tasks.iter().map(|task| task.codes.min(of));
            assert_eq!(times, wanted.collect::<Vec<_>>());
            assert!(
                sizes.iter().max().unwrap() - sizes.iter().min().unwrap() <= 1,
                "{sizes:?}"
            );
        }
    }

    #[test]
    fn the_rubric_says_what_every_column_is_for() {
        let desk = desk(3, 0);
        let text = rubric_text(desk.draw());
        for part in [
            "## exposure",
            "**E2**",
            "## automation",
            "from 0 to 100",
            "`skip`",
            "`draw`",
        ] {
            assert!(text.contains(part), "{part} in {text}");
        }
    }
}
