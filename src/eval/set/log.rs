//! `log.jsonl` of a set: a line a measurement, so that whoever reports the best prompt can say of how many.

use super::Half;
use crate::inventory::Problem;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// One measurement of a prompt and a panel on a half of a set.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct LogLine {
    /// When it ended, as RFC 3339 in UTC.
    pub time: String,
    /// Version of taskrater.
    pub taskrater: String,
    /// Id of the set.
    pub set: String,
    /// Digest of the set as it was.
    pub digest: String,
    /// The half.
    pub half: Half,
    /// The prompt.
    pub prompt: LoggedPrompt,
    /// Fingerprint of the panel.
    pub panel: String,
    /// Samples a rater and task.
    pub samples: u32,
    /// Id of the run.
    pub run: String,
    /// Headline numbers, by name; `null` where there is none.
    #[serde(default)]
    pub numbers: BTreeMap<String, Option<f64>>,
    /// What later versions add.
    #[serde(flatten)]
    pub more: BTreeMap<String, Value>,
}

/// A prompt as a log names it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LoggedPrompt {
    /// Id of its rubric.
    pub id: String,
    /// Version, as its file says it.
    pub version: String,
    /// Fingerprint of its text.
    pub fingerprint: String,
    /// Fingerprint of its reply schema.
    pub schema: String,
}

/// What a log comes to.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Tried {
    /// Distinct prompts on the dev half of this version of the set.
    pub prompts: usize,
    /// Distinct prompts on the dev half of any version of it.
    pub prompts_ever: usize,
    /// Measurements, on either half and any version.
    pub measurements: usize,
    /// Measurements on the test half, of any version.
    pub looks_at_test: usize,
    /// Lines that cannot be read; they count for nothing.
    #[serde(skip)]
    pub damaged: Vec<Problem>,
}

/// Reads a log; `name` is how problems call it, `digest` that of the set as it is. A line that cannot be read is a problem, never
/// a failure: a log that two programs wrote at once, or half of one, still counts the rest.
#[must_use]
pub fn tried(name: &str, bytes: &[u8], digest: &str) -> Tried {
    let mut tried = Tried::default();
    let (mut now, mut ever) = (BTreeSet::new(), BTreeSet::new());
    for (number, line) in bytes.split(|&byte| byte == b'\n').enumerate() {
        if line.trim_ascii().is_empty() {
            continue;
        }
        let line: LogLine = match serde_json::from_slice(line) {
            Ok(line) => line,
            Err(error) => {
                tried.damaged.push(Problem {
                    place: name.to_owned(),
                    line: Some(number + 1),
                    what: format!("no measurement, left out: {error}"),
                });
                continue;
            }
        };
        tried.measurements += 1;
        if line.half == Half::Test {
            tried.looks_at_test += 1;
            continue;
        }
        if line.digest == digest {
            now.insert(line.prompt.fingerprint.clone());
        }
        ever.insert(line.prompt.fingerprint);
    }
    (tried.prompts, tried.prompts_ever) = (now.len(), ever.len());
    tried
}

impl Tried {
    /// Prompts that were tried, in words: both counts where they differ.
    #[must_use]
    pub fn words(&self) -> String {
        match self.prompts == self.prompts_ever {
            true => self.prompts.to_string(),
            false => format!("{} ({} in all versions)", self.prompts, self.prompts_ever),
        }
    }
}

impl LogLine {
    /// The line, with its end. JSON escapes line breaks: it is one line, whatever the texts hold.
    #[must_use]
    pub fn to_line(&self) -> String {
        // Texts and numbers are JSON; a number that is not finite is null.
        let mut line = serde_json::to_string(self).unwrap_or_default();
        line.push('\n');
        line
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(digest: &str, half: Half, prompt: &str) -> String {
        let line = LogLine {
            time: "2026-11-21T10:00:00Z".to_owned(),
            taskrater: "0.1.0".to_owned(),
            set: "small".to_owned(),
            digest: digest.to_owned(),
            half,
            prompt: LoggedPrompt {
                id: "exposure".to_owned(),
                version: "1\n2".to_owned(),
                fingerprint: prompt.to_owned(),
                schema: "s".to_owned(),
            },
            panel: "p".to_owned(),
            samples: 1,
            run: "r".to_owned(),
            numbers: BTreeMap::from([
                ("exposure.kappa".to_owned(), Some(0.5)),
                ("exposure.mae".to_owned(), None),
            ]),
            more: BTreeMap::new(),
        };
        line.to_line()
    }

    #[test]
    fn prompts_are_counted_once_and_looks_each() {
        let lines = [
            line("new", Half::Dev, "one"),
            line("new", Half::Dev, "one"),
            line("new", Half::Dev, "two"),
            line("old", Half::Dev, "three"),
            line("new", Half::Test, "two"),
            line("old", Half::Test, "four"),
        ];
        let found = tried("log.jsonl", lines.concat().as_bytes(), "new");
        assert_eq!((found.prompts, found.prompts_ever), (2, 3));
        assert_eq!((found.measurements, found.looks_at_test), (6, 2));
        assert_eq!(found.words(), "2 (3 in all versions)");
        assert_eq!(tried("x", b"", "new"), Tried::default());
    }

    #[test]
    fn damaged_lines_are_said_and_the_rest_counts() {
        let one = line("new", Half::Dev, "one");
        let later = one.replace("{\"time\"", "{\"colour\":1,\"time\"");
        let text = format!("{}\n\u{0}\n{one}{later}{{}}", &one[..30]);
        let found = tried("log.jsonl", text.as_bytes(), "new");
        let places: Vec<_> = found.damaged.iter().map(|problem| problem.line).collect();
        assert_eq!(places, [Some(1), Some(2), Some(5)]);
        assert_eq!((found.prompts, found.measurements), (1, 2));
        assert!(
            found.damaged[0]
                .to_string()
                .starts_with("log.jsonl, line 1: no measurement, left out: ")
        );
    }
}
