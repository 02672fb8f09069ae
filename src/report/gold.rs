//! What gold did to the numbers of a run, and what they can claim by it: lines for people.

use super::{RaterLine, Report};
use crate::rater::Provenance;
use crate::reconcile::{Calibrated, Gold, OccupationScore, Reconciliation};

/// Weighted gold that is worth fewer tasks than this makes rough intervals.
const FEW: f64 = 10.0;

/// The rater among these that is marked as gold; the first where several are.
#[must_use]
pub fn marked_gold(raters: &[RaterLine]) -> Option<Gold> {
    let mut marked = raters.iter().enumerate();
    marked.find_map(|(rater, line)| {
        Some(Gold {
            rater,
            kind: line.gold?,
        })
    })
}

/// What gold did, and how far it can be trusted; empty without gold.
#[must_use]
pub fn gold_text(report: &Report<'_>) -> Vec<String> {
    let Some(gold) = report.reconciled.options.gold else {
        return Vec::new();
    };
    let line = report.raters.get(gold.rater);
    let id = line.map_or("?", |line| &line.id);
    let drawn = line.and_then(|line| line.drawn.as_ref());
    let mut dimensions = report.reconciled.dimensions.iter();
    let used = dimensions.any(|one| one.calibrated.is_some());
    let part = report
        .ratings
        .drawn(gold.rater)
        .and_then(|drawn| drawn.part());
    let part = part.map(|part| {
        format!(
            "It was drawn from {part} and says nothing of the others: it stands beside the values, and no value here is made by it"
        )
    });
    let unequal = report.reconciled.weighted();
    let role = match used {
        true if unequal => {
            "It calibrates the panel and is no part of it. Its tasks were drawn with known probabilities, and each counts \
             1/probability; in a task's interval the new task counts as the gold task that counts most"
        }
        true if drawn.is_some() => {
            "It calibrates the panel and is no part of it. Its tasks were drawn with one known probability: a random sample"
        }
        true => {
            "It calibrates the panel and is no part of it. Intervals hold if its tasks are a random sample: \
             with tasks that were picked, hard or contested ones, they do not"
        }
        false => part
            .as_deref()
            .unwrap_or("It is left out of the panel, and no value here is made by it"),
    };
    let mut lines = vec![format!("Gold: {id} ({} labels). {role}", gold.kind.name())];
    let words = drawn
        .map(Provenance::words)
        .filter(|words| !words.is_empty());
    lines.extend(words.map(|words| format!("{id}: {words}")));
    for one in &report.reconciled.dimensions {
        let what = match &one.calibrated {
            Some(model) => calibrated(one, model),
            None => format!("{}, not calibrated: {}", one.method, one.why),
        };
        lines.push(format!("{}: {what}", one.dimension.id));
    }
    let trained = report.raters.iter().zip(&report.reconciled.trained_on_gold);
    for (rater, count) in trained.filter(|(_, count)| **count > 0) {
        lines.push(format!(
            "{} was trained on {count} of the gold tasks: there it answered with a model that never saw them. If gold is what it \
             was trained on, it has learned from labels of the same people, which no other rater has",
            rater.id
        ));
    }
    lines
}

/// What stands beside the values of a dimension: a range of the raters, or an interval of a model (or why it gives none).
#[must_use]
pub fn ends_of(one: &Reconciliation) -> &'static str {
    match one.is_of_raters() {
        true => "range",
        false => "interval",
    }
}

/// The same over all dimensions of a report, for a table that holds them together.
#[must_use]
pub fn ends_text(report: &Report<'_>) -> &'static str {
    let any = |ends| {
        let mut dimensions = report.reconciled.dimensions.iter();
        dimensions.any(|one| ends_of(one) == ends)
    };
    match (any("range"), any("interval")) {
        (true, true) => "range or interval",
        (false, true) => "interval",
        (_, false) => "range",
    }
}

/// What the ends of the scores of a report are, as a sentence.
#[must_use]
pub fn ends_note(report: &Report<'_>) -> &'static str {
    let mut dimensions = report.reconciled.dimensions.iter();
    let calibrated = dimensions.any(|one| one.calibrated.is_some());
    match (ends_text(report), calibrated) {
        ("range", _) => {
            "The range is from the lowest to the highest rater (a model range, not a confidence interval)."
        }
        ("interval", false) => {
            "There is no interval: a diagnostic takes raters to err independently, which models do not."
        }
        _ => {
            "The interval is that of occupations.csv: from gold, where the column `interval` says so."
        }
    }
}

fn calibrated(one: &Reconciliation, model: &Calibrated) -> String {
    let decimals = if one.dimension.labels().is_empty() {
        1
    } else {
        2
    };
    let mut text = format!(
        "{} ({}); residual SD {:.decimals$}, ",
        one.method, one.why, model.fit.residual_sd
    );
    if let Some(stands_for) = model.stands_for {
        let n = model.trust.n;
        let alike =
            format!("its {n} gold tasks were drawn alike and stand for {stands_for:.0} tasks, ");
        text.push_str(&model.trust.effective.map_or(alike, |effective| {
            format!(
                "its {n} gold tasks, weighted, stand for {stands_for:.0} tasks and are worth {effective:.1} that were drawn alike \
                 (Kish){}, ",
                match effective < FEW {
                    true => ": so few that intervals are rough",
                    false => "",
                }
            )
        }));
    }
    text.push_str(&match model.has_width(&one.dimension) {
        true => format!(
            "a task's interval reaches {:.decimals$} to either side before it is cut to the scale",
            model.half
        ),
        false => "tasks have no interval: gold residuals do not vary".to_owned(),
    });
    if let Some(held_out) = one.held_out {
        text.push_str(&format!(
            "; of {} gold labels in {} occupations, left out of the fit in {} groups of occupations, {:.0} % lie in their interval{}",
            held_out.n,
            held_out.occupations,
            held_out.folds,
            100.0 * held_out.share,
            if model.trust.effective.is_some() { " (weighted)" } else { "" }
        ));
    }
    if let Some((worth, errors)) = one
        .errors
        .as_ref()
        .and_then(|errors| Some((errors.kish?, errors)))
    {
        text.push_str(&format!(
            "; errors of the {} raters on the {} gold tasks that all of them rated correlate {:.2} on average, as those of {worth:.1} \
             raters that err independently (the error of gold itself is in all of them, so the number of raters is on the low side)",
            errors.raters,
            errors.complete,
            errors.mean_r.unwrap_or_default()
        ));
    }
    text
}

/// The score of all tasks of the run together, one line a dimension; empty for a run of one occupation, whose score it is.
#[must_use]
pub fn overall_text(report: &Report<'_>) -> Vec<String> {
    let rated = report
        .occupations
        .iter()
        .filter(|one| !one.tasks.is_empty());
    if rated.count() < 2 {
        return Vec::new();
    }
    let dimensions = report.reconciled.dimensions.iter();
    let line = |one: &Reconciliation| {
        let OccupationScore {
            score: Some(score),
            range,
            interval,
            n_rated,
            ..
        } = &one.overall
        else {
            return None;
        };
        let ends = match range {
            Some((low, high)) => format!("{low:.1}–{high:.1}, {}", interval.name()),
            None => interval.name().into_owned(),
        };
        let id = &one.dimension.id;
        Some(format!(
            "All {n_rated} rated tasks, {id}: {score:.1} ({ends})"
        ))
    };
    dimensions.filter_map(line).collect()
}
