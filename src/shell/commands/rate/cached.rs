//! What the reply cache answers; the rest is to be asked.

use super::ask::{Asked, tally};
use super::look::{Look, Looked};
use crate::error::Result;
use crate::plan::Plan;
use crate::rater::Llm;
use crate::rating::{Rating, Repair};
use crate::ratings::Sheet;
use crate::reply::{Verdict, read};
use crate::shell::cache::{Cache, Entry, Misses, Reason};
use crate::shell::cli::RateArgs;
use crate::shell::schedule::Job;
use crate::wire::{Key, decode};
use std::collections::{HashMap, HashSet};

/// Answers from the cache what it can, also where a rating was carried over: a reply to this very question goes before
/// one to an earlier question. The rest is returned as jobs; offline it is only counted.
pub(super) fn from_cache<'a>(
    plan: &Plan<'a>,
    cache: Option<&Cache>,
    args: &RateArgs,
    sheet: &mut Sheet,
    asked: &mut Asked,
) -> Result<Vec<Job<'a>>> {
    let raters = plan.panel.raters();
    let look = Look::new(cache, args)?;
    let mut misses = Misses::default();
    let mut jobs: Vec<Job<'_>> = Vec::new();
    // Tasks of an occupation that share a statement are one question: asked once, answered for each of them.
    let mut waiting: HashMap<Key, usize> = HashMap::new();
    // An answer for several tasks was paid for once. Half a key is as unlikely to meet another as a whole one.
    let mut answered: HashSet<[u8; 16]> = HashSet::new();
    for (task, item) in plan.items().enumerate() {
        let text = plan.text(item)?;
        let hosted = raters.iter().enumerate();
        for (rater, llm) in hosted.filter_map(|(n, r)| Some((n, r.llm()?))) {
            for sample in 0..plan.samples() {
                let cell = sheet.cell(task, rater, sample);
                let question = plan.asked(llm, text.clone(), sample);
                let carried = asked.carried.from(cell).is_some();
                if let Some(&job) = waiting.get(&question.key) {
                    let job = jobs.get_mut(job).filter(|_| !carried);
                    job.into_iter().for_each(|job| job.cells.push(cell));
                    continue;
                }
                let why = match look.up(&question, item)? {
                    Looked::Hit(entry) => match rating_of(plan, llm, &entry) {
                        Some((rating, model)) => {
                            if question
                                .key
                                .first_chunk()
                                .is_none_or(|half| answered.insert(*half))
                            {
                                tally(asked, &raters[rater].id).hit(&entry, model);
                            }
                            sheet.set(cell, &rating)?;
                            asked.carried.clear(cell);
                            continue;
                        }
                        None if carried => continue,
                        None => Some(Reason::Unreadable),
                    },
                    Looked::Miss(_) if carried => continue,
                    Looked::Miss(why) => why,
                };
                asked.loads.add(rater, &question.text);
                let record = || plan.record(llm, &question);
                let why = look.why(why, record, &raters[rater].id, item)?;
                why.iter().for_each(|why| misses.add(why));
                waiting.insert(question.key, jobs.len());
                if args.offline {
                    asked.unasked += 1;
                    continue;
                }
                jobs.push(Job {
                    cells: vec![cell],
                    rater,
                    item,
                    sample,
                    key: question.key,
                });
            }
        }
    }
    asked.misses = misses;
    Ok(jobs)
}

/// The rating that a cached reply holds, and the model that gave it; `None` if today's parser does not accept it.
fn rating_of(plan: &Plan<'_>, llm: &Llm, entry: &Entry) -> Option<(Rating, String)> {
    let answer = decode(llm.wire, entry.status, entry.body.as_bytes()).ok()?;
    match read(plan.prompt, &answer) {
        Verdict::Rated(mut rating) | Verdict::Refused(mut rating) => {
            let again = entry
                .repair
                .filter(|repair| matches!(repair, Repair::Reask | Repair::Resend));
            rating.repair = again.or(rating.repair);
            Some((*rating, answer.model))
        }
        Verdict::Truncated | Verdict::Invalid(_) => None,
    }
}
