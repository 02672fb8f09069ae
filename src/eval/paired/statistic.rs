//! Δ of each figure, its interval and its test.

use super::contest::Contest;
use super::difference::{Delta, Difference, Discordant, Verdict};
use super::join::EQUAL;
use super::pairs::Pairs;
use super::{FEWEST, exchange};
use crate::eval::metric::{Metric, Primary, Scored, Sums};
use crate::eval::number::{DRAWS, bootstrap_error, t_interval};
use crate::eval::{LEVEL, SEED};
use crate::stats::Clusters;
use crate::stats::inference::{
    ClusterSums, ClusteredMean, Flips, mcnemar, sign_flip, weighted_clustered_mean,
};
use std::borrow::Cow;
use std::collections::BTreeMap;

/// The interval of a mean.
const BY_T: &str = "95 % t interval clustered by occupation (CR1)";
/// The interval of all else.
const BY_BOOTSTRAP: &str = "95 % t interval on the error of 2,000 resamples of occupations";
/// Why a distance from what is best has no p.
const OF_A_DISTANCE: &str =
    "none: no test of a distance, as exchanges ask whether judges answer alike";

/// One difference a metric that the dimension has, in the order of [`Metric::ALL`].
pub(super) fn differences(
    pairs: &Pairs<'_>,
    contest: &Contest,
    margin: &BTreeMap<Primary, f64>,
) -> Vec<Difference> {
    let labels = !pairs.dimension.labels().is_empty();
    let labelled = labels.then(|| pairs.labelled());
    let (mut of_labels, mut of_values): (Vec<Metric>, Vec<Metric>) =
        Metric::ALL.iter().partition(|metric| metric.of_labels());
    let mut found = Vec::new();
    match labelled {
        None => of_labels.clear(),
        // The rule: every answer has its label, and all figures are of the same tasks.
        Some(own) if own.of.len() == pairs.of.len() => {
            of_labels.append(&mut of_values);
            found = measured(pairs, contest, &of_labels);
        }
        Some(own) => found = measured(&own, contest, &of_labels),
    }
    if !of_values.is_empty() {
        found.extend(measured(pairs, contest, &of_values));
    }
    for one in &mut found {
        let name = Primary {
            dimension: one.dimension.clone(),
            metric: one.metric,
        };
        one.margin = margin.get(&name).copied();
    }
    found
}

/// All that figures of one list of tasks share.
struct Tasks<'a> {
    pairs: &'a Pairs<'a>,
    occupations: Clusters,
    sums: ClusterSums,
    which: Sums,
    scored: Vec<(Scored, Scored)>,
    same: bool,
}

fn measured(pairs: &Pairs<'_>, contest: &Contest, metrics: &[Metric]) -> Vec<Difference> {
    let occupations = pairs.occupations();
    let same = pairs.of.iter().all(|pair| {
        pair.new.label == pair.old.label && (pair.new.value - pair.old.value).abs() <= EQUAL
    });
    let tasks = Tasks {
        sums: pairs.sums(&occupations),
        which: Sums::of(pairs.dimension),
        scored: pairs.scored(),
        same: same && !pairs.of.is_empty(),
        pairs,
        occupations,
    };
    let mut found: Vec<Difference> = metrics.iter().map(|m| tasks.plain(contest, *m)).collect();
    if tasks.occupations.count() < FEWEST || tasks.same {
        return found;
    }
    tasks.add_bootstrap(&mut found);
    tasks.add_exchanged(&mut found);
    found.iter_mut().for_each(|one| tasks.add_mean(one));
    found
}

