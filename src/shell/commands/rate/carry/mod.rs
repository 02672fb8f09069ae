//! `--carry-over`: ratings of an earlier run stand for tasks of which raters are told the same, so that only new and
//! changed tasks are asked.
//!
//! A rating is taken over when its task has the same id in both, statement and occupation title read the same (and
//! whatever else the prompt tells or `--ask-changed` names), the rater is asked in the same manner with the same
//! prompt, and the question ended for good: rated or refused. What the reply cache answers is not carried: it is a
//! reply to the very same question.

mod ratings;
mod source;

use super::super::asking::Asked;
use crate::error::{Error, Kind, Result};
use crate::inventory::{Changes, Field, Item, Pair};
use crate::plan::Plan;
use crate::rater::{Llm, Rater};
use crate::rating::Outcome;
use crate::ratings::Sheet;
use crate::report::write_changes_csv;
use crate::shell::cli::RateArgs;
use crate::shell::files::write_whole;
use crate::shell::run_folder::RunFolder;
use crate::shell::terminal::{clean, say};
use serde::Serialize;
use serde_json::Value;
pub(super) use source::Source;
use std::collections::{HashMap, HashSet};

/// An earlier run and what of it can be taken over.
pub(super) struct Carry<'a> {
    source: &'a Source,
    /// What must read the same.
    counted: Vec<Field>,
    /// The number in the plan of every task of that run whose ratings may stand for it, by id.
    places: HashMap<String, usize>,
    tasks: Tasks,
    /// What changed since that run, of the tasks that the run at hand is about and of those that are gone.
    changes: Changes<'a>,
    /// One a rater of the panel.
    raters: Vec<Standing>,
}

/// What the tasks of the run at hand are to the earlier one.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
struct Tasks {
    /// The same in every respect.
    unchanged: usize,
    /// Changed in nothing that counts.
    changed_and_carried: usize,
    /// Changed in something that counts.
    changed_and_asked: usize,
    /// Not in the earlier run.
    new: usize,
    /// In the earlier run, and not in the inventory any more.
    gone: usize,
    /// Of the new ones, those with the text of one that is gone.
    same_text_under_another_id: usize,
}

/// Whether a rater's earlier ratings may stand.
enum Standing {
    /// It is embedded or recorded: computed anew, which costs nothing.
    Computed,
    /// It is asked as it was.
    Same,
    /// It is not, and why.
    Otherwise(String),
}

impl<'a> Carry<'a> {
    /// What can be taken over from a run into this plan.
    ///
    /// # Errors
    /// Its prompt is another one, or what has to be compared is not known of its tasks.
    pub fn new(plan: &Plan<'a>, source: &'a Source, args: &RateArgs) -> Result<Self> {
        source.check_prompt(plan.prompt)?;
        let counted = counted(plan, args);
        let changes = Changes::between(&source.tasks.inventory, plan.inventory);
        source.check_compared(&counted, &changes.not_compared)?;
        let changes = of_plan(plan, changes);
        let (places, tasks) = places(plan, &changes, &counted);
        let standing = |(id, llm): (&str, Option<&Llm>)| match llm {
            None => Standing::Computed,
            Some(llm) => match source.asked_otherwise(plan, id, llm) {
                Some(why) => Standing::Otherwise(why),
                None => Standing::Same,
            },
        };
        let raters = plan.panel.raters().iter();
        let raters = raters.map(|rater| standing((&rater.id, rater.llm())));
        Ok(Self {
            raters: raters.collect(),
            counted,
            places,
            tasks,
            changes,
            source,
        })
    }

    /// What tells a run that carries from one that does not, or carries something else.
    pub fn identity(&self) -> String {
        format!(
            "carried from {} ratings {} tasks {} unless changed in {}",
            self.source.past.run,
            self.source.digest,
            self.source.tasks.inventory.digest(),
            names(&self.counted, ","),
        )
    }

