//! `cache import`: merges exported entries. Every line is checked; a bad one is named and the rest is taken.

use super::line::Line;
use super::{AT_A_TIME, Counter, EXIT_BAD, open_or_make, print};
use crate::error::{Error, Result};
use crate::shell::cache::{Cache, Found, Kept, Sealed, seal};
use crate::shell::cli::CacheImportArgs;
use crate::shell::terminal::{clean, say};
use crate::wire::Key;
use serde::Serialize;
use std::collections::HashSet;
use std::fs::File;
use std::io::{BufRead, BufReader};
use std::path::Path;

/// Bad lines that are named; the rest is counted.
const NAMED: u64 = 20;

/// What came of an import.
#[derive(Default, Serialize)]
struct Counts {
    new: u64,
    replaced: u64,
    already_there: u64,
    bad: u64,
}

/// Runs the command.
pub(super) fn run(args: &CacheImportArgs) -> Result<u8> {
    let cache = open_or_make(&args.at)?;
    let mut import = Import {
        intake: Intake::new(&cache),
        replace: args.replace,
        counts: Counts::default(),
        counter: Counter::start("lines read"),
    };
    // A file that is not there is found before anything is written.
    let open = args.file.iter().map(|file| Ok((file, reader(file)?)));
    let files: Vec<_> = open.collect::<Result<_>>()?;
    let read = files
        .into_iter()
        .try_for_each(|(file, reader)| import.file(file, reader));
    // What was read before an error is kept and counted.
    let kept = import.intake.flush();
    import.counter.finish();
    cache.came_from_elsewhere(import.counts.new);
    kept?;
    let counts = import.counts;
    let Counts {
        new,
        replaced,
        already_there,
        bad,
    } = &counts;
    let text =
        format!("{new} new, {replaced} replaced, {already_there} already there, {bad} bad lines");
    print(args.at.json, &counts, &text)?;
    read?;
    Ok(if counts.bad == 0 { 0 } else { EXIT_BAD })
}

fn reader(path: &Path) -> Result<Box<dyn BufRead>> {
    if path == Path::new("-") {
        // Not its lock: named twice, the second finds the end of it.
        return Ok(Box::new(BufReader::new(std::io::stdin())));
    }
    let failed = |error| Error::io(format!("cannot read {}", path.display()), error);
    let file = File::open(path).map_err(failed)?;
    Ok(Box::new(BufReader::with_capacity(1 << 16, file)))
}

struct Import<'a> {
    intake: Intake<'a>,
    replace: bool,
    counts: Counts,
    counter: Counter,
}

impl Import<'_> {
    fn file(&mut self, path: &Path, mut reader: Box<dyn BufRead>) -> Result<()> {
        let name = path.display().to_string();
        let failed = |error| Error::io(format!("cannot read {name}"), error);
        let mut line = Vec::new();
        for number in 1_u64.. {
            line.clear();
            if reader.read_until(b'\n', &mut line).map_err(failed)? == 0 {
                break;
            }
            self.counter.add(1);
            let text = std::str::from_utf8(&line).map_err(|_| "not UTF-8".to_owned());
            match text.map(str::trim) {
                Ok("") => {}
                Ok(text) => match Line::read(text) {
                    Ok(kept) => self.take(&kept)?,
                    Err(why) => self.bad(&name, number, &why),
                },
                Err(why) => self.bad(&name, number, &why),
            }
        }
        Ok(())
    }

    /// The older reply stays unless it is to be replaced: it is the one that earlier runs rest on.
    fn take(&mut self, kept: &Kept) -> Result<()> {
        let there = self.intake.holds(kept)?;
        match (there, self.replace) {
            (true, false) => {
                self.counts.already_there += 1;
                return Ok(());
            }
            (true, true) => self.counts.replaced += 1,
            (false, _) => self.counts.new += 1,
        }
        self.intake.add(kept)
    }

    fn bad(&mut self, name: &str, number: u64, why: &str) {
        self.counts.bad += 1;
        if self.counts.bad <= NAMED {
            self.counter
                .0
                .suspend(|| say!("{name}:{number}: {}", clean(why)));
        } else if self.counts.bad == NAMED + 1 {
            self.counter
                .0
                .suspend(|| say!("… further bad lines are counted"));
        }
    }
}

/// Entries on their way into the cache, some at a time.
pub(super) struct Intake<'a> {
    cache: &'a Cache,
    waiting: Vec<Sealed>,
    keys: HashSet<Key>,
}

impl<'a> Intake<'a> {
    pub fn new(cache: &'a Cache) -> Self {
        Self {
            cache,
            waiting: Vec::new(),
            keys: HashSet::new(),
        }
    }

    /// Whether there is a whole entry under this key, on disk or on its way.
    pub fn holds(&self, kept: &Kept) -> Result<bool> {
        if self.keys.contains(&kept.key) {
            return Ok(true);
        }
        let entry = &kept.entry;
        let found = self
            .cache
            .get(&kept.key, &entry.occupation_id, &entry.task_id)?;
        Ok(matches!(found, Found::Whole(_)))
    }

    pub fn add(&mut self, kept: &Kept) -> Result<()> {
        self.waiting.push(seal(&kept.key, &kept.entry)?);
        self.keys.insert(kept.key);
        if self.waiting.len() >= AT_A_TIME {
            self.flush()?;
        }
        Ok(())
    }

    pub fn flush(&mut self) -> Result<()> {
        if !self.waiting.is_empty() {
            self.cache.put(&self.waiting)?;
        }
        self.waiting.clear();
        self.keys.clear();
        Ok(())
    }
}
