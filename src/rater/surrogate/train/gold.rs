//! Agreement with trusted labels of the training tasks, beside the agreement with the teacher.

use std::collections::BTreeSet;

use serde::Serialize;

use super::super::bundle::Bundle;
use super::super::figures::{Figures, figures};
use super::super::scale::Answer;
use super::super::text::{normalise, text_hash};
use super::Row;

/// A surrogate and its teacher against the same gold labels.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Gold {
    /// The surrogate, by its out-of-fold predictions.
    pub surrogate: Figures,
    /// The teacher: the labels that the surrogate learned, as certainties.
    pub teacher: Figures,
}

/// Surrogate number `which`, trained on `rows`, against `gold`: an answer a row, or `None` where there is none.
/// Every prediction is out-of-fold. `None` when there is no such surrogate, or fewer than two gold labels on its
/// scale.
#[must_use]
pub fn against_gold(
    bundle: &Bundle,
    which: usize,
    rows: &[Row],
    gold: &[Option<Answer>],
) -> Option<Gold> {
    let surrogate = bundle.surrogates.get(which)?;
    let (scale, memory) = (&surrogate.about.scale, &bundle.memory);
    let (mut predicted, mut taught, mut trusted) = (Vec::new(), Vec::new(), Vec::new());
    let mut groups = BTreeSet::new();
    for (row, answer) in rows.iter().zip(gold) {
        let shares = answer.as_ref().and_then(|answer| scale.shares(answer));
        let teacher = row.answers.get(which).and_then(|given| scale.shares(given));
        let known = memory.rows_of(&row.task_id, text_hash(&normalise(&row.statement)));
        if let (Some(shares), Some(teacher), false) = (shares, teacher, known.is_empty()) {
            let anchors = surrogate.maps() + 1;
            predicted.push(memory.average(&known, bundle.maps(), surrogate.first, anchors));
            taught.push(teacher.into_iter().map(f64::from).collect());
            trusted.push(shares);
            groups.insert(row.group.as_str());
        }
    }
    if trusted.len() < 2 {
        return None;
    }
    let values = scale.values();
    let measure = |answers: &[Vec<f64>]| figures(answers, &trusted, &values, groups.len());
    Some(Gold {
        surrogate: measure(&predicted),
        teacher: measure(&taught),
    })
}
