//! Scores weighted by jobs: the share of jobs in each band, and the mean score of a job.
//!
//! With e the jobs of an occupation, s its score and b(s) the band of that, over the occupations that have both:
//! share(B) = Σ e · 1[b(s) = B] / Σ e, mean = Σ e · s / Σ e.

use crate::ratings::{Sum, round12};
use crate::reconcile::{Interval, OccupationScore};
use crate::rubric::Band;

/// A figure with the smallest and largest that single raters give.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Ranged {
    /// The figure, from the scores of the panel.
    pub value: f64,
    /// The smallest and largest of the same figure, from each rater's own scores over the occupations it scored. The
    /// value can lie outside: a panel's mean is less extreme than its members.
    pub range: Option<(f64, f64)>,
    /// What the range is, or why there is none.
    pub interval: Interval,
}

/// The jobs of a band.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct BandShare {
    /// The band.
    pub band: Band,
    /// Share of the jobs that are covered, 0–1.
    pub share: Ranged,
    /// Number of occupations in it.
    pub occupations: usize,
}

/// One rater's own figures.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct RaterTotals {
    /// Jobs of the occupations that it scored.
    pub jobs: f64,
    /// Number of these occupations.
    pub occupations: usize,
    /// Mean score of a job, 0–100.
    pub mean: f64,
    /// Share of jobs in each band, in the order of [`Band::ALL`], 0–1.
    pub shares: [f64; Band::ALL.len()],
}

/// The figures of one dimension.
#[derive(Debug, Clone, PartialEq)]
pub struct Totals {
    /// Jobs of the occupations that have a score and jobs: what is covered.
    pub jobs: f64,
    /// Jobs over all occupations, as the file says it.
    pub all_jobs: Option<f64>,
    /// Number of occupations that have both.
    pub occupations: usize,
    /// Number of occupations that have a score.
    pub scored: usize,
    /// Mean score of a job, 0–100.
    pub mean: Ranged,
    /// Share of jobs by band, in the order of [`Band::ALL`].
    pub bands: [BandShare; Band::ALL.len()],
    /// Each rater's own, in the order of the panel; `None` where it scored no occupation that has jobs.
    pub raters: Vec<Option<RaterTotals>>,
}

impl Totals {
    /// From the jobs and the scores of the occupations of a run, in one order; `None` where no occupation has both. A rater
    /// that is gold has its figures and no part in the ranges.
    #[must_use]
    pub fn of(
        jobs: &[Option<f64>],
        scores: &[OccupationScore],
        all_jobs: Option<f64>,
        gold: Option<usize>,
    ) -> Option<Self> {
        let panel = figures(jobs.iter().copied().zip(scores.iter().map(|one| one.score)))?;
        let raters = scores.first().map_or(0, |one| one.raters.len());
        let raters: Vec<Option<RaterTotals>> = (0..raters)
            .map(|rater| {
                let own = |one: &OccupationScore| one.raters.get(rater)?.map(|own| own.score);
                Some(figures(jobs.iter().copied().zip(scores.iter().map(own)))?.totals)
            })
            .collect();
        let ranged = |value: f64, pick: &dyn Fn(&RaterTotals) -> f64| {
            let panel = raters.iter().enumerate().filter(|(n, _)| Some(*n) != gold);
            let mut own: Vec<f64> = panel
                .filter_map(|(_, own)| own.as_ref())
                .map(pick)
                .collect();
            own.sort_by(f64::total_cmp);
            let (range, interval) = Interval::of_sorted(&own);
            Ranged {
                value,
                range,
                interval,
            }
        };
        let RaterTotals {
            jobs,
            occupations,
            mean,
            shares,
        } = panel.totals;
        let bands = std::array::from_fn(|at| BandShare {
            band: Band::ALL[at],
            share: ranged(shares[at], &|own| own.shares[at]),
            occupations: panel.counts[at],
        });
        Some(Self {
            jobs,
            all_jobs,
            occupations,
            scored: scores.iter().filter(|one| one.score.is_some()).count(),
            mean: ranged(mean, &|own| own.mean),
            bands,
            raters,
        })
    }

    /// Share of all jobs that is covered, 0–1.
    #[must_use]
    pub fn coverage(&self) -> Option<f64> {
        let all = self.all_jobs.filter(|all| *all > 0.0)?;
        Some(self.jobs / all)
    }

    /// The jobs of a band.
    #[must_use]
    pub fn band(&self, band: Band) -> &BandShare {
        &self.bands[position(band)]
    }
}

/// The figures of one set of scores, and the number of occupations in each band.
struct Figures {
    totals: RaterTotals,
    counts: [usize; Band::ALL.len()],
}

fn figures(cells: impl Iterator<Item = (Option<f64>, Option<f64>)>) -> Option<Figures> {
    let (mut jobs, mut weighted) = (Sum::default(), Sum::default());
    let mut by_band = [(Sum::default(), 0); Band::ALL.len()];
    for (own, score) in cells {
        let Some((own, score)) = own.zip(score) else {
            continue;
        };
        jobs.add(own);
        weighted.add(own * score);
        let (sum, count) = &mut by_band[position(Band::of(round12(score)))];
        sum.add(own);
        *count += 1;
    }
    let jobs = jobs.value();
    let counts = by_band.map(|(_, count)| count);
    (jobs > 0.0).then(|| Figures {
        totals: RaterTotals {
            jobs,
            occupations: counts.iter().sum(),
            mean: weighted.value() / jobs,
            shares: by_band.map(|(sum, _)| sum.value() / jobs),
        },
        counts,
    })
}

/// The place of a band in [`Band::ALL`].
fn position(band: Band) -> usize {
    band as usize
}
