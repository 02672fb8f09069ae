//! `cache verify`: reads every entry, and mends the ways that lead to them.

use super::{AT_A_TIME, Counter, EXIT_BAD, each, open, print};
use crate::error::Result;
use crate::shell::cache::{Lost, Place};
use crate::shell::cli::CacheVerifyArgs;
use serde::Serialize;
use std::fmt::Write as _;

#[derive(Default, Serialize)]
struct Verified {
    whole: u64,
    /// Where the damaged entries lie: occupation, task and the first half of the key.
    damaged: Vec<String>,
    /// Damaged entries of the first version of the cache, of which only the number is known.
    damaged_of_first_version: usize,
    removed: u64,
    ways_mended: u64,
    /// Replies that were there and are no more, until a rebuild brings them back or takes them as lost.
    lost: Option<Lost>,
}

/// Runs the command.
pub(super) fn run(args: &CacheVerifyArgs) -> Result<u8> {
    let cache = open(&args.at)?;
    let mut verified = Verified {
        damaged_of_first_version: cache.leftovers()?,
        lost: cache.lost(),
        ..Verified::default()
    };
    let mut places: Vec<Place> = Vec::new();
    each(&cache, &Counter::start("entries read"), |place, kept| {
        if kept.is_some() {
            verified.whole += 1;
        } else {
            verified.damaged.push(place.describe());
            places.push(place.clone());
        }
        Ok(())
    })?;
    if args.remove {
        for some in places.chunks(AT_A_TIME) {
            cache.remove(some)?;
        }
        cache.remove_leftovers()?;
        verified.removed = places.len() as u64 + verified.damaged_of_first_version as u64;
    }
    verified.ways_mended = cache.mend_index()?;
    print(args.at.json, &verified, &verified.page())?;
    let bad = verified.damaged.len() + verified.damaged_of_first_version;
    let sound = bad == 0 && verified.lost.is_none();
    Ok(if sound { 0 } else { EXIT_BAD })
}

impl Verified {
    fn page(&self) -> String {
        let mut out = String::new();
        for place in &self.damaged {
            let _ = writeln!(out, "damaged: {}", crate::shell::terminal::clean(place));
        }
        if self.damaged_of_first_version > 0 {
            let count = self.damaged_of_first_version;
            let _ = writeln!(
                out,
                "damaged: {count} entries of the first version of the cache"
            );
        }
        let bad = self.damaged.len() + self.damaged_of_first_version;
        let _ = writeln!(out, "{} entries are whole, {bad} damaged", self.whole);
        if self.ways_mended > 0 {
            let _ = writeln!(
                out,
                "{} ways from keys to entries were mended",
                self.ways_mended
            );
        }
        if self.removed > 0 {
            let _ = writeln!(
                out,
                "{} damaged entries were removed; they are asked again",
                self.removed
            );
        } else if bad > 0 {
            let _ = writeln!(
                out,
                "a damaged entry is a miss and is asked again; `taskrater cache rebuild` brings it back from the ledgers in \
                 runs/, --remove takes it out"
            );
        }
        out
    }
}
