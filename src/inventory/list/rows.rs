//! Rows of cells as occupations and tasks.

use super::columns::{Columns, FIELDS, Field};
use super::remarks::Remarks;
use super::text::{LONGEST_DESCRIPTION, LONGEST_NAME, fault, in_one_line, same, task_fault};
use super::{Draft, DraftTask, Refused, ids};
use crate::inventory::{Grid, Problem, Row, TaskType};
use std::collections::HashMap;

/// What the format of a table says of its rows.
#[derive(Debug, Clone, Copy)]
pub(super) struct Habits {
    /// Whether an empty occupation may stand for the one above, as in merged cells.
    pub fills_down: bool,
    /// Whether cells beyond the header mean that the row is torn: a separator without quotes around it.
    pub tears: bool,
}

impl Habits {
    pub const SHEET: Self = Self {
        fills_down: true,
        tears: false,
    };
    pub const SEPARATED: Self = Self {
        fills_down: true,
        tears: true,
    };
    pub const JSON_LINES: Self = Self {
        fills_down: false,
        tears: false,
    };
}

/// One row, by the field.
pub(super) struct Cells {
    pub line: usize,
    cells: [Option<String>; FIELDS],
    /// Why it cannot be used.
    fault: Option<String>,
    /// Whether what it says of its occupation cannot be trusted either.
    torn: bool,
    /// An occupation on a line of its own, with its tasks below.
    heading: bool,
}

impl Cells {
    pub fn get(&self, field: Field) -> Option<&str> {
        self.cells.get(field as usize)?.as_deref()
    }

    pub fn set(&mut self, field: Field, text: Option<String>) {
        if let Some(cell) = self.cells.get_mut(field as usize) {
            *cell = text;
        }
    }

    fn names_occupation(&self) -> bool {
        self.get(Field::Id).or(self.get(Field::Title)).is_some()
    }
}

/// Reads a table whose header is understood. Every row that is not blank ends as a task, a heading or a problem.
pub(super) fn read(
    grid: &Grid,
    habits: Habits,
    problems: &mut Vec<Problem>,
    remarks: &mut Remarks,
) -> Result<Vec<Draft>, Refused> {
    let columns = Columns::find(grid, true)?;
    columns
        .notes()
        .into_iter()
        .for_each(|note| remarks.of_all(note));
    let rows = grid.rows().skip(columns.header + 1);
    let rows = rows.filter(|row| !row.is_empty());
    let mut rows: Vec<Cells> = rows.map(|row| cells(&row, &columns, habits)).collect();
    ids::tidy(&mut rows, &columns, remarks);
    if habits.fills_down {
        let lost: Vec<usize> = problems.iter().filter_map(|problem| problem.line).collect();
        fill_down(&mut rows, &lost, remarks);
    }
    let mut drafts = Drafts::new(&rows);
    for row in &rows {
        if let Err(what) = drafts.add(row, remarks) {
            problems.push(Problem {
                place: grid.place().to_owned(),
                line: Some(row.line),
                what,
            });
        }
    }
    Ok(drafts.drafts)
}

fn cells(row: &Row<'_>, columns: &Columns, habits: Habits) -> Cells {
    let at = |field| columns.position(field).and_then(|at| row.get(at));
    let mut cells = Cells {
        line: row.line,
        cells: [const { None }; FIELDS],
        fault: None,
        torn: false,
        heading: false,
    };
    for field in Field::ALL {
        cells.set(field, at(field).map(in_one_line));
    }
    let mut beyond = row.cells().skip(columns.width);
    if habits.tears && beyond.any(|cell| cell.is_some()) {
        cells.torn = true;
        cells.fault = Some(format!(
            "{} cells where the header has {}; a cell that holds the separator stands in double quotes",
            row.len(),
            columns.width
        ));
    } else if Field::ALL
        .into_iter()
        .all(|field| at(field) == columns.name(field))
    {
        cells.torn = true;
        cells.fault = Some("the header once more".to_owned());
    }
    let names = [
        (Field::Id, "the occupation's id"),
        (Field::Title, "the occupation"),
        (Field::TaskId, "the task's id"),
    ];
    for (field, called) in names {
        let wrong = cells
            .get(field)
            .and_then(|text| fault(called, text, LONGEST_NAME));
        if cells.fault.is_none() && wrong.is_some() {
            cells.torn = field != Field::TaskId;
            cells.fault = wrong;
        }
    }
    cells.fault = cells.fault.or_else(|| at(Field::Task).and_then(task_fault));
    cells
}

