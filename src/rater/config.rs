//! `taskrater.toml`: raters as data, panels as lists, and the defaults of a project.

use super::labour::{LabourFiles, RawLabour};
use super::recording::{self, RawRecordings};
use super::row::{RawRater, rater};
use super::{Panel, Prices, Rater, Source};
use crate::error::{Error, Kind, Result};
use crate::line_at;
use serde::Deserialize;
use std::collections::BTreeMap;

const BUILT_IN: &str = include_str!("built_in.toml");
/// The names of the methods of reconciliation, as the configuration and the command line have them.
pub const RECONCILIATIONS: [&str; 9] = [
    "auto",
    "mean",
    "median",
    "calibrated-mean",
    "ridge-stack",
    "pattern-table",
    "dawid-skene",
    "one-coin",
    "em",
];
/// How tasks may weigh in an occupation's score, as the configuration and the command line say it.
pub const WEIGHTINGS: [&str; 3] = ["core", "importance", "equal"];
/// Most answers of one rater to one question.
const MOST_SAMPLES: u32 = 100;
/// What `init` writes.
pub const TEMPLATE: &str = include_str!("template.toml");

/// Defaults of a project; a flag of the command line goes before each.
#[derive(Debug, Clone, Default)]
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
    /// How the raters' values become one.
    pub reconcile: Option<String>,
    /// A run that may cost more than so many dollars asks first.
    pub confirm_above: Option<f64>,
    /// Answers of each hosted rater to each question, 1 to 100.
    pub samples: Option<u32>,
    /// Files of labour statistics.
    pub labour: LabourFiles,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawFile {
    inventory: Option<String>,
    rubric: Option<String>,
    panel: Option<toml::Spanned<String>>,
    contested: Option<toml::Spanned<f64>>,
    weighting: Option<toml::Spanned<String>>,
    reconcile: Option<toml::Spanned<String>>,
    confirm_above: Option<toml::Spanned<f64>>,
    samples: Option<toml::Spanned<u32>>,
    #[serde(default)]
    labour: RawLabour,
    #[serde(default)]
    panels: BTreeMap<String, toml::Spanned<Vec<String>>>,
    #[serde(default)]
    raters: Vec<toml::Spanned<RawRater>>,
    #[serde(default)]
    recordings: RawRecordings,
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
        self.take_raters(name, text, raw.raters)?;
        self.take_recordings(name, text, raw.recordings, &raw.panels)?;
        self.take_panels(name, text, raw.panels)?;
        let panel = checked(name, text, raw.panel, |panel| {
            (!self.panels.contains_key(panel)).then(|| format!("there is no panel '{panel}'"))
        })?;
        let contested = checked(name, text, raw.contested, |share| {
            let fine = (0.0..=1.0).contains(share);
            (!fine).then(|| format!("contested = {share} is not a share of the scale, 0 to 1"))
        })?;
        let weighting = checked(name, text, raw.weighting, |rule| {
            (!WEIGHTINGS.contains(&rule.as_str())).then(|| {
                format!(
                    "weighting = \"{rule}\" is none of {}",
                    WEIGHTINGS.join(", ")
                )
            })
        })?;
        let reconcile = checked(name, text, raw.reconcile, |method| {
            (!RECONCILIATIONS.contains(&method.as_str())).then(|| {
                format!(
                    "reconcile = \"{method}\" is none of {}",
                    RECONCILIATIONS.join(", ")
                )
            })
        })?;
        let confirm_above = checked(name, text, raw.confirm_above, |dollars| {
            (!(0.0..=1e9).contains(dollars))
                .then(|| format!("confirm_above = {dollars} is no sum in dollars"))
        })?;
        let samples = checked(name, text, raw.samples, |samples| {
            let fine = (1..=MOST_SAMPLES).contains(samples);
            (!fine).then(|| format!("samples = {samples} is outside 1–{MOST_SAMPLES}"))
        })?;
        let settings = self.settings;
        self.settings = Settings {
            inventory: raw.inventory.or(settings.inventory),
            rubric: raw.rubric.or(settings.rubric),
            panel: panel.or(settings.panel),
            contested: contested.or(settings.contested),
            weighting: weighting.or(settings.weighting),
            reconcile: reconcile.or(settings.reconcile),
            confirm_above: confirm_above.or(settings.confirm_above),
            samples: samples.or(settings.samples),
            labour: LabourFiles::read(name, text, raw.labour, settings.labour)?,
        };
        Ok(self)
    }

    /// Gives each hosted rater whose row says no price the one that holds on a day (`YYYY-MM-DD`). One that is not
    /// listed stays unknown.
    #[must_use]
    pub fn priced(mut self, prices: &Prices, day: &str) -> Self {
        for rater in &mut self.raters {
            if let Source::Llm(llm) = &mut rater.source
                && llm.price.is_none()
                && let Some((price, source)) = prices.find(&llm.model, &llm.base_url, day)
            {
                llm.price = Some(price);
                llm.price_source = Some(source);
            }
        }
        self
    }

    fn take_raters(
        &mut self,
        name: &str,
        text: &str,
        rows: Vec<toml::Spanned<RawRater>>,
    ) -> Result<()> {
        let mut own: Vec<String> = Vec::new();
        for spanned in rows {
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
                // Its id promises whose labels answer.
                Some(Rater {
                    source: Source::Surrogate { file: None },
                    ..
                }) => {
                    return Err(Error::input(format!(
                        "{name}:{line}: '{}' is an embedded surrogate; give this rater another id",
                        rater.id
                    )));
                }
                Some(known) => *known = rater,
                None => self.raters.push(rater),
            }
        }
        Ok(())
    }

    /// Takes the raters of recorded files. They stand for nobody else: a panel that names a rater who is asked would
    /// otherwise be filled with old answers in silence.
    fn take_recordings(
        &mut self,
        name: &str,
        text: &str,
        files: RawRecordings,
        panels: &BTreeMap<String, toml::Spanned<Vec<String>>>,
    ) -> Result<()> {
        let mut own: Vec<String> = Vec::new();
        for file in files {
            let taken = recording::raters(name, text, file)?;
            let mut ids = Vec::new();
            for (place, rater) in taken.raters {
                if self.rater(&rater.id).is_some() {
                    let id = &rater.id;
                    return Err(
                        Error::input(format!("{place}: there is a rater '{id}' already")).hint(
                            "give the recorded ratings another id: { id = \"…\", column = \"…\" }",
                        ),
                    );
                }
                ids.push(rater.id.clone());
                self.raters.push(rater);
            }
            let Some(panel) = taken.panel else { continue };
            if panels.contains_key(&panel) {
                let place = taken.place;
                return Err(Error::input(format!(
                    "{place}: panel '{panel}' stands under [panels], too"
                )));
            }
            // Several files may make one panel; a built-in one of the name gives way.
            let known = self.panels.entry(panel.clone()).or_default();
            if !own.contains(&panel) {
                known.clear();
                own.push(panel);
            }
            known.extend(ids);
        }
        Ok(())
    }

    fn take_panels(
        &mut self,
        name: &str,
        text: &str,
        panels: BTreeMap<String, toml::Spanned<Vec<String>>>,
    ) -> Result<()> {
        for (panel, ids) in panels {
            let line = line_at(text, ids.span().start);
            if let Some(id) = ids.get_ref().iter().find(|id| self.rater(id).is_none()) {
                let message =
                    format!("{name}:{line}: panel '{panel}' names '{id}', which is no rater");
                return Err(Error::input(message).hint(format!("known raters: {}", self.ids())));
            }
            self.panels.insert(panel, ids.into_inner());
        }
        Ok(())
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

/// A default of the file: what is wrong with it is said with its line.
fn checked<T>(
    name: &str,
    text: &str,
    given: Option<toml::Spanned<T>>,
    wrong: impl FnOnce(&T) -> Option<String>,
) -> Result<Option<T>> {
    let Some(given) = given else { return Ok(None) };
    match wrong(given.get_ref()) {
        Some(message) => {
            let line = line_at(text, given.span().start);
            Err(Error::input(format!("{name}:{line}: {message}")))
        }
        None => Ok(Some(given.into_inner())),
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
    fn a_row_s_own_price_goes_first_and_what_nobody_lists_is_unknown() {
        let own = "[[raters]]\nid = \"gpt-4o\"\nwire = \"openai\"\nmodel = \"gpt-4o\"\n\
                   base_url = \"https://api.openai.com/v1\"\nprice = { input = 1, output = 1 }\n";
        let priced = |text: &str| {
            config(text)
                .unwrap()
                .priced(&Prices::built_in().unwrap(), "2026-11-21")
        };
        let price = |config: &Config, id: &str| {
            let llm = config.rater(id).and_then(Rater::llm).unwrap().clone();
            llm.price
                .map(|price| price.output.0)
                .zip(llm.price_source.map(|source| source.from))
        };
        let built_in = priced("");
        assert_eq!(price(&built_in, "gpt-4o"), Some((10_000, "built in")));
        assert_eq!(
            price(&built_in, "claude-sonnet-4-6"),
            Some((15_000, "built in"))
        );
        assert_eq!(price(&priced(own), "gpt-4o"), Some((1000, "row")));
        assert_eq!(price(&priced(LOCAL), "local"), None);
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

    fn refused(cases: &[(&str, &str)]) {
        for (text, expected) in cases {
            let message = config(text).expect_err("must be refused").to_string();
            assert!(
                message.starts_with(expected),
                "{message:?} should begin with {expected:?}"
            );
        }
    }

    #[test]
    fn mistakes_name_file_and_line() {
        refused(&[
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
                "taskrater.toml:2: panel 'mine' names 'ghost'",
            ),
        ]);
    }

    #[test]
    fn what_would_break_files_keys_or_requests_is_refused() {
        refused(&[
            (
                "\npanel = \"ghost\"\n",
                "taskrater.toml:2: there is no panel 'ghost'",
            ),
            (
                "weighting = \"x\"\n",
                "taskrater.toml:1: weighting = \"x\" is none of",
            ),
            (
                &LOCAL.replace("local", "value"),
                "taskrater.toml:1: 'value' is the name of a column",
            ),
            (
                &LOCAL.replace("local", "surrogate-human"),
                "taskrater.toml:1: 'surrogate-human' is an embedded",
            ),
            (
                &LOCAL.replace("127.0.0.1", "me:pw@127.0.0.1"),
                "taskrater.toml:1: base_url of 'local'",
            ),
            (
                &LOCAL.replace("/v1/", "/v1?key=1"),
                "taskrater.toml:1: base_url of 'local'",
            ),
            (
                &format!("{LOCAL}key_env = \"sk-live-123\"\n"),
                "taskrater.toml:1: key_env of 'local' is not the name",
            ),
            (
                &format!("{LOCAL}max_tokens_field = \"model\"\n"),
                "taskrater.toml:1: max_tokens_field of 'local'",
            ),
            (
                &format!("{LOCAL}parameters = {{ temperature = nan }}\n"),
                "taskrater.toml:1: 'temperature' of 'local'",
            ),
            ("contested = 2.0\n", "taskrater.toml:1: contested = 2"),
            (
                "[labour]\noews = \"a.xlsx\"\nprojections = \" \"\n",
                "taskrater.toml:3: projections names no file",
            ),
            (
                "[labour]\nwages = \"a.xlsx\"\n",
                "taskrater.toml:2: unknown field `wages`",
            ),
            (
                "\nconfirm_above = -1.0\n",
                "taskrater.toml:2: confirm_above = -1 is no sum in dollars",
            ),
        ]);
    }
}
