//! The rows of `gold.csv`, each checked: a set is made once and used often, so that nothing in it is passed over.

use super::{Half, TaskRef};
use crate::error::{Error, Result};
use crate::inventory::{LabelTable, Problem, text_hash, whole_id, without_guard};
use crate::rater::{GoldFile, full_code};
use std::collections::HashMap;

/// The columns of a set that a gold file does not have.
pub(super) const OF_SETS: [&str; 4] = ["half", "text", "occupation", "statement"];
/// Characters of a cell that an error repeats.
const SHOWN: usize = 40;
/// The least probability: a task counts 1/π, and whoever draws has no use for less.
const LEAST: f64 = 1e-9;

/// A task of a set.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Row {
    /// Its ids.
    pub at: TaskRef,
    /// Its half.
    pub half: Half,
    /// Hash of its text ([`text_hash`]).
    pub text: [u8; 16],
    /// The probability with which it was drawn; `None` where people picked.
    pub probability: Option<f64>,
    /// Title of the occupation and statement, in a set with words of its own.
    pub own: Option<(String, String)>,
    /// All cells, as they stand there.
    cells: Vec<String>,
}

impl Row {
    /// The cell of a column, without white space around it.
    pub fn cell(&self, at: usize) -> &str {
        self.cells.get(at).map_or("", String::as_str)
    }

    /// Whether a cell of a dimension holds anything.
    pub fn is_labelled(&self, columns: &[String]) -> bool {
        let mut cells = columns.iter().zip(&self.cells);
        cells.any(|(column, cell)| GoldFile::is_dimension(column) && !cell.is_empty())
    }
}

/// Reads the rows of a gold file ([`GoldFile::check`]) as those of a set.
///
/// # Errors
/// With file and line: a row that cannot be read, an empty id, a task twice, no half, no hash of the text or (beside a statement)
/// another one, no probability where the design is one of chance, an occupation in both halves.
pub(super) fn read(table: &LabelTable) -> Result<Vec<Row>> {
    if let Some(problem) = table.problems().first() {
        return Err(Error::input(problem.to_string()).hint(STRICT));
    }
    let columns = Columns::of(table)?;
    let mut seen: HashMap<String, usize> = HashMap::new();
    let mut halves: HashMap<String, (Half, usize)> = HashMap::new();
    let mut rows = Vec::new();
    for raw in table.rows() {
        let failed = |(what, hint): Wrong| {
            let problem = Problem {
                place: table.name().to_owned(),
                line: Some(raw.line),
                what,
            };
            Error::input(problem.to_string()).hint(hint)
        };
        let cells: Vec<String> = (0..table.columns().len())
            .map(|at| raw.get(at).unwrap_or_default().to_owned())
            .collect();
        let row = columns.row(cells).map_err(failed)?;
        let key = whole_id(&row.at.task_id).to_owned();
        if let Some(line) = seen.insert(key, raw.line) {
            let what = format!("task {} stands on line {line} already", row.at.task_id);
            return Err(failed((what, STRICT.to_owned())));
        }
        let job = row.at.occupation_id.as_str();
        let (half, line) = *halves
            .entry(full_code(job).0.to_owned())
            .or_insert((row.half, raw.line));
        if half != row.half {
            let own = row.half;
            let what = format!(
                "occupation {job} is in the {own} half here, and in the {half} half on line {line}"
            );
            let hint =
                "an occupation is in one half only: what is tried on its tasks tells of the others"
                    .to_owned();
            return Err(failed((what, hint)));
        }
        rows.push(row);
    }
    Ok(rows)
}

const STRICT: &str =
    "every row of a set is used: mend it or take it out; docs/eval-sets.md has the format";

/// What is wrong with a row, and what to do.
type Wrong = (String, String);

/// Where the columns stand that a set needs.
struct Columns {
    occupation_id: usize,
    task_id: usize,
    probability: usize,
    design: usize,
    half: usize,
    text: Option<usize>,
    /// Title of the occupation and statement.
    own: Option<(usize, usize)>,
}

