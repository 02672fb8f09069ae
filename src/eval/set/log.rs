//! `log.jsonl` of a set: a line a measurement, so that whoever reports the best prompt can say of how many.

use super::Half;
use crate::eval::Primary;
use crate::eval::words::{counted, times};
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
    /// Whether all was answered.
    #[serde(default)]
    pub complete: bool,
    /// Where the prompt came from: its file as it was named, or `built in`.
    #[serde(default)]
    pub source: String,
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

/// The measurements that a log holds.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Log {
    lines: Vec<LogLine>,
    /// Lines that cannot be read; they count for nothing.
    pub damaged: Vec<Problem>,
}

/// How many: of the set as it is, and of all its versions. An edit of its files makes another version of it, and what was seen
/// before is still known.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Count {
    /// Of this version of the set.
    pub now: usize,
    /// Of any version of it; what two versions share is counted once.
    pub ever: usize,
}

/// How often a set was used.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Tried {
    /// Distinct prompts on the dev half.
    pub prompts: Count,
    /// Looks at the test half: distinct prompts, panels and numbers of samples together.
    pub looks_at_test: Count,
    /// Distinct prompts on the test half.
    pub prompts_on_test: Count,
    /// Lines of the log, on either half and any version.
    pub measurements: usize,
}

impl Log {
    /// Reads a log; `name` is how problems call it. A line that cannot be read is a problem, never a failure: a log that two
    /// programs wrote at once, or half of one, still counts the rest.
    #[must_use]
    pub fn read(name: &str, bytes: &[u8]) -> Self {
        let mut log = Self::default();
        for (number, line) in bytes.split(|&byte| byte == b'\n').enumerate() {
            if line.trim_ascii().is_empty() {
                continue;
            }
            match serde_json::from_slice(line) {
                Ok(line) => log.lines.push(line),
                Err(error) => log.damaged.push(Problem {
                    place: name.to_owned(),
                    line: Some(number + 1),
                    what: format!("no measurement, left out: {error}"),
                }),
            }
        }
        log
    }

    /// Whether the very same measurement is there: all but its time and its run.
    #[must_use]
    pub fn has(&self, line: &LogLine) -> bool {
        self.lines.iter().any(|other| {
            let LogLine { time, run, .. } = other.clone();
            let line = LogLine {
                time,
                run,
                ..line.clone()
            };
            *other == line
        })
    }

    /// What it comes to for the set of this digest.
    #[must_use]
    pub fn tried(&self, digest: &str) -> Tried {
        let prompt = |line: &LogLine| line.prompt.fingerprint.clone();
        let look = |line: &LogLine| (prompt(line), line.panel.clone(), line.samples);
        Tried {
            prompts: self.count(Half::Dev, digest, prompt),
            looks_at_test: self.count(Half::Test, digest, look),
            prompts_on_test: self.count(Half::Test, digest, prompt),
            measurements: self.lines.len(),
        }
    }

    fn count<K: Ord>(&self, half: Half, digest: &str, key: impl Fn(&LogLine) -> K) -> Count {
        let own = self.lines.iter().filter(|line| line.half == half);
        let distinct = |lines: &mut dyn Iterator<Item = &LogLine>| {
            lines.map(&key).collect::<BTreeSet<K>>().len()
        };
        Count {
            now: distinct(&mut own.clone().filter(|line| line.digest == digest)),
            ever: distinct(&mut own.clone()),
        }
    }

    /// The best prompt by a figure on the dev half of this version of the set, among complete measurements of a panel. Of equal
    /// ones the first: what came later had to be better.
    #[must_use]
    pub fn best(&self, digest: &str, panel: &str, by: &Primary) -> Option<&LogLine> {
        let name = by.to_string();
        let merit = |line: &LogLine| {
            let number = line.numbers.get(&name).copied().flatten();
            number.map(|number| by.metric.merit(number))
        };
        let own = self.lines.iter().filter(|line| {
            line.half == Half::Dev && line.complete && line.digest == digest && line.panel == panel
        });
        let known = own.filter_map(|line| Some((merit(line)?, line)));
        let best = known.reduce(|best, next| match next.0 > best.0 {
            true => next,
            false => best,
        });
        best.map(|(_, line)| line)
    }
}

