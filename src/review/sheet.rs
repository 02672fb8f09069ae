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
const LAST: [&str; 7] = [
    "note",
    "skip",
    "occupation_id",
    "task_id",
    "draw",
    REVIEWER,
    PART,
];
/// Whose sheet it is, and which part of the tasks it asks for.
pub(super) const REVIEWER: &str = "reviewer";
pub(super) const PART: &str = "part";
/// Most people who share tasks.
const MOST: usize = 1000;

/// One of several people who label at the same time, each on a sheet of their own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Part {
    /// Which of them, from 1.
    pub number: usize,
    /// How many there are.
    pub of: usize,
}

impl Part {
    /// Which places of a draw are for this one. Tasks for two go to all pairs of people in turn, so that everyone shares tasks with
    /// everyone; then each task for one goes to whoever has least.
    pub(super) fn of(self, draw: &Draw) -> Vec<bool> {
        let mut load = vec![0_usize; self.of];
        let mut own = vec![false; draw.tasks.len()];
        let me = self.number - 1;
        let mut pairs = pairs(self.of).cycle();
        let (double, single): (Vec<usize>, Vec<usize>) =
            (0..draw.tasks.len()).partition(|&place| draw.tasks[place].codes > 1 && self.of > 1);
        for place in double {
            for person in pairs.next().into_iter().flatten() {
                load[person] += 1;
                own[place] |= person == me;
            }
        }
        for place in single {
            let least = (0..self.of)
                .min_by_key(|&person| load[person])
                .unwrap_or(me);
            load[least] += 1;
            own[place] = least == me;
        }
        own
    }

    /// As a cell of the sheet has it; `2/3` would be a day to a spreadsheet.
    fn words(self) -> String {
        format!("{} of {}", self.number, self.of)
    }

    /// The part that a cell names; all tasks where it is none.
    pub(super) fn read(cell: &str) -> Self {
        let both = cell.split_once(" of ");
        let both = both.and_then(|(number, of)| Some((number.parse().ok()?, of.parse().ok()?)));
        let (number, of) = both
            .filter(|&(number, of)| (1..=of).contains(&number) && of <= MOST)
            .unwrap_or((1, 1));
        Self { number, of }
    }
}

/// All pairs of so many people, each once, in rounds in which everyone has one turn, or all but one where their number is odd:
/// the circle of a round-robin tournament.
fn pairs(people: usize) -> impl Iterator<Item = [usize; 2]> + Clone {
    // With an odd number the last seat is empty.
    let seats = people.next_multiple_of(2);
    let turning = seats.saturating_sub(1).max(1);
    let of_round = move |round: usize| {
        let across = move |n: usize| [(round + n) % turning, (round + turning - n) % turning];
        std::iter::once([turning, round]).chain((1..seats / 2).map(across))
    };
    let all = (0..turning).flat_map(of_round);
    all.filter(move |pair| pair.iter().all(|&one| one < people))
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
    let own = part.map(|part| part.of(draw));
    let own = |place: usize| own.as_ref().is_none_or(|own| own[place]);
    let part = part.map_or_else(String::new, Part::words);
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
        table.text(reviewer)?;
        table.text(&part)?;
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
         Judge each task by itself, from the top of the sheet to the bottom, and leave none out: the rows stand in random order, so \
         that wherever you stop, what you answered is a fair sample. Do not pick rows, and do not sort them. Fill in {} in every row \
         that you judge; `note` may say why.\n\n\
         Where you cannot judge a task, leave those cells empty and write the reason into `skip`. A row that is left empty stays \
         open, or as you left it before; more than a few of them before your last answer make all labels a choice, which stands for \
         nothing else.\n\n\
         Leave the columns from `occupation_id` on as they are: they say which task a row is about and whose sheet it is.\n",
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
            "\u{feff}occupation,task,exposure,automation,note,skip,occupation_id,task_id,draw,reviewer,part"
        );
        // The second and fourth want two labels: 0 is hers, 2 is done.
        let row = |place: usize| {
            let task = &desk.draw().tasks[place];
            let (job, id) = (&task.occupation, &task.task_id);
            let own = format!("{job},{},,,,,{},{id}", task.task, task.occupation_id);
            format!("{own},draw-{},ana,", desk.draw().id)
        };
        assert_eq!(lines[1..], [row(1), row(3)]);
        // Written and read back, it says nothing.
        let table = LabelTable::read("x.csv", text.as_bytes()).unwrap();
        let back = Filled::read(&desk, "ana", &table).unwrap();
        assert_eq!((back.rows.len(), back.blank, back.problems), (0, 2, vec![]));
    }

    #[test]
    fn people_at_the_same_time_share_the_tasks_and_every_pair_some() {
        for double in [0.25, 0.5, 1.0] {
            for of in 1..=6 {
                let mut draw = desk(120, 0).draw().clone();
                for (place, task) in draw.tasks.iter_mut().enumerate() {
                    let upto = |n: usize| (n as f64 * double) as usize;
                    task.codes = 1 + upto(place + 1) - upto(place);
                }
                let parts: Vec<Vec<bool>> = (1..=of)
                    .map(|number| Part { number, of }.of(&draw))
                    .collect();
                let people = |place: usize| parts.iter().filter(|own| own[place]).count();
                let wanted = |place: usize| draw.tasks[place].codes.min(of);
                assert!((0..120).all(|place| people(place) == wanted(place)));
                let even = |counts: &[usize]| {
                    let [least, most] = [counts.iter().min(), counts.iter().max()];
                    most.zip(least)
                        .is_none_or(|(most, least)| most - least <= 1)
                };
                let size = |own: &Vec<bool>| own.iter().filter(|own| **own).count();
                let sizes: Vec<usize> = parts.iter().map(size).collect();
                assert!(even(&sizes), "{double} {of}: {sizes:?}");
                let mut shared = Vec::new();
                for (n, one) in parts.iter().enumerate() {
                    for other in &parts[n + 1..] {
                        shared.push(one.iter().zip(other).filter(|(a, b)| **a && **b).count());
                    }
                }
                assert!(even(&shared), "{double} {of}: {shared:?}");
                assert!(
                    shared.iter().all(|&tasks| tasks > 0),
                    "{double} {of}: {shared:?}"
                );
            }
        }
        let draw = desk(7, 0);
        let part = Part { number: 2, of: 3 };
        let text = sheet(&draw, "x", Some(part));
        assert!(text.lines().skip(1).all(|row| row.ends_with(",x,2 of 3")));
        assert_eq!(
            text.lines().count(),
            1 + part.of(draw.draw()).iter().filter(|own| **own).count()
        );
        assert_eq!(Part::read(&part.words()), part);
        assert_eq!(Part::read("2. Mrz"), Part { number: 1, of: 1 });
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
            "from the top",
        ] {
            assert!(text.contains(part), "{part} in {text}");
        }
    }
}
