//! One odd rater makes every other one look odd beside a panel that it is part of. So of several findings of one kind in one
//! dimension the largest is told, and each other one is tested again against the panel without those that are told.

use super::{Candidate, Family};
use crate::audit::dimension::{DimensionAudit, RaterInDimension};
use crate::stats::inference::{Adjustment, adjust};

/// What compares a rater with the mean of the others.
const BESIDE_OTHERS: [&str; 3] = ["leniency", "compression", "round_numbers"];

/// A rater of a dimension, by its place, against the panel without some raters.
pub(in crate::audit) type Again<'a> =
    &'a dyn Fn(usize, &RaterInDimension, &[String]) -> Option<RaterInDimension>;

/// All tests, and their p adjusted for their number.
pub(super) struct Tests {
    pub all: Vec<Candidate>,
    pub adjusted: Vec<Option<f64>>,
    pub alpha: f64,
}

impl Tests {
    /// Whether a test stands after correction and is large enough to be told.
    pub fn stands(&self, one: usize) -> bool {
        self.adjusted[one].is_some_and(|p| p <= self.alpha) && self.all[one].finding.weight >= 1.0
    }

    /// Tests again what the largest findings explain.
    pub fn stepwise(
        &mut self,
        family: &Family<'_>,
        dimensions: &[DimensionAudit],
        again: Again<'_>,
    ) {
        let p: Vec<Option<f64>> = self.all.iter().map(|one| one.p).collect();
        for (place, dimension) in dimensions.iter().enumerate() {
            for kind in BESIDE_OTHERS {
                let mut left = self.of(dimension, kind);
                let mut told: Vec<String> = Vec::new();
                while let Some(largest) = self.largest(&left) {
                    left.retain(|one| *one != largest);
                    told.extend(self.all[largest].finding.raters.first().cloned());
                    for &one in &left {
                        let own = &self.all[one].finding.raters;
                        let rater = dimension
                            .raters
                            .iter()
                            .find(|rater| own.contains(&rater.id));
                        let alone = rater.and_then(|rater| again(place, rater, &told));
                        let alone =
                            alone.and_then(|rater| family.without(dimension, &rater, kind, &told));
                        // As many tests as before: that one was chosen for what the others showed is no reason for fewer.
                        let mut p = p.clone();
                        p[one] = alone.as_ref().and_then(|alone| alone.p);
                        let known = p[one].is_some();
                        p[one] = p[one].or(Some(1.0));
                        let adjusted = adjust(&p, Adjustment::Holm);
                        let adjusted = adjusted.and_then(|all| *all.get(one)?);
                        self.adjusted[one] = adjusted.filter(|_| known);
                        if let Some(alone) = alone {
                            self.all[one] = alone;
                        }
                    }
                    left.retain(|&one| self.stands(one));
                }
            }
        }
    }

    /// Those that stand of a kind in a dimension.
    fn of(&self, dimension: &DimensionAudit, kind: &str) -> Vec<usize> {
        let here = |one: &usize| {
            let finding = &self.all[*one].finding;
            finding.kind == kind && finding.dimension.as_ref() == Some(&dimension.id)
        };
        let all = (0..self.all.len()).filter(here);
        all.filter(|&one| self.stands(one)).collect()
    }

    /// The one that is largest; of equal ones the first.
    fn largest(&self, left: &[usize]) -> Option<usize> {
        let weight = |one: usize| self.all[one].finding.weight;
        let larger = |best: usize, one: usize| match weight(one) > weight(best) {
            true => one,
            false => best,
        };
        left.iter().copied().reduce(larger)
    }
}

impl Family<'_> {
    /// What a kind of test says of a rater against the panel without those that are told.
    fn without(
        &self,
        dimension: &DimensionAudit,
        rater: &RaterInDimension,
        kind: &str,
        told: &[String],
    ) -> Option<Candidate> {
        let others = format!("the panel without {}", told.join(" and "));
        match kind {
            "leniency" => self.leniency(dimension, rater, &others, false),
            "compression" => self.compression(dimension, rater, &others),
            _ => self.round(dimension, rater, &others),
        }
    }
}
