//! One run of a probe: an arm and the tasks that it is asked about.

use super::Probing;
use crate::error::Result;
use crate::eval::probe::{Arm, Design, Turn};
use crate::inventory::Inventory;
use crate::plan::Plan;
use crate::prompt::Prompt;
use crate::rater::{Panel, Weights};

/// A turn with what it asks.
pub(super) struct Variant {
    pub turn: Turn,
    pub inventory: Inventory,
    pub prompt: Prompt,
    /// Answers to each question that the run has.
    pub samples: u32,
    /// The one of them that is this arm's.
    pub sample: u32,
}

impl Variant {
    pub fn new(turn: Turn, of: &Probing<'_>, design: &Design, anew: bool) -> Result<Self> {
        let prompt = of.prompt.0;
        let told_id = prompt.tells("occupation.id");
        let inventory = turn
            .arm
            .inventory(of.inventory, design, turn.of.clone(), told_id)?;
        let sample = match turn.arm {
            Arm::Round(round) if !anew => round.saturating_sub(1),
            _ => 0,
        };
        Ok(Self {
            prompt: turn.arm.prompt(prompt)?,
            inventory,
            samples: sample + 1,
            sample,
            turn,
        })
    }

    /// What is asked.
    pub fn plan<'a>(&'a self, panel: &'a Panel, weights: &'a Weights) -> Plan<'a> {
        let occupations = self.inventory.occupations().iter().collect();
        Plan::new(&self.inventory, &self.prompt, panel, weights, occupations)
            .with_samples(self.samples)
    }

    /// What is asked, for people.
    pub fn words(&self) -> String {
        let (arm, tasks) = (self.turn.arm.name(), self.inventory.task_count());
        match self.turn.part {
            Some(part) => format!("probe: {arm}, {tasks} tasks (half {part} of the schedule)"),
            None => format!("probe: {arm}, {tasks} tasks"),
        }
    }
}
