//! Occupations and their tasks, from wherever the user keeps them.
//!
//! An inventory is named by its path: the bundled starter inventory, lists of the user's own (CSV, Excel, TOML and
//! others), an O*NET release.
//! Nothing is imported into hidden state: every command reads the source it is given.

mod background;
mod changes;
mod contents;
mod grid;
mod list;
mod lookup;
mod onet;
mod problem;
mod starter;
mod text;

pub use background::{Background, Skill, Technology};
pub use changes::{Changes, Field, Pair, Sides};
pub use contents::{Contents, FoundTable, MissingTable};
pub use grid::{Grid, Row};
pub use list::{
    LabelTable, NameList, Named, OpenWorkbook, from_lists, from_toml_files, is_list, read_names,
    whole_id,
};
pub use lookup::{Found, How, Lookup, Match};
pub use onet::OnetTables;
pub use problem::Problem;
pub use starter::{starter, starter_files};
pub(crate) use text::FORMULA;
pub use text::{normalise, text_hash, without_guard, words};

use crate::error::{Error, Result};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, HashMap};

/// How central a task is to its occupation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
pub enum TaskType {
    /// Central to the occupation.
    Core,
    /// Done by some, or of less weight.
    Supplemental,
    /// Not said by the source (O*NET's `n/a` among them).
    #[default]
    Unknown,
}

impl TaskType {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Core, Self::Supplemental, Self::Unknown];

    /// Its name in files and prompts.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Core => "Core",
            Self::Supplemental => "Supplemental",
            Self::Unknown => "Unknown",
        }
    }
}

/// One task of an occupation.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Task {
    /// Stable id, unique in its inventory.
    pub id: String,
    /// What is done, in a sentence.
    pub statement: String,
    /// Core, supplemental or unknown.
    pub kind: TaskType,
    /// Importance to the occupation, 1 to 5, where the source gives it.
    pub importance: Option<f64>,
    /// Share of the people in the occupation to whom it is relevant, 0 to 100 percent, where the source gives it.
    pub relevance: Option<f64>,
    /// How often it is done, where the source gives it: the percentages of people who do it yearly or less, more than
    /// yearly, more than monthly, more than weekly, daily, several times a day, hourly or more.
    pub frequency: Option<[f64; 7]>,
    /// Ids of the detailed work activities it belongs to (O*NET's DWAs); empty unless the source was read with them.
    pub activities: Vec<String>,
}

/// An occupation and its tasks.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Occupation {
    /// Stable id: an O*NET-SOC code or the user's own.
    pub id: String,
    /// Title.
    pub title: String,
    /// What people in it do; empty where the source says nothing.
    pub description: String,
    /// Other titles it goes by; empty unless the source was read with them.
    pub alternate_titles: Vec<String>,
    /// Tasks in the order of the source; may be empty.
    pub tasks: Vec<Task>,
    /// What pages and groupings use and no rater is told; empty unless the source was read with it.
    pub background: Background,
}

/// One task with its occupation.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Item<'a> {
    /// The occupation.
    pub occupation: &'a Occupation,
    /// The task.
    pub task: &'a Task,
}

/// What is read beside occupations and tasks. Each costs time, and no run needs all.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Wanted {
    /// Alternate titles: naming an occupation needs them, rating all does not.
    pub titles: bool,
    /// Related occupations, job zones, technology, skills and detailed work activities.
    pub background: bool,
    /// O*NET's emerging tasks, which are not part of its task statements yet.
    pub emerging: bool,
}

impl Wanted {
    /// Occupations and tasks, with alternate titles or without.
    #[must_use]
    pub const fn titles(titles: bool) -> Self {
        Self {
            titles,
            background: false,
            emerging: false,
        }
    }
}

/// A source of occupations, read and checked: occupation ids and task ids are unique, no text is empty.
#[derive(Debug, Clone)]
pub struct Inventory {
    name: String,
    digest: String,
    notes: Vec<String>,
    problems: Vec<Problem>,
    contents: Contents,
    activities: BTreeMap<String, String>,
    occupations: Vec<Occupation>,
}

