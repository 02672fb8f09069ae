//! Whether a free judge learned the very labels that the set holds it against.

use super::Measured;
use super::answers::Laid;
use crate::error::{Error, Kind, Result};
use crate::inventory::{Occupation, Task};
use crate::rater::Bundle;
use crate::rater::surrogate::Input;

/// With fewer tasks that it was trained on, agreement of all of them is chance.
const LEAST: usize = 10;

/// Says so of the surrogates that come with the program: from ten tasks on, 19 of 20 of whose training labels are the gold.
pub(super) fn mark(of: &Measured<'_>, laid: &mut Laid<'_>) -> Result<()> {
    let broken = |error| Error::new(Kind::Internal, "embedded surrogates").because(error);
    let bundle = Bundle::embedded().map_err(broken)?;
    let tasks = of.occupations.iter();
    let tasks: Vec<(&Occupation, &Task)> = tasks
        .flat_map(|occupation| occupation.tasks.iter().map(|task| (*occupation, task)))
        .collect();
    for (which, surrogate) in bundle.surrogates().iter().enumerate() {
        let about = surrogate.about();
        let mut judges = laid.judges.iter_mut();
        let judge = judges.find(|judge| judge.free && judge.line.id == about.id);
        let (Some(judge), Some(position)) = (judge, of.sheet.rubric().position(&about.dimension))
        else {
            continue;
        };
        let dimension = &of.sheet.rubric().dimensions()[position];
        let mut scorer = bundle.scorer();
        let (mut trained, mut same) = (0_usize, 0_usize);
        for (answered, &place) in laid.answers.iter().zip(&laid.places) {
            let (Some(gold), Some((occupation, task))) =
                (answered.gold.get(&dimension.id), tasks.get(place))
            else {
                continue;
            };
            let input = Input {
                task_id: &task.id,
                occupation: &occupation.title,
                statement: &task.statement,
            };
            if let Some(taught) = scorer.taught(which, input) {
                trained += 1;
                same += usize::from((dimension.to_score(taught) - gold.value).abs() < 1e-6);
            }
        }
        if trained >= LEAST && 20 * same >= 19 * trained {
            let learned = format!(
                "; it learned the very labels that are the gold here ({same} of {trained} of them)"
            );
            judge.line.about.push_str(&learned);
        }
    }
    Ok(())
}
