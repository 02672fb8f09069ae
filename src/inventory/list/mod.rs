//! The user's own occupations and tasks: CSV, TSV, JSONL, Excel, TOML, or several such files together.
//!
//! Good rows are kept and bad ones listed: whatever is left out is a [`Problem`], whatever is kept but changed stands in the
//! notes. Each reader makes [`Draft`]s of one file; [`join`] makes one inventory of them.

mod columns;
mod decode;
mod flat_json;
mod ids;
mod join;
mod json_lines;
mod labels;
mod names;
mod remarks;
mod rows;
mod separated;
mod text;
mod toml_file;

pub use ids::whole_id;
pub use labels::LabelTable;
pub use names::{NameList, Named, read_names};

use super::text::digest;
use super::{Grid, Inventory, Problem, TaskType, problem};
use crate::error::{Error, Result};
use columns::Columns;
use remarks::Remarks;
use rows::Habits;

/// Opens an Excel workbook: its path as errors name it, its bytes, and out come its sheets.
pub type OpenWorkbook<'a> = &'a dyn Fn(&str, &[u8]) -> Result<Vec<Grid>>;

/// The formats of lists.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Format {
    Separated,
    JsonLines,
    Excel,
    Toml,
}

/// The format that the ending of a file's name says; `None` where it is no list.
fn format(name: &str) -> Option<Format> {
    let (_, ending) = name.rsplit_once('.')?;
    match ending.to_ascii_lowercase().as_str() {
        "csv" | "tsv" | "tab" => Some(Format::Separated),
        "jsonl" | "ndjson" => Some(Format::JsonLines),
        "xlsx" => Some(Format::Excel),
        "toml" => Some(Format::Toml),
        _ => None,
    }
}

/// Whether a file of this name may be a list of occupations and tasks: `.csv`, `.tsv`, `.tab`, `.jsonl`, `.ndjson`, `.xlsx`,
/// `.toml`.
#[must_use]
pub fn is_list(file: &str) -> bool {
    format(file).is_some()
}

/// An occupation as one file has it.
struct Draft {
    line: usize,
    id: String,
    title: String,
    description: String,
    alternate_titles: Vec<String>,
    tasks: Vec<DraftTask>,
    /// Whether the ids of its tasks are written by hand: then two tasks may share a text.
    by_hand: bool,
}

impl Draft {
    fn new(line: usize, id: String, title: String) -> Self {
        Self {
            line,
            id,
            title,
            description: String::new(),
            alternate_titles: Vec::new(),
            tasks: Vec::new(),
            by_hand: false,
        }
    }
}

/// A task as one file has it; without an id of its own it gets one made of its content.
struct DraftTask {
    line: usize,
    id: Option<String>,
    statement: String,
    kind: TaskType,
    importance: Option<f64>,
    relevance: Option<f64>,
}

/// What a reader made of a file.
#[derive(Default)]
struct Contents {
    /// The file (and the sheet), as problems name it.
    place: String,
    drafts: Vec<Draft>,
    problems: Vec<Problem>,
    remarks: Remarks,
}

/// Why a file as a whole cannot be used.
#[derive(Debug)]
struct Refused {
    problem: Problem,
    hint: String,
}

impl Refused {
    fn new(place: &str, line: Option<usize>, what: impl Into<String>, hint: &str) -> Self {
        let problem = Problem {
            place: place.to_owned(),
            line,
            what: what.into(),
        };
        let hint = hint.to_owned();
        Self { problem, hint }
    }
}

impl From<Refused> for Error {
    fn from(refused: Refused) -> Self {
        Self::input(refused.problem.to_string()).hint(refused.hint)
    }
}

/// Reads lists, given as (file name, bytes), into one inventory. `name` is what people call them together, such as the
/// path of their folder; `open` reads Excel workbooks.
///
/// Files are taken in the order of their names, so that the result does not depend on the order in which a folder lists
/// them; a file of unknown ending is read as TOML. Of each file the occupation (a title, or an id) and the task are required; other columns and fields are optional.
/// An occupation that stands in two files under one id and title is one. The digest covers the bytes of all files.
///
/// What cannot be used is in [`Inventory::problems`], with its line; what was changed, in [`Inventory::notes`].
///
/// # Errors
/// No file at all; the only file cannot be used as a whole; nothing usable is left.
pub fn from_lists(
    name: &str,
    files: &[(String, Vec<u8>)],
    open: OpenWorkbook<'_>,
) -> Result<Inventory> {
    let mut files: Vec<&(String, Vec<u8>)> = files.iter().collect();
    files.sort();
    let mut read = Vec::with_capacity(files.len());
    for (file, bytes) in &files {
        let contents = match contents(file, bytes, open) {
            Ok(contents) => contents,
            Err(refused) if files.len() == 1 => return Err(refused.into()),
            Err(refused) => Contents {
                place: file.clone(),
                problems: vec![refused.problem],
                ..Contents::default()
            },
        };
        read.push(contents);
    }
    let (occupations, problems, notes) = join::join(read);
    let tasks: usize = occupations.iter().map(|job| job.tasks.len()).sum();
    if occupations.is_empty() || (tasks == 0 && !problems.is_empty()) {
        return Err(problem::nothing_left(name, &problems));
    }
    let bytes = digest(
        files
            .iter()
            .map(|(name, bytes)| (name.as_str(), bytes.as_slice())),
    );
    Ok(Inventory::new(name.to_owned(), bytes, notes, occupations)?.with_problems(problems))
}