impl Tasks<'_> {
    /// The figures of both judges and their difference.
    fn plain(&self, contest: &Contest, metric: Metric) -> Difference {
        let whole = self.sums.whole();
        let (new, old) = whole.split_at(self.which.width());
        let (new, old) = (metric.of(self.which, new), metric.of(self.which, old));
        let of = Delta::of(metric);
        let delta = new.zip(old).map(|(new, old)| of.value(new) - of.value(old));
        let (n, groups) = (self.pairs.of.len(), self.occupations.count());
        let none: Cow<'static, str> = match (n, delta) {
            (0, _) => "none: no task that both answered".into(),
            _ if self.same => "none: no answer differs".into(),
            (_, None) => "none: the figure is not defined for both".into(),
            _ if groups == 1 => "none: one occupation alone".into(),
            _ => format!("none: {groups} occupations, fewer than {FEWEST}").into(),
        };
        Difference {
            new_judge: contest.new.clone(),
            old_judge: contest.old.clone(),
            leading: contest.leads(&self.pairs.dimension.id),
            dimension: self.pairs.dimension.id.clone(),
            metric,
            primary: false,
            n,
            occupations: groups,
            missing_new: self.pairs.missing_new,
            missing_old: self.pairs.missing_old,
            gold: self.pairs.gold,
            lost: self.pairs.lost,
            new,
            old,
            of,
            delta,
            low: None,
            high: None,
            interval: none.clone(),
            bootstrap: None,
            se: None,
            p: (self.same && metric.is_tested()).then_some(1.0),
            test: match metric.is_tested() {
                true => none,
                false => OF_A_DISTANCE.into(),
            },
            adjusted_p: None,
            mde: None,
            margin: None,
            mcnemar: self.mcnemar(metric),
            noise: None,
            same_answers: self.same,
            verdict: Verdict::NoDetectable,
        }
    }

    fn mcnemar(&self, metric: Metric) -> Option<Discordant> {
        let right = |one: &Scored| one.label == one.gold_label;
        let alone = |want: (bool, bool)| {
            let tasks = self.scored.iter();
            tasks
                .filter(|(new, old)| (right(new), right(old)) == want)
                .count() as u64
        };
        (metric == Metric::Accuracy && !self.scored.is_empty()).then_some(())?;
        let (only_new, only_old) = (alone((true, false)), alone((false, true)));
        Some(Discordant {
            only_new,
            only_old,
            mid_p: mcnemar(only_new, only_old)?.mid_p.min(1.0),
        })
    }

    /// The standard error of the differences of resampled occupations, both judges together, and the interval by it.
    fn add_bootstrap(&self, found: &mut [Difference]) {
        let width = self.which.width();
        let metrics: Vec<(Metric, Delta)> = found.iter().map(|one| (one.metric, one.of)).collect();
        let resampled = self.sums.resampled(DRAWS, |sums| {
            let (new, old) = sums.split_at(width);
            let delta = |&(metric, of): &(Metric, Delta)| {
                let value = |sums| metric.of(self.which, sums).map(|found| of.value(found));
                Some(value(new)? - value(old)?)
            };
            metrics.iter().map(delta).collect::<Vec<_>>()
        });
        let groups = self.occupations.count();
        for (place, one) in found.iter_mut().enumerate() {
            let Some(delta) = one.delta else { continue };
            let drawn: Vec<Option<f64>> = resampled.iter().map(|all| all[place]).collect();
            match bootstrap_error(&drawn, groups) {
                Ok(se) => {
                    let bounds = one.metric.difference_bounds();
                    let interval = t_interval(delta, se, groups, LEVEL, bounds);
                    one.low = interval.map(|found| found.low);
                    one.high = interval.map(|found| found.high);
                    one.interval = BY_BOOTSTRAP.into();
                    one.se = Some(se);
                }
                Err(why) => one.interval = format!("none: {why}").into(),
            }
        }
    }

    /// p of exchanging the answers of whole occupations.
    fn add_exchanged(&self, found: &mut [Difference]) {
        let metrics: Vec<Metric> = found.iter().map(|one| one.metric).collect();
        let others = metrics
            .iter()
            .copied()
            .filter(|m| !m.merit_is_mean() && m.is_tested());
        let others: Vec<Metric> = others.collect();
        let (p, exact) = exchange::p_values(&self.sums, self.which, &others);
        for (metric, p) in others.into_iter().zip(p) {
            for one in found
                .iter_mut()
                .filter(|one| one.metric == metric && p.is_some())
            {
                one.p = p;
                one.test = test(exact).into();
            }
        }
    }

    /// For a mean of differences: the interval by t and CR1, that of the bootstrap stays beside it, and p by flipped signs of
    /// occupations, which is the same exchange.
    fn add_mean(&self, one: &mut Difference) {
        let Some((counted, mean)) = self.mean(one.metric) else {
            return;
        };
        one.bootstrap = one.low.zip(one.high).map(|(low, high)| [low, high]);
        (one.low, one.high) = (Some(mean.t.low), Some(mean.t.high));
        (one.interval, one.se) = (BY_T.into(), Some(mean.se_cr1));
        if let Some(flipped) = sign_flip(&counted, &self.occupations, Flips::seeded(SEED)) {
            one.p = Some(flipped.p_two_sided);
            one.test = test(flipped.exact).into();
        }
    }

    /// The differences of tasks times their weights, and their clustered mean.
    fn mean(&self, metric: Metric) -> Option<(Vec<f64>, ClusteredMean)> {
        metric.merit_is_mean().then_some(())?;
        let value = |one: &Scored| metric.of_task(one);
        let tasks = self.scored.iter();
        let by: Vec<f64> = tasks
            .map(|(new, old)| Some(value(new)? - value(old)?))
            .collect::<Option<_>>()?;
        let weights = self.pairs.weights();
        let mean = weighted_clustered_mean(&by, &weights, &self.occupations, LEVEL)?;
        let counted = by.iter().enumerate().map(|(n, by)| weights.at(n) * by);
        Some((counted.collect(), mean))
    }
}

fn test(exact: bool) -> &'static str {
    match exact {
        true => "all exchanges of whole occupations",
        false => "9,999 exchanges of whole occupations",
    }
}
