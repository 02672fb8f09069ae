//! Where things are: the project folder, its configuration, its own prompts and occupations.

use super::cli::InventoryArgs;
use super::{files, inventory, labour};
use crate::error::{Error, Kind, Result};
use crate::inventory::{Inventory, Wanted, starter_files};
use crate::labour::Labour;
use crate::prompt::{self, AdjudicationPrompt, DraftPrompt, Prompt, SummaryPrompt};
use crate::rater::{Config, Prices, Rater, Recordings, Source, Weights};
use crate::rubric::Rubric;
use std::path::{Path, PathBuf};

/// The name of the configuration file.
pub(super) const FILE: &str = "taskrater.toml";
/// The name of the file of prices beside it.
const PRICES: &str = "prices.toml";

/// A project: the folder with `taskrater.toml`, found upward from the working folder, or the working folder itself.
pub(super) struct Project {
    folder: PathBuf,
    /// Whether there is a `taskrater.toml`: only then do `prompts/` and `occupations/` beside it override.
    configured: bool,
    pub config: Config,
}

impl Project {
    /// Finds and reads the project.
    pub fn find() -> Result<Self> {
        let working = std::env::current_dir()
            .map_err(|error| Error::io("the working folder cannot be found", error))?;
        let built_in = Config::built_in(&Weights::embedded()?.ids())?;
        match working
            .ancestors()
            .find(|folder| folder.join(FILE).is_file())
        {
            Some(folder) => {
                let path = folder.join(FILE);
                let text = files::read_text(&path)?;
                let config = built_in.with_file(&path.display().to_string(), &text)?;
                let config = config.priced(&prices(folder)?, &today());
                Ok(Self {
                    folder: folder.to_owned(),
                    configured: true,
                    config,
                })
            }
            None => Ok(Self {
                folder: working,
                configured: false,
                config: built_in.priced(&Prices::built_in()?, &today()),
            }),
        }
    }

    /// The folder in which `cache/` and `runs/` lie.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// A prompt by rubric id: the project's own before the built-in one.
    pub fn prompt(&self, id: &str) -> Result<(Prompt, String)> {
        if let Some(path) = self
            .own_prompt(id)
            .filter(|_| !prompt::NO_RUBRICS.contains(&id))
        {
            return Self::prompt_file(&path);
        }
        if prompt::BUILT_IN.iter().any(|(known, _)| *known == id) {
            return Ok((Prompt::built_in(id)?, "built in".to_owned()));
        }
        let own = self.own_prompts();
        Err(prompt::unknown(
            id,
            prompt::BUILT_IN
                .iter()
                .map(|(id, _)| *id)
                .chain(own.iter().map(String::as_str)),
        ))
    }

    /// The prompt for drafts, and where it came from.
    pub fn draft_prompt(&self, named: Option<&Path>) -> Result<(DraftPrompt, String)> {
        self.fixed_prompt(
            DraftPrompt::ID,
            named,
            DraftPrompt::parse,
            DraftPrompt::built_in,
        )
    }

    /// The prompt for summaries, and where it came from.
    pub fn summary_prompt(&self, named: Option<&Path>) -> Result<(SummaryPrompt, String)> {
        self.fixed_prompt(
            SummaryPrompt::ID,
            named,
            SummaryPrompt::parse,
            SummaryPrompt::built_in,
        )
    }

    /// The prompt for adjudications of these dimensions of a rubric, and where it came from.
    pub fn adjudication_prompt(
        &self,
        named: Option<&Path>,
        rubric: &Rubric,
        judged: &[usize],
    ) -> Result<(AdjudicationPrompt, String)> {
        self.fixed_prompt(
            AdjudicationPrompt::ID,
            named,
            |name, text| AdjudicationPrompt::parse(name, text, rubric, judged),
            || AdjudicationPrompt::built_in(rubric, judged),
        )
    }

    /// A prompt for something else than ratings: from the file that is named, else the project's own, else the built-in one.
    fn fixed_prompt<P>(
        &self,
        id: &str,
        named: Option<&Path>,
        parse: impl FnOnce(&str, &str) -> Result<P>,
        built_in: impl FnOnce() -> Result<P>,
    ) -> Result<(P, String)> {
        let path = named.map(Path::to_owned);
        match path.or_else(|| self.own_prompt(id)) {
            Some(path) => {
                let name = path.display().to_string();
                let prompt = parse(&name, &files::read_text(&path)?)?;
                Ok((prompt, name))
            }
            None => Ok((built_in()?, "built in".to_owned())),
        }
    }

