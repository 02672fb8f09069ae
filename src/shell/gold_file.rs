//! `--gold FILE`: a file of gold joins a finished run as one more recorded rater, for one command.

use super::recorded_text::{coverage, places, refuse};
use super::terminal::{clean, say};
use crate::error::{Error, Kind, Result};
use crate::inventory::{Inventory, Problem};
use crate::rater::{GoldFile, Recorded};
use crate::report::{RaterKind, RaterLine};
use crate::rubric::Rubric;
use serde_json::{Value, json};
use std::path::Path;

/// Problems that stderr names, and those that a record lists.
const SHOWN: usize = 3;
const LISTED: usize = 100;

/// A file that `--gold` names.
pub(super) struct NamedFile {
    name: String,
    bytes: Vec<u8>,
    strict: bool,
    /// Whether stderr says what of it is about a run.
    silent: bool,
}

/// What a file says of the tasks of a run.
pub(super) struct JoinedGold {
    /// The rater that it is.
    pub line: RaterLine,
    /// Its ratings; it is the only rater of them.
    pub recorded: Recorded,
    /// Raters of the run that were marked gold: the file takes their place.
    pub instead_of: Vec<String>,
    file: String,
    digest: String,
}

impl NamedFile {
    /// The file that `--gold` names; `None` where there is no such file, so that it names a rater. `strict` refuses a file with
    /// a cell that cannot be used.
    ///
    /// # Errors
    /// It cannot be read.
    pub fn of(argument: Option<&str>, strict: bool) -> Result<Option<Self>> {
        let is_file = |name: &str| Path::new(name).is_file();
        let Some(name) = argument.filter(|name| is_file(name)) else {
            let with_kind = argument.and_then(|argument| argument.rsplit_once('='));
            let Some((name, kind)) = with_kind.filter(|(name, _)| is_file(name)) else {
                return Ok(None);
            };
            let message = format!(
                "{name} is a file, and a gold file names its kind itself, in the column kind"
            );
            return Err(
                Error::new(Kind::Usage, message).hint(format!("leave ={kind} out: --gold {name}"))
            );
        };
        let bytes =
            std::fs::read(name).map_err(|error| Error::io(format!("cannot read {name}"), error))?;
        Ok(Some(Self {
            name: name.to_owned(),
            bytes,
            strict,
            silent: false,
        }))
    }

    /// A gold file that is no file yet; nothing is said of it.
    pub fn held(name: &str, bytes: Vec<u8>) -> Self {
        Self {
            name: name.to_owned(),
            bytes,
            strict: false,
            silent: true,
        }
    }

    /// Reads it for a run and says how much of it is about that.
    ///
    /// # Errors
    /// It is no gold file ([`GoldFile::read`]), is about no task of the run, or is strict and has what cannot be used.
    pub fn join(
        &self,
        run: &str,
        (rubric, panel): (&Rubric, &[RaterLine]),
        tasks: &Inventory,
    ) -> Result<JoinedGold> {
        let taken: Vec<&str> = panel.iter().map(|rater| &*rater.id).collect();
        let gold = GoldFile::read(&self.name, &self.bytes, rubric, &taken)?;
        let raters = std::slice::from_ref(&gold.rater);
        let recorded = Recorded::read(&gold.recordings, rubric, raters, Some(run), tasks.items())?;
        let strangers = recorded
            .raters
            .iter()
            .find_map(|read| read.strangers.clone());
        if let Some((there, here)) = strangers {
            let name = &self.name;
            return Err(
                Error::input(format!("{name}: no row is about a task of run {run}")).hint(format!(
                    "it has tasks such as {there}, the run such as {here}"
                )),
            );
        }
        let problems = recorded.problems();
        if self.strict {
            refuse(&problems)?;
        }
        let instead_of = panel.iter().filter(|rater| rater.gold.is_some());
        let joined = JoinedGold {
            line: RaterLine {
                id: gold.rater.id.clone(),
                kind: RaterKind::Recording,
                source: self.name.clone(),
                description: gold.provenance.words(),
                gold: gold.rater.gold(),
                drawn: Some(gold.provenance.clone()),
            },
            instead_of: instead_of.map(|rater| rater.id.clone()).collect(),
            file: self.name.clone(),
            digest: blake3::hash(&self.bytes).to_hex().to_string(),
            recorded,
        };
        if !self.silent {
            joined.say(&gold, rubric, &problems);
            joined.say_lost(run);
        }
        Ok(joined)
    }
}

impl JoinedGold {
    fn say(&self, gold: &GoldFile, rubric: &Rubric, problems: &[Problem]) {
        for note in gold.recordings.notes() {
            say!("{}", clean(note));
        }
        for line in coverage(std::slice::from_ref(&gold.rater), &self.recorded, rubric) {
            say!("{}", clean(&line));
        }
        if !gold.foreign.is_empty() {
            let (file, foreign) = (&self.file, gold.foreign.join(", "));
            say!(
                "{}",
                clean(&format!(
                    "{file}: it has {foreign}, too, which this run does not rate: not read"
                ))
            );
        }
        if !self.instead_of.is_empty() {
            let (file, others) = (&self.file, self.instead_of.join(", "));
            say!(
                "{}",
                clean(&format!(
                    "{file} takes the place of {others}, which the run marked as gold: {others} is left out"
                ))
            );
        }
        if !problems.is_empty() {
            say!(
                "{} cannot be used and are left out, the first:",
                places(problems)
            );
            for problem in problems.iter().take(SHOWN) {
                say!("  {}", clean(&problem.to_string()));
            }
        }
    }

    /// A file that was made from this very run should be about its tasks alone.
    fn say_lost(&self, run: &str) {
        let own = self
            .line
            .drawn
            .as_ref()
            .is_some_and(|drawn| drawn.runs == [run]);
        let Some(read) = self.recorded.raters.first().filter(|_| own) else {
            return;
        };
        let lost = read.rows - read.rows_used;
        if lost > 0 {
            let file = &self.file;
            let line = format!(
                "{file}: it was made from this run, and {lost} of its {} rows are about no task of it: were ids changed?",
                read.rows
            );
            say!("{}", clean(&line));
        }
    }

    /// What a record says of it: the file by its digest, and what of it was used.
    pub fn record(&self) -> Value {
        let problems = self.recorded.problems();
        let read = self.recorded.raters.first();
        json!({
            "file": self.file,
            "blake3": self.digest,
            "provenance": self.line.drawn,
            "rows": read.map(|read| read.rows),
            "rows_used": read.map(|read| read.rows_used),
            "tasks_rated": read.map(|read| read.rated()),
            "problem_count": problems.len(),
            "problems": problems.iter().take(LISTED).collect::<Vec<_>>(),
            "instead_of": self.instead_of,
        })
    }
}
