//! What gold may calibrate: its tasks stand for others only where it is known how they were drawn.

use super::Options;
use crate::error::{Error, Result};
use crate::ratings::{Drawn, Part, Table};
use std::sync::Arc;

/// How the gold of a reconciliation was drawn, where that is known.
pub(super) type Design = Option<Arc<Drawn>>;

/// Refuses gold of a draw whose weights are not known, where the method would calibrate by it. Gold that only stands beside
/// the values may be drawn in any way, and gold of which nothing is said is taken at its word.
pub(super) fn check(design: &Design, tables: &[Table], options: &Options) -> Result<()> {
    let (Some(drawn), Some(gold), true) = (design, options.gold, options.method.calibrates())
    else {
        return Ok(());
    };
    for table in tables {
        let tasks: Vec<usize> = (0..table.tasks())
            .filter(|&task| table.value(task, gold.rater).is_some())
            .collect();
        refusal(drawn, &tasks)?;
    }
    Ok(())
}

/// Why gold of these tasks can calibrate nothing, as an error.
///
/// # Errors
/// [`Kind::Input`](crate::error::Kind::Input): a part of the tasks was left out of the draw, or the probability of a task is
/// not known.
pub fn refusal(drawn: &Drawn, tasks: &[usize]) -> Result<()> {
    if tasks.is_empty() || drawn.of(tasks).is_some() {
        return Ok(());
    }
    let part = drawn.part();
    let what = match part {
        Some(part) => format!(
            "gold was drawn from {part}, so it says nothing of the others and cannot calibrate the panel"
        ),
        None => format!(
            "of {} of the {} gold tasks it is not known with which probability they were drawn (it lies above 0 and up to 1), so gold \
             cannot calibrate the panel",
            drawn.unknown(tasks),
            tasks.len()
        ),
    };
    let mend = part.map_or(
        "mend the lines of its file that stderr names (the column `probability`)",
        Part::hint,
    );
    Err(Error::input(what).hint(format!(
        "{mend}; or use this gold beside the values alone: `reconcile RUN --gold … --method mean`, `audit RUN --gold …`"
    )))
}