/// Rows without an occupation take that of the row above, if the table is of the kind that names each occupation once: where any
/// occupation is repeated in the very next row, an empty cell is a mistake. Below a torn row, or a line that is `lost` altogether,
/// nobody knows whose tasks follow.
fn fill_down(rows: &mut [Cells], lost: &[usize], remarks: &mut Remarks) {
    let name =
        |row: &Cells| [Field::Id, Field::Title].map(|field| row.get(field).map(str::to_owned));
    let repeated = rows.windows(2).any(|pair| match pair {
        [one, next] => one.names_occupation() && name(one) == name(next),
        _ => false,
    });
    if repeated {
        return;
    }
    let below: Vec<bool> = rows
        .iter()
        .skip(1)
        .map(|next| !next.names_occupation() && next.get(Field::Task).is_some())
        .chain([false])
        .collect();
    let mut above: Option<[Option<String>; 4]> = None;
    let mut last = 0;
    for (row, has_below) in rows.iter_mut().zip(below) {
        if row.torn || lost.iter().any(|line| (last..row.line).contains(line)) {
            above = None;
        }
        last = row.line;
        if row.torn {
            continue;
        }
        if row.names_occupation() {
            above = Some(Field::OCCUPATION.map(|field| row.get(field).map(str::to_owned)));
            row.heading = has_below && row.get(Field::Task).is_none();
        } else if let (Some(above), true) = (&above, row.get(Field::Task).is_some()) {
            for (field, text) in Field::OCCUPATION.into_iter().zip(above) {
                row.set(field, text.clone());
            }
            remarks.at(
                row.line,
                "no occupation in the row, that of the row above is taken",
            );
        }
    }
}

/// Occupations of a table so far.
struct Drafts {
    drafts: Vec<Draft>,
    by_id: HashMap<String, usize>,
    /// The first id that stands beside a title (in lower case), and the other way round.
    ids: HashMap<String, String>,
    titles: HashMap<String, String>,
}

impl Drafts {
    fn new(rows: &[Cells]) -> Self {
        let (mut ids, mut titles) = (HashMap::new(), HashMap::new());
        for row in rows.iter().filter(|row| row.fault.is_none()) {
            if let (Some(id), Some(title)) = (row.get(Field::Id), row.get(Field::Title)) {
                ids.entry(title.to_lowercase())
                    .or_insert_with(|| id.to_owned());
                titles
                    .entry(id.to_owned())
                    .or_insert_with(|| title.to_owned());
            }
        }
        Self {
            drafts: Vec::new(),
            by_id: HashMap::new(),
            ids,
            titles,
        }
    }

    fn add(&mut self, row: &Cells, remarks: &mut Remarks) -> Result<(), String> {
        if let Some(fault) = &row.fault {
            return Err(fault.clone());
        }
        let (id, title) = match (row.get(Field::Id), row.get(Field::Title)) {
            (Some(id), Some(title)) => (id.to_owned(), title.to_owned()),
            (Some(id), None) => (id.to_owned(), self.title(id, row.line, remarks)),
            (None, Some(title)) => (self.id(title), title.to_owned()),
            (None, None) => return Err("no occupation in the row".to_owned()),
        };
        let task = match row.get(Field::Task) {
            Some(statement) => Some(statement),
            None if row.heading => None,
            None => return Err("no task in the row".to_owned()),
        };
        let next = self.drafts.len();
        let at = *self.by_id.entry(id.clone()).or_insert(next);
        if at == next {
            self.drafts.push(Draft::new(row.line, id, title.clone()));
        }
        let Some(draft) = self.drafts.get_mut(at) else {
            return Ok(());
        };
        if !same(&draft.title, &title) {
            let what = "the id stood beside another title before, which is kept";
            remarks.at(row.line, what);
        }
        describe(draft, row, remarks);
        if let Some(statement) = task {
            draft.tasks.push(DraftTask {
                line: row.line,
                id: row.get(Field::TaskId).map(str::to_owned),
                statement: statement.to_owned(),
                kind: kind(row, remarks),
                importance: number(row, Field::Importance, (1.0, 5.0), remarks),
                relevance: number(row, Field::Relevance, (0.0, 100.0), remarks),
            });
        }
        Ok(())
    }

