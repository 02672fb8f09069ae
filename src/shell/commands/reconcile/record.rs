//! `reconcile.json`: the method and why it was chosen, what it was given and what it found. No clock: the same run and options
//! give the same bytes.

use super::{id, uses_gold};
use crate::ratings::round12;
use crate::reconcile::{Calibrated, Reconciliation};
use crate::report::Report;
use crate::shell::gold_file::JoinedGold;
use crate::shell::loaded_run::LoadedRun;
use crate::stats::inference::{ConformalRule, Shape, Working};
use serde_json::{Map, Value, json};

/// The record of a reconciliation.
pub(super) fn of(report: &Report<'_>, run: &LoadedRun) -> Value {
    let options = &report.reconciled.options;
    let gold = options.gold.map(|gold| {
        json!({
            "rater": id(report, gold.rater),
            "kind": gold.kind.name(),
            "used": uses_gold(report.reconciled),
            "warning": match run.sheet.drawn(gold.rater) {
                Some(_) if report.reconciled.weighted() => Some(
                    "each gold task counts 1/probability; in a task's interval the new task counts as the gold task that counts most",
                ),
                Some(_) => None,
                None => Some("intervals hold if the gold tasks are a random sample of those they speak for"),
            },
            "file": run.gold_file.as_ref().map(JoinedGold::record),
        })
    });
    let trained = report.raters.iter().zip(&report.reconciled.trained_on_gold);
    let trained: Map<String, Value> = trained
        .filter(|(_, count)| **count > 0)
        .map(|(rater, count)| (rater.id.clone(), json!(count)))
        .collect();
    let dimensions = report.reconciled.dimensions.iter();
    let left_out = report.reconciled.uncovered.iter().map(|gap| {
        let dimension = report.rubric.dimensions().get(gap.dimension);
        json!({ "dimension": dimension.map(|one| &one.id), "reason": gap.reason })
    });
    json!({
        "run": run.id,
        "prompt": run.prompt,
        "inventory": run.inventory.name(),
        "files": run.manifest["files"],
        "method": options.method.name(),
        "weighting": options.weighting.name(),
        "contested_share": options.contested_share,
        "level": options.level,
        "gold": gold,
        "trained_on_gold_tasks": trained,
        "dimensions": dimensions.map(|one| dimension(report, one)).collect::<Vec<Value>>(),
        "left_out": left_out.collect::<Vec<Value>>(),
    })
}

fn dimension(report: &Report<'_>, one: &Reconciliation) -> Value {
    let effects: Map<String, Value> = report
        .raters
        .iter()
        .zip(&one.effects)
        .filter_map(|(rater, effect)| Some((rater.id.clone(), json!(round12((*effect)?)))))
        .collect();
    let panel = one.panel().iter().map(|&rater| id(report, rater));
    let overall = &one.overall;
    json!({
        "dimension": one.dimension.id,
        "method": one.method,
        "why": one.why,
        "panel": panel.collect::<Vec<&str>>(),
        "rater_effects": { "tasks": one.common, "effects": effects },
        "calibration": one.calibrated.as_ref().map(|model| calibration(report, one, model)),
        "overall": {
            "score": overall.score.map(round12),
            "low": overall.range.map(|(low, _)| round12(low)),
            "high": overall.range.map(|(_, high)| round12(high)),
            "interval": overall.interval.name(),
            "tasks": overall.n_rated,
            "calibration_se": one.greg.map(|mean| round12(one.dimension.to_score(mean.calibration_se))),
            "residual_se": one.greg.map(|mean| round12(one.dimension.to_score(mean.residual_se))),
        },
    })
}

/// What gold found.
fn calibration(report: &Report<'_>, one: &Reconciliation, model: &Calibrated) -> Value {
    let held_out = one.held_out.map(|held_out| {
        json!({
            "covered": held_out.covered,
            "n": held_out.n,
            "share": round12(held_out.share),
            "occupations": held_out.occupations,
            "groups": held_out.folds,
            "how": "each gold occupation left out of the fit once, so many at a time that these groups come out",
        })
    });
    let errors = one.errors.as_ref().map(|errors| {
        json!({
            "mean_correlation": errors.mean_r.map(round12),
            "effective_raters": errors.kish.map(round12),
            "raters": errors.raters,
            "gold_tasks": errors.complete,
            "note": "the error of gold is in the error of every rater: the correlation is on the high side, the number of raters on the low side",
        })
    });
    json!({
        "gold_tasks": model.trust.n,
        "effective_gold_tasks": model.trust.effective.map(round12),
        "gold_stands_for_tasks": model.stands_for.map(round12),
        "gold_occupations": one.greg.map(|mean| mean.gold_occupations),
        "residual_sd": round12(model.fit.residual_sd),
        "residual_correlation_in_occupations": one.greg.map(|mean| round12(mean.icc.shrunk)),
        "interval_half_width": round12(model.half),
        "interval_rule": match model.rule {
            ConformalRule::Jackknife => "the (n + 1) rule on residuals left out",
            ConformalRule::TPredictive => "t times the residual sd: too few gold tasks for the (n + 1) rule",
        },
        "held_out": held_out,
        "errors": errors,
        "model": fitted(report, one, model),
        "labels": model.labels.as_ref().and_then(|fit| pattern(&fit.model)),
    })
}

/// The model of the values.
fn fitted(report: &Report<'_>, one: &Reconciliation, model: &Calibrated) -> Option<Value> {
    let Working::Linear(linear) = &model.fit.model else {
        return pattern(&model.fit.model);
    };
    let (intercept, own) = one.coefficients()?;
    let weights: Map<String, Value> = own
        .iter()
        .map(|(rater, weight)| (id(report, *rater).to_owned(), json!(round12(*weight))))
        .collect();
    let (lambda, slope_weight) = match linear.shape {
        Shape::Shift => (None, Some(0.0)),
        Shape::Slope(weight) => (None, Some(weight)),
        Shape::Stack(lambda) => (Some(round12(lambda)), None),
    };
    Some(json!({
        "intercept": round12(intercept),
        "weights": weights,
        "lambda": lambda,
        "slope_weight": slope_weight,
    }))
}

fn pattern(model: &Working) -> Option<Value> {
    let Working::Pattern(score) = model else {
        return None;
    };
    Some(json!({
        "accuracy_left_out": round12(score.table.accuracy),
        "log_loss_left_out": round12(score.table.log_loss),
    }))
}
