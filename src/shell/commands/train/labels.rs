//! Rows from a label file, with the statements in it or in an inventory.

use super::columns::{Column, Columns};
use super::lesson::{GoldColumn, Lesson, Problems, allowed, answer, group_rows};
use crate::error::{Error, Kind, Result};
use crate::inventory::{Inventory, LabelTable, Occupation, Row as Record, Task, Wanted, whole_id};
use crate::rater::scale_of;
use crate::rater::surrogate::train::{Row, Target};
use crate::rater::surrogate::{Answer, Scale, normalise};
use crate::rubric::Dimension;
use crate::shell::cli::{InventoryArgs, TrainArgs};
use crate::shell::project::Project;
use std::collections::HashMap;
use std::collections::hash_map::Entry;

/// Rows of a label file.
pub(super) fn lesson(
    project: &Project,
    args: &TrainArgs,
    table: &LabelTable,
    target: Target,
    dimension: &Dimension,
) -> Result<Lesson> {
    let inventory = match &args.inventory {
        Some(path) => {
            let flags = InventoryArgs {
                inventory: Some(path.clone()),
                ..InventoryArgs::default()
            };
            Some(project.inventory(&flags, Wanted::default())?)
        }
        None => None,
    };
    let layout = Layout::find(args, table, dimension, inventory.is_some())?;
    let statements = inventory.as_ref().map(by_id);
    let mut read = Read::of(table);
    for row in table.rows() {
        read.take(&layout, row, statements.as_ref());
    }
    read.problems.none_or(&format!(
        "{}; a row without a label is left out",
        allowed(&target.scale)
    ))?;
    let mut notes = table.notes().to_vec();
    notes.push(layout.note(table, args));
    notes.extend(read.left_out.notes(inventory.as_ref()));
    notes.extend(repeated(&read.rows));
    let held_out = group_rows(&mut read.rows, &layout.held_out());
    Ok(Lesson {
        name: target.id.clone(),
        attribution: format!(
            "Labels: {}. The statements they were given to are not contained.",
            target.source
        ),
        gold: vec![layout.gold.map(|column| GoldColumn {
            name: column.name,
            answers: read.gold,
        })],
        targets: vec![target],
        rows: read.rows,
        held_out,
        notes,
    })
}

/// Gold answers of a label file by task id, for rows that come from elsewhere.
pub(super) fn gold_by_id(
    args: &TrainArgs,
    table: &LabelTable,
    scale: &Scale,
    dimension: &str,
) -> Result<(String, HashMap<String, Answer>)> {
    let columns = Columns::of(table);
    let id = columns.id(args.id.as_deref())?;
    let usual = ["gold", dimension, "label", "score"];
    let gold = columns.need(args.gold.as_deref(), &usual, "gold labels", "--gold COLUMN")?;
    let mut problems = Problems::of(table.name());
    let mut answers = HashMap::new();
    let cell = |row: Record<'_>, column: &Column| row.get(column.at).unwrap_or_default().to_owned();
    for row in table.rows() {
        match answer(&cell(row, &gold), scale) {
            Ok(Some(answer)) => drop(answers.insert(whole_id(&cell(row, &id)).to_owned(), answer)),
            Ok(None) => {}
            Err(problem) => problems.add(row.line, problem),
        }
    }
    problems.none_or(&allowed(scale))?;
    Ok((format!("{} of {}", gold.name, table.name()), answers))
}

/// Which column is what.
struct Layout {
    id: Column,
    /// `None` when the statements come from an inventory.
    text: Option<Column>,
    title: Option<Column>,
    group: Option<Column>,
    answer: Column,
    gold: Option<Column>,
    scale: Scale,
}

impl Layout {
    fn find(
        args: &TrainArgs,
        table: &LabelTable,
        dimension: &Dimension,
        joined: bool,
    ) -> Result<Self> {
        let columns = Columns::of(table);
        let scale = scale_of(dimension);
        check_kind(args, dimension, &scale)?;
        let (flag, word, option) = match scale {
            Scale::Labels(_) => (args.label.as_deref(), "label", "--label COLUMN"),
            Scale::Score => (args.score.as_deref(), "score", "--score COLUMN"),
        };
        let usual = [dimension.id.as_str(), word];
        let what = format!("the {word} of '{}'", dimension.id);
        let text = match joined {
            true => None,
            false => Some(columns.text(args.text.as_deref())?),
        };
        let layout = Self {
            id: columns.id(args.id.as_deref())?,
            title: columns.title(args.title.as_deref())?,
            group: columns.group(args.group.as_deref())?,
            answer: columns.need(flag, &usual, &what, option)?,
            gold: columns.find(args.gold.as_deref(), &["gold"])?,
            text,
            scale,
        };
        if layout.group.is_none() && layout.title.is_none() && !joined {
            return Err(Error::input(format!(
                "{} says nowhere which occupation a task belongs to; its columns are: {}",
                table.name(),
                table.list()
            ))
            .hint("agreement is measured on occupations held out: name their column with --group COLUMN"));
        }
        Ok(layout)
    }

    /// How the columns were taken, in one line.
    fn note(&self, table: &LabelTable, args: &TrainArgs) -> String {
        let name = |column: &Option<Column>| column.as_ref().map(|column| column.name.clone());
        let from = |path: &std::path::PathBuf| path.display().to_string();
        let parts = [
            ("id", Some(self.id.name.clone())),
            (
                "text",
                name(&self.text).or(args.inventory.as_ref().map(from)),
            ),
            ("title", name(&self.title)),
            ("group", Some(self.held_out())),
            ("label", Some(self.answer.name.clone())),
            ("gold", name(&self.gold)),
        ];
        let said = parts
            .into_iter()
            .filter_map(|(part, name)| Some(format!("{part} = {}", name?)));
        format!("{}: {}", table.name(), said.collect::<Vec<_>>().join(", "))
    }

