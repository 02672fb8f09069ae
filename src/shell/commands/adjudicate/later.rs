//! `rate --adjudicate`: an adjudication of the run that is about to begin. What could stop it is found out before the run is
//! paid for.

use super::{adjudicate, outside};
use crate::error::{EXIT_INTERRUPTED, Result};
use crate::rater::Panel;
use crate::shell::cli::{AdjudicateArgs, AskArgs};
use crate::shell::commands::asking::{self, Ended, Keys};
use crate::shell::loaded_run::LoadedRun;
use crate::shell::project::Project;
use crate::shell::terminal::say;
use std::path::Path;

/// An adjudicator that waits for its run.
pub(in crate::shell::commands) struct Later {
    adjudicator: Panel,
    keys: Keys,
}

impl Later {
    /// Checks that this rater can judge what `panel` will dispute, and has its key.
    ///
    /// # Errors
    /// It is no language model, it is of the panel, or its key is missing.
    pub fn new(project: &Project, args: &AskArgs, id: &str, panel: &Panel) -> Result<Self> {
        let own = asking::with_what_is_left(args, Ended::default().used, id);
        let adjudicator = asking::one_model(project, &own, "an adjudicator")?;
        outside::check_panel(&adjudicator, panel)?;
        let otherwise = "name another adjudicator with --adjudicate";
        let (adjudicator, keys) = asking::keys(adjudicator, &own, otherwise)?;
        Ok(Self { adjudicator, keys })
    }

    /// Adjudicates the run in a folder that ended so, with what it left of the budget. A run that was interrupted is not gone on
    /// with.
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
        if run.code == EXIT_INTERRUPTED {
            say!("the run was interrupted: nothing is adjudicated; the same command goes on");
            return Ok(Ended::default());
        }
        let id = self
            .adjudicator
            .raters()
            .first()
            .map_or("", |rater| &rater.id);
        let args = AdjudicateArgs {
            run: folder.display().to_string(),
            ask: asking::with_what_is_left(args, run.used, id),
            prompt: None,
            seed: 1,
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
