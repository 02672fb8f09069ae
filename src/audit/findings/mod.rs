//! What stands out, in plain language, each with its test and the correction for how many there were.
//!
//! All tests of raters (leniency, compression, round scores, refusals, drift, bias against gold) are one family, held to
//! an error of 1 − level by Holm's step-down; kinds of work are another, held to that false discovery rate by Benjamini
//! and Hochberg. Of raters that are beside the panel in the same way, those that stand without the oddest. What is significant but too small to matter is not told.

mod kinds;
mod phrases;
mod raters;
mod stepwise;

use super::Run;
use super::dimension::{DimensionAudit, RaterInDimension};
use super::figure::Figure;
use super::raters::RaterAudit;
use super::units::Units;
use super::words::{count, fixed};
use crate::stats::inference::{Adjustment, adjust, t_critical_value};
use raters::POINTS;
use serde::Serialize;
pub(super) use stepwise::Again;
use stepwise::Tests;

/// Something that stands out.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Finding {
    /// What, with its unit, n and interval.
    pub text: String,
    /// In which dimension; `None` where it is of all.
    pub dimension: Option<String>,
    /// Of which raters.
    pub raters: Vec<String>,
    /// `leniency`, `compression`, `round_numbers`, `refusals`, `drift`, `gold_bias` or `group`.
    pub kind: &'static str,
    /// For a kind of work, its key.
    pub group: Option<String>,
    /// What was estimated: points, a ratio (compression), or a share (round numbers, refusals).
    pub estimate: Option<Figure>,
    /// The test.
    pub test: String,
    /// Its p.
    pub p: f64,
    /// The same with the number of tests taken into account.
    pub p_adjusted: f64,
    /// How.
    pub adjustment: String,
    /// How many times larger it is than what would just be told: what findings are sorted by.
    #[serde(skip)]
    weight: f64,
}

/// A test that may become a finding.
struct Candidate {
    finding: Finding,
    p: Option<f64>,
}

/// The findings, the largest first; without any, what could have been found.
pub(super) fn findings(
    raters: &[RaterAudit],
    dimensions: &[DimensionAudit],
    units: &Units,
    run: &Run<'_>,
    again: Again<'_>,
) -> (Vec<Finding>, Option<String>) {
    let family = Family { units, run };
    let mut all: Vec<Candidate> = Vec::new();
    for dimension in dimensions {
        all.extend(family.of_dimension(dimension));
    }
    all.extend(family.refusals(raters));
    let alpha = 1.0 - units.level;
    let tests = all.iter().filter(|one| one.p.is_some()).count();
    let p: Vec<Option<f64>> = all.iter().map(|one| one.p).collect();
    let adjusted = adjust(&p, Adjustment::Holm).unwrap_or_else(|| vec![None; p.len()]);
    let mut family_tests = Tests {
        all,
        adjusted,
        alpha,
    };
    family_tests.stepwise(&family, dimensions, again);
    let stand: Vec<bool> = (0..p.len()).map(|one| family_tests.stands(one)).collect();
    let mut found: Vec<Finding> = family_tests
        .all
        .into_iter()
        .zip(family_tests.adjusted)
        .zip(stand)
        .filter_map(|((one, adjusted), stands)| {
            let (p, p_adjusted) = (one.p?, adjusted?);
            let adjustment = format!("Holm over {} tests", count(tests));
            stands.then_some(Finding {
                p,
                p_adjusted,
                adjustment,
                ..one.finding
            })
        })
        .collect();
    found.sort_by(|a, b| b.weight.total_cmp(&a.weight));
    found.extend(family.groups(dimensions, alpha));
    let nothing = found
        .is_empty()
        .then(|| family.nothing(dimensions, alpha, tests));
    (found, nothing)
}

struct Family<'a> {
    units: &'a Units,
    run: &'a Run<'a>,
}

impl Family<'_> {
    /// The tests of one dimension. Of a panel of two the second says the same as the first, mirrored.
    fn of_dimension(&self, dimension: &DimensionAudit) -> Vec<Candidate> {
        let panel: Vec<&RaterInDimension> =
            dimension.raters.iter().filter(|one| !one.gold).collect();
        let others = match panel.as_slice() {
            [_, other] => other.id.clone(),
            _ => "the panel".to_owned(),
        };
        let distinct = if panel.len() == 2 { 1 } else { panel.len() };
        let rounders = panel
            .iter()
            .filter(|one| one.round_beyond.is_some())
            .count();
        let mut all = Vec::new();
        for (place, rater) in panel.into_iter().enumerate() {
            if place < distinct {
                all.extend(self.leniency(dimension, rater, &others, true));
                all.extend(self.compression(dimension, rater, &others));
            }
            let mirrored = rounders == 2
                && all
                    .iter()
                    .any(|one: &Candidate| one.finding.kind == "round_numbers");
            all.extend(
                self.round(dimension, rater, "the other raters")
                    .filter(|_| !mirrored),
            );
            all.extend(self.bias(dimension, rater));
            all.extend(self.drift(dimension, rater));
        }
        all
    }

    /// What could have been found: the leniency that a test of each dimension sees with 80 % power.
    fn nothing(&self, dimensions: &[DimensionAudit], alpha: f64, tests: usize) -> String {
        let seen = |dimension: &DimensionAudit| {
            let of = dimension.raters.iter().filter_map(|rater| {
                let mean = rater.tests.leniency?;
                let df = mean.clusters.saturating_sub(1);
                let reach = t_critical_value(1.0 - alpha / tests as f64, df as f64)?
                    + t_critical_value(0.6, df as f64)?;
                Some((reach * mean.se?).max(POINTS))
            });
            let least = of.reduce(f64::max)?;
            let range = (dimension.bounds[1] - dimension.bounds[0]) * dimension.points;
            Some(match least < range {
                true => Ok(format!("{} points on {}", fixed(least, 1), dimension.id)),
                false => Err(dimension.id.clone()),
            })
        };
        let (seen, blind): (Vec<_>, Vec<_>) = dimensions
            .iter()
            .filter_map(seen)
            .partition(std::result::Result::is_ok);
        let blind: Vec<String> = blind
            .into_iter()
            .filter_map(std::result::Result::err)
            .collect();
        let seen: Vec<String> = seen.into_iter().flatten().collect();
        let mut could = Vec::new();
        if !seen.is_empty() {
            could.push(format!(
                "a rater more lenient than the others would have been found with 80 % power from {}",
                seen.join(", ")
            ));
        }
        if !blind.is_empty() {
            could.push(format!(
                "no leniency could have been found on {}: what has 80 % power is more than its whole scale",
                blind.join(", ")
            ));
        }
        if could.is_empty() {
            return "nothing could be tested: a test needs two raters of the panel on the same tasks, and two units to resample"
                .to_owned();
        }
        format!(
            "no difference between raters stands after correction (Holm over {} tests, error {} %) and is large enough to \
             matter; {}",
            count(tests),
            fixed(alpha * 100.0, 0),
            could.join("; ")
        )
    }
}

fn blank(
    text: String,
    dimension: Option<&DimensionAudit>,
    raters: Vec<String>,
    kind: &'static str,
) -> Finding {
    Finding {
        text,
        dimension: dimension.map(|one| one.id.clone()),
        raters,
        kind,
        group: None,
        estimate: None,
        test: String::new(),
        p: 1.0,
        p_adjusted: 1.0,
        adjustment: String::new(),
        weight: 0.0,
    }
}
