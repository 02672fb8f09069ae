//! With which probability each task of a rater was drawn.

/// The part of the tasks that labels were drawn from, where that is all they can stand for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// The contested tasks: the design left the others out.
    Contested,
    /// So many of so many tasks: nobody labelled one of the others.
    Covered {
        /// Tasks that the labels stand for.
        tasks: usize,
        /// All tasks.
        of: usize,
    },
    /// What people picked of what they were asked.
    Picked,
}

impl Part {
    /// Labels that stand for so many of so many tasks; `None` where no more than a twentieth is missing: the rest hardly moves
    /// what is said of all.
    #[must_use]
    pub fn covered(tasks: usize, of: usize) -> Option<Self> {
        let missing = of.saturating_sub(tasks);
        (20 * missing > of).then_some(Self::Covered { tasks, of })
    }

    /// What can be done about it.
    #[must_use]
    pub fn hint(self) -> &'static str {
        match self {
            Self::Contested => {
                "draw with `review RUN --contested` below 1, so that every task can be drawn"
            }
            Self::Covered { .. } => {
                "label tasks of the part that has no label yet: `review RUN --status` shows it"
            }
            Self::Picked => {
                "have the tasks labelled that were left empty, or skipped with a reason: `review RUN --status` counts them"
            }
        }
    }
}

impl std::fmt::Display for Part {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Contested => out.write_str("contested tasks only"),
            Self::Covered { tasks, of } => {
                write!(out, "strata with {tasks} of the {of} tasks only")
            }
            Self::Picked => out.write_str("tasks that people picked only"),
        }
    }
}

/// The draw behind the ratings of one rater: of each task of the run the probability with which it was drawn, where that is
/// known. A rater without one rated whatever it rated, and nobody says how that was chosen.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Drawn {
    /// One a task.
    probabilities: Vec<Option<f64>>,
    /// Where some tasks could not be drawn at all, what the others are: no weight makes these stand for them.
    part: Option<Part>,
}

impl Drawn {
    /// Of so many tasks, none of which is known to have been drawn.
    #[must_use]
    pub fn new(tasks: usize, part: Option<Part>) -> Self {
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

    /// The part of the tasks that the ratings stand for, where that is not all.
    #[must_use]
    pub fn part(&self) -> Option<Part> {
        self.part
    }

    /// The probabilities of these tasks; `None` where one is not known, or a part of the tasks was left out: then the tasks
    /// stand for themselves alone.
    #[must_use]
    pub fn of(&self, tasks: &[usize]) -> Option<Vec<f64>> {
        let all = tasks.iter().map(|&task| self.probability(task));
        all.collect::<Option<_>>().filter(|_| self.part.is_none())
    }

    /// How many of these tasks have no known probability.
    #[must_use]
    pub fn unknown(&self, tasks: &[usize]) -> usize {
        let unknown = |task: &&usize| self.probability(**task).is_none();
        tasks.iter().filter(unknown).count()
    }
}
