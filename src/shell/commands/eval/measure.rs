//! From a run over a half to its card: the run is read back with the gold of the set, measured, and the card written beside it.

use super::against::CARD;
use super::ask::{Named, Ready};
use super::logged;
use crate::error::{Error, Kind, Result};
use crate::eval::set::{Set, TaskRef};
use crate::eval::{
    Baseline, Card, Cost, Measured, PanelLine, PromptLine, SetLine, SetTask, measure,
};
use crate::inventory::Item;
use crate::prompt::fingerprint;
use crate::rater::{Nanodollars, Tasks, Usage};
use crate::reconcile::Options;
use crate::shell::cli::AskArgs;
use crate::shell::commands::asking::Ended;
use crate::shell::files::write_whole;
use crate::shell::loaded_run::LoadedRun;
use crate::shell::terminal::{clean, say};
use serde::Deserialize;
use serde_json::Value;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// A prompt that was measured.
pub(super) struct Measurement {
    pub card: Card,
    /// The run behind it: its id and its folder.
    pub run: String,
    pub folder: PathBuf,
    pub ended: Ended,
}

/// Has a prompt rated, and measures it; `None` where a dry run ends. A run that was cut short has a card, too, of what there is.
pub(super) fn measured(
    ready: &Ready<'_>,
    prompt: &Named,
    ask: &AskArgs,
    followed: bool,
) -> Result<Option<Measurement>> {
    let Some(written) = ready.rate(prompt, ask, followed)? else {
        return Ok(None);
    };
    let folder = written.folder;
    let name = folder.display().to_string();
    let loaded = LoadedRun::read_with(ready.project, &name, Some(&ready.gold))?;
    let card = card(ready, prompt, &loaded)?;
    write(&card, &folder.join(CARD))?;
    // A panel of models none of which answered has tried nothing.
    let panel = ready.panel.raters().iter();
    let mut asked = panel.filter(|one| one.llm().is_some()).peekable();
    let said = |id: &String| card.answers.iter().any(|one| one.said.contains_key(id));
    if asked.peek().is_none() || asked.any(|one| said(&one.id)) {
        let line = logged::line(ready, prompt, &card, (&loaded.id, written.ended));
        logged::enter(ready, &line);
    }
    if written.ended.code != 0 {
        let what = "the card holds what there is; n and coverage say how much that is";
        say!("{}", clean(&format!("answers are missing: {what}")));
    }
    Ok(Some(Measurement {
        card,
        run: loaded.id,
        folder,
        ended: written.ended,
    }))
}

/// Writes a card whole or not at all.
pub(super) fn write(card: &Card, path: &Path) -> Result<()> {
    write_whole(path, |out| card.write(out))
}

fn card(ready: &Ready<'_>, prompt: &Named, run: &LoadedRun) -> Result<Card> {
    let occupations = run.occupations();
    let gold = run.options.gold.ok_or_else(|| {
        Error::new(
            Kind::Internal,
            "the run was read without the gold of the set",
        )
    })?;
    let panel: Vec<&str> = ready.panel.raters().iter().map(|one| &*one.id).collect();
    let baselines = Baseline::embedded(&run.rubric, &occupations, &panel)?;
    let hashes: Vec<(&TaskRef, String)> = ready.set.tasks(ready.half).collect();
    let tasks = tasks(ready, &hashes);
    measure(&Measured {
        occupations: &occupations,
        sheet: &run.sheet,
        raters: &run.raters,
        gold,
        options: Options {
            gold: None,
            ..run.options
        },
        set: set_line(ready),
        prompt: prompt_line(prompt),
        panel: PanelLine {
            fingerprint: ready.panel_fingerprint.clone(),
            raters: panel.iter().map(|id| (*id).to_owned()).collect(),
        },
        samples: ready.samples,
        cost: costs(&run.manifest)?,
        tasks: &tasks,
        baselines: &baselines,
    })
}

/// The tasks of the half in the order of the set. An id that the set writes otherwise (`8823.0`) stands as in the inventory.
fn tasks<'a>(ready: &'a Ready<'_>, of_set: &'a [(&TaskRef, String)]) -> Vec<SetTask<'a>> {
    let items: Vec<Item<'_>> = ready.joined.inventory.items().collect();
    let find = Tasks::of(items.iter().copied());
    let task = |(at, text): &'a (&TaskRef, String)| {
        let item = find.find(&at.task_id, Some(&at.occupation_id));
        let item = item.and_then(|at| items.get(at));
        SetTask {
            occupation_id: item.map_or(&*at.occupation_id, |item| &*item.occupation.id),
            task_id: item.map_or(&*at.task_id, |item| &*item.task.id),
            text,
        }
    };
    of_set.iter().map(task).collect()
}

fn set_line(ready: &Ready<'_>) -> SetLine {
    let (set, joined): (&Set, _) = (ready.set, &ready.joined);
    SetLine {
        id: set.id().to_owned(),
        digest: set.digest().to_owned(),
        half: ready.half.name().to_owned(),
        kind: set.kind(),
        source: set.source().to_owned(),
        tasks: set.half_tasks(ready.half),
        gone: joined.gone.len(),
        changed: joined.changed.len(),
        inventory: joined.inventory.name().to_owned(),
        primary: set.primary().to_vec(),
        margin: set.margin().clone(),
    }
}

fn prompt_line((prompt, _): &Named) -> PromptLine {
    PromptLine {
        id: prompt.id().to_owned(),
        version: prompt.version().to_owned(),
        fingerprint: prompt.fingerprint().to_owned(),
        schema: fingerprint(prompt.schema().text().as_bytes()),
        text: prompt.text().to_owned(),
    }
}

/// What the manifest says of a rater's replies.
#[derive(Deserialize)]
struct Asked {
    id: String,
    outcomes: BTreeMap<String, u64>,
    actual: Option<Actual>,
}

#[derive(Deserialize)]
struct Actual {
    all_replies: AllReplies,
}

#[derive(Deserialize)]
struct AllReplies {
    tokens: Option<Usage>,
    cost: Option<Money>,
}

#[derive(Deserialize)]
struct Money {
    nanodollars: Nanodollars,
}

/// What all replies behind the ratings took, by rater that is asked: those of earlier runs are in it, so that it is the same
/// wherever they came from.
fn costs(manifest: &Value) -> Result<BTreeMap<String, Cost>> {
    let raters: Vec<Asked> =
        serde_json::from_value(manifest["raters"].clone()).map_err(|error| {
            Error::new(Kind::Internal, "the manifest does not say what was asked").because(error)
        })?;
    let cost = |rater: Asked| {
        let all = rater.actual?.all_replies;
        let answered = ["rated", "refused"].map(|name| rater.outcomes.get(name));
        let cost = Cost {
            replies: answered.into_iter().flatten().sum(),
            input_tokens: all.tokens.map(|n| n.input + n.cache_read + n.cache_write),
            output_tokens: all.tokens.map(|n| n.output),
            dollars: all.cost.map(|cost| cost.nanodollars.dollars()),
        };
        Some((rater.id, cost))
    };
    Ok(raters.into_iter().filter_map(cost).collect())
}