    /// Writes what changed since the earlier run into the folder of the run.
    pub fn write_changes(&self, folder: &RunFolder) -> Result<()> {
        write_whole(&folder.file("changes.csv"), |out| {
            write_changes_csv(&self.changes, out)
        })
    }

    /// Says what was taken over, and what is left to ask in so many calls.
    pub fn say(&self, plan: &Plan<'_>, sheet: &Sheet, asked: &Asked, calls: usize) {
        let open = |&(cell, outcome): &(usize, &Outcome)| {
            let (_, rater, _) = sheet.at(cell);
            *outcome == Outcome::NotRun && plan.panel.raters()[rater].llm().is_some()
        };
        let cells = sheet.outcomes().iter().enumerate().filter(open);
        let tasks: HashSet<usize> = cells.map(|(cell, _)| sheet.at(cell).0).collect();
        let questions = calls as u64 + asked.unasked;
        for line in self.lines(plan, asked, questions, tasks.len()) {
            say!("{}", clean(&line));
        }
    }

    /// What a person should know before anything is asked; `tasks` are those with a question left.
    fn lines(&self, plan: &Plan<'_>, asked: &Asked, questions: u64, tasks: usize) -> Vec<String> {
        let run = &self.source.past.run;
        let Tasks {
            unchanged,
            changed_and_carried,
            changed_and_asked,
            new,
            gone,
            same_text_under_another_id: reissued,
        } = self.tasks;
        let carried = asked.carried.cells().count();
        let cached: u64 = asked.raters.values().map(|tally| tally.cached).sum();
        let mut lines = vec![
            format!(
                "carried over from {run}: {unchanged} tasks unchanged, {changed_and_carried} changed in nothing that counts, \
                 {changed_and_asked} changed in {}, {new} new, {gone} gone",
                names(&self.counted, " or "),
            ),
            format!(
                "{carried} ratings are carried over, {cached} replies come from the cache; left to ask: {questions} questions \
                 about {tasks} tasks",
            ),
        ];
        if reissued > 0 {
            lines.push(format!(
                "{reissued} new tasks have the text of one that is gone from the same occupation: tasks are joined by id, so they \
                 are not carried over (changes.csv lists them)"
            ));
        }
        if !self.changes.not_compared.is_empty() {
            let why = match self.source.tasks.whole {
                true => "one of the two says nothing of it",
                false => "that run is of an older version, which kept no tasks.csv",
            };
            let what = names(&self.changes.not_compared, ", ");
            lines.push(format!("not compared with {run}: {what} ({why})"));
        }
        lines.extend(self.source.remark());
        let computed = |standing: &Standing| matches!(standing, Standing::Computed);
        if self.raters.iter().all(computed) {
            let what = match plan
                .panel
                .raters()
                .iter()
                .any(|rater| rater.recording().is_some())
            {
                true => {
                    "nobody of this panel is asked: embedded raters are computed anew, recorded ones read anew"
                }
                false => "the raters of this panel are embedded: they are computed anew",
            };
            lines.push(what.to_owned());
        }
        for (rater, standing) in plan.panel.raters().iter().zip(&self.raters) {
            if let Standing::Otherwise(why) = standing {
                lines.push(format!("{} is not carried over: {why}", rater.id));
            }
        }
        lines
    }

    /// What the manifest says of it.
    pub fn entry(&self, plan: &Plan<'_>, asked: &Asked) -> CarriedOver {
        let past = &self.source.past;
        let raters = plan.panel.raters().iter().zip(&self.raters);
        let rater = |(rater, standing): (&Rater, &Standing)| {
            let not_carried = match standing {
                Standing::Computed => return None,
                Standing::Same => None,
                Standing::Otherwise(why) => Some(why.clone()),
            };
            let known = past.raters.iter().find(|known| known.id == rater.id);
            Some(RaterCarried {
                id: rater.id.clone(),
                carried: asked.raters.get(&rater.id).map_or(0, |one| one.carried),
                not_carried,
                all_replies_of_that_run: known.map(|one| one.all_replies.clone()),
            })
        };
        CarriedOver {
            run: past.run.clone(),
            plan: past.plan.clone(),
            inventory: past.inventory.clone(),
            ratings_blake3: self.source.digest.clone(),
            asked_where_changed: self.counted.iter().map(|field| field.name()).collect(),
            not_compared: self
                .changes
                .not_compared
                .iter()
                .map(|field| field.name())
                .collect(),
            tasks: self.tasks,
            raters: raters.filter_map(rater).collect(),
        }
    }
}

