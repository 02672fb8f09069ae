//! `set.toml`: what a set is, which metrics decide on it, and all that makes its draw again.

use crate::error::{Error, Result};
use crate::eval::Primary;
use crate::lines::line_at;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The word by which a set takes its texts from the bundled starter inventory.
pub const STARTER: &str = "starter";
/// Metrics that may decide: with more of them each has to show more.
pub const MOST_PRIMARY: usize = 3;

/// What `set.toml` says.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct About {
    /// Id: lower-case letters, digits, `-` and `_`.
    pub id: String,
    /// Title.
    pub title: String,
    /// Id of the rubric that its gold is in.
    pub rubric: String,
    /// Where the texts come from: `starter` is the bundled starter inventory; other words say it to people, such as `O*NET 30.2`,
    /// who then name it with `--inventory`.
    pub inventory: String,
    /// Where tasks and labels come from, with attribution; one paragraph.
    pub source: String,
    /// One to three metrics that decide, as `dimension.metric`.
    pub primary: Vec<Primary>,
    /// Differences below which nothing is called better or worse, by `dimension.metric`, in the unit of the metric.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub margin: BTreeMap<Primary, f64>,
    /// How it was drawn; a set that was made by hand says nothing of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub draw: Option<DrawnFrom>,
}

/// How a set was drawn: all that makes the draw again.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DrawnFrom {
    /// Id of the draw, as `gold.csv` has it.
    pub id: String,
    /// The inventory or run that the tasks were drawn from.
    pub from: String,
    /// Hash of that inventory, 16 hex digits.
    pub digest: String,
    /// Where the labels come from.
    pub gold: String,
    /// Tasks that could be drawn.
    pub frame_tasks: usize,
    /// Occupations that they are of.
    pub frame_occupations: usize,
    /// Tasks that were drawn.
    pub tasks: usize,
    /// Occupations that those are of.
    pub occupations: usize,
    /// How, in words.
    pub design: String,
    /// Seed of the draw and of the halves.
    pub seed: u64,
    /// Share of the occupations that is in the test half.
    pub test_share: f64,
    /// Version of taskrater that drew it.
    pub version: String,
}

impl About {
    /// Reads `set.toml`; `name` is how errors call it.
    ///
    /// # Errors
    /// With file and line: not TOML, an unknown key, an id that cannot be one, an empty text, not one to three primary metrics, a
    /// metric that does not name its dimension, a margin that is no number from 0.
    pub fn read(name: &str, text: &str) -> Result<Self> {
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        let about: Self = toml::from_str(text).map_err(|error| {
            let line = error.span().map_or(1, |span| line_at(text, span.start));
            Error::input(format!("{name}:{line}: {}", error.message())).hint(
                "docs/eval-sets.md has an example; a figure is named as \"exposure.kappa\", with the quotes where it is a key",
            )
        })?;
        about.check().map_err(|(key, what)| {
            Error::input(format!("{name}:{}: {what}", line_of(text, key)))
        })?;
        Ok(about)
    }

    /// The same as text that [`read`](Self::read) reads.
    ///
    /// # Errors
    /// None but for a mistake of this program.
    pub fn to_toml(&self) -> Result<String> {
        toml::to_string(self).map_err(|error| {
            Error::new(crate::error::Kind::Internal, "a set cannot be written").because(error)
        })
    }

    /// What is wrong, and at which key.
    fn check(&self) -> std::result::Result<(), (&'static str, String)> {
        check_id(&self.id).map_err(|what| ("id", what))?;
        let texts = [
            ("title", &self.title),
            ("rubric", &self.rubric),
            ("inventory", &self.inventory),
            ("source", &self.source),
        ];
        if let Some((key, _)) = texts.into_iter().find(|(_, text)| text.trim().is_empty()) {
            return Err((key, format!("{key} is empty")));
        }
        let count = self.primary.len();
        if !(1..=MOST_PRIMARY).contains(&count) {
            let what = format!(
                "primary names {count} metrics; 1 to {MOST_PRIMARY} decide, and with more of them each has to show more"
            );
            return Err(("primary", what));
        }
        for (at, metric) in self.primary.iter().enumerate() {
            if self.primary[..at].contains(metric) {
                return Err(("primary", format!("{metric} is there twice")));
            }
        }
        for (metric, margin) in &self.margin {
            if !(margin.is_finite() && *margin >= 0.0) {
                let what = format!("the margin of {metric} is {margin}, which is no number from 0");
                return Err(("[margin]", what));
            }
        }
        Ok(())
    }
}

/// Whether a text can be the id of a set: it is the name of a folder, too.
///
/// # Errors
/// In words: what it is made of.
pub fn check_id(id: &str) -> std::result::Result<(), String> {
    let begins = id.starts_with(|c: char| c.is_ascii_lowercase() || c.is_ascii_digit());
    let fine = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || "-_".contains(c);
    match begins && id.chars().all(fine) {
        true => Ok(()),
        false => Err(format!(
            "'{id}' cannot be the id of a set: lower-case letters, digits, '-' and '_', beginning with a letter or digit"
        )),
    }
}

/// Where the figures of `set.toml` stand: the primary ones, then those with a margin, each with its line.
pub(super) fn lines_of(about: &About, text: &str) -> Vec<(Primary, usize)> {
    let of = |key: &'static str| {
        let from = line_of(text, key);
        move |figure: &Primary| {
            let name = figure.to_string();
            let mut lines = text.lines().skip(from - 1);
            let line = from + lines.position(|line| line.contains(&name)).unwrap_or(0);
            (figure.clone(), line)
        }
    };
    let primary = about.primary.iter().map(of("primary"));
    primary
        .chain(about.margin.keys().map(of("[margin]")))
        .collect()
}

/// Line of a key, from 1; the first where it is not there.
fn line_of(text: &str, key: &str) -> usize {
    let holds = |line: &str| {
        line.split('=')
            .next()
            .is_some_and(|name| name.trim() == key)
    };
    text.lines().position(holds).map_or(1, |line| line + 1)
}
