//! With which probability each task of a rater was drawn.

/// The draw behind the ratings of one rater: of each task of the run the probability with which it was drawn, where that is
/// known. A rater without one rated whatever it rated, and nobody says how that was chosen.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Drawn {
    /// One a task.
    probabilities: Vec<Option<f64>>,
    /// Whether some tasks could not be drawn at all: no weight makes the others stand for them.
    part: bool,
}

impl Drawn {
    /// Of so many tasks, none of which is known to have been drawn.
    #[must_use]
    pub fn new(tasks: usize, part: bool) -> Self {
        Self {
            probabilities: vec![None; tasks],
            part,
        }
    }

    /// Notes the probability of a task; one that is none, 0 or above 1 is not known.
    pub fn set(&mut self, task: usize, probability: Option<f64>) {
        if let Some(known) = self.probabilities.get_mut(task) {
            *known = probability.filter(|p| *p > 0.0 && *p <= 1.0);
        }
    }

    /// The probability with which a task was drawn.
    #[must_use]
    pub fn probability(&self, task: usize) -> Option<f64> {
        self.probabilities.get(task).copied().flatten()
    }

    /// Whether the draw left tasks out that it could not have drawn.
    #[must_use]
    pub fn is_of_a_part(&self) -> bool {
        self.part
    }

    /// The probabilities of these tasks; `None` where one is not known, or a part of the tasks was left out: then the tasks
    /// stand for themselves alone.
    #[must_use]
    pub fn of(&self, tasks: &[usize]) -> Option<Vec<f64>> {
        let all = tasks.iter().map(|&task| self.probability(task));
        all.collect::<Option<_>>().filter(|_| !self.part)
    }

    /// How many of these tasks have no known probability.
    #[must_use]
    pub fn unknown(&self, tasks: &[usize]) -> usize {
        let unknown = |task: &&usize| self.probability(**task).is_none();
        tasks.iter().filter(unknown).count()
    }
}
