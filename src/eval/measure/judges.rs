//! Who is measured.

use super::Measured;
use crate::error::{Error, Result};
use crate::eval::baseline::{Baseline, MAJORITY};
use crate::eval::card::{Card, JudgeLine, Role};
use crate::rating::Basis;
use crate::report::{RaterKind, RaterLine};

/// Where what a judge says comes from.
#[derive(Debug, Clone, Copy)]
pub(super) enum Voice<'a> {
    /// A rater of the run, by its position.
    Rater(usize),
    /// The panel.
    Consensus,
    /// The gold of other occupations.
    Majority,
    /// A baseline.
    Baseline(&'a Baseline),
}

/// A judge.
#[derive(Debug, Clone)]
pub(super) struct Judge<'a> {
    pub line: JudgeLine,
    pub voice: Voice<'a>,
    /// Whether it costs nothing: a surrogate of the panel is a baseline, too.
    pub free: bool,
}

/// The raters in the order of the panel, the consensus of two or more, the baselines that are no rater of the panel.
pub(super) fn judges<'a>(of: &Measured<'a>, method: &str) -> Result<Vec<Judge<'a>>> {
    let panel = || {
        of.raters
            .iter()
            .enumerate()
            .filter(|(at, _)| *at != of.gold.rater)
    };
    if panel().any(|(_, rater)| rater.id == Card::CONSENSUS) {
        let message = format!(
            "a rater is called '{}', as what the panel says",
            Card::CONSENSUS
        );
        return Err(Error::input(message).hint("give it another id"));
    }
    let mut judges = Vec::new();
    for (at, line) in panel() {
        judges.push(rater(of, at, line)?);
    }
    if judges.len() > 1 {
        let about = format!("{method} of the panel, made without the gold of the set");
        judges.push(judge(
            (Card::CONSENSUS, Role::Consensus),
            about,
            Voice::Consensus,
            false,
        ));
    }
    let taken = |id: &str| panel().any(|(_, rater)| rater.id == id);
    let id = match taken(MAJORITY) {
        true => format!("baseline:{MAJORITY}"),
        false => MAJORITY.to_owned(),
    };
    let about = "the most frequent gold label of the other occupations of the half, the mean gold of a score";
    judges.push(judge(
        (&id, Role::Baseline),
        about.to_owned(),
        Voice::Majority,
        true,
    ));
    for baseline in of.baselines.iter().filter(|one| !taken(&one.id)) {
        let about = format!("{}{}", baseline.about, out_of_fold(baseline.out_of_fold()));
        let named = (&*baseline.id, Role::Baseline);
        judges.push(judge(named, about, Voice::Baseline(baseline), true));
    }
    Ok(judges)
}

fn judge<'a>((id, role): (&str, Role), about: String, voice: Voice<'a>, free: bool) -> Judge<'a> {
    let line = JudgeLine {
        id: id.to_owned(),
        role,
        about,
    };
    Judge { line, voice, free }
}

fn rater<'a>(of: &Measured<'a>, at: usize, line: &RaterLine) -> Result<Judge<'a>> {
    let free = line.kind == RaterKind::Surrogate;
    let mut counts = (0, 0);
    if free {
        for task in 0..of.sheet.tasks() {
            let basis = of.sheet.row(task)?.opinion(at).basis;
            counts.0 += usize::from(basis == Some(Basis::OutOfFold));
            counts.1 += usize::from(basis.is_some());
        }
    }
    let about = format!("{}{}", line.source, out_of_fold(counts));
    Ok(judge(
        (&line.id, Role::Rater),
        about,
        Voice::Rater(at),
        free,
    ))
}

/// What a reader must know of a surrogate that saw labels of the tasks.
fn out_of_fold((out, all): (usize, usize)) -> String {
    match out {
        0 => String::new(),
        _ => format!(
            "; {out} of the {all} tasks are in its training data, and are answered by its model of other occupations"
        ),
    }
}
