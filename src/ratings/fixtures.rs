//! Small rubrics, occupations and ratings for tests.

use crate::inventory::{Occupation, Task, TaskType};
use crate::rating::{Outcome, Rating, Value};
use crate::rubric::{Dimension, Label, Rubric, Scale};

pub(crate) fn exposure() -> Dimension {
    let label = |id: &str, value| Label {
        id: id.into(),
        value,
        meaning: String::new(),
    };
    Dimension {
        id: "exposure".into(),
        question: String::new(),
        scale: Scale::Labels(vec![label("E0", 0.0), label("E2", 0.5), label("E1", 1.0)]),
    }
}

pub(crate) fn automation() -> Dimension {
    let scale = Scale::Score(Vec::new());
    Dimension {
        id: "automation".into(),
        question: String::new(),
        scale,
    }
}

pub(crate) fn rubric() -> Rubric {
    let augmentation = Dimension {
        id: "augmentation".into(),
        ..automation()
    };
    Rubric::new(
        "impact".into(),
        vec![exposure(), automation(), augmentation],
    )
    .unwrap()
}

pub(crate) fn task(id: &str, kind: TaskType, importance: Option<f64>) -> Task {
    Task {
        id: id.into(),
        statement: format!("Do what task {id} says."),
        kind,
        importance,
        ..Task::default()
    }
}

pub(crate) fn occupation(id: &str, title: &str, tasks: Vec<Task>) -> Occupation {
    Occupation {
        id: id.into(),
        title: title.into(),
        tasks,
        ..Occupation::default()
    }
}

pub(crate) fn label(position: usize) -> Value {
    Value {
        value: [0.0, 0.5, 1.0][position],
        label: Some(position),
        probabilities: None,
    }
}

pub(crate) fn score(value: f64) -> Value {
    Value {
        value,
        label: None,
        probabilities: None,
    }
}

pub(crate) fn odds(probabilities: [f64; 3]) -> Value {
    let most = (0..3)
        .rev()
        .max_by(|&a, &b| probabilities[a].total_cmp(&probabilities[b]));
    Value {
        value: probabilities[1] * 0.5 + probabilities[2],
        label: most,
        probabilities: Some(probabilities.to_vec()),
    }
}

/// A rating of the rubric above; augmentation is covered by nobody.
pub(crate) fn rated(exposure: Option<Value>, automation: Option<Value>, rationale: &str) -> Rating {
    Rating {
        outcome: Outcome::Rated,
        values: vec![exposure, automation, None],
        rationale: rationale.into(),
        ..Rating::missing(Outcome::Rated, 3)
    }
}
