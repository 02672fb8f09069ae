//! What each hosted rater is to be asked, and what that will take.

use super::past::Past;
use crate::asking::Asking;
use crate::estimate::{Asked, Estimate, Load, RequestSize, estimate};
use std::path::Path;

/// Counts the questions that go out, by rater of the panel. Nothing of their text is kept.
#[derive(Default)]
pub(in crate::shell::commands) struct Loads(Vec<Option<(RequestSize, Load)>>);

impl Loads {
    /// Nothing yet, for these raters.
    pub fn new(asking: &Asking<'_>) -> Self {
        let size = |llm| {
            (
                RequestSize::new(llm, asking.system, asking.schema),
                Load::default(),
            )
        };
        let raters = asking.panel.raters().iter();
        Self(raters.map(|rater| rater.llm().map(size)).collect())
    }

    /// Takes note of a question that the cache does not answer.
    pub fn add(&mut self, rater: usize, question: &str) {
        if let Some(Some((size, load))) = self.0.get_mut(rater) {
            load.add(size, question);
        }
    }

    /// What it will take; `cached` says how many answers of a rater are there already, `runs` is the folder of earlier
    /// runs to learn from.
    pub fn estimate(
        &self,
        asking: &Asking<'_>,
        cached: impl Fn(&str) -> u64,
        runs: &Path,
    ) -> Estimate {
        let raters = asking.panel.raters().iter().zip(&self.0);
        let asked: Vec<Asked<'_>> = raters
            .filter_map(|(rater, load)| {
                let (size, load) = load.as_ref()?;
                Some(Asked {
                    id: &rater.id,
                    llm: rater.llm()?,
                    schema: asking.schema,
                    size: *size,
                    load: Load {
                        cached: cached(&rater.id),
                        ..*load
                    },
                })
            })
            .collect();
        let past = Past::read(runs, &asked, asking.schema);
        let estimates = asked.iter().zip(past.experience());
        let estimates = estimates.map(|(asked, experience)| estimate(asked, experience));
        Estimate::of(estimates.collect())
    }
}
