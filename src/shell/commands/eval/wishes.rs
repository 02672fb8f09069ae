//! What is to be said of a measurement beyond it: limits of a gate, judges to compare. Read and checked before anything is asked.

use super::ask::Ready;
use crate::error::{Error, Kind, Result};
use crate::eval::gate::{GateMode, MaxDrop};
use crate::eval::{Baseline, Card, MAJORITY};
use crate::prompt::Prompt;
use crate::rater::{Rater, Source, Weights, scale_of};
use crate::rubric::Dimension;
use crate::shell::cli::{EvalArgs, GateArg};

/// What `--max-drop`, `--gate` and `--between` ask for.
pub(super) struct Wishes {
    pub drops: Vec<MaxDrop>,
    pub mode: GateMode,
    pub between: Vec<(String, String)>,
}

impl Wishes {
    /// Reads them.
    ///
    /// # Errors
    /// A limit or a pair that is none.
    pub fn read(args: &EvalArgs, prompt: &Prompt) -> Result<Self> {
        let drops = args.max_drop.iter();
        let drops = drops.map(|text| MaxDrop::parse(text, prompt.rubric()));
        Ok(Self {
            drops: drops.collect::<Result<_>>()?,
            mode: match args.gate {
                GateArg::Detected => GateMode::Detected,
                GateArg::Shown => GateMode::Shown,
            },
            between: args
                .between
                .iter()
                .map(|text| pair(text))
                .collect::<Result<_>>()?,
        })
    }

    /// That every judge to compare will be on the card, and that somebody gives every figure that a limit guards.
    ///
    /// # Errors
    /// One will not, or nobody does.
    pub fn check(&self, ready: &Ready<'_>, prompt: &Prompt) -> Result<()> {
        self.check_drops(ready, prompt)?;
        if self.between.is_empty() {
            return Ok(());
        }
        let panel: Vec<&str> = ready.panel.raters().iter().map(|one| &*one.id).collect();
        let occupations: Vec<_> = ready.joined.inventory.occupations().iter().collect();
        let free = Baseline::embedded(prompt.rubric(), &occupations, &panel)?;
        let mut judges = panel.clone();
        judges.extend((panel.len() > 1).then_some(Card::CONSENSUS));
        judges.push(MAJORITY);
        judges.extend(free.iter().map(|one| &*one.id));
        let pairs = self.between.iter();
        let mut named = pairs.flat_map(|(one, other)| [one, other]);
        let Some(unknown) = named.find(|id| !judges.contains(&id.as_str())) else {
            return Ok(());
        };
        let message = format!("--between names '{unknown}', which is no judge of this measurement");
        Err(Error::new(Kind::Usage, message).hint(format!("its judges are {}", judges.join(", "))))
    }
}

impl Wishes {
    fn check_drops(&self, ready: &Ready<'_>, prompt: &Prompt) -> Result<()> {
        let weights = ready.project.weights(ready.panel.raters())?;
        for drop in &self.drops {
            let mut given = false;
            let own = prompt.rubric().dimensions().iter();
            let gold = own.filter(|one| ready.set.dimensions().any(|id| id == one.id));
            for dimension in gold.filter(|one| drop.may_be_of(one)) {
                for rater in ready.panel.raters() {
                    given = given || covers(rater, &weights, dimension)?;
                }
            }
            if !given {
                let name = drop.name();
                let message = format!(
                    "--max-drop {name}: no rater of the panel answers what it is of, or the set has no gold of it"
                );
                return Err(Error::new(Kind::Usage, message).hint(
                    "guard a figure that the panel gives, or name raters that give it: --panel, --rater",
                ));
            }
        }
        Ok(())
    }
}

/// Whether a rater answers in a dimension.
fn covers(rater: &Rater, weights: &Weights, dimension: &Dimension) -> Result<bool> {
    Ok(match &rater.source {
        Source::Llm(_) => true,
        Source::Recording(recording) => recording.columns.contains_key(&dimension.id),
        Source::Surrogate { .. } => weights.about(rater)?.is_some_and(|about| {
            about.dimension == dimension.id && about.scale == scale_of(dimension)
        }),
    })
}

fn pair(text: &str) -> Result<(String, String)> {
    let ids: Vec<&str> = text.split(',').map(str::trim).collect();
    match ids.as_slice() {
        [one, other] if !one.is_empty() && !other.is_empty() && one != other => {
            Ok(((*one).to_owned(), (*other).to_owned()))
        }
        _ => Err(
            Error::new(Kind::Usage, format!("--between {text} names no two judges"))
                .hint("such as --between gpt-4o,surrogate-human or --between consensus,majority"),
        ),
    }
}
