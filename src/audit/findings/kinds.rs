//! Kinds of work on which a rater differs from itself elsewhere.

use super::phrases::{dimension_words, kind_words, lenient, p_words, unsigned};
use super::raters::POINTS;
use super::{Family, Finding, blank};
use crate::audit::dimension::{DimensionAudit, RaterInDimension};
use crate::audit::groups::Group;
use crate::audit::kinds::LEAST_TO_TELL;
use crate::audit::words::{count, fixed, interval, scope};
use crate::ratings::round12;

/// Kinds of work that are told at most, and of one rater in one dimension.
const KINDS: usize = 10;
const KINDS_EACH: usize = 2;

impl Family<'_> {
    /// Kinds of work on which a rater differs from itself elsewhere.
    pub(super) fn groups(&self, dimensions: &[DimensionAudit], alpha: f64) -> Vec<Finding> {
        let all = || {
            dimensions
                .iter()
                .flat_map(|one| one.groups.iter().map(move |group| (one, group)))
        };
        let tests = all().filter(|(_, group)| group.beyond_p.is_some()).count();
        let mut found: Vec<(f64, Finding)> = all()
            .filter(|(dimension, group)| !mirrored(dimension, group))
            .filter(|(_, group)| group.fewer >= LEAST_TO_TELL)
            .filter_map(|(dimension, group)| {
                let (figure, p, q) = (group.beyond?, group.beyond_p?, group.beyond_q?);
                let weight = round12(figure.point.abs() / POINTS);
                let here = group.leniency.map_or(0.0, |one| one.point.abs());
                let text = format!(
                    "{} is {} on {} than on other work, compared with the others on {}, {} ({})",
                    group.rater,
                    lenient(figure.point),
                    kind_words(group),
                    dimension_words(dimension),
                    interval(&unsigned(&figure), self.units.level, 1),
                    scope(group.n, group.occupations, self.units),
                );
                let finding = || Finding {
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
                };
                (q <= alpha && weight >= 1.0).then(|| (here, finding()))
            })
            .collect();
        // Of two kinds that mirror each other, the one on which the rater differs more from the others.
        found.sort_by(|(here, a), (there, b)| {
            b.weight.total_cmp(&a.weight).then(there.total_cmp(here))
        });
        first_of_each(found.into_iter().map(|(_, finding)| finding))
    }
}

/// The largest of each rater and dimension. Two kinds that are all the work there is mirror each other: one is told.
fn first_of_each(sorted: impl Iterator<Item = Finding>) -> Vec<Finding> {
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

/// Whether this is the second of a panel of two, of which all is said by the first.
fn mirrored(dimension: &DimensionAudit, group: &Group) -> bool {
    let mut panel = dimension.raters.iter().filter(|one| !one.gold);
    match (panel.next(), panel.next(), panel.next()) {
        (Some(_), Some(second), None) => second.id == group.rater,
        _ => false,
    }
}

/// The major group in which a rater's leniency is largest, of those that stand after correction.
pub(super) fn most(
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
