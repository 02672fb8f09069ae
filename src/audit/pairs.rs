//! Two raters on the tasks that both rated.

use super::data::{Column, Data};
use super::figure::Figure;
use super::units::Units;
use crate::stats::agreement::{Pairs, Weights, cohen_kappa, lin_ccc};
use crate::stats::inference::{ClusterSums, Replicates};
use serde::Serialize;

/// What two raters have in common.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Pair {
    /// Id of the first.
    pub a: String,
    /// Id of the second; gold stands here.
    pub b: String,
    /// Tasks that both rated.
    pub n: usize,
    /// `unweighted` where one is gold whose tasks were not drawn alike: these figures are of the labelled tasks as they are.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub weights: Option<&'static str>,
    /// Cohen's kappa with quadratic weights by the labels' values; labels only.
    pub kappa: Option<Figure>,
    /// Pearson's r of the values.
    pub pearson: Option<Figure>,
    /// Lin's concordance of the values.
    pub ccc: Option<Figure>,
    /// C_b: how near the line between them is to equality, 1 for no shift and no compression.
    pub c_b: Option<Figure>,
    /// Mean of a − b (Bland & Altman's bias), in points.
    pub mean_difference: Option<Figure>,
    /// Share of tasks on which both give the same, with the interval of Wilson.
    pub exact_agreement: Option<Figure>,
}

/// Moments over n of the pairs of two columns, out of their sums.
#[derive(Debug, Clone, Copy)]
pub(super) struct Moments {
    shift: f64,
    pub xx: f64,
    pub yy: f64,
    xy: f64,
}

/// n, Σx, Σy, Σx², Σy², Σxy.
pub(super) const SUMS: usize = 6;

/// Adds a pair to such sums.
pub(super) fn add(part: &mut [f64], x: f64, y: f64) {
    add_counted(part, x, y, 1.0);
}

/// The same of a pair that counts so much.
pub(super) fn add_counted(part: &mut [f64], x: f64, y: f64, counts: f64) {
    let own = [1.0, x, y, x * x, y * y, x * y];
    part.iter_mut()
        .zip(own)
        .for_each(|(sum, own)| *sum += counts * own);
}

/// Pearson's r of values and kappa of answers against gold, every task by its design weight.
pub(super) fn counted(
    data: &Data<'_>,
    rater: usize,
    gold: usize,
    counts: &Column,
) -> [Option<Figure>; 2] {
    let of = |x: &Column, y: &Column, middle: f64, statistic: fn(&Moments) -> Option<f64>| {
        let both: Vec<Option<(f64, f64, f64)>> = x
            .iter()
            .zip(y)
            .zip(counts)
            .map(|((x, y), counts)| Some(((*x)?, (*y)?, (*counts)?)))
            .collect();
        let (clusters, pairs) = data.units.only(&both);
        let sums = ClusterSums::new(&clusters, SUMS, |unit, part| {
            let (x, y, counts) = pairs[unit];
            add_counted(part, x - middle, y - middle, counts);
        });
        let found = |sums: &[f64]| Moments::of(sums).and_then(|moments| statistic(&moments));
        let replicates = data.units.resample(&sums, |sums| [found(sums)]);
        let replicates = replicates.map(|[one]| one);
        let point = found(&sums.whole());
        data.units.figure(point, replicates.as_ref(), pairs.len())
    };
    let (values, answers) = (&data.values, &data.answers);
    [
        of(
            &values[rater],
            &values[gold],
            data.middle(),
            Moments::pearson,
        ),
        of(&answers[rater], &answers[gold], 0.0, Moments::kappa),
    ]
}

impl Moments {
    /// `None` where nothing was added.
    pub fn of(sums: &[f64]) -> Option<Self> {
        let [n, x, y, xx, yy, xy] = *sums else {
            return None;
        };
        let (x, y) = (x / n, y / n);
        (n > 0.0).then(|| Self {
            shift: x - y,
            xx: xx / n - x * x,
            yy: yy / n - y * y,
            xy: xy / n - x * y,
        })
    }

    /// Whether both vary, by more than what rounding leaves of sums.
    pub fn vary(&self) -> bool {
        self.xx > 1e-9 && self.yy > 1e-9
    }

    pub fn pearson(&self) -> Option<f64> {
        let r = self.xy / (self.xx * self.yy).sqrt();
        self.vary().then(|| r.clamp(-1.0, 1.0))
    }

    fn ccc(&self) -> Option<f64> {
        let below = self.xx + self.yy + self.shift * self.shift;
        self.vary().then(|| 2.0 * self.xy / below)
    }

    /// Lin's C_b: what is left of his coefficient besides Pearson's r.
    pub fn accuracy(&self) -> Option<f64> {
        let below = self.xx + self.yy + self.shift * self.shift;
        self.vary()
            .then(|| 2.0 * (self.xx * self.yy).sqrt() / below)
    }

    /// With quadratic weights by their values and moments over n, kappa of labels is Lin's coefficient of them; it is
    /// defined as long as one of the two varies, or they differ.
    fn kappa(&self) -> Option<f64> {
        let below = self.xx + self.yy + self.shift * self.shift;
        (below > 1e-9).then(|| 2.0 * self.xy / below)
    }
}

