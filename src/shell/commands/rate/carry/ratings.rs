//! Taking the ratings over, line by line.

use super::{Carry, Standing, broken};
use crate::error::{Error, Result};
use crate::plan::Plan;
use crate::rating::Outcome;
use crate::ratings::{Carried, Sheet};
use crate::report::RatingLine;
use crate::shell::cli::AskArgs;
use std::collections::{HashMap, HashSet};
use std::fs::File;
use std::io::{BufRead as _, BufReader};

impl Carry {
    /// Fills those cells of the sheet whose ratings the earlier run has, and says which they are.
    ///
    /// # Errors
    /// A line is no rating of that run, stands there twice, or the file has not as many as its manifest counts.
    pub fn fill(&self, plan: &Plan<'_>, args: &AskArgs, sheet: &mut Sheet) -> Result<Carried> {
        let path = &self.source.ratings;
        let failed = |error| Error::io(format!("cannot read {}", path.display()), error);
        let file = BufReader::with_capacity(1 << 16, File::open(path).map_err(failed)?);
        let mut carried = Carried::default();
        let mut lines = Lines::new(self);
        for (n, line) in file.lines().enumerate() {
            let read = line
                .map_err(|error| Error::input(error.to_string()))
                .and_then(|line| RatingLine::read(plan.prompt.rubric(), &line))
                .and_then(|line| lines.check(&line).map(|()| line));
            let line = read.map_err(|error| {
                let message = format!("{}:{}: {error}", path.display(), n + 1);
                broken(message, &self.source.past.run)
            })?;
            if let Some(cell) = self.cell(plan, args, sheet, &line) {
                sheet.set(cell, &line.rating)?;
                let first = line.carried_from.as_deref();
                carried.mark(cell, first.unwrap_or(&self.source.past.run));
            }
        }
        let (there, meant) = (
            lines.seen.len() as u64,
            self.source.past.outcomes.values().sum::<u64>(),
        );
        if there != meant {
            let message = format!(
                "{} has {there} ratings, and its manifest counts {meant}",
                path.display()
            );
            return Err(broken(message, &self.source.past.run));
        }
        Ok(carried)
    }

    /// The cell that a rating can stand in.
    fn cell(
        &self,
        plan: &Plan<'_>,
        args: &AskArgs,
        sheet: &Sheet,
        line: &RatingLine,
    ) -> Option<usize> {
        let stands = match line.rating.outcome {
            Outcome::Refused => !args.retry_refused,
            outcome => outcome.is_final(),
        };
        let mut raters = plan.panel.raters().iter().zip(&self.raters);
        let same = |(_, standing): &(_, &Standing)| matches!(standing, Standing::Same);
        let rater = raters.position(|pair| pair.0.id == line.rater && same(&pair))?;
        let task = *self.places.get(&line.task_id)?;
        (stands && line.sample < plan.samples()).then(|| sheet.cell(task, rater, line.sample))
    }
}

/// What is known of the lines of the file so far.
struct Lines<'a> {
    /// Number and occupation of each task of the run, by id.
    tasks: HashMap<&'a str, (usize, &'a str)>,
    raters: Vec<&'a str>,
    /// Task, rater and sample.
    seen: HashSet<(usize, usize, u32)>,
}

impl<'a> Lines<'a> {
    fn new(carry: &'a Carry) -> Self {
        let items = carry.source.tasks.inventory.items().enumerate();
        Self {
            tasks: items
                .map(|(n, item)| (&*item.task.id, (n, &*item.occupation.id)))
                .collect(),
            raters: carry
                .source
                .past
                .raters
                .iter()
                .map(|rater| &*rater.id)
                .collect(),
            seen: HashSet::new(),
        }
    }

    /// Whether a line is about a task and a rater of the run, whole, and there for the first time.
    fn check(&mut self, line: &RatingLine) -> Result<()> {
        let RatingLine {
            occupation_id,
            task_id,
            rater,
            sample,
            rating,
            carried_from: _,
        } = line;
        let task = self
            .tasks
            .get(task_id.as_str())
            .filter(|(_, code)| code == occupation_id);
        let Some((task, _)) = task else {
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
        if !self.seen.insert((*task, number, *sample)) {
            return Err(Error::input(format!(
                "a second rating of task {task_id} by {rater}, sample {sample}"
            )));
        }
        Ok(())
    }
}
