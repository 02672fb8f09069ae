//! `cache rm`: takes entries out, after saying how many and what they cost.

use super::filter::Filter;
use super::{AT_A_TIME, Counter, Paid, each_below, open, print};
use crate::error::{Error, Kind, Result};
use crate::shell::cache::{Cache, Kept, Place};
use crate::shell::cli::CacheRmArgs;
use crate::shell::terminal::say;
use serde::Serialize;
use std::io::{BufRead as _, IsTerminal as _};
use std::ops::ControlFlow;

#[derive(Default, Serialize)]
struct Removal {
    entries: u64,
    damaged: u64,
    cost: Paid,
    removed: bool,
}

/// Runs the command.
pub(super) fn run(args: &CacheRmArgs) -> Result<u8> {
    let filter = Filter::new(&args.filter)?;
    if filter.is_open() && !args.all {
        return Err(Error::new(Kind::Usage, "no entry is named").hint(
            "say which: --rater, --model, --occupation, --task, --outcome, --before, --after; or --all for every one",
        ));
    }
    if !filter.is_open() && args.all {
        return Err(
            Error::new(Kind::Usage, "--all and a filter contradict each other")
                .hint("leave one of them out"),
        );
    }
    let cache = open(&args.at)?;
    let meant = |kept: &Option<Kept>| match kept {
        Some(kept) => filter.passes(&kept.entry),
        None => args.all,
    };
    let mut removal = Removal::default();
    let start = filter.start();
    each_below(
        &cache,
        &Counter::start("entries read"),
        &start,
        |_, kept| {
            if meant(&kept) {
                match kept {
                    Some(kept) => {
                        removal.entries += 1;
                        removal.cost.add(kept.entry.cost);
                    }
                    None => removal.damaged += 1,
                }
            }
            Ok(ControlFlow::Continue(()))
        },
    )?;
    let go = removal.entries + removal.damaged > 0 && !args.dry_run;
    if go && agreed(args, &removal)? {
        remove(&cache, &start, meant)?;
        removal.removed = true;
    }
    let what = match (removal.removed, args.dry_run) {
        (true, _) => "removed",
        (false, true) => "would be removed",
        (false, false) => "nothing removed",
    };
    print(
        args.at.json,
        &removal,
        &format!("{}: {what}", removal.show()),
    )?;
    Ok(0)
}

impl Removal {
    fn show(&self) -> String {
        let damaged = match self.damaged {
            0 => String::new(),
            n => format!(" and {n} damaged ones"),
        };
        format!(
            "{} entries{damaged}, paid {}",
            self.entries,
            self.cost.show()
        )
    }
}

/// Asks a person; anyone else has to say --yes.
fn agreed(args: &CacheRmArgs, removal: &Removal) -> Result<bool> {
    if args.yes {
        return Ok(true);
    }
    if !std::io::stdin().is_terminal() {
        return Err(Error::new(
            Kind::Usage,
            format!("{}: not removed without a yes", removal.show()),
        )
        .hint("add --yes, or look first with --dry-run"));
    }
    say!(
        "{}. Asking again costs that much again. Remove them? [y/N]",
        removal.show()
    );
    let mut answer = String::new();
    std::io::stdin()
        .lock()
        .read_line(&mut answer)
        .map_err(|error| Error::io("cannot read the answer", error))?;
    Ok(matches!(answer.trim(), "y" | "Y" | "yes"))
}

fn remove(cache: &Cache, start: &Place, meant: impl Fn(&Option<Kept>) -> bool) -> Result<()> {
    let mut places: Vec<Place> = Vec::new();
    each_below(
        cache,
        &Counter::start("entries read"),
        start,
        |place, kept| {
            if meant(&kept) {
                places.push(place.clone());
            }
            if places.len() >= AT_A_TIME {
                cache.remove(&places)?;
                places.clear();
            }
            Ok(ControlFlow::Continue(()))
        },
    )?;
    cache.remove(&places)
}