impl Count {
    /// In words: both counts where they differ.
    #[must_use]
    pub fn words(self) -> String {
        match self.now == self.ever {
            true => self.now.to_string(),
            false => format!("{} ({} in all versions)", self.now, self.ever),
        }
    }
}

impl Tried {
    /// How often the test half was looked at and with how many prompts, in words: over all versions of the set, and as it is
    /// where that differs.
    #[must_use]
    pub fn looks(self) -> String {
        let (looks, prompts) = (self.looks_at_test, self.prompts_on_test);
        let both =
            |looks, prompts| format!("{}, with {}", times(looks), counted(prompts, "prompt"));
        let ever = both(looks.ever, prompts.ever);
        match (looks.now == looks.ever, looks.now) {
            (true, _) => ever,
            (false, 0) => format!("{ever} (all versions of the set counted; never as it is now)"),
            (false, _) => format!(
                "{ever} (all versions of the set counted; as it is now {})",
                both(looks.now, prompts.now)
            ),
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
            complete: true,
            source: "built in".to_owned(),
            more: BTreeMap::new(),
        };
        line.to_line()
    }

    #[test]
    fn prompts_and_looks_are_counted_once_and_over_all_versions() {
        let lines = [
            line("new", Half::Dev, "one"),
            line("new", Half::Dev, "one"),
            line("new", Half::Dev, "two"),
            line("old", Half::Dev, "three"),
            line("new", Half::Test, "two"),
            line("new", Half::Test, "two"),
            line("old", Half::Test, "two"),
            line("old", Half::Test, "four"),
            line("old", Half::Test, "four").replace("\"samples\":1", "\"samples\":2"),
        ];
        let log = Log::read("log.jsonl", lines.concat().as_bytes());
        let found = log.tried("new");
        assert_eq!(found.prompts, Count { now: 2, ever: 3 });
        assert_eq!(found.prompts.words(), "2 (3 in all versions)");
        assert_eq!(found.looks_at_test, Count { now: 1, ever: 3 });
        assert_eq!(found.prompts_on_test, Count { now: 1, ever: 2 });
        assert_eq!(found.measurements, 9);
        assert_eq!(
            found.looks(),
            "3 times, with 2 prompts (all versions of the set counted; as it is now once, with 1 prompt)"
        );
        // All that the new version saw was seen in the old one, too.
        assert_eq!(log.tried("old").looks(), "3 times, with 2 prompts");
        assert_eq!(
            log.tried("newest").looks(),
            "3 times, with 2 prompts (all versions of the set counted; never as it is now)"
        );
        assert_eq!(Log::read("x", b"").tried("new"), Tried::default());
    }

    #[test]
    fn the_same_measurement_in_another_run_is_there_already() {
        let log = Log::read("x", line("new", Half::Dev, "one").as_bytes());
        let again = LogLine {
            time: "later".to_owned(),
            run: "another".to_owned(),
            ..log.lines[0].clone()
        };
        assert!(log.has(&again));
        assert!(!log.has(&LogLine {
            samples: 2,
            ..again
        }));
    }

    #[test]
    fn damaged_lines_are_said_and_the_rest_counts() {
        let one = line("new", Half::Dev, "one");
        let later = one.replace("{\"time\"", "{\"colour\":1,\"time\"");
        let text = format!("{}\n\u{0}\n{one}{later}{{}}", &one[..30]);
        let found = Log::read("log.jsonl", text.as_bytes());
        let places: Vec<_> = found.damaged.iter().map(|problem| problem.line).collect();
        assert_eq!(places, [Some(1), Some(2), Some(5)]);
        let tried = found.tried("new");
        assert_eq!((tried.prompts.now, tried.measurements), (1, 2));
        assert!(
            found.damaged[0]
                .to_string()
                .starts_with("log.jsonl, line 1: no measurement, left out: ")
        );
    }
}