    /// The file of a prompt of this project.
    fn own_prompt(&self, id: &str) -> Option<PathBuf> {
        let path = self.folder.join("prompts").join(format!("{id}.md"));
        (self.configured && path.is_file()).then_some(path)
    }

    /// A prompt from a file, and where it came from.
    pub fn prompt_file(path: &Path) -> Result<(Prompt, String)> {
        let name = path.display().to_string();
        Ok((Prompt::parse(&name, &files::read_text(path)?)?, name))
    }

    /// The inventory at a path: the flag's, else the project's default, else the starter inventory.
    ///
    /// `wanted` says what is needed beside occupations and tasks; the flags add to it.
    pub fn inventory(&self, flags: &InventoryArgs, wanted: Wanted) -> Result<Inventory> {
        let set = self.config.settings().inventory.as_deref();
        let emerging = wanted.emerging || flags.emerging;
        let wanted = Wanted { emerging, ..wanted };
        let read = match (&flags.inventory, set) {
            (Some(path), _) => inventory::read(path, &path.display().to_string(), wanted),
            // Named as the file names it: a report holds nothing of where the project lies.
            (None, Some(name)) => inventory::read(&self.folder.join(name), name, wanted),
            (None, None) => self.starter(),
        }?;
        if flags.strict {
            read.strict()
        } else {
            Ok(read)
        }
    }

    /// The labour statistics that are configured.
    pub fn labour(&self, flags: &InventoryArgs) -> Result<Option<Labour>> {
        let files = &self.config.settings().labour;
        labour::labour(&self.folder, files, flags.strict)
    }

    /// What the surrogates among these raters answer from; every one of them is there.
    pub fn weights(&self, raters: &[Rater]) -> Result<Weights> {
        let mut weights = Weights::embedded()?;
        for rater in raters {
            if let Source::Surrogate { file: Some(file) } = &rater.source
                && !weights.has(file)
            {
                let path = self.folder.join(file);
                let bytes =
                    std::fs::read(&path).map_err(|error| {
                        Error::new(
                        Kind::Setup,
                        format!("cannot read {}, the weights of '{}'", path.display(), rater.id),
                    )
                    .because(error)
                    .hint(format!(
                        "`taskrater train` writes such a file; {FILE} names it from its own folder"
                    ))
                    })?;
                weights.add(file, &bytes)?;
            }
            weights.about(rater)?;
        }
        Ok(weights)
    }

    /// The files of the recorded raters among these.
    pub fn recordings(&self, raters: &[Rater]) -> Result<Recordings> {
        let mut recordings = Recordings::default();
        for recording in raters.iter().filter_map(Rater::recording) {
            let file = &recording.file;
            if !recordings.has(file) {
                let path = self.folder.join(file);
                let bytes = std::fs::read(&path).map_err(|error| {
                    let (path, place) = (path.display(), &recording.place);
                    Error::new(Kind::Setup, format!("{place}: cannot read {path}"))
                        .because(error)
                        .hint(format!("{FILE} names the file from its own folder"))
                })?;
                recordings.add(file, &bytes)?;
            }
        }
        Ok(recordings)
    }

    fn starter(&self) -> Result<Inventory> {
        let own = self.folder.join("occupations");
        if !self.configured || !own.is_dir() {
            return crate::inventory::starter();
        }
        let mut lists = inventory::lists_in(&own)?;
        for (name, text) in starter_files() {
            if !lists.iter().any(|(own, _)| own == name) {
                lists.push(((*name).to_owned(), text.as_bytes().to_vec()));
            }
        }
        inventory::joined("starter inventory with this project's occupations", &lists)
    }

    fn own_prompts(&self) -> Vec<String> {
        let Ok(entries) = std::fs::read_dir(self.folder.join("prompts")) else {
            return Vec::new();
        };
        let mut ids: Vec<String> = entries
            .flatten()
            .filter_map(|entry| {
                entry
                    .file_name()
                    .to_str()?
                    .strip_suffix(".md")
                    .map(str::to_owned)
            })
            .filter(|id| self.configured && !prompt::NO_RUBRICS.contains(&id.as_str()))
            .collect();
        ids.sort();
        ids
    }
}

/// The built-in prices, with those of the project over them.
fn prices(folder: &Path) -> Result<Prices> {
    let path = folder.join(PRICES);
    let built_in = Prices::built_in()?;
    match path.is_file() {
        true => built_in.with_file(&path.display().to_string(), &files::read_text(&path)?),
        false => Ok(built_in),
    }
}

/// The day in UTC: a run costs the same wherever it is started.
fn today() -> String {
    let utc = jiff::tz::TimeZone::UTC;
    jiff::Timestamp::now().to_zoned(utc).date().to_string()
}