/// What `manifest.json` says of a run whose ratings were taken over. What the replies behind them cost is not known one by
/// one: `all_replies_of_that_run` is the sum over all that the earlier run had of the rater, those not carried included.
#[derive(Serialize)]
pub(super) struct CarriedOver {
    run: String,
    plan: String,
    inventory: Value,
    ratings_blake3: String,
    asked_where_changed: Vec<&'static str>,
    not_compared: Vec<&'static str>,
    tasks: Tasks,
    raters: Vec<RaterCarried>,
}

#[derive(Serialize)]
struct RaterCarried {
    id: String,
    carried: u64,
    /// Why none is.
    not_carried: Option<String>,
    all_replies_of_that_run: Option<Value>,
}

/// What must be the same for a rating to stand: the statement and the title, which every rater judges by; what else the
/// prompt tells of the task; and what the user names. The description is left to the user: it is background, and is
/// edited with nearly every release.
fn counted(plan: &Plan<'_>, args: &RateArgs) -> Vec<Field> {
    let named = |field: Field| args.ask_changed.iter().any(|name| name == field.name());
    let counts = |field: &Field| plan.prompt.counts(*field) || named(*field);
    Field::ALL.into_iter().filter(counts).collect()
}

/// Where each task of the earlier run stands in the plan, if its ratings may stand for it, and how the tasks compare;
/// `changes` are those [of the plan](of_plan).
fn places(
    plan: &Plan<'_>,
    changes: &Changes<'_>,
    counted: &[Field],
) -> (HashMap<String, usize>, Tasks) {
    let numbers = plan.items().enumerate();
    let numbers: HashMap<&str, usize> = numbers.map(|(n, item)| (&*item.task.id, n)).collect();
    let mut places = HashMap::new();
    let mut tasks = Tasks {
        new: changes.tasks.new.len(),
        gone: changes.tasks.gone.len(),
        same_text_under_another_id: changes.reissued.len(),
        ..Tasks::default()
    };
    for Pair { new, fields, .. } in &changes.tasks.joined {
        let stands = !fields.iter().any(|field| counted.contains(field));
        let Some(&number) = numbers.get(new.task.id.as_str()) else {
            continue;
        };
        *match (fields.is_empty(), stands) {
            (true, _) => &mut tasks.unchanged,
            (false, true) => &mut tasks.changed_and_carried,
            (false, false) => &mut tasks.changed_and_asked,
        } += 1;
        if stands {
            places.insert(new.task.id.clone(), number);
        }
    }
    (places, tasks)
}

/// The changes of those tasks that the run is about, and of those that are gone.
fn of_plan<'a>(plan: &Plan<'_>, mut changes: Changes<'a>) -> Changes<'a> {
    let ids: HashSet<&str> = plan.items().map(|item| item.task.id.as_str()).collect();
    let inside = |item: &Item<'_>| ids.contains(item.task.id.as_str());
    changes.tasks.joined.retain(|pair| inside(&pair.new));
    changes.tasks.new.retain(inside);
    changes.reissued.retain(|(_, new)| inside(new));
    changes
}

fn names(fields: &[Field], between: &str) -> String {
    let names: Vec<&str> = fields.iter().map(|field| field.name()).collect();
    names.join(between)
}

/// A file of the earlier run that cannot be relied on.
fn broken(message: String, run: &str) -> Error {
    Error::new(Kind::Input, message).hint(format!(
        "nothing was carried over; the `rate` command of run {run} again, with --out naming its folder, writes its files anew \
         from the cache"
    ))
}
