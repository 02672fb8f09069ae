//! An eval set: tasks with gold labels, how they were drawn, and a half that is kept for the end.
//!
//! A set is two files of text: `set.toml` says what it is ([`About`]), `gold.csv` is a gold file as `review` writes it, with the
//! half of each task and a hash of its text. Texts themselves come from an inventory, unless the set has its own.

mod about;
mod draw;
mod join;
mod log;
mod make;
mod precision;
mod rows;
mod shipped;

pub use about::{About, DrawnFrom, MOST_PRIMARY, STARTER, check_id};
pub use draw::{Amount, Drawn, Plan};
pub use join::Joined;
pub use log::{Count, Log, LogLine, LoggedPrompt, Tried};
pub use make::{CARRIED, FrameTask, draw_id, gold_csv};
pub use precision::{MetricPrecision, Precision};
pub use shipped::{shipped, shipped_ids};

use super::Primary;
use crate::error::{Error, Result};
use crate::inventory::LabelTable;
use crate::rater::{GoldFile, GoldKind};
use crate::rubric::Rubric;
use rows::Row;
use std::collections::BTreeMap;
use std::fmt;

/// What the files of a set are called.
pub const ABOUT: &str = "set.toml";
/// Its gold.
pub const GOLD: &str = "gold.csv";

/// One of the two parts of a set. No occupation is in both.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Half {
    /// For trying prompts, as often as one likes.
    Dev,
    /// Locked: used only when it is asked for by name.
    Test,
}

impl Half {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Dev, Self::Test];

    /// Its name in files and on the command line.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Dev => "dev",
            Self::Test => "test",
        }
    }
}

impl fmt::Display for Half {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// A task of a set, by its ids.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, serde::Serialize)]
pub struct TaskRef {
    /// Id of the occupation.
    pub occupation_id: String,
    /// Id of the task.
    pub task_id: String,
}

/// An eval set, read and checked.
#[derive(Debug, Clone)]
pub struct Set {
    name: String,
    about: About,
    kind: GoldKind,
    digest: String,
    columns: Vec<String>,
    rows: Vec<Row>,
    notes: Vec<String>,
    /// The figures that `set.toml` names, each with its line.
    figures: Vec<(Primary, usize)>,
}

impl Set {
    /// Reads the two files of a set; `name` is how errors call its folder.
    ///
    /// # Errors
    /// `set.toml` is none ([`About::read`]). `gold.csv` is no gold file, has a row that cannot be read, without ids, half, hash of its
    /// text or probability, a task twice, or no column that the primary metrics need. Each names file and line.
    pub fn read(name: &str, toml: &str, gold: &[u8]) -> Result<Self> {
        let about = About::read(&format!("{name}/{ABOUT}"), toml)?;
        let table = LabelTable::read(&format!("{name}/{GOLD}"), gold)?;
        if table.rows().next().is_none() && table.problems().is_empty() {
            return Err(Error::input(format!("{} has no row", table.name()))
                .hint("`taskrater eval new NAME` draws the tasks of a set"));
        }
        let kind = GoldFile::check(&table)?;
        let rows = rows::read(&table)?;
        let figures = about::lines_of(&about, toml);
        let set = Self {
            name: name.to_owned(),
            about,
            kind,
            digest: digest(&[toml.as_bytes(), gold]),
            columns: table.columns().to_vec(),
            rows,
            notes: table.notes().to_vec(),
            figures,
        };
        set.check_primary(&table)?;
        Ok(set)
    }

    /// That the figures that it names are of dimensions that it has gold of.
    fn check_primary(&self, table: &LabelTable) -> Result<()> {
        let has = |id: &str| self.dimensions().any(|own| own == id);
        let missing = self.figures.iter().find(|(one, _)| !has(&one.dimension));
        let Some((Primary { dimension, .. }, line)) = missing else {
            return Ok(());
        };
        let (name, gold) = (&self.name, table.name());
        let message = format!("{name}/{ABOUT}:{line}: {gold} has no column {dimension}");
        let own: Vec<&str> = self.dimensions().collect();
        Err(Error::input(message).hint(format!(
            "primary and margin name metrics of the dimensions of the gold: {}",
            own.join(", ")
        )))
    }

    /// That a rubric's dimensions can have the figures that the set names.
    ///
    /// # Errors
    /// With file and line: a metric of labels of a dimension that is a score there.
    pub fn check_figures(&self, rubric: &Rubric) -> Result<()> {
        let mut faults = self.figures.iter().filter_map(|(figure, line)| {
            let fault = figure.fault(rubric)?;
            let place = format!("{}/{ABOUT}:{line}", self.name);
            Some(Error::input(format!("{place}: {fault}")).hint(
                "a score has mae, bias, pearson, spread and slope; take another rubric, or name another figure",
            ))
        });
        faults.next().map_or(Ok(()), Err)
    }

    /// How errors call it: its folder.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// All that `set.toml` says.
    #[must_use]
    pub fn about(&self) -> &About {
        &self.about
    }

