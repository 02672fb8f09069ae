//! Labels as EM takes them.

/// One label of one rater on one task, by number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Response {
    /// The task.
    pub task: usize,
    /// The rater.
    pub rater: usize,
    /// The label.
    pub label: usize,
}

/// Labels of several raters, a rater as often on a task as it was asked, and gold where there is some.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Responses {
    pub(super) tasks: usize,
    pub(super) raters: usize,
    pub(super) labels: usize,
    pub(super) responses: Vec<Response>,
    pub(super) gold: Vec<Option<usize>>,
}

impl Responses {
    /// `None` for a number beyond its count, a task without any response, or fewer than two labels.
    pub fn new(
        tasks: usize,
        raters: usize,
        labels: usize,
        responses: Vec<Response>,
    ) -> Option<Self> {
        let mut seen = vec![false; tasks];
        for of in &responses {
            *seen.get_mut(of.task)? = true;
            if of.rater >= raters || of.label >= labels {
                return None;
            }
        }
        (tasks > 0 && labels > 1 && seen.into_iter().all(|seen| seen)).then_some(Self {
            tasks,
            raters,
            labels,
            responses,
            gold: vec![None; tasks],
        })
    }

    /// Holds tasks to their gold label. `None` for a list of another length, or an unknown label.
    pub fn with_gold(mut self, gold: Vec<Option<usize>>) -> Option<Self> {
        let known = gold.iter().flatten().all(|&label| label < self.labels);
        if gold.len() != self.tasks || !known {
            return None;
        }
        self.gold = gold;
        Some(self)
    }
}
