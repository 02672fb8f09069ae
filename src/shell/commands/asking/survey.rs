//! What the cache knows of a plan, before or after it is asked: how much is left, and when the rest was answered.

use super::loads::Loads;
use super::look::{Look, Looked};
use crate::asking::Inquiry;
use crate::error::Result;
use crate::estimate::Estimate;
use crate::shell::cache::Cache;
use crate::shell::cli::AskArgs;
use crate::shell::project::Project;
use crate::wire::Key;
use jiff::Timestamp;
use std::collections::{BTreeMap, HashSet};

/// What was found.
pub(in crate::shell::commands) struct Survey {
    /// What asking the rest would take.
    pub estimate: Estimate,
    /// When each cached reply came, by the number of the subject, the position of the rater, and the sample.
    pub times: BTreeMap<(usize, usize, u32), Timestamp>,
}

/// Looks up all questions of a plan, under the rules of the command line. Questions in `seen` are those of plans that are asked
/// before this one: they will be cached by then, and count for nothing here; its own are added.
pub(in crate::shell::commands) fn survey<P: Inquiry>(
    plan: &P,
    cache: Option<&Cache>,
    project: &Project,
    args: &AskArgs,
    seen: &mut HashSet<Key>,
) -> Result<Survey> {
    let asking = plan.asking();
    let look = Look::new(cache, args)?;
    let mut loads = Loads::new(asking);
    let mut cached: BTreeMap<&str, u64> = BTreeMap::new();
    let mut times = BTreeMap::new();
    for (number, subject) in plan.subjects().enumerate() {
        let text = plan.text(subject)?;
        for (at, rater) in asking.panel.raters().iter().enumerate() {
            let Some(llm) = rater.llm() else { continue };
            for sample in 0..asking.samples {
                let question = asking.question(llm, text.clone(), sample);
                let new = seen.insert(question.key);
                match look.up(&question, subject)? {
                    Looked::Hit(entry) => {
                        let time = entry.time.parse().ok();
                        times.extend(time.map(|time| ((number, at, sample), time)));
                        *cached.entry(&rater.id).or_default() += u64::from(new);
                    }
                    Looked::Miss(_) if new => loads.add(at, &question.text),
                    Looked::Miss(_) => {}
                }
            }
        }
    }
    let of = |rater: &str| cached.get(rater).copied().unwrap_or(0);
    let estimate = loads.estimate(asking, of, &project.folder().join("runs"));
    Ok(Survey { estimate, times })
}
