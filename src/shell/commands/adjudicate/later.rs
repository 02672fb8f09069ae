//! `rate --adjudicate`: an adjudication of the run that is about to begin. What could stop it is found out before the run is
//! paid for.

use super::{adjudicate, outside};
use crate::error::Result;
use crate::rater::Panel;
use crate::rubric::Rubric;
use crate::shell::cli::{AdjudicateArgs, AskArgs};
use crate::shell::commands::asking::{self, Ended, Keys};
use crate::shell::loaded_run::LoadedRun;
use crate::shell::project::Project;
use crate::shell::terminal::{clean, say};
use std::path::Path;

/// Where its orders begin: `adjudicate --seed` has others.
const SEED: u64 = 1;

/// An adjudicator that waits for its run.
pub(in crate::shell::commands) struct Later {
    id: String,
    adjudicator: Panel,
    keys: Keys,
}

impl Later {
    /// Checks that this rater can judge what `panel` will dispute under `rubric`: that it may, and that key, price and prompt are
    /// such that it can be asked.
    ///
    /// # Errors
    /// It is no language model, it is of the panel, its key is missing or none, its price is unknown under a limit in dollars,
    /// or the project's prompt for adjudications is none.
    pub fn new(
        project: &Project,
        args: &AskArgs,
        id: &str,
        (panel, rubric): (&Panel, &Rubric),
    ) -> Result<Self> {
        let own = AskArgs {
            panel: None,
            rater: vec![id.to_owned()],
            allow_missing: false,
            ..args.clone()
        };
        let adjudicator = asking::one_model(project, &own, "an adjudicator")?;
        outside::check_panel(&adjudicator, panel)?;
        let otherwise = "name another adjudicator with --adjudicate";
        let (adjudicator, keys) = asking::keys(adjudicator, &own, otherwise)?;
        asking::check_ready(&adjudicator, &keys, &own)?;
        // Which dimensions will be disputed is not known yet: what can ask about all can ask about some.
        let all: Vec<usize> = (0..rubric.dimensions().len()).collect();
        project.adjudication_prompt(None, rubric, &all)?;
        Ok(Self {
            id: id.to_owned(),
            adjudicator,
            keys,
        })
    }

    /// The command that does the same by itself.
    pub fn command(&self, folder: &Path) -> String {
        asking::the_same_later("adjudicate", folder, &self.id)
    }

    /// Adjudicates the run in a folder that ended so, with what it left of the budget. A run that was cut short is not gone on
    /// with: what is contested among a part of its ratings may not be so among all.
    ///
    /// # Errors
    /// As the command.
    pub fn run(
        &self,
        project: &Project,
        args: &AskArgs,
        run: Ended,
        folder: &Path,
    ) -> Result<Ended> {
        let later = self.command(folder);
        if run.cut_short() {
            let otherwise = format!("`{later}` judges what there is");
            say!(
                "nothing is adjudicated, for the run was cut short; the same command goes on, and {}",
                clean(&otherwise)
            );
            return Ok(Ended::default());
        }
        let args = AdjudicateArgs {
            run: folder.display().to_string(),
            ask: asking::with_what_is_left(args, run.used, &self.id, later),
            prompt: None,
            seed: SEED,
        };
        let loaded = LoadedRun::read(project, &args.run)?;
        // A program reads one JSON document, that of the run.
        let prints = !args.ask.json;
        adjudicate(
            project,
            &args,
            &loaded,
            (&self.adjudicator, &self.keys),
            prints,
        )
    }
}
