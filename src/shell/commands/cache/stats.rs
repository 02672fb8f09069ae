//! `cache stats`: what there is, and what it cost.

use super::{Counter, EXIT_BAD, Paid, each, open, print};
use crate::error::Result;
use crate::rater::Usage;
use crate::shell::cache::{Entry, Lost};
use crate::shell::cli::CacheStatsArgs;
use crate::shell::terminal::clean;
use serde::Serialize;
use std::collections::BTreeMap;
use std::fmt::Write as _;

#[derive(Default, Serialize)]
struct Stats {
    folder: String,
    entries: u64,
    damaged: u64,
    bytes_on_disk: u64,
    /// Replies that were there and are no more.
    lost: Option<Lost>,
    oldest: Option<String>,
    newest: Option<String>,
    by_outcome: BTreeMap<String, u64>,
    by_rater: BTreeMap<String, u64>,
    by_model: BTreeMap<String, u64>,
    cost: Paid,
    tokens: Tokens,
}

#[derive(Default, Serialize)]
struct Tokens {
    #[serde(flatten)]
    known: Usage,
    entries_of_unknown_usage: u64,
}

/// Runs the command.
pub(super) fn run(args: &CacheStatsArgs) -> Result<u8> {
    let cache = open(&args.at)?;
    let mut stats = Stats {
        folder: cache.folder().display().to_string(),
        damaged: cache.leftovers()? as u64,
        bytes_on_disk: cache.size_on_disk()?,
        lost: cache.lost(),
        ..Stats::default()
    };
    let counter = Counter::start("entries read");
    each(&cache, &counter, |_, kept| {
        match kept {
            Some(kept) => stats.add(&kept.entry),
            None => stats.damaged += 1,
        }
        Ok(())
    })?;
    print(args.at.json, &stats, &stats.page())?;
    Ok(if stats.lost.is_none() { 0 } else { EXIT_BAD })
}

impl Stats {
    fn add(&mut self, entry: &Entry) {
        self.entries += 1;
        let model = entry
            .request
            .0
            .get("model")
            .map_or("unknown", String::as_str);
        let groups = [
            (&mut self.by_outcome, entry.outcome.name()),
            (&mut self.by_rater, &entry.rater),
            (&mut self.by_model, model),
        ];
        for (group, name) in groups {
            match group.get_mut(name) {
                Some(count) => *count += 1,
                None => {
                    group.insert(name.to_owned(), 1);
                }
            }
        }
        if self
            .oldest
            .as_ref()
            .is_none_or(|oldest| entry.time < *oldest)
        {
            self.oldest = Some(entry.time.clone());
        }
        if self
            .newest
            .as_ref()
            .is_none_or(|newest| entry.time > *newest)
        {
            self.newest = Some(entry.time.clone());
        }
        self.cost.add(entry.cost);
        match entry.usage {
            Some(usage) => self.tokens.known = self.tokens.known.plus(usage),
            None => self.tokens.entries_of_unknown_usage += 1,
        }
    }

    fn page(&self) -> String {
        let mut out = String::new();
        let _ = writeln!(out, "{}", self.folder);
        let megabytes = self.bytes_on_disk / 1_000_000;
        let _ = writeln!(out, "{} entries, {megabytes} MB on disk", self.entries);
        if self.damaged > 0 {
            let _ = writeln!(
                out,
                "{} damaged entries: `taskrater cache verify` lists them",
                self.damaged
            );
        }
        if let (Some(oldest), Some(newest)) = (&self.oldest, &self.newest) {
            let _ = writeln!(out, "from {oldest} to {newest}");
        }
        let _ = writeln!(out, "paid for them: {}", self.cost.show());
        let Usage {
            input,
            cache_write,
            cache_read,
            output,
        } = self.tokens.known;
        let unknown = match self.tokens.entries_of_unknown_usage {
            0 => String::new(),
            n => format!("; unknown for {n} entries"),
        };
        let _ = writeln!(
            out,
            "tokens: {input} input, {cache_write} written to and {cache_read} read from prompt caches, {output} output{unknown}"
        );
        let groups = [
            ("outcome", &self.by_outcome),
            ("rater", &self.by_rater),
            ("model", &self.by_model),
        ];
        for (name, group) in groups {
            let _ = writeln!(out, "by {name}:");
            for (member, count) in group {
                let _ = writeln!(out, "  {count:>9}  {}", clean(member));
            }
        }
        out
    }
}
