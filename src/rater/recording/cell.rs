//! A cell of a recorded file as a value of a dimension.

use super::{Folded, Recording};
use crate::rating::Value;
use crate::rubric::{Dimension, Scale};

/// Cells that hold no rating, beside empty ones.
const BLANK: [&str; 6] = ["NA", "n/a", "N/A", "null", "NaN", "-"];
/// Values of labels are written with few digits.
const TOLERANCE: f64 = 1e-9;
/// Characters of a cell that a problem repeats.
const SHOWN: usize = 40;

/// The value in a cell, after the recording's fold and factor; `None` where there is none.
///
/// # Errors
/// In words: the cell is neither on the scale of the dimension nor blank.
pub(super) fn value(
    cell: &str,
    dimension: &Dimension,
    recording: &Recording,
) -> Result<Option<Value>, String> {
    let shown = shown(cell);
    let folded = recording.fold.get(cell);
    let text = match folded {
        Some(Folded::Number(number)) => return of_number(*number, dimension, &shown).map(Some),
        Some(Folded::Label(label)) => label.as_str(),
        None => cell,
    };
    if let Some(label) = label(text, dimension) {
        return Ok(dimension.labels().get(label).map(|given| Value {
            value: given.value,
            label: Some(label),
            probabilities: None,
        }));
    }
    if is_blank(text) {
        return Ok(None);
    }
    match number(text) {
        Ok(number) => {
            let factor = recording.multiply.get(&dimension.id).copied();
            of_number(number * factor.unwrap_or(1.0), dimension, &shown).map(Some)
        }
        Err(_) => Err(misfit(&shown, dimension)),
    }
}

/// The confidence in a cell, 0–100; `None` where it is blank.
///
/// # Errors
/// In words: it is no such number.
pub(super) fn confidence(cell: &str, recording: &Recording) -> Result<Option<f64>, String> {
    if is_blank(cell) {
        return Ok(None);
    }
    let factor = recording.multiply.get("confidence").copied();
    let number = number(cell).map(|number| number * factor.unwrap_or(1.0));
    match number {
        Ok(number) if (0.0..=100.0).contains(&number) => Ok(Some(number)),
        _ => Err(format!("'{}' is no confidence from 0 to 100", shown(cell))),
    }
}

/// The probability in a cell, above 0 and up to 1.
///
/// # Errors
/// In words: it is no such number; an empty cell is none either.
pub(super) fn probability(cell: &str) -> Result<f64, String> {
    match number(cell) {
        Ok(number) if number > 0.0 && number <= 1.0 => Ok(number),
        _ => Err(format!(
            "'{}' is no probability above 0 and up to 1",
            shown(cell)
        )),
    }
}

/// A number, with a decimal comma where a spreadsheet of such a country saved the file. `1,234` may be a thousand and more:
/// it is none.
fn number(cell: &str) -> Result<f64, std::num::ParseFloatError> {
    match cell.split_once(',') {
        Some((whole, part)) if part.len() != 3 || whole.trim_start_matches('-') == "0" => {
            format!("{whole}.{part}").parse()
        }
        _ => cell.parse(),
    }
}

/// The label of this id; in other capitals where one alone is spelled so.
fn label(text: &str, dimension: &Dimension) -> Option<usize> {
    dimension.label_index(text).or_else(|| {
        let labels = dimension.labels().iter().enumerate();
        let mut alike = labels.filter(|(_, one)| one.id.eq_ignore_ascii_case(text));
        let (first, _) = alike.next()?;
        alike.next().is_none().then_some(first)
    })
}

fn is_blank(cell: &str) -> bool {
    cell.is_empty() || BLANK.contains(&cell)
}

/// A number as a value: that of a label, or a score.
fn of_number(number: f64, dimension: &Dimension, shown: &str) -> Result<Value, String> {
    let value = match &dimension.scale {
        Scale::Score(_) => (0.0..=100.0).contains(&number).then_some((number, None)),
        Scale::Labels(labels) => {
            let mut labels = labels.iter().enumerate();
            let meant = labels.find(|(_, label)| (label.value - number).abs() < TOLERANCE);
            meant.map(|(at, label)| (label.value, Some(at)))
        }
    };
    match value {
        Some((value, label)) => Ok(Value {
            value,
            label,
            probabilities: None,
        }),
        None => Err(misfit(shown, dimension)),
    }
}

fn misfit(shown: &str, dimension: &Dimension) -> String {
    let id = &dimension.id;
    match &dimension.scale {
        Scale::Score(_) => format!("'{shown}' is no score of {id} from 0 to 100"),
        Scale::Labels(labels) => {
            let labels: Vec<&str> = labels.iter().map(|label| label.id.as_str()).collect();
            format!("'{shown}' is no label of {id} ({})", labels.join(", "))
        }
    }
}

/// The beginning of a cell: a whole explanation in the wrong column would fill the screen.
fn shown(cell: &str) -> String {
    let words: Vec<&str> = cell.split_whitespace().collect();
    let line = words.join(" ");
    match line.char_indices().nth(SHOWN) {
        Some((end, _)) => format!("{}…", line.get(..end).unwrap_or_default()),
        None => line,
    }
}
