//! What anybody has for free: the most frequent label, and the surrogates that come with the program. An LLM that says no more
//! than these is not worth its price.

use crate::error::Result;
use crate::inventory::Occupation;
use crate::rater::{Config, Embedded, Rater, Weights};
use crate::rating::{Basis, Rating};
use crate::rubric::Rubric;

/// Id of the majority label among the judges.
pub const MAJORITY: &str = "majority";

/// A judge that is no rater of the panel and costs nothing.
#[derive(Debug, Clone, PartialEq)]
pub struct Baseline {
    /// Its id.
    pub id: String,
    /// Whose labels it learned.
    pub about: String,
    /// One a task, counted through the occupations of the run.
    pub ratings: Vec<Rating>,
}

impl Baseline {
    /// The surrogates that come with the program on these tasks, but for those whose id is among `panel`. A task that one was
    /// trained on is answered by its model of other occupations.
    ///
    /// # Errors
    /// None in a build that passed its tests.
    pub fn embedded(
        rubric: &Rubric,
        occupations: &[&Occupation],
        panel: &[&str],
    ) -> Result<Vec<Self>> {
        let weights = Weights::embedded()?;
        let mut ids = weights.ids();
        ids.retain(|id| !panel.contains(&id.as_str()));
        let config = Config::built_in(&weights.ids())?;
        let known = config.raters().iter();
        let raters: Vec<Rater> = known.filter(|one| ids.contains(&one.id)).cloned().collect();
        let mut embedded = Embedded::new(&weights, rubric, &raters)?;
        let about = |rater: &Rater| -> Result<Self> {
            let about = weights.about(rater)?;
            Ok(Self {
                id: rater.id.clone(),
                about: about.map_or_else(String::new, |about| about.source.clone()),
                ratings: Vec::new(),
            })
        };
        let mut all: Vec<Self> = raters.iter().map(about).collect::<Result<_>>()?;
        for occupation in occupations {
            for task in &occupation.tasks {
                for (place, rating) in embedded.rate(occupation, task) {
                    if let Some(baseline) = all.get_mut(place) {
                        baseline.ratings.push(rating);
                    }
                }
            }
        }
        let answers = |baseline: &Self| baseline.ratings.iter().any(|one| one.basis.is_some());
        all.retain(answers);
        Ok(all)
    }

    /// Tasks that it was trained on, of those that it answered.
    #[must_use]
    pub fn out_of_fold(&self) -> (usize, usize) {
        let rated = self.ratings.iter().filter_map(|one| one.basis);
        rated.fold((0, 0), |(out, all), basis| {
            (out + usize::from(basis == Basis::OutOfFold), all + 1)
        })
    }
}
