//! Cards, occupations and ratings for tests.

use super::card::{Answer, Answered, Card, JudgeLine, PanelLine, PromptLine, Role, SetLine};
use super::measure::{Measured, SetTask};
use crate::inventory::{Occupation, TaskType};
use crate::rater::GoldKind;
use crate::rating::Rating;
use crate::ratings::Sheet;
use crate::ratings::fixtures::{occupation, rubric, task};
use crate::reconcile::{Gold, Method, Options};
use crate::report::{RaterKind, RaterLine};
use std::collections::BTreeMap;

pub(super) fn set() -> SetLine {
    SetLine {
        id: "small".into(),
        digest: "0123456789abcdef".into(),
        half: "dev".into(),
        kind: GoldKind::Human,
        source: "People who were asked.".into(),
        tasks: 2,
        gone: 0,
        changed: 0,
        inventory: "starter".into(),
        primary: Vec::new(),
        margin: BTreeMap::new(),
    }
}

pub(super) fn prompt() -> PromptLine {
    PromptLine {
        id: "exposure".into(),
        version: "1".into(),
        fingerprint: "fedcba9876543210".into(),
        schema: "0011223344556677".into(),
        text: "How exposed is it?\n".into(),
    }
}

pub(super) fn panel(raters: &[RaterLine]) -> PanelLine {
    let asked = raters.iter().filter(|rater| rater.gold.is_none());
    PanelLine {
        fingerprint: "8899aabbccddeeff".into(),
        raters: asked.map(|rater| rater.id.clone()).collect(),
    }
}

pub(super) fn answer(value: f64, label: &str) -> Answer {
    Answer {
        value,
        label: Some(label.into()),
        samples: Vec::new(),
    }
}

/// Two tasks, one judge.
pub(super) fn card() -> Card {
    let task = |id: &str, gold: Answer, said: Answer| {
        let in_exposure = |answer| BTreeMap::from([("exposure".to_owned(), answer)]);
        Answered {
            occupation_id: "o1".into(),
            task_id: id.into(),
            text: "00ff".into(),
            probability: Some(0.25),
            gold: in_exposure(gold),
            said: BTreeMap::from([("judge".to_owned(), in_exposure(said))]),
            rationale: BTreeMap::from([("judge".to_owned(), "It\nmay.".to_owned())]),
            missing: BTreeMap::new(),
        }
    };
    let third = Answer {
        samples: vec![0.0, 50.0, 50.0],
        ..answer(33.333333333333, "E2")
    };
    Card {
        format: Card::FORMAT,
        taskrater: "0.0.0".into(),
        set: set(),
        prompt: prompt(),
        panel: PanelLine {
            fingerprint: "8899aabbccddeeff".into(),
            raters: vec!["judge".into()],
        },
        samples: 3,
        method: "mean".into(),
        cost: BTreeMap::new(),
        judges: vec![JudgeLine {
            id: "judge".into(),
            role: Role::Rater,
            about: String::new(),
        }],
        dimensions: Vec::new(),
        rubric: rubric(),
        answers: vec![
            task("1", answer(0.0, "E0"), answer(50.0, "E2")),
            task("2", answer(100.0, "E1"), third),
        ],
    }
}

pub(super) fn rater(id: &str, kind: RaterKind, gold: Option<GoldKind>) -> RaterLine {
    RaterLine {
        id: id.into(),
        kind,
        source: format!("source of {id}"),
        description: String::new(),
        gold,
        drawn: None,
    }
}

/// What a run hands over.
pub(super) struct World {
    pub occupations: Vec<Occupation>,
    pub raters: Vec<RaterLine>,
    pub sheet: Sheet,
}

impl World {
    /// So many tasks in each of these occupations, the ratings task by task; gold is the last rater.
    pub fn new(occupations: &[usize], raters: &[&str], ratings: &[Rating]) -> Self {
        let of = |(n, &tasks): (usize, &usize)| {
            let own = (0..tasks).map(|t| task(&format!("{n}-{t}"), TaskType::Core, None));
            occupation(&format!("o{n}"), &format!("Job {n}"), own.collect())
        };
        let lines = raters.iter().map(|id| rater(id, RaterKind::Llm, None));
        let gold = rater("gold", RaterKind::Recording, Some(GoldKind::Human));
        let raters: Vec<RaterLine> = lines.chain([gold]).collect();
        Self {
            occupations: occupations.iter().enumerate().map(of).collect(),
            sheet: Sheet::of(&rubric(), raters.len(), ratings).unwrap(),
            raters,
        }
    }

    pub fn occupations(&self) -> Vec<&Occupation> {
        self.occupations.iter().collect()
    }

    pub fn tasks(&self) -> Vec<SetTask<'_>> {
        let of = |occupation: &'_ Occupation| -> Vec<(usize, usize)> {
            let at = self
                .occupations
                .iter()
                .position(|one| one.id == occupation.id);
            (0..occupation.tasks.len())
                .map(|task| (at.unwrap(), task))
                .collect()
        };
        let all = self.occupations.iter().flat_map(of);
        all.map(|(occupation, task)| SetTask {
            occupation_id: &self.occupations[occupation].id,
            task_id: &self.occupations[occupation].tasks[task].id,
            text: "00ff",
        })
        .collect()
    }

    pub fn measured<'a>(
        &'a self,
        occupations: &'a [&'a Occupation],
        tasks: &'a [SetTask<'a>],
    ) -> Measured<'a> {
        Measured {
            occupations,
            sheet: &self.sheet,
            raters: &self.raters,
            gold: Gold {
                rater: self.raters.len() - 1,
                kind: GoldKind::Human,
            },
            options: Options {
                method: Method::Mean,
                ..Options::default()
            },
            set: set(),
            prompt: prompt(),
            panel: panel(&self.raters),
            samples: 1,
            cost: BTreeMap::new(),
            tasks,
            baselines: &[],
        }
    }
}
