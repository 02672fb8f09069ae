//! What each test of a rater would say.

use super::kinds::most;
use super::phrases::{dimension_words, lenient, more, scaled, unsigned};
use super::{Candidate, Family, Finding, blank};
use crate::audit::dimension::{DimensionAudit, RaterInDimension};
use crate::audit::drift::Drift;
use crate::audit::figure::Figure;
use crate::audit::raters::RaterAudit;
use crate::audit::units::Mean;
use crate::audit::words::{count, fixed, interval, scope};

/// Smallest difference worth a reader's time, in points of 0–100.
pub(super) const POINTS: f64 = 2.0;
/// Smallest difference of two shares, in percentage points: of round scores.
const ROUND: f64 = 10.0;
/// Smallest ratio of spreads, or one over it.
const RATIO: f64 = 1.15;

impl Family<'_> {
    pub(super) fn leniency(
        &self,
        dimension: &DimensionAudit,
        rater: &RaterInDimension,
        others: &str,
        whole: bool,
    ) -> Option<Candidate> {
        let mean = rater.tests.leniency?;
        // By kind of work a rater is known beside the whole panel alone.
        let most = whole
            .then(|| most(dimension, rater, mean.figure.point, 1.0 - self.units.level))
            .flatten();
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

    pub(super) fn compression(
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

    pub(super) fn round(
        &self,
        dimension: &DimensionAudit,
        rater: &RaterInDimension,
        others: &str,
    ) -> Option<Candidate> {
        let (mean, share) = (rater.tests.round?, rater.round_share?);
        let how = if mean.figure.point > 0.0 {
            "more"
        } else {
            "less"
        };
        let text = format!(
            "{} gives round scores (multiples of 10) {how} often than {others} on {}: {} % of its scores, {} \
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

    pub(super) fn bias(
        &self,
        dimension: &DimensionAudit,
        rater: &RaterInDimension,
    ) -> Option<Candidate> {
        let mean = rater.tests.bias?;
        let gold = self.run.gold.and_then(|gold| self.run.raters.get(gold))?;
        let text = format!(
            "{} gives {} than gold ({}) on {}, {}{}",
            rater.id,
            more(mean.figure.point),
            gold.id,
            dimension_words(dimension),
            self.ends(&mean, 1.0),
            self.of_gold_tasks(),
        );
        let both = vec![rater.id.clone(), gold.id.clone()];
        Some(self.candidate(text, Some(dimension), both, "gold_bias", &mean, POINTS))
    }

    /// What to add where the gold tasks stand for no others.
    fn of_gold_tasks(&self) -> String {
        let drawn = self.run.gold.and_then(|gold| self.run.sheet.drawn(gold));
        let part = drawn.and_then(|drawn| drawn.part());
        part.map_or_else(String::new, |part| {
            format!("; measured on {part}, so it says nothing about the rest")
        })
    }

    pub(super) fn drift(
        &self,
        dimension: &DimensionAudit,
        rater: &RaterInDimension,
    ) -> Vec<Candidate> {
        let one = |(drift, mean): &(Drift, Mean)| {
            let text = format!(
                "{} gives {} than in run {} ({}) on the same tasks of {}, {}",
                rater.id,
                more(mean.figure.point),
                drift.run,
                drift.asked(),
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

    pub(super) fn refusals(&self, raters: &[RaterAudit]) -> Vec<Candidate> {
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
                test: self.test(&figure),
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

    /// How the mean of differences was tested; those that are all alike have no error, and so no interval.
    fn test(&self, figure: &Figure) -> String {
        let how = match figure.low {
            Some(_) => "paired t clustered",
            None => "flipped signs of all differences",
        };
        format!("{how} {}", self.units.by())
    }

    pub(super) fn candidate(
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
            test: self.test(&mean.figure),
            estimate: Some(mean.figure),
            ..blank(text, dimension, raters, kind)
        };
        Candidate { finding, p: mean.p }
    }

    /// `90 % CI 5.1 to 7.3 (n = 1,204 tasks in 60 occupations)`, of what is told without its sign.
    pub(super) fn ends(&self, mean: &Mean, times: f64) -> String {
        let figure = scaled(&unsigned(&mean.figure), times);
        format!(
            "{} ({})",
            interval(&figure, self.units.level, 1),
            scope(mean.figure.n, mean.clusters, self.units)
        )
    }
}
