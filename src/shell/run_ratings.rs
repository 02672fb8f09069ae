//! The ratings that a run wrote, line by line: each is about a task and a rater of that run, whole, and there once.

use crate::error::{Error, Result};
use crate::inventory::Inventory;
use crate::rating::Outcome;
use crate::report::RatingLine;
use crate::rubric::Rubric;
use std::collections::{HashMap, HashSet};
use std::fs::File;
use std::io::{BufRead as _, BufReader};
use std::path::Path;

/// The name of the file in a run's folder.
pub(super) const RATINGS: &str = "ratings.jsonl";

/// What the lines of a run can be about.
pub(super) struct RunRatings<'a> {
    rubric: &'a Rubric,
    /// Number and occupation of each task of the run, by id.
    tasks: HashMap<&'a str, (usize, &'a str)>,
    raters: Vec<&'a str>,
}

/// A line that is about a task and a rater of its run.
pub(super) struct Placed {
    /// Number of the task among those of the run.
    pub task: usize,
    /// Position of the rater in the panel of the run.
    pub rater: usize,
    pub line: RatingLine,
}

impl<'a> RunRatings<'a> {
    /// Of a run about these tasks by these raters.
    pub fn new(
        rubric: &'a Rubric,
        tasks: &'a Inventory,
        raters: impl IntoIterator<Item = &'a str>,
    ) -> Self {
        let items = tasks.items().enumerate();
        Self {
            rubric,
            tasks: items
                .map(|(n, item)| (&*item.task.id, (n, &*item.occupation.id)))
                .collect(),
            raters: raters.into_iter().collect(),
        }
    }

    /// Number of tasks of the run.
    pub fn tasks(&self) -> usize {
        self.tasks.len()
    }

    /// Hands out every line of the file and counts them; `broken` makes an error of what is wrong with one.
    ///
    /// # Errors
    /// The file cannot be read, a line is no rating of the run, or stands there twice; whatever `each` says.
    pub fn read(
        &self,
        path: &Path,
        broken: impl Fn(String) -> Error,
        mut each: impl FnMut(Placed) -> Result<()>,
    ) -> Result<u64> {
        let failed = |error| Error::io(format!("cannot read {}", path.display()), error);
        let file = BufReader::with_capacity(1 << 16, File::open(path).map_err(failed)?);
        let mut seen = HashSet::new();
        for (n, line) in file.lines().enumerate() {
            let read = line
                .map_err(|error| Error::input(error.to_string()))
                .and_then(|line| RatingLine::read(self.rubric, &line))
                .and_then(|line| self.place(line, &mut seen));
            let placed =
                read.map_err(|error| broken(format!("{}:{}: {error}", path.display(), n + 1)))?;
            each(placed)?;
        }
        Ok(seen.len() as u64)
    }

    fn place(&self, line: RatingLine, seen: &mut HashSet<(usize, usize, u32)>) -> Result<Placed> {
        let RatingLine {
            occupation_id,
            task_id,
            rater,
            sample,
            rating,
            carried_from: _,
            probability: _,
        } = &line;
        let task = self
            .tasks
            .get(task_id.as_str())
            .filter(|(_, code)| code == occupation_id);
        let Some(&(task, _)) = task else {
            return Err(Error::input(format!(
                "the run has no task {task_id} of {occupation_id}"
            )));
        };
        let Some(number) = self.raters.iter().position(|known| known == rater) else {
            return Err(Error::input(format!("the run has no rater '{rater}'")));
        };
        // Replies to a hosted rater's questions, which alone took a reading, answer on every dimension.
        let whole = rating.repair.is_none() || rating.values.iter().all(Option::is_some);
        if rating.outcome == Outcome::Rated && !whole {
            return Err(Error::input("a rating without a value on every dimension"));
        }
        if !seen.insert((task, number, *sample)) {
            return Err(Error::input(format!(
                "a second rating of task {task_id} by {rater}, sample {sample}"
            )));
        }
        Ok(Placed {
            task,
            rater: number,
            line,
        })
    }
}