    /// Id, by which it is found and its log is kept.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.about.id
    }

    /// Title.
    #[must_use]
    pub fn title(&self) -> &str {
        &self.about.title
    }

    /// Id of the rubric that its gold is in.
    #[must_use]
    pub fn rubric(&self) -> &str {
        &self.about.rubric
    }

    /// Where tasks and labels come from, with attribution.
    #[must_use]
    pub fn source(&self) -> &str {
        &self.about.source
    }

    /// Where the texts come from: [`About::inventory`].
    #[must_use]
    pub fn inventory(&self) -> &str {
        &self.about.inventory
    }

    /// The metrics that decide, as `dimension.metric`, declared before anybody looked.
    #[must_use]
    pub fn primary(&self) -> &[Primary] {
        &self.about.primary
    }

    /// Differences below which nothing is called better or worse, by `dimension.metric`, in the unit of the metric.
    #[must_use]
    pub fn margin(&self) -> &BTreeMap<Primary, f64> {
        &self.about.margin
    }

    /// Whose labels they are.
    #[must_use]
    pub fn kind(&self) -> GoldKind {
        self.kind
    }

    /// 16 hex digits of a hash of both files.
    #[must_use]
    pub fn digest(&self) -> &str {
        &self.digest
    }

    /// What a reader should know of how its gold was read, such as the encoding.
    #[must_use]
    pub fn notes(&self) -> &[String] {
        &self.notes
    }

    /// Ids of the dimensions that it has gold of, in the order of the columns.
    pub fn dimensions(&self) -> impl Iterator<Item = &str> {
        let columns = self.columns.iter().map(String::as_str);
        columns.filter(|column| GoldFile::is_dimension(column))
    }

    /// Number of tasks of a half.
    #[must_use]
    pub fn half_tasks(&self, half: Half) -> usize {
        self.rows.iter().filter(|row| row.half == half).count()
    }

    /// The tasks of a half in the order of the set, each with the hash of its text (32 hex digits).
    pub fn tasks(&self, half: Half) -> impl Iterator<Item = (&TaskRef, String)> {
        let own = self.rows.iter().filter(move |row| row.half == half);
        own.map(|row| (&row.at, rows::to_hex(&row.text)))
    }

    /// Number of tasks of a half without any label.
    #[must_use]
    pub fn unlabelled(&self, half: Half) -> usize {
        let own = self.rows.iter().filter(|row| row.half == half);
        own.filter(|row| !row.is_labelled(&self.columns)).count()
    }

    /// Number of occupations of a half.
    #[must_use]
    pub fn half_occupations(&self, half: Half) -> usize {
        let own = self.rows.iter().filter(|row| row.half == half);
        let ids: std::collections::BTreeSet<&str> = own.map(|row| &*row.at.occupation_id).collect();
        ids.len()
    }

    /// A gold file with the labelled rows of a half, in the order of the set, without the columns that only sets have.
    #[must_use]
    pub fn gold_of(&self, half: Half) -> Vec<u8> {
        let kept: Vec<usize> = (0..self.columns.len())
            .filter(|&at| !rows::OF_SETS.contains(&self.columns[at].as_str()))
            .collect();
        // Writing into memory does not fail.
        let mut out = csv::Writer::from_writer(Vec::new());
        let _ = out.write_record(kept.iter().map(|&at| &self.columns[at]));
        for row in self.rows.iter().filter(|row| row.half == half) {
            if row.is_labelled(&self.columns) {
                let _ = out.write_record(kept.iter().map(|&at| row.cell(at)));
            }
        }
        out.into_inner().unwrap_or_default()
    }

    /// That a half has a label at all.
    fn check_labelled(&self, half: Half) -> Result<()> {
        let (tasks, without) = (self.half_tasks(half), self.unlabelled(half));
        let place = format!("{}/{GOLD}", self.name);
        if tasks == 0 {
            let message = format!("{place}: no task is in the {half} half");
            return Err(Error::input(message).hint(
                "the column half says dev or test; `taskrater eval new NAME --test-share` splits anew",
            ));
        }
        if without < tasks {
            return Ok(());
        }
        let columns: Vec<&str> = self.dimensions().collect();
        let message = format!(
            "{place}: none of the {tasks} tasks of the {half} half has a label in {}",
            columns.join(", ")
        );
        Err(Error::input(message).hint(format!(
            "fill in {} of {place}, a row a task; or label the tasks of a run with `taskrater review RUN` and make the set of its \
             gold.csv",
            match columns.len() {
                1 => "the column",
                _ => "the columns",
            }
        )))
    }
}

/// 16 hex digits of a hash of these parts.
fn digest(parts: &[&[u8]]) -> String {
    let mut hasher = blake3::Hasher::new();
    for bytes in parts {
        hasher.update(&(bytes.len() as u64).to_le_bytes());
        hasher.update(bytes);
    }
    hasher.finalize().to_hex()[..16].to_owned()
}

#[cfg(test)]
pub(crate) mod fixtures;
#[cfg(test)]
mod tests;
