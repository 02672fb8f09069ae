//! `taskrater.toml`: raters as data, panels as lists, and the defaults of a project.

use super::entry::{RawRater, rater};
use super::{Panel, Rater, Source};
use crate::error::{Error, Kind, Result};
use crate::line_at;
use serde::Deserialize;
use std::collections::BTreeMap;

const BUILT_IN: &str = include_str!("built_in.toml");
/// What `init` writes.
pub const TEMPLATE: &str = include_str!("template.toml");

/// Defaults of a project; a flag of the command line goes before each.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// Inventory path, relative to the file.
    pub inventory: Option<String>,
    /// Rubric id.
    pub rubric: Option<String>,
    /// Panel name.
    pub panel: Option<String>,
    /// Share of a scale's range beyond which raters' spread makes a task contested.
    pub contested: Option<f64>,
    /// How tasks weigh in an occupation's score: `core`, `importance` or `equal`.
    pub weighting: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawFile {
    inventory: Option<String>,
    rubric: Option<String>,
    panel: Option<String>,
    contested: Option<f64>,
    weighting: Option<String>,
    #[serde(default)]
    panels: BTreeMap<String, Vec<String>>,
    #[serde(default)]
    raters: Vec<toml::Spanned<RawRater>>,
}

/// Raters, panels and defaults: the built-in ones, with those of a `taskrater.toml` over them.
#[derive(Debug, Clone)]
pub struct Config {
    settings: Settings,
    raters: Vec<Rater>,
    panels: BTreeMap<String, Vec<String>>,
}

impl Config {
    /// The built-in configuration with the surrogates of these ids.
    ///
    /// # Errors
    /// None in a build that passed its tests.
    pub fn built_in(surrogates: &[String]) -> Result<Self> {
        let raters = surrogates
            .iter()
            .map(|id| Rater {
                id: id.clone(),
                source: Source::Surrogate { file: None },
            })
            .collect();
        let empty = Self {
            settings: Settings::default(),
            raters,
            panels: BTreeMap::new(),
        };
        empty.with_file("built_in.toml", BUILT_IN)
    }

    /// Lays a `taskrater.toml` over this configuration; `name` is how errors call it.
    ///
    /// # Errors
    /// [`Kind::Input`] with file and line: not TOML, an unknown key, a value out of its range, two raters of one id,
    /// a panel that names a rater that does not exist.
    pub fn with_file(mut self, name: &str, text: &str) -> Result<Self> {
        let raw: RawFile = toml::from_str(text).map_err(|error| {
            let line = error.span().map_or(1, |span| line_at(text, span.start));
            Error::input(format!("{name}:{line}: {}", error.message()))
                .hint("`taskrater init` writes a commented example")
        })?;
        let mut own: Vec<String> = Vec::new();
        for spanned in raw.raters {
            let line = line_at(text, spanned.span().start);
            let rater = rater(spanned.into_inner())
                .map_err(|message| Error::input(format!("{name}:{line}: {message}")))?;
            if own.contains(&rater.id) {
                return Err(Error::input(format!(
                    "{name}:{line}: rater '{}' is there twice",
                    rater.id
                )));
            }
            own.push(rater.id.clone());
            match self.raters.iter_mut().find(|known| known.id == rater.id) {
                Some(known) => *known = rater,
                None => self.raters.push(rater),
            }
        }
        self.panels.extend(raw.panels);
        for (panel, ids) in &self.panels {
            if let Some(id) = ids.iter().find(|id| self.rater(id).is_none()) {
                return Err(Error::input(format!(
                    "{name}: panel '{panel}' names '{id}', which is no rater"
                ))
                .hint(format!("known raters: {}", self.ids())));
            }
        }
        check_share(name, raw.contested)?;
        let settings = self.settings;
        self.settings = Settings {
            inventory: raw.inventory.or(settings.inventory),
            rubric: raw.rubric.or(settings.rubric),
            panel: raw.panel.or(settings.panel),
            contested: raw.contested.or(settings.contested),
            weighting: raw.weighting.or(settings.weighting),
        };
        Ok(self)
    }

    /// Defaults.
    #[must_use]
    pub fn settings(&self) -> &Settings {
        &self.settings
    }

    /// All raters.
    #[must_use]
    pub fn raters(&self) -> &[Rater] {
        &self.raters
    }

    /// All panels, by name.
    #[must_use]
    pub fn panels(&self) -> &BTreeMap<String, Vec<String>> {
        &self.panels
    }

    /// The raters named by ids, or else those of the panel, or else those of the default panel.
    ///
    /// # Errors
    /// A name that does not exist ([`Kind::Setup`]), or a rater named twice.
    pub fn panel(&self, panel: Option<&str>, ids: &[String]) -> Result<Panel> {
        let mut names: Vec<String> = Vec::new();
        if panel.is_some() || ids.is_empty() {
            let name = panel.or(self.settings.panel.as_deref()).unwrap_or("free");
            let listed = self.panels.get(name).ok_or_else(|| {
                let known: Vec<&str> = self.panels.keys().map(String::as_str).collect();
                Error::new(Kind::Setup, format!("there is no panel '{name}'"))
                    .hint(format!("known panels: {}", known.join(", ")))
            })?;
            names.extend(listed.iter().cloned());
        }
        names.extend(ids.iter().cloned());
        let raters = names
            .iter()
            .map(|id| {
                self.rater(id).cloned().ok_or_else(|| {
                    Error::new(Kind::Setup, format!("there is no rater '{id}'"))
                        .hint(format!("known raters: {}", self.ids()))
                })
            })
            .collect::<Result<Vec<_>>>()?;
        Panel::new(raters)
    }

