//! The figures that a new set declares: what `--primary` and `--margin` say, checked before anything is written.

use super::frame::Frame;
use crate::error::{Error, Kind, Result};
use crate::eval::set::MOST_PRIMARY;
use crate::eval::{Metric, Primary};
use crate::rubric::Rubric;
use crate::shell::cli::EvalNewArgs;
use std::collections::BTreeMap;

/// The figures that decide.
pub(super) fn primary(args: &EvalNewArgs, frame: &Frame) -> Result<Vec<Primary>> {
    if args.primary.is_empty() {
        return Ok(usual(&frame.rubric, &frame.dimensions));
    }
    if args.primary.len() > MOST_PRIMARY {
        let count = args.primary.len();
        let message =
            format!("--primary is there {count} times, and {MOST_PRIMARY} figures decide at most");
        return Err(
            Error::new(Kind::Usage, message).hint("with more of them each has to show more")
        );
    }
    let mut all: Vec<Primary> = Vec::new();
    for text in &args.primary {
        let one = figure("--primary", text, frame)?;
        if all.contains(&one) {
            let message = format!("--primary names {one} twice");
            return Err(Error::new(Kind::Usage, message).hint("once is enough"));
        }
        all.push(one);
    }
    Ok(all)
}

/// Differences below which nothing is called better or worse.
pub(super) fn margin(named: &[String], frame: &Frame) -> Result<BTreeMap<Primary, f64>> {
    let one = |text: &String| {
        let both = text.split_once('=');
        let both = both.and_then(|(name, points)| Some((name, points.trim().parse::<f64>().ok()?)));
        let both = both.filter(|(_, points)| points.is_finite() && *points >= 0.0);
        let (name, points) = both.ok_or_else(|| {
            Error::new(Kind::Usage, format!("--margin {text} is no margin"))
                .hint("it is a figure and a number from 0: exposure.mae=1")
        })?;
        Ok((figure("--margin", name.trim(), frame)?, points))
    };
    named.iter().map(one).collect()
}

/// A figure that an option of the command line names, of a dimension that the set has gold of.
fn figure(option: &str, text: &str, frame: &Frame) -> Result<Primary> {
    let wrong = |what: String| Error::new(Kind::Usage, format!("{option} {text}: {what}"));
    let figure = Primary::parse(text).map_err(|error| {
        let hint = error.next_step().unwrap_or_default().to_owned();
        wrong(error.to_string()).hint(hint)
    })?;
    let known = frame.dimensions.join(", ");
    if !frame.dimensions.contains(&figure.dimension) {
        let what = format!("the set has no gold of {}", figure.dimension);
        return Err(wrong(what).hint(format!("its dimensions are {known}")));
    }
    match figure.fault(&frame.rubric) {
        Some(fault) => Err(wrong(fault).hint("a score has mae, bias, pearson, spread and slope")),
        None => Ok(figure),
    }
}

/// Kappa of the first dimension with labels (and its MAE where it is the only dimension), and MAE of the others.
fn usual(rubric: &Rubric, dimensions: &[String]) -> Vec<Primary> {
    let figure = |dimension: &str, metric| Primary {
        dimension: dimension.to_owned(),
        metric,
    };
    let labelled = |id: &&String| {
        let dimensions = rubric.dimensions().iter();
        let mut own = dimensions.filter(|one| one.id == **id);
        own.any(|one| !one.labels().is_empty())
    };
    let kappa = dimensions.iter().find(labelled);
    let others = dimensions
        .iter()
        .filter(|id| Some(*id) != kappa || dimensions.len() == 1);
    let kappa = kappa.map(|id| figure(id, Metric::Kappa));
    let all = kappa
        .into_iter()
        .chain(others.map(|id| figure(id, Metric::Mae)));
    all.take(MOST_PRIMARY).collect()
}
