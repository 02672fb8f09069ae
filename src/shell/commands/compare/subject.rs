//! A finished run as the comparison takes it.

use crate::compare::{Rater, Side};
use crate::error::Result;
use crate::inventory::Field;
use crate::reconcile::{Reconciled, reconcile_as_far};
use crate::report::RaterKind;
use crate::shell::asked;
use crate::shell::loaded_run::LoadedRun;
use crate::shell::project::Project;
use crate::shell::run_folder::PROMPT;

/// A run, reconciled as it was.
pub(super) struct Subject {
    pub run: LoadedRun,
    pub reconciled: Reconciled,
    raters: Vec<Rater>,
    told: Vec<Field>,
}

impl Subject {
    /// Reads a run and reconciles it.
    pub fn read(project: &Project, name: &str) -> Result<Self> {
        let run = LoadedRun::read(project, name)?;
        let reconciled = reconcile_as_far(&run.occupations(), &run.sheet, &run.options)?;
        Ok(Self {
            raters: asked::raters(&run)?,
            told: told(&run)?,
            reconciled,
            run,
        })
    }

    /// It as the comparison takes it.
    pub fn side(&self) -> Side<'_> {
        Side {
            run: &self.run.id,
            prompt: &self.run.prompt,
            rubric: &self.run.rubric,
            inventory: &self.run.inventory,
            raters: &self.raters,
            told: &self.told,
            sheet: &self.run.sheet,
            carried: &self.run.carried,
            reconciled: &self.reconciled,
        }
    }
}

/// What raters were told of a task. Embedded ones and recordings are told what no prompt says.
fn told(run: &LoadedRun) -> Result<Vec<Field>> {
    let path = run.folder.join(PROMPT);
    let hosted = run.raters.iter().any(|rater| rater.kind == RaterKind::Llm);
    let prompt = match hosted && path.is_file() {
        true => Some(Project::prompt_file(&path)?.0),
        false => None,
    };
    let counts = |field: &Field| match &prompt {
        Some(prompt) => prompt.counts(*field),
        None => field.always_counts(),
    };
    Ok(Field::ALL.into_iter().filter(counts).collect())
}

/// What a reader should know of two runs before any number.
pub(super) fn remarks(before: &Subject, after: &Subject) -> Vec<String> {
    let mut lines = Vec::new();
    let text = |subject: &Subject, key: &str| {
        let value = subject.run.manifest[key].as_str();
        value.unwrap_or_default().to_owned()
    };
    for subject in [before, after] {
        let status = text(subject, "status");
        if status != "complete" {
            let run = &subject.run.id;
            lines.push(format!("run {run} is {status}: ratings are missing in it"));
        }
    }
    lines.extend(asked::order(&before.run, &after.run));
    lines
}
