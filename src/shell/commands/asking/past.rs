//! What earlier runs of the project teach about the models that are to be asked: their ledgers, newest first, as many
//! lines as are worth reading.

use crate::estimate::{Asked, Experience, LedgerLine};
use crate::prompt::{ReplySchema, fingerprint};
use crate::rater::{Limits, Llm};
use crate::shell::run_folder::{ledgers, manifest_in, runs_in};
use serde::Deserialize;
use serde_json::Value;
use std::collections::BTreeMap;
use std::fs::File;
use std::io::{BufRead as _, BufReader, Seek as _, SeekFrom};
use std::path::Path;

/// Runs that are looked at, newest first.
const RUNS: usize = 50;
/// Lines that are enough to know a model.
const LINES: usize = 1000;
/// Of these, as many at most of replies of another kind, which teach only bytes a token.
const OTHERS: usize = 500;
/// Of a ledger only its end is read: lines hold whole replies.
const TAIL: u64 = 4 << 20;

/// What earlier runs say of each rater.
pub(in crate::shell::commands) struct Past(Vec<Experience>);

/// The part of a manifest that says who was asked how.
#[derive(Deserialize)]
struct Manifest {
    prompt: PromptLine,
    raters: Vec<RaterLine>,
}

#[derive(Deserialize)]
struct PromptLine {
    schema_fingerprint: String,
}

/// What the manifest of an earlier run says of a rater.
#[derive(Deserialize)]
pub(in crate::shell::commands) struct RaterLine {
    pub id: String,
    /// Of everything that its requests share; older manifests have none.
    pub request_fingerprint: Option<String>,
    #[serde(default)]
    pub all_replies: Value,
    wire: Option<String>,
    model: Option<String>,
    base_url: Option<String>,
    structured: Option<String>,
    max_tokens: Option<u32>,
    #[serde(default)]
    parameters: BTreeMap<String, Value>,
    limits: Option<Limits>,
}

impl Past {
    /// Reads the runs of a folder. What cannot be read teaches nothing: an estimate is no reason to stop.
    pub fn read(runs: &Path, asked: &[Asked<'_>], schema: &ReplySchema) -> Self {
        let mut past = Self(vec![Experience::default(); asked.len()]);
        // Those that are asked nothing need no estimate.
        let wanted = |past: &Self| {
            let open = |(asked, known): (&Asked<'_>, &Experience)| {
                asked.load.questions > 0 && known.lines() < LINES
            };
            asked.iter().zip(&past.0).any(open)
        };
        let schema = fingerprint(schema.text().as_bytes());
        let runs = runs_in(runs).unwrap_or_default();
        for run in runs.into_iter().take(RUNS) {
            if !wanted(&past) {
                break;
            }
            past.read_run(&run, asked, &schema);
        }
        past
    }

    /// One a rater, in the order in which they were asked for.
    pub fn experience(&self) -> &[Experience] {
        &self.0
    }

    fn read_run(&mut self, run: &Path, asked: &[Asked<'_>], schema: &str) {
        let Some(manifest) = manifest_in::<Manifest>(run) else {
            return;
        };
        // Which of ours have the model of each rater of that run, and whether its replies are of the kind of theirs.
        let mut same: BTreeMap<&str, Vec<(usize, bool)>> = BTreeMap::new();
        let same_schema = manifest.prompt.schema_fingerprint == schema;
        for line in &manifest.raters {
            let ours = asked.iter().enumerate();
            for (at, asked) in ours.filter(|(_, asked)| line.is(asked.llm)) {
                let alike = same_schema && line.asks_like(asked.llm);
                same.entry(&line.id).or_default().push((at, alike));
                let known = &mut self.0[at].limits;
                if let (None, Some(limits)) = (&known, line.limits.filter(Limits::any)) {
                    let id = run.file_name().unwrap_or_default().to_string_lossy();
                    *known = Some((limits, format!("learned in run {id}")));
                }
            }
        }
        if same.is_empty() {
            return;
        }
        // The latest first: earlier ones of a folder that was used again stand before it.
        for ledger in ledgers(run).unwrap_or_default().into_iter().rev() {
            let _ = tail(&ledger, |line| {
                let Some(line) = LedgerLine::parse(line) else {
                    return;
                };
                for &(at, alike) in same.get(line.rater.as_str()).into_iter().flatten() {
                    let enough = if alike { LINES } else { OTHERS };
                    if self.0[at].lines() < enough {
                        self.0[at].add(&line, alike);
                    }
                }
            });
        }
    }
}

impl RaterLine {
    /// The same model at the same place, whatever its id was.
    fn is(&self, llm: &Llm) -> bool {
        self.wire.as_deref() == Some(llm.wire.name())
            && self.model.as_deref() == Some(&llm.model)
            && self.base_url.as_deref() == Some(&llm.base_url)
    }

    /// What differs from how this model would be asked, in words, as far as a manifest tells.
    pub fn differences(&self, llm: &Llm) -> Vec<&'static str> {
        let same = [
            ("wire", self.wire.as_deref() == Some(llm.wire.name())),
            ("model", self.model.as_deref() == Some(&llm.model)),
            ("address", self.base_url.as_deref() == Some(&llm.base_url)),
            (
                "structured",
                self.structured.as_deref() == Some(llm.structured.name()),
            ),
            ("max_tokens", self.max_tokens == Some(llm.max_tokens)),
            ("parameters", self.parameters == llm.parameters),
        ];
        let other = same.into_iter().filter(|(_, same)| !same);
        other.map(|(name, _)| name).collect()
    }

    /// Asked in the same manner: its replies are about as long.
    fn asks_like(&self, llm: &Llm) -> bool {
        self.structured.as_deref() == Some(llm.structured.name())
            && self.parameters == llm.parameters
            && self.max_tokens == Some(llm.max_tokens)
    }
}

/// The lines at the end of a file.
fn tail(path: &Path, mut each: impl FnMut(&str)) -> std::io::Result<()> {
    let mut file = File::open(path)?;
    let skipped = file.metadata()?.len().saturating_sub(TAIL);
    file.seek(SeekFrom::Start(skipped))?;
    let mut lines = BufReader::with_capacity(1 << 16, file);
    let mut line = Vec::new();
    if skipped > 0 {
        // The rest of a line whose beginning is not read.
        lines.read_until(b'\n', &mut line)?;
        line.clear();
    }
    while lines.read_until(b'\n', &mut line)? > 0 {
        if let Ok(text) = std::str::from_utf8(&line) {
            each(text);
        }
        line.clear();
    }
    Ok(())
}