    /// The title of an id whose row has none: that of another row, or the id.
    fn title(&self, id: &str, line: usize, remarks: &mut Remarks) -> String {
        let known = self.titles.get(id).cloned();
        known.unwrap_or_else(|| {
            remarks.at(
                line,
                "no title in the row, the occupation's id stands for it",
            );
            id.to_owned()
        })
    }

    /// The id of a title whose row has none: that of another row, or one made of the title.
    fn id(&self, title: &str) -> String {
        let known = self.ids.get(&title.to_lowercase()).cloned();
        known.unwrap_or_else(|| ids::of_title(title))
    }
}

/// What a row says of its occupation beside id and title: the first description, and all alternate titles.
fn describe(draft: &mut Draft, row: &Cells, remarks: &mut Remarks) {
    match row.get(Field::Description) {
        None => {}
        Some(text) => match fault("the description", text, LONGEST_DESCRIPTION) {
            Some(_) => remarks.at(row.line, unusable("the description", LONGEST_DESCRIPTION)),
            None if draft.description.is_empty() => text.clone_into(&mut draft.description),
            None if draft.description == text => {}
            None => remarks.at(
                row.line,
                "another description than before, the first is kept",
            ),
        },
    }
    let cell = row.get(Field::Alternates).unwrap_or_default();
    let mark = if cell.contains('|') { '|' } else { ';' };
    for title in cell.split(mark).map(str::trim) {
        match fault("an alternate title", title, LONGEST_NAME) {
            _ if title.is_empty() => {}
            Some(_) => remarks.at(row.line, unusable("an alternate title", LONGEST_NAME)),
            None => draft.alternate_titles.push(title.to_owned()),
        }
    }
}

/// What a remark says of a text with a [fault]: the same for every row, so that one note holds for all.
fn unusable(called: &str, longest: usize) -> String {
    format!("{called} has more than {longest} characters, or control characters, and is not used")
}

/// What people write where they know nothing.
fn is_nothing(text: &str) -> bool {
    ["", "-", "n/a", "na", "none", "null", "unknown", "."].contains(&text)
}

fn kind(row: &Cells, remarks: &mut Remarks) -> TaskType {
    let text = row.get(Field::Kind).unwrap_or_default().to_lowercase();
    match text.as_str() {
        "core" => TaskType::Core,
        "supplemental" | "supplementary" => TaskType::Supplemental,
        other => {
            if !is_nothing(other) {
                let what = "a type that is neither Core nor Supplemental, read as unknown";
                remarks.at(row.line, what);
            }
            TaskType::Unknown
        }
    }
}

/// A number within these bounds; with a comma, too, and with a percent sign.
fn number(
    row: &Cells,
    field: Field,
    (least, most): (f64, f64),
    remarks: &mut Remarks,
) -> Option<f64> {
    let text = row.get(field)?;
    let digits = text.trim_end_matches('%').trim_end().replace(',', ".");
    let value = digits
        .parse()
        .ok()
        .filter(|value| (least..=most).contains(value));
    if value.is_none() && !is_nothing(&text.to_lowercase()) {
        let name = if field == Field::Importance {
            "importance"
        } else {
            "relevance"
        };
        let what = format!("{name} is no number from {least} to {most} and is left out");
        remarks.at(row.line, what);
    }
    value
}