impl Columns {
    fn of(table: &LabelTable) -> Result<Self> {
        let name = table.name();
        let find = |column: &str| table.columns().iter().position(|own| own == column);
        let need = |column: &str| {
            find(column).ok_or_else(|| {
                Error::input(format!("{name} has no column {column}")).hint(format!(
                    "`taskrater eval new NAME --gold {name}` makes a set of a gold file, with the columns half and text"
                ))
            })
        };
        let mut columns = table.columns().iter().enumerate();
        if let Some((_, twice)) =
            columns.find(|(at, own)| !own.is_empty() && table.columns()[..*at].contains(own))
        {
            let message = format!("{name} has the column {twice} twice");
            return Err(Error::input(message).hint("nobody knows which counts: take one out"));
        }
        let own = match (find("occupation"), find("statement")) {
            (_, None) => None,
            (Some(title), Some(statement)) => Some((title, statement)),
            (None, Some(_)) => {
                let message = format!("{name} has a column statement, and none called occupation");
                return Err(Error::input(message).hint(
                    "a set with statements of its own names the title of the occupation, too",
                ));
            }
        };
        Ok(Self {
            occupation_id: need("occupation_id")?,
            task_id: need("task_id")?,
            probability: need("probability")?,
            design: need("design")?,
            half: need("half")?,
            text: match own {
                Some(_) => find("text"),
                None => Some(need("text")?),
            },
            own,
        })
    }

    fn row(&self, cells: Vec<String>) -> std::result::Result<Row, Wrong> {
        let cell = |at: usize| cells.get(at).map_or("", String::as_str);
        let strict = |what: String| (what, STRICT.to_owned());
        let id = |at: usize, what: &str| match without_guard(cell(at)) {
            "" => Err(strict(format!("{what} is empty"))),
            id => Ok(id.to_owned()),
        };
        let at = TaskRef {
            occupation_id: id(self.occupation_id, "occupation_id")?,
            task_id: id(self.task_id, "task_id")?,
        };
        let half = Half::ALL
            .into_iter()
            .find(|half| half.name() == cell(self.half));
        let half = half.ok_or_else(|| {
            let shown = crate::shortened(cell(self.half), SHOWN);
            strict(format!("'{shown}' is no half: dev or test"))
        })?;
        let own = self
            .own
            .map(|(title, statement)| (cell(title), cell(statement)));
        if own.is_some_and(|(title, statement)| title.is_empty() || statement.is_empty()) {
            return Err(strict("occupation or statement is empty".to_owned()));
        }
        let own = own.map(|(title, statement)| {
            let plain = |text| without_guard(text).to_owned();
            (plain(title), plain(statement))
        });
        let text = hash(
            self.text.map_or("", cell),
            own.as_ref().map(|(_, text)| text.as_str()),
        )?;
        let probability = cell(self.probability);
        let known = probability.parse().ok();
        let known = known.filter(|p| (LEAST..=1.0).contains(p));
        let picked = GoldFile::is_picked(cell(self.design)) && probability.is_empty();
        if known.is_none() && !picked {
            let shown = crate::shortened(probability, SHOWN);
            let what = format!("'{shown}' is no probability from {LEAST:e} to 1");
            return Err(strict(what));
        }
        Ok(Row {
            at,
            half,
            text,
            probability: known,
            own,
            cells,
        })
    }
}

/// The hash in a cell, or of the statement beside it.
fn hash(cell: &str, statement: Option<&str>) -> std::result::Result<[u8; 16], Wrong> {
    let known = from_hex(cell);
    let Some(statement) = statement else {
        return known.ok_or_else(|| {
            let shown = crate::shortened(cell, SHOWN);
            let what = format!("'{shown}' is no hash of a text, 32 hex digits");
            (
                what,
                "the column text holds it, as `taskrater eval new` writes it".to_owned(),
            )
        });
    };
    let own = text_hash(statement);
    match cell.is_empty() || known == Some(own) {
        true => Ok(own),
        false => {
            let what = "text is not the hash of the statement".to_owned();
            let hint = format!("it is {}; the cell may be empty", to_hex(&own));
            Err((what, hint))
        }
    }
}

/// A hash as 32 lower-case hex digits.
pub(super) fn to_hex(hash: &[u8; 16]) -> String {
    hash.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn from_hex(text: &str) -> Option<[u8; 16]> {
    let digits = text.len() == 32 && text.bytes().all(|byte| byte.is_ascii_hexdigit());
    digits.then(|| u128::from_str_radix(text, 16).ok().map(u128::to_be_bytes))?
}
