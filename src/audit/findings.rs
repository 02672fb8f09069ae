//! What stands out, in plain language, each with its test and the correction for how many there were.
//!
//! All tests of raters (leniency, compression, round scores, refusals, drift, bias against gold) are one family, held to
//! an error of 1 − level by Holm's step-down; kinds of work are another, held to that false discovery rate by Benjamini
//! and Hochberg. What is significant but too small to matter is not told.

use super::Run;
use super::dimension::{DimensionAudit, RaterInDimension};
use super::figure::Figure;
use super::groups::Group;
use super::raters::RaterAudit;
use super::units::{Mean, Units};
use super::words::{count, fixed, interval, scope};
use crate::stats::inference::{Adjustment, adjust, t_critical_value};
use serde::Serialize;

/// Smallest difference worth a reader's time, in points of 0–100.
const POINTS: f64 = 2.0;
/// Smallest difference of two shares, in percentage points: of round scores.
const ROUND: f64 = 10.0;
/// Smallest ratio of spreads, or one over it.
const RATIO: f64 = 1.15;
/// Kinds of work that are told at most, and of one rater in one dimension.
const KINDS: usize = 10;
const KINDS_EACH: usize = 2;

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
    let adjusted = adjust(&p, Adjustment::Holm).unwrap_or_default();
    let mut found: Vec<Finding> = all
        .into_iter()
        .zip(adjusted)
        .filter_map(|(one, adjusted)| {
            let (p, p_adjusted) = (one.p?, adjusted?);
            let adjustment = format!("Holm over {} tests", count(tests));
            (p_adjusted <= alpha && one.finding.weight >= 1.0).then_some(Finding {
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
                all.extend(self.leniency(dimension, rater, &others));
                all.extend(self.compression(dimension, rater, &others));
            }
            let mirrored = rounders == 2
                && all
                    .iter()
                    .any(|one: &Candidate| one.finding.kind == "round_numbers");
            all.extend(self.round(dimension, rater).filter(|_| !mirrored));
            all.extend(self.bias(dimension, rater));
            all.extend(self.drift(dimension, rater));
        }
        all
    }

    fn leniency(
        &self,
        dimension: &DimensionAudit,
        rater: &RaterInDimension,
        others: &str,
    ) -> Option<Candidate> {
        let mean = rater.tests.leniency?;
        let most = most(dimension, rater, mean.figure.point, 1.0 - self.units.level);
        let text = format!(
            "{} is {} than {others} on {}, {}{}",
            rater.id,
            lenient(mean.figure.point),
            dimension_words(dimension),
            self.ends(&mean, 1.0),
            most.map(|most| format!("; {most}")).unwrap_or_default(),
        );
        Some(self.candidate(
            text,
            Some(dimension),
            vec![rater.id.clone()],
            "leniency",
            &mean,
            POINTS,
        ))
    }

    fn compression(
        &self,
        dimension: &DimensionAudit,
        rater: &RaterInDimension,
        others: &str,
    ) -> Option<Candidate> {
        let ratio = rater.sd_ratio?;
        let how = if ratio.point < 1.0 {
            "less of"
        } else {
            "more of"
        };
        let text = format!(
            "{} uses {how} the scale of {} than {others}: its standard deviation is {} of theirs, {} ({})",
            rater.id,
            dimension.id,
            fixed(ratio.point, 2),
            interval(&ratio, self.units.level, 2),
            format_args!("n = {} tasks", count(ratio.n)),
        );
        let finding = Finding {
            weight: ratio.point.ln().abs() / RATIO.ln(),
            test: format!(
                "t of the log ratio of standard deviations, error by {}",
                self.units.bootstrap()
            ),
            estimate: Some(ratio),
            ..blank(text, Some(dimension), vec![rater.id.clone()], "compression")
        };
        Some(Candidate {
            finding,
            p: rater.sd_ratio_p,
        })
    }

    fn round(&self, dimension: &DimensionAudit, rater: &RaterInDimension) -> Option<Candidate> {
        let (mean, share) = (rater.tests.round?, rater.round_share?);
        let how = if mean.figure.point > 0.0 {
            "more"
        } else {
            "less"
        };
        let text = format!(
            "{} gives round scores (multiples of 10) {how} often than the other raters on {}: {} % of its scores, {} \
             percentage points {how}, {}",
            rater.id,
            dimension.id,
            fixed(share.point * 100.0, 0),
            fixed(mean.figure.point.abs() * 100.0, 1),
            self.ends(&mean, 100.0),
        );
        let floor = ROUND / 100.0;
        Some(self.candidate(
            text,
            Some(dimension),
            vec![rater.id.clone()],
            "round_numbers",
            &mean,
            floor,
        ))
    }

    fn bias(&self, dimension: &DimensionAudit, rater: &RaterInDimension) -> Option<Candidate> {
        let mean = rater.tests.bias?;
        let gold = self.run.gold.and_then(|gold| self.run.raters.get(gold))?;
        let text = format!(
            "{} gives {} than gold ({}) on {}, {}",
            rater.id,
            more(mean.figure.point),
            gold.id,
            dimension_words(dimension),
            self.ends(&mean, 1.0),
        );
        let both = vec![rater.id.clone(), gold.id.clone()];
        Some(self.candidate(text, Some(dimension), both, "gold_bias", &mean, POINTS))
    }

    fn drift(&self, dimension: &DimensionAudit, rater: &RaterInDimension) -> Vec<Candidate> {
        let one = |(run, same, mean): &(String, bool, Mean)| {
            let prompt = if *same {
                "the same prompt"
            } else {
                "another prompt"
            };
            let text = format!(
                "{} gives {} than in run {run} ({prompt}) on the same tasks of {}, {}",
                rater.id,
                more(mean.figure.point),
                dimension_words(dimension),
                self.ends(mean, 1.0),
            );
            self.candidate(
                text,
                Some(dimension),
                vec![rater.id.clone()],
                "drift",
                mean,
                POINTS,
            )
        };
        rater.tests.drift.iter().map(one).collect()
    }

    fn refusals(&self, raters: &[RaterAudit]) -> Vec<Candidate> {
        let asked: Vec<&RaterAudit> = raters
            .iter()
            .filter(|one| one.refusals_beyond.is_some())
            .collect();
        let distinct = if asked.len() == 2 { 1 } else { asked.len() };
        let one = |rater: &&RaterAudit| {
            let (figure, share) = (rater.refusals_beyond?, rater.refusals?);
            let how = if figure.point > 0.0 { "more" } else { "less" };
            let text = format!(
                "{} refuses {how} often than the other language models: {} % of its questions, {} percentage points {how}, {} \
                 (n = {} tasks)",
                rater.id,
                fixed(share.point * 100.0, 1),
                fixed(figure.point.abs() * 100.0, 1),
                interval(&scaled(&unsigned(&figure), 100.0), self.units.level, 1),
                count(figure.n),
            );
            let finding = Finding {
                weight: figure.point.abs() * 100.0 / POINTS,
                test: format!("paired t clustered {}", self.units.by()),
                estimate: Some(figure),
                ..blank(text, None, vec![rater.id.clone()], "refusals")
            };
            Some(Candidate {
                finding,
                p: rater.refusals_p,
            })
        };
        asked.iter().take(distinct).filter_map(one).collect()
    }

    /// Kinds of work on which a rater differs from itself elsewhere.
    fn groups(&self, dimensions: &[DimensionAudit], alpha: f64) -> Vec<Finding> {
        let all = || {
            dimensions
                .iter()
                .flat_map(|one| one.groups.iter().map(move |group| (one, group)))
        };
        let tests = all().filter(|(_, group)| group.beyond_p.is_some()).count();
        let mut found: Vec<Finding> = all()
            .filter(|(dimension, group)| !mirrored(dimension, group))
            .filter_map(|(dimension, group)| {
                let (figure, p, q) = (group.beyond?, group.beyond_p?, group.beyond_q?);
                let weight = figure.point.abs() / POINTS;
                let text = format!(
                    "{} is {} on {} than on other work, compared with the others on {}, {} ({})",
                    group.rater,
                    lenient(figure.point),
                    kind_words(group),
                    dimension_words(dimension),
                    interval(&unsigned(&figure), self.units.level, 1),
                    scope(group.n, group.occupations, self.units),
                );
                (q <= alpha && weight >= 1.0).then(|| Finding {
                    group: Some(group.key.clone()),
                    estimate: Some(figure),
                    test: format!(
                        "t of the difference of two means, errors clustered {}",
                        self.units.by()
                    ),
                    p,
                    p_adjusted: q,
                    adjustment: format!(
                        "Benjamini–Hochberg over {} tests of kinds of work",
                        count(tests)
                    ),
                    weight,
                    ..blank(text, Some(dimension), vec![group.rater.clone()], "group")
                })
            })
            .collect();
        found.sort_by(|a, b| b.weight.total_cmp(&a.weight));
        first_of_each(found)
    }

    fn candidate(
        &self,
        text: String,
        dimension: Option<&DimensionAudit>,
        raters: Vec<String>,
        kind: &'static str,
        mean: &Mean,
        floor: f64,
    ) -> Candidate {
        let finding = Finding {
            weight: mean.figure.point.abs() / floor,
            test: format!("paired t clustered {}", self.units.by()),
            estimate: Some(mean.figure),
            ..blank(text, dimension, raters, kind)
        };
        Candidate { finding, p: mean.p }
    }

    /// `90 % CI 5.1 to 7.3 (n = 1,204 tasks in 60 occupations)`, of what is told without its sign.
    fn ends(&self, mean: &Mean, times: f64) -> String {
        let figure = scaled(&unsigned(&mean.figure), times);
        format!(
            "{} ({})",
            interval(&figure, self.units.level, 1),
            scope(mean.figure.n, mean.clusters, self.units)
        )
    }

    /// What could have been found: the leniency that a test of each dimension sees with 80 % power.
    fn nothing(&self, dimensions: &[DimensionAudit], alpha: f64, tests: usize) -> String {
        let seen = |dimension: &DimensionAudit| {
            let of = dimension.raters.iter().filter_map(|rater| {
                let mean = rater.tests.leniency?;
                let df = mean.clusters.saturating_sub(1);
                let reach =
                    t_critical_value(1.0 - alpha / tests as f64, df)? + t_critical_value(0.6, df)?;
                Some((reach * mean.se?).max(POINTS))
            });
            let least = of.reduce(f64::max)?;
            Some(format!("{} points on {}", fixed(least, 1), dimension.id))
        };
        let seen: Vec<String> = dimensions.iter().filter_map(seen).collect();
        if seen.is_empty() {
            return "nothing could be tested: a test needs two raters of the panel on the same tasks, and two units to resample"
                .to_owned();
        }
        format!(
            "no difference between raters stands after correction (Holm over {} tests, error {} %) and is large enough to \
             matter; a rater more lenient than the others would have been found with 80 % power from {}",
            count(tests),
            fixed(alpha * 100.0, 0),
            seen.join(", ")
        )
    }
}