/// The sums of two columns, counted from `middle`, by the clusters of the tasks that have both.
pub(super) fn sums(
    units: &Units,
    x: &[Option<f64>],
    y: &[Option<f64>],
    middle: f64,
) -> (ClusterSums, Pairs) {
    let both: Vec<Option<(f64, f64)>> = x.iter().zip(y).map(|(x, y)| x.zip(*y)).collect();
    let (clusters, pairs) = units.only(&both);
    let sums = ClusterSums::new(&clusters, SUMS, |unit, part| {
        let (x, y) = pairs[unit];
        add(part, x - middle, y - middle);
    });
    let (x, y): (Vec<f64>, Vec<f64>) = pairs.into_iter().unzip();
    (sums, Pairs::new(&x, &y).unwrap_or_default())
}

/// Weighted kappa of labels, by the values of all labels that there are.
pub(crate) fn kappa(
    units: &Units,
    categories: &[f64],
    x: &[Option<f64>],
    y: &[Option<f64>],
) -> Option<Figure> {
    let (sums, pairs) = sums(units, x, y, 0.0);
    let found = cohen_kappa(&pairs, categories, Weights::Quadratic, units.level)?;
    let replicates = units.resample(&sums, |sums| {
        [Moments::of(sums).and_then(|moments| moments.kappa())]
    });
    let replicates = replicates.map(|[one]| one);
    units.figure(Some(found.kappa), replicates.as_ref(), found.n)
}

/// Pearson's r, Lin's coefficient and C_b of values.
pub(crate) fn concordance(
    units: &Units,
    x: &[Option<f64>],
    y: &[Option<f64>],
    middle: f64,
) -> [Option<Figure>; 3] {
    let (sums, pairs) = sums(units, x, y, middle);
    let Some(found) = lin_ccc(&pairs, units.level) else {
        return [None; 3];
    };
    let replicates = units.resample(&sums, |sums| {
        let moments = Moments::of(sums);
        let of = |f: fn(&Moments) -> Option<f64>| moments.as_ref().and_then(f);
        [
            of(Moments::pearson),
            of(Moments::ccc),
            of(Moments::accuracy),
        ]
    });
    let figure = |k: usize, point: f64| {
        let own: Option<&Replicates> = replicates.as_ref().and_then(|all| all.get(k));
        units.figure(Some(point), own, found.n)
    };
    [
        figure(0, found.pearson),
        figure(1, found.ccc),
        figure(2, found.accuracy),
    ]
}

/// All pairs of raters that rated anything, gold last.
pub(super) fn pairs(data: &Data<'_>) -> Vec<(usize, usize)> {
    let all = data.everyone();
    let firsts = all.iter().enumerate();
    let both = firsts.flat_map(|(n, &a)| all.iter().skip(n + 1).map(move |&b| (a, b)));
    both.collect()
}

/// One of them.
pub(super) fn pair(data: &Data<'_>, a: usize, b: usize, ids: &[&str]) -> Pair {
    let (x, y) = (&data.values[a], &data.values[b]);
    let (own, other) = (&data.answers[a], &data.answers[b]);
    let difference = data.difference(x, y);
    let n = difference.iter().flatten().count();
    let same = own
        .iter()
        .zip(other)
        .filter(|(own, other)| own.is_some() && own == other);
    let [pearson, ccc, c_b] = concordance(data.units, x, y, data.middle());
    Pair {
        a: ids.get(a).copied().unwrap_or_default().to_owned(),
        b: ids.get(b).copied().unwrap_or_default().to_owned(),
        n,
        weights: (data.gold == Some(b) && data.unequal()).then_some("unweighted"),
        kappa: kappa(data.units, &data.categories(), own, other).filter(|_| !data.is_score()),
        pearson,
        ccc,
        c_b,
        mean_difference: data.units.mean(&difference).map(|mean| mean.figure),
        exact_agreement: Figure::share(same.count(), n, data.units.level),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stats::Clusters;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn what_is_resampled_are_the_statistics(both in prop::collection::vec((0_u8..3, 0_u8..3), 2..30)) {
            let half = |value: u8| f64::from(value) / 2.0;
            let (x, y): (Vec<f64>, Vec<f64>) = both.iter().map(|&(x, y)| (half(x), half(y))).unzip();
            let sums = ClusterSums::new(&Clusters::singletons(x.len()), SUMS, |unit, part| add(part, x[unit], y[unit]));
            let moments = Moments::of(&sums.whole()).unwrap();
            let pairs = Pairs::new(&x, &y).unwrap();
            let same = |found: Option<f64>, known: Option<f64>| match (found, known) {
                (Some(found), Some(known)) => (found - known).abs() < 1e-9,
                (found, known) => found.is_none() && known.is_none(),
            };
            let known = lin_ccc(&pairs, 0.9);
            prop_assert!(same(moments.pearson(), known.map(|known| known.pearson)));
            prop_assert!(same(moments.ccc(), known.map(|known| known.ccc)));
            prop_assert!(same(moments.accuracy(), known.map(|known| known.accuracy)));
            let kappa = cohen_kappa(&pairs, &[0.0, 0.5, 1.0], Weights::Quadratic, 0.9);
            prop_assert!(same(moments.kappa(), kappa.map(|known| known.kappa)));
        }
    }
}