impl Inventory {
    /// Checks and builds an inventory. `name` is what people call the source, `digest` a hash of the bytes it was
    /// read from, `notes` what a reader should know of it (missing tables and what they would have given).
    ///
    /// # Errors
    /// A duplicate occupation id, a duplicate task id, an empty id, title or statement.
    pub fn new(
        name: String,
        digest: String,
        notes: Vec<String>,
        occupations: Vec<Occupation>,
    ) -> Result<Self> {
        let mut occupation_ids = HashMap::new();
        let mut task_ids: HashMap<&str, &str> = HashMap::new();
        for occupation in &occupations {
            let id = occupation.id.as_str();
            if id.trim().is_empty() {
                return Err(Error::input(format!(
                    "{name}: an occupation has an empty id"
                )));
            }
            if occupation.title.trim().is_empty() {
                return Err(Error::input(format!(
                    "{name}: occupation {id} has an empty title"
                )));
            }
            if occupation_ids.insert(id, ()).is_some() {
                return Err(Error::input(format!(
                    "{name}: occupation id {id} occurs twice"
                )));
            }
            for task in &occupation.tasks {
                if task.id.trim().is_empty() || task.statement.trim().is_empty() {
                    let what = if task.id.trim().is_empty() {
                        "id"
                    } else {
                        "statement"
                    };
                    return Err(Error::input(format!(
                        "{name}: a task of {id} has an empty {what} (task id '{}')",
                        task.id
                    )));
                }
                if let Some(other) = task_ids.insert(&task.id, id) {
                    return Err(Error::input(format!(
                        "{name}: task id {} occurs twice, in {other} and in {id}",
                        task.id
                    ))
                    .hint("give every task an id of its own: results are joined by it"));
                }
            }
        }
        Ok(Self {
            name,
            digest,
            notes,
            problems: Vec::new(),
            contents: Contents::default(),
            activities: BTreeMap::new(),
            occupations,
        })
    }

    /// The same with what was left out of the source, because it could not be used. A note says so in a line.
    #[must_use]
    pub fn with_problems(mut self, problems: Vec<Problem>) -> Self {
        self.notes.extend(problem::in_one_line(&problems));
        Self { problems, ..self }
    }

    /// The rows of the source that could not be used, in its order. Everything else is in the inventory.
    #[must_use]
    pub fn problems(&self) -> &[Problem] {
        &self.problems
    }

    /// The same with a list of the tables of the source.
    #[must_use]
    pub fn with_contents(self, contents: Contents) -> Self {
        Self { contents, ..self }
    }

    /// The tables of the source, found and missing.
    #[must_use]
    pub fn contents(&self) -> &Contents {
        &self.contents
    }

    /// The same with titles of detailed work activities, by id.
    #[must_use]
    pub fn with_activities(self, activities: BTreeMap<String, String>) -> Self {
        Self { activities, ..self }
    }

    /// Titles of the detailed work activities that [tasks](Task::activities) name, by id, where the source gives them.
    #[must_use]
    pub fn activities(&self) -> &BTreeMap<String, String> {
        &self.activities
    }

    /// Refuses an inventory of which anything had to be left out.
    ///
    /// # Errors
    /// There are [problems](Self::problems); the message names the first ones.
    pub fn strict(self) -> Result<Self> {
        match problem::refusal(&self.name, &self.problems) {
            Some(error) => Err(error),
            None => Ok(self),
        }
    }

    /// What people call the source, such as `O*NET 30.2`.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Hash of the bytes that the inventory was read from (hex).
    #[must_use]
    pub fn digest(&self) -> &str {
        &self.digest
    }

    /// What a reader should know of the source.
    #[must_use]
    pub fn notes(&self) -> &[String] {
        &self.notes
    }

    /// The occupations in the order of the source.
    #[must_use]
    pub fn occupations(&self) -> &[Occupation] {
        &self.occupations
    }

    /// All tasks with their occupations, in the order of the source.
    pub fn items(&self) -> impl Iterator<Item = Item<'_>> {
        self.occupations.iter().flat_map(|occupation| {
            let tasks = occupation.tasks.iter();
            tasks.map(move |task| Item { occupation, task })
        })
    }

    /// Number of tasks over all occupations.
    #[must_use]
    pub fn task_count(&self) -> usize {
        self.occupations
            .iter()
            .map(|occupation| occupation.tasks.len())
            .sum()
    }
}