    fn rater(&self, id: &str) -> Option<&Rater> {
        self.raters.iter().find(|rater| rater.id == id)
    }

    fn ids(&self) -> String {
        let ids: Vec<&str> = self.raters.iter().map(|rater| rater.id.as_str()).collect();
        ids.join(", ")
    }
}

fn check_share(name: &str, contested: Option<f64>) -> Result<()> {
    match contested {
        Some(share) if !(0.0..=1.0).contains(&share) => Err(Error::input(format!(
            "{name}: contested = {share} is not a share of the scale, 0 to 1"
        ))),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn config(text: &str) -> Result<Config> {
        let surrogates = [
            "surrogate-human",
            "surrogate-gpt4",
            "surrogate-gpt4-alt",
            "surrogate-automation",
        ];
        Config::built_in(&surrogates.map(String::from))?.with_file("taskrater.toml", text)
    }

    const LOCAL: &str = "[[raters]]\nid = \"local\"\nwire = \"openai\"\nmodel = \"m\"\nbase_url = \"http://127.0.0.1:1/v1/\"\n";

    #[test]
    fn the_built_in_panels_are_whole() {
        let config = config("").unwrap();
        assert_eq!(config.panel(None, &[]).unwrap().raters().len(), 4);
        let frontier = config.panel(Some("frontier"), &[]).unwrap();
        let models: Vec<_> = frontier
            .raters()
            .iter()
            .filter_map(Rater::llm)
            .map(|l| l.model.as_str())
            .collect();
        assert_eq!(models, ["claude-sonnet-4-6", "gpt-4o"]);
        assert_eq!(
            frontier.raters()[1].llm().unwrap().retires.as_deref(),
            Some("2027-01-14")
        );
    }

    #[test]
    fn the_template_of_init_is_valid() {
        config(TEMPLATE).unwrap();
    }

    #[test]
    fn raters_are_added_replaced_and_named_one_by_one() {
        let config = config(LOCAL).unwrap();
        let panel = config.panel(None, &["local".into()]).unwrap();
        let llm = panel.raters()[0].llm().unwrap();
        assert_eq!(llm.base_url, "http://127.0.0.1:1/v1");
        assert_eq!(llm.max_tokens_field, "max_tokens");
        let both = config.panel(Some("free"), &["local".into()]).unwrap();
        assert_eq!(both.raters().len(), 5);
        assert!(
            config
                .panel(None, &["local".into(), "local".into()])
                .is_err()
        );
    }

    #[test]
    fn a_surrogate_is_named_by_its_file() {
        let text = "[[raters]]\nid = \"mine\"\nsurrogate = \"weights/mine.bin\"\n";
        let panel = config(text).unwrap().panel(None, &["mine".into()]).unwrap();
        let file = Some("weights/mine.bin".to_owned());
        assert_eq!(panel.raters()[0].source, Source::Surrogate { file });
    }

    #[test]
    fn mistakes_name_file_and_line() {
        let cases = [
            (
                "panel = \"x\"\nspeed = 3\n",
                "taskrater.toml:2: unknown field `speed`",
            ),
            ("panel = \n", "taskrater.toml:1: "),
            (
                &format!("{LOCAL}modle = \"x\"\n"),
                "taskrater.toml:6: unknown field `modle`",
            ),
            (
                &format!("{LOCAL}{LOCAL}"),
                "taskrater.toml:6: rater 'local' is there twice",
            ),
            (
                &format!("{LOCAL}max_tokens = 0\n"),
                "taskrater.toml:1: max_tokens of 'local' is 0",
            ),
            (
                &format!("{LOCAL}parameters = {{ model = \"x\" }}\n"),
                "taskrater.toml:1: 'model' of 'local'",
            ),
            (
                &LOCAL.replace("http:", "ftp:"),
                "taskrater.toml:1: base_url of 'local'",
            ),
            (
                "panel = \"x\"\n[[raters]]\nid = \"s\"\nsurrogate = \"s.bin\"\nmodel = \"m\"\n",
                "taskrater.toml:2: 's' is a surrogate, so 'model' has no meaning",
            ),
            (
                "[[raters]]\nid = \"s\"\nsurrogate = \"\"\n",
                "taskrater.toml:1: surrogate of 's' names no file",
            ),
            (
                "[[raters]]\nid = \"s\"\nmodel = \"m\"\n",
                "taskrater.toml:1: 's' needs wire, model and base_url, or a surrogate",
            ),
            (
                "[panels]\nmine = [\"ghost\"]\n",
                "taskrater.toml: panel 'mine' names 'ghost'",
            ),
            ("contested = 2.0\n", "taskrater.toml: contested = 2"),
        ];
        for (text, expected) in cases {
            let message = config(text).expect_err("must be refused").to_string();
            assert!(
                message.starts_with(expected),
                "{message:?} should begin with {expected:?}"
            );
        }
    }
}
