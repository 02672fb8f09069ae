//! `--against`: a card that is there, or a prompt whose card is made first.

use super::ask::{Named, Ready};
use crate::error::{Error, Result};
use crate::eval::{Card, PromptLine};
use crate::inventory::text_hash;
use crate::rubric::{Dimension, Rubric};
use crate::shell::files::{self, ending};
use crate::shell::project::Project;
use crate::shell::terminal::{clean, say};
use similar::TextDiff;
use std::collections::BTreeMap;
use std::path::Path;

/// The card of a measurement, in the folder of its run.
pub(super) const CARD: &str = "card.json";
/// Lines around a change of a prompt.
const CONTEXT: usize = 2;

/// What a measurement is compared with.
pub(super) enum Against {
    /// A card, and what it is called.
    Card(Box<Card>, String),
    /// A prompt that is measured with the same panel.
    Prompt(Box<Named>),
}

impl Against {
    /// What `--against` names: a card, a run with one, a prompt by its file or its id.
    ///
    /// # Errors
    /// It is none of these, or cannot be read.
    pub fn find(project: &Project, name: &str) -> Result<Self> {
        let path = Path::new(name);
        let folders = [path.to_owned(), project.folder().join("runs").join(name)];
        let of_run = folders.iter().map(|folder| folder.join(CARD));
        if let Some(card) = of_run.into_iter().find(|card| card.is_file()) {
            return read(&card);
        }
        if ending(path, "json") {
            if !path.exists() {
                return Err(Error::input(format!("there is no score card {name}"))
                    .hint("`taskrater eval SET --card FILE` writes one"));
            }
            return read(path);
        }
        if path.is_file() {
            return Ok(Self::Prompt(Box::new(Project::prompt_file(path)?)));
        }
        if folders.iter().any(|folder| folder.is_dir()) {
            let message = format!("'{name}' has no {CARD}: it is no run of `eval`");
            return Err(Error::input(message)
                .hint("name a score card, a run of `eval`, or a prompt by its file or id"));
        }
        let prompt = project.prompt(name).map_err(|error| {
            let known = error.next_step().unwrap_or_default().to_owned();
            let message =
                format!("'{name}' is no score card, no run of `eval` and no prompt by file or id");
            Error::input(message).hint(known)
        })?;
        Ok(Self::Prompt(Box::new(prompt)))
    }

    /// The prompt that is to be measured, too.
    pub fn prompt(&self) -> Option<&Named> {
        match self {
            Self::Prompt(prompt) => Some(prompt),
            Self::Card(..) => None,
        }
    }

    /// That a comparison with it can come to something: found out before anything is asked.
    ///
    /// # Errors
    /// A card of another set, another half or other labels; a prompt that cannot answer.
    pub fn check(&self, ready: &Ready<'_>, new: &Named) -> Result<()> {
        match self {
            Self::Prompt(prompt) => ready.check(prompt),
            Self::Card(card, name) => check_card(card, name, ready, new),
        }
    }
}

fn read(path: &Path) -> Result<Against> {
    let name = path.display().to_string();
    let card = Card::read(&name, &files::read(path)?)?;
    Ok(Against::Card(Box::new(card), name))
}

fn check_card(card: &Card, name: &str, ready: &Ready<'_>, (new, _): &Named) -> Result<()> {
    let (set, half) = (ready.set, ready.half.name());
    if card.set.id != set.id() {
        let (own, other) = (set.id(), &card.set.id);
        let message = format!("{name} is a card of the eval set {other}, and this is {own}");
        return Err(Error::input(message).hint(format!(
            "measure on the same set: `taskrater eval {other}`, or compare with a card of {own}"
        )));
    }
    if card.set.half != half {
        let other = &card.set.half;
        let message = format!(
            "{name} is a card of the {other} half, and this is the {half} half: they share no task"
        );
        return Err(Error::input(message).hint(format!("--half {other} measures on the same half")));
    }
    let other = |id: &&str| {
        let both = dimension(&card.rubric, id).zip(dimension(new.rubric(), id));
        !both.is_some_and(|(one, other)| one.same_scale(other))
    };
    if let Some(id) = set.dimensions().find(other) {
        let message = format!("{name} has {id} on another scale than this prompt, or not at all");
        return Err(
            Error::input(message).hint("compare prompts that ask for the same labels and scores")
        );
    }
    check_shared(card, name, ready)?;
    if card.set.digest != set.digest() {
        say!(
            "{}",
            clean(&format!(
                "{name} is of another version of the set {}: tasks with the same text and the same gold are compared, the others counted",
                set.id()
            ))
        );
    }
    Ok(())
}

/// That the card has tasks of this half in the same words: nobody is asked for a comparison that cannot be made.
fn check_shared(card: &Card, name: &str, ready: &Ready<'_>) -> Result<()> {
    let tasks = ready.joined.inventory.items().map(|item| {
        let hash = text_hash(&item.task.statement);
        let hex: String = hash.iter().map(|byte| format!("{byte:02x}")).collect();
        ((&*item.occupation.id, &*item.task.id), hex)
    });
    let here: BTreeMap<(&str, &str), String> = tasks.collect();
    let there = card.answers.iter().filter(|one| {
        let at = (&*one.occupation_id, &*one.task_id);
        here.get(&at) == Some(&one.text) && !one.gold.is_empty()
    });
    let shared = there.count();
    let all = here.len().max(card.answers.len());
    if shared == 0 {
        let message = format!(
            "{name} has none of the {} tasks that would be measured, in the same words and with gold",
            here.len()
        );
        return Err(Error::input(message)
            .hint("make its card anew on this set and inventory; nothing has been asked yet"));
    }
    if shared * 2 < all {
        let line =
            format!("{name} shares {shared} of {all} tasks: the comparison rests on those alone");
        say!("{}", clean(&line));
    }
    Ok(())
}

fn dimension<'a>(rubric: &'a Rubric, id: &str) -> Option<&'a Dimension> {
    rubric.dimensions().get(rubric.position(id)?)
}

/// What changed from one prompt to another, as a unified diff; `None` where nothing did.
pub(super) fn diff(old: &Card, new: &Card) -> Option<String> {
    let (before, after) = (&old.prompt, &new.prompt);
    if before.text == after.text {
        return None;
    }
    let name =
        |prompt: &PromptLine| format!("{} {} ({})", prompt.id, prompt.version, prompt.fingerprint);
    let diff = TextDiff::from_lines(&before.text, &after.text);
    let mut unified = diff.unified_diff();
    unified
        .context_radius(CONTEXT)
        .header(&name(before), &name(after));
    Some(unified.to_string())
}
