//! A small desk for tests.

use super::{Answer, Design, Desk, Draw, Entry, Frame, Said};
use crate::inventory::{Occupation, TaskType};
use crate::rater::GoldKind;
use crate::ratings::fixtures::{occupation, rubric, task};
use crate::rubric::Rubric;

/// A rubric of the labelled dimension `exposure` and the score `automation`, as `impact` has them.
fn asked() -> (Rubric, Vec<String>) {
    let rubric = rubric();
    let ids = rubric.dimensions().iter().take(2);
    let ids = ids.map(|one| one.id.clone()).collect();
    (rubric, ids)
}

/// So many tasks, two of each occupation, all of them drawn; the first `contested` are contested.
pub(super) fn desk(tasks: usize, contested: usize) -> Desk {
    drawn(tasks, contested, 0.0, tasks)
}

/// The same, of which `wanted` are drawn with this share of contested ones.
pub(super) fn drawn(tasks: usize, contested: usize, share: f64, wanted: usize) -> Desk {
    let jobs: Vec<Occupation> = (0..tasks.div_ceil(2))
        .map(|job| {
            let own = (2 * job..(2 * job + 2).min(tasks))
                .map(|n| task(&n.to_string(), TaskType::Core, None));
            occupation(&format!("job-{job}"), &format!("Job {job}"), own.collect())
        })
        .collect();
    let (rubric, dimensions) = asked();
    let frame = Frame {
        run: "run",
        prompt: "0",
        rubric: &rubric,
        dimensions: &dimensions,
        kind: GoldKind::Human,
        occupations: &jobs.iter().collect::<Vec<_>>(),
        contested: &(0..tasks).map(|n| n < contested).collect::<Vec<_>>(),
    };
    let design = Design {
        tasks: wanted,
        contested: share,
        double: 0.5,
        seed: 1,
    };
    Desk::new(Draw::new(&frame, design, "2026-11-21T09:00:00Z".into()).unwrap())
}

pub(super) fn label(exposure: &str, automation: f64) -> Said {
    let (_, ids) = asked();
    Said::Label {
        values: [
            (ids[0].clone(), Answer::Label(exposure.into())),
            (ids[1].clone(), Answer::Score(automation)),
        ]
        .into(),
        note: String::new(),
    }
}

pub(super) fn skip(reason: &str) -> Said {
    Said::Skip {
        reason: reason.into(),
    }
}

/// An entry at this place; minutes count up with what was said before.
pub(super) fn say(desk: &mut Desk, reviewer: &str, place: usize, said: Said) {
    let task = &desk.draw().tasks[place];
    let entry = Entry {
        time: format!("2026-11-21T10:{:02}:00Z", desk.taken()),
        draw: desk.draw().id.clone(),
        reviewer: reviewer.into(),
        occupation_id: task.occupation_id.clone(),
        task_id: task.task_id.clone(),
        said,
    };
    desk.put(entry).unwrap();
}