/// Reads occupation files in TOML, given as (file name, text), as [`from_lists`] does.
///
/// # Errors
/// Those of [`from_lists`].
pub fn from_toml_files(name: &str, files: &[(String, String)]) -> Result<Inventory> {
    let bytes = files
        .iter()
        .map(|(name, text)| (name.clone(), text.clone().into_bytes()));
    from_lists(name, &bytes.collect::<Vec<_>>(), &|file, _| {
        Err(Error::input(format!("{file} is an Excel workbook")))
    })
}

fn contents(
    file: &str,
    bytes: &[u8],
    open: OpenWorkbook<'_>,
) -> std::result::Result<Contents, Refused> {
    let mut contents = Contents {
        place: file.to_owned(),
        ..Contents::default()
    };
    let Contents {
        place,
        drafts,
        problems,
        remarks,
    } = &mut contents;
    match format(file) {
        Some(Format::Excel) => {
            let sheets = sheets(file, bytes, open)?;
            let sheet = one_of(&sheets, true, file, remarks)?;
            sheet.place().clone_into(place);
            *drafts = rows::read(sheet, Habits::SHEET, problems, remarks)?;
        }
        Some(Format::Separated) => {
            let text = decode::decode(bytes, remarks);
            let (grid, torn) = separated::read(file, &text, &Columns::width_with_tasks);
            *problems = torn;
            *drafts = rows::read(&grid, Habits::SEPARATED, problems, remarks)?;
        }
        Some(Format::JsonLines) => {
            let text = decode::decode(bytes, remarks);
            let (grid, torn) = json_lines::read(file, &text);
            *problems = torn;
            match rows::read(&grid, Habits::JSON_LINES, problems, remarks) {
                Ok(read) => *drafts = read,
                // Where no line is an object, the lines say it better.
                Err(_) if grid.rows().next().is_none() && !problems.is_empty() => {}
                Err(refused) => return Err(refused),
            }
        }
        Some(Format::Toml) | None => {
            let text = decode::decode(bytes, remarks);
            drafts.push(toml_file::read(file, &text, problems)?);
        }
    }
    Ok(contents)
}

fn sheets(
    file: &str,
    bytes: &[u8],
    open: OpenWorkbook<'_>,
) -> std::result::Result<Vec<Grid>, Refused> {
    open(file, bytes).map_err(|error| {
        let message = error.to_string();
        let what = message
            .strip_prefix(&format!("{file}: "))
            .unwrap_or(&message);
        Refused::new(file, None, what, error.next_step().unwrap_or_default())
    })
}

/// The first sheet with the columns of a list; else the first with anything, to say what it lacks.
fn one_of<'a>(
    sheets: &'a [Grid],
    with_tasks: bool,
    file: &str,
    remarks: &mut Remarks,
) -> std::result::Result<&'a Grid, Refused> {
    let filled: Vec<&Grid> = sheets
        .iter()
        .filter(|grid| grid.rows().any(|row| !row.is_empty()))
        .collect();
    let fits = |grid: &&&Grid| Columns::find(grid, with_tasks).is_ok();
    let Some(chosen) = filled.iter().find(fits).or(filled.first()) else {
        return Err(Refused::new(
            file,
            None,
            "there is nothing in it",
            columns::HINT,
        ));
    };
    let others = filled.iter().filter(|grid| grid.place() != chosen.place());
    let others: Vec<&str> = others.map(|grid| grid.place()).collect();
    if !others.is_empty() {
        let prefix = format!("{file}, ");
        let others = others
            .iter()
            .map(|place| place.strip_prefix(&prefix).unwrap_or(place));
        let others: Vec<&str> = others.collect();
        remarks.of_all(format!("not read: {}", others.join(", ")));
    }
    Ok(chosen)
}

#[cfg(test)]
mod tests;
