//! Task ratings: importance, relevance and frequency, as people in the occupation gave them.
//!
//! A task has nine rows, in any order: one for importance (scale `IM`, 1 to 5), one for relevance (`RT`, 0 to 100
//! percent) and seven for frequency (`FT`, the percentages of people in each of seven categories). Values are taken over
//! as they are and never interpreted. What the release recommends to suppress is left out and counted.

use super::release::Release;
use super::table::{Column, Done, Table};
use super::tables::{CODE, TASK_ID, TASKS};
use crate::inventory::Problem;

const SCALE: Column = Column::of(&["Scale ID"]);
const CATEGORY: Column = Column::if_there(&["Category"]);
const VALUE: Column = Column::of(&["Data Value"]);
pub(super) const SUPPRESS: Column = Column::of(&["Recommend Suppress"]);

/// Seven percentages with two decimals each add up to 100 within 7 × 0.005.
const ROUNDING: f64 = 0.035 + 1e-9;

/// A rating that may be there.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
enum Cell {
    #[default]
    Absent,
    Suppressed,
    Value(f64),
}

/// The ratings of one task.
#[derive(Debug, Clone, Copy, Default)]
struct Rated {
    importance: Cell,
    relevance: Cell,
    frequency: [Cell; 7],
}

/// How many ratings of each kind were left out.
#[derive(Default)]
struct LeftOut {
    importance: usize,
    relevance: usize,
    frequency: usize,
    /// Frequencies of which categories are missing, or that do not add up.
    broken: usize,
    /// Rows whose task is not in the task statements.
    strangers: usize,
}

impl<'a> Release<'a> {
    pub(super) fn ratings(&mut self, table: &Table<'a>) -> Result<Done, Problem> {
        let mut rated = vec![Rated::default(); self.places.len()];
        let mut left = LeftOut::default();
        let columns = [CODE, TASK_ID, SCALE, VALUE, SUPPRESS, CATEGORY];
        let done = table.each(columns, |row| {
            let (code, id, scale) = (row.filled(0)?, row.filled(1)?, row.filled(2)?);
            let Some(value) = row.cells[3] else {
                return Ok(());
            };
            let task = self.task_number(code, id).and_then(|n| rated.get_mut(n));
            let mut unknown = Rated::default();
            left.strangers += usize::from(task.is_none());
            let task = task.unwrap_or(&mut unknown);
            let (cell, least, most) = match scale {
                "IM" => (&mut task.importance, 1.0, 5.0),
                "RT" => (&mut task.relevance, 0.0, 100.0),
                "FT" => (category(&mut task.frequency, id, row.cells[5])?, 0.0, 100.0),
                _ => return Ok(()),
            };
            let what = || match (scale, row.cells[5]) {
                ("IM", _) => "importance".to_owned(),
                ("RT", _) => "relevance".to_owned(),
                (_, category) => format!("frequency of category {}", category.unwrap_or_default()),
            };
            let value = number(value, least, most).ok_or_else(|| {
                format!(
                    "task {id} has {} '{value}', not a number from {least} to {most}",
                    what()
                )
            })?;
            if *cell != Cell::Absent {
                return Err(format!("task {id} of {code} has a second {}", what()));
            }
            *cell = match row.cells[4] {
                Some("Y") => Cell::Suppressed,
                _ => Cell::Value(value),
            };
            Ok(())
        })?;
        for (number, rated) in rated.iter().enumerate() {
            if let Some(task) = self.task_mut(number) {
                task.importance = taken(rated.importance, &mut left.importance);
                task.relevance = taken(rated.relevance, &mut left.relevance);
                task.frequency = frequency(rated.frequency, &mut left);
            }
        }
        self.note_left_out(&left, table);
        Ok(done)
    }

    fn note_left_out(&mut self, left: &LeftOut, table: &Table<'_>) {
        let suppressed: Vec<String> = [
            ("importance", left.importance),
            ("relevance", left.relevance),
            ("frequency", left.frequency),
        ]
        .iter()
        .filter(|(_, count)| *count > 0)
        .map(|(what, count)| format!("{what} of {count}"))
        .collect();
        if !suppressed.is_empty() {
            self.notes.push(format!(
                "ratings left out, because O*NET recommends to suppress them: {} tasks",
                suppressed.join(", ")
            ));
        }
        self.note(left.broken, |count| {
            format!(
                "frequency of {count} tasks left out: it lacks a category or does not add up to 100 percent"
            )
        });
        self.note(left.strangers, |count| {
            format!(
                "{}: {count} rows left out, because {TASKS} has no such task of that occupation (are the tables from two releases?)",
                table.file()
            )
        });
    }
}

/// The cell of a category of frequency, 1 to 7.
fn category<'r>(
    frequency: &'r mut [Cell; 7],
    id: &str,
    category: Option<&str>,
) -> Result<&'r mut Cell, String> {
    let category = category.unwrap_or_default();
    let number: Option<usize> = category.parse().ok();
    let cell = number.and_then(|number| frequency.get_mut(number.checked_sub(1)?));
    cell.ok_or_else(|| {
        format!("task {id} has a frequency of category '{category}', not a number from 1 to 7")
    })
}

fn taken(cell: Cell, suppressed: &mut usize) -> Option<f64> {
    match cell {
        Cell::Value(value) => Some(value),
        Cell::Suppressed => {
            *suppressed += 1;
            None
        }
        Cell::Absent => None,
    }
}

/// The percentages of all seven categories, or none: of a part of them nobody can say what it is a part of.
fn frequency(cells: [Cell; 7], left: &mut LeftOut) -> Option<[f64; 7]> {
    if cells.contains(&Cell::Suppressed) {
        left.frequency += 1;
        return None;
    }
    let mut values = [0.0; 7];
    let mut there = 0;
    for (value, cell) in values.iter_mut().zip(cells) {
        if let Cell::Value(given) = cell {
            *value = given;
            there += 1;
        }
    }
    if there == 0 {
        return None;
    }
    let sum: f64 = values.iter().sum();
    if there < values.len() || (sum - 100.0).abs() > ROUNDING {
        left.broken += 1;
        return None;
    }
    Some(values)
}

/// A number within bounds; neither `NaN` nor infinity is one.
pub(super) fn number(cell: &str, least: f64, most: f64) -> Option<f64> {
    let value: f64 = cell.parse().ok()?;
    (least..=most).contains(&value).then_some(value)
}