/// The largest of each rater and dimension. Two kinds that are all the work there is mirror each other: one is told.
fn first_of_each(sorted: Vec<Finding>) -> Vec<Finding> {
    let mut kept: Vec<Finding> = Vec::new();
    for one in sorted {
        let own = || {
            kept.iter()
                .filter(|other| other.raters == one.raters && other.dimension == one.dimension)
        };
        let size = |finding: &Finding| finding.estimate.map_or(0.0, |figure| figure.point.abs());
        let mirrored = own()
            .any(|other| (size(other) - size(&one)).abs() < 1e-9 && (other.p - one.p).abs() < 1e-9);
        if !mirrored && own().count() < KINDS_EACH && kept.len() < KINDS {
            kept.push(one);
        }
    }
    kept
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

fn scaled(figure: &Figure, times: f64) -> Figure {
    figure.map(|value| value * times)
}

/// The same counted in the direction of its point: a rater that is 5 points stricter has an interval about 5.
fn unsigned(figure: &Figure) -> Figure {
    if figure.point >= 0.0 {
        return *figure;
    }
    Figure {
        point: -figure.point,
        low: figure.high.map(|end| -end),
        high: figure.low.map(|end| -end),
        ..*figure
    }
}

/// `6.2 points more lenient`.
fn lenient(points: f64) -> String {
    let how = if points < 0.0 {
        "stricter"
    } else {
        "more lenient"
    };
    format!("{} points {how}", fixed(points.abs(), 1))
}

/// `6.2 points more`.
fn more(points: f64) -> String {
    let how = if points < 0.0 { "less" } else { "more" };
    format!("{} points {how}", fixed(points.abs(), 1))
}

fn dimension_words(dimension: &DimensionAudit) -> String {
    match dimension.labels {
        Some(_) => format!("{} (label values × 100)", dimension.id),
        None => dimension.id.clone(),
    }
}

/// A major group by code and title, an activity by its title.
fn kind_words(group: &Group) -> String {
    match (group.by, group.title.trim_end_matches('.')) {
        (_, "") => group.key.clone(),
        ("activity", title) => format!("“{title}”"),
        (_, title) => format!("{} {title}", group.key),
    }
}

/// Whether this is the second of a panel of two, of which all is said by the first.
fn mirrored(dimension: &DimensionAudit, group: &Group) -> bool {
    let mut panel = dimension.raters.iter().filter(|one| !one.gold);
    match (panel.next(), panel.next(), panel.next()) {
        (Some(_), Some(second), None) => second.id == group.rater,
        _ => false,
    }
}

/// The major group in which a rater's leniency is largest, of those that stand after correction.
fn most(
    dimension: &DimensionAudit,
    rater: &RaterInDimension,
    mean: f64,
    alpha: f64,
) -> Option<String> {
    let own = dimension.groups.iter().filter(|group| {
        let same = group
            .leniency
            .is_some_and(|one| one.point.signum() == mean.signum());
        let stands = group.q.is_some_and(|q| q <= alpha);
        group.rater == rater.id && group.by == "major_group" && same && stands
    });
    let size = |group: &&Group| group.leniency.map_or(0.0, |one| one.point.abs());
    let most = own.max_by(|a, b| size(a).total_cmp(&size(b)))?;
    Some(format!(
        "most in {} ({} points, q {})",
        kind_words(most),
        fixed(size(&most), 1),
        p_words(most.q?)
    ))
}

/// `< 0.001`, `= 0.012`.
fn p_words(p: f64) -> String {
    match p < 0.001 {
        true => "< 0.001".to_owned(),
        false => format!("= {p:.3}"),
    }
}