    /// The column that says what is held out together.
    fn held_out(&self) -> String {
        match (&self.group, &self.text, &self.title) {
            (Some(group), ..) => group.name.clone(),
            (None, Some(_), Some(title)) => title.name.clone(),
            _ => "occupation of the inventory".to_owned(),
        }
    }
}

/// A label is not a score: the flag has to fit the dimension.
fn check_kind(args: &TrainArgs, dimension: &Dimension, scale: &Scale) -> Result<()> {
    let id = &dimension.id;
    let wrong = match scale {
        Scale::Labels(_) if args.score.is_some() => format!(
            "'{id}' is answered by a label ({}), so --score cannot be its column",
            scale.labels().join(", ")
        ),
        Scale::Score if args.label.is_some() => {
            format!("'{id}' is a score, so --label cannot be its column")
        }
        _ => return Ok(()),
    };
    Err(Error::new(Kind::Usage, wrong)
        .hint("--rubric and --dimension say what was judged; --label or --score names the column"))
}

type Statements<'a> = HashMap<&'a str, (&'a Occupation, &'a Task)>;

fn by_id(inventory: &Inventory) -> Statements<'_> {
    let tasks = inventory.occupations().iter().flat_map(|occupation| {
        let tasks = occupation.tasks.iter();
        tasks.map(move |task| (task.id.as_str(), (occupation, task)))
    });
    tasks.collect()
}

/// A note on task ids that occur more than once. Each row counts: two coders of one task are two answers, but who pasted
/// a file together by mistake should hear of it.
fn repeated(rows: &[Row]) -> Option<String> {
    let mut seen: HashMap<&str, &Row> = HashMap::new();
    let (mut again, mut otherwise) = (0, 0);
    for row in rows {
        match seen.entry(&row.task_id) {
            Entry::Vacant(free) => {
                free.insert(row);
            }
            Entry::Occupied(first) => {
                again += 1;
                otherwise += usize::from(first.get().answers != row.answers);
            }
        }
    }
    (again > 0).then(|| {
        format!("{again} rows repeat a task id, {otherwise} of them with another answer; each row counts")
    })
}

/// Rows that were left out, by reason.
#[derive(Default)]
struct LeftOut {
    blank: usize,
    unknown: usize,
    /// An id that is not in the inventory, as an example.
    example: String,
}

impl LeftOut {
    fn notes(&self, inventory: Option<&Inventory>) -> Vec<String> {
        let mut notes = Vec::new();
        if self.blank > 0 {
            notes.push(format!("{} rows without a label are left out", self.blank));
        }
        if let (Some(inventory), 1..) = (inventory, self.unknown) {
            notes.push(format!(
                "{} rows are left out: their task ids ({}, …) are not in {}",
                self.unknown,
                self.example,
                inventory.name()
            ));
        }
        notes
    }
}

/// What has been read so far.
struct Read {
    rows: Vec<Row>,
    gold: Vec<Option<Answer>>,
    problems: Problems,
    left_out: LeftOut,
}

impl Read {
    fn of(table: &LabelTable) -> Self {
        Self {
            rows: Vec::new(),
            gold: Vec::new(),
            problems: Problems::of(table.name()),
            left_out: LeftOut::default(),
        }
    }

    fn take(&mut self, layout: &Layout, row: Record<'_>, statements: Option<&Statements<'_>>) {
        let cell = |column: &Column| row.get(column.at).unwrap_or_default();
        let own = |column: &Option<Column>| column.as_ref().map_or("", cell);
        let given = match answer(cell(&layout.answer), &layout.scale) {
            Ok(Some(given)) => given,
            Ok(None) => return self.left_out.blank += 1,
            Err(problem) => return self.problems.add(row.line, problem),
        };
        let gold = match answer(own(&layout.gold), &layout.scale) {
            Ok(gold) => gold,
            Err(problem) => return self.problems.add(row.line, format!("gold: {problem}")),
        };
        let task_id = whole_id(cell(&layout.id)).to_owned();
        if task_id.is_empty() {
            return self.problems.add(row.line, "no task id");
        }
        let (statement, title, unit) = match statements {
            None => {
                let (title, group) = (own(&layout.title), own(&layout.group));
                let unit = if layout.group.is_some() { group } else { title };
                (own(&layout.text), title, unit)
            }
            Some(known) => match known.get(task_id.as_str()) {
                Some((occupation, task)) => {
                    let unit = layout.group.as_ref().map_or(occupation.id.as_str(), cell);
                    (task.statement.as_str(), occupation.title.as_str(), unit)
                }
                None => {
                    self.left_out.example = task_id;
                    return self.left_out.unknown += 1;
                }
            },
        };
        if normalise(statement).is_empty() {
            return self.problems.add(row.line, "the statement has no word");
        }
        if unit.is_empty() {
            let problem = "nothing says which occupation the task belongs to";
            return self.problems.add(row.line, problem);
        }
        self.gold.push(gold);
        self.rows.push(Row {
            task_id,
            group: unit.to_owned(),
            title: title.to_owned(),
            statement: statement.to_owned(),
            answers: vec![given],
        });
    }
}
