//! Taking the ratings over, line by line.

use super::{Carry, Standing, broken};
use crate::error::Result;
use crate::plan::Plan;
use crate::rating::Outcome;
use crate::ratings::{Carried, Sheet};
use crate::report::RatingLine;
use crate::shell::cli::AskArgs;
use crate::shell::run_ratings::RunRatings;

impl Carry<'_> {
    /// Fills those cells of the sheet whose ratings the earlier run has, and says which they are.
    ///
    /// # Errors
    /// A line is no rating of that run, stands there twice, or the file has not as many as its manifest counts.
    pub fn fill(&self, plan: &Plan<'_>, args: &AskArgs, sheet: &mut Sheet) -> Result<Carried> {
        let (path, past) = (&self.source.ratings, &self.source.past);
        let broken = |message| broken(message, &past.run);
        let raters = past.raters.iter().map(|rater| &*rater.id);
        let lines = RunRatings::new(plan.prompt.rubric(), &self.source.tasks.inventory, raters);
        let mut carried = Carried::default();
        let there = lines.read(path, broken, |placed| {
            let line = &placed.line;
            if let Some(cell) = self.cell(plan, args, sheet, line) {
                sheet.set(cell, &line.rating)?;
                let first = line.carried_from.as_deref();
                carried.mark(cell, first.unwrap_or(&past.run));
            }
            Ok(())
        })?;
        let meant = past.outcomes.values().sum::<u64>();
        if there != meant {
            return Err(broken(format!(
                "{} has {there} ratings, and its manifest counts {meant}",
                path.display()
            )));
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
