//! What is to be said of a measurement beyond it: limits of a gate, judges to compare. Read and checked before anything is asked.

use super::ask::Ready;
use crate::error::{Error, Kind, Result};
use crate::eval::gate::{GateMode, MaxDrop};
use crate::eval::{Baseline, Card, MAJORITY};
use crate::prompt::Prompt;
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

    /// That every judge to compare will be on the card.
    ///
    /// # Errors
    /// One will not.
    pub fn check(&self, ready: &Ready<'_>, prompt: &Prompt) -> Result<()> {
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
