//! What the reply cache answers; the rest is to be asked.

use super::ask::{Asked, tally};
use crate::error::Result;
use crate::plan::Plan;
use crate::rater::Llm;
use crate::rating::{Outcome, Rating, Repair};
use crate::ratings::Sheet;
use crate::reply::{Verdict, read};
use crate::shell::cache::{Cache, Entry};
use crate::shell::cli::RateArgs;
use crate::shell::schedule::Job;
use crate::wire::{Key, decode};
use std::collections::HashMap;

/// Answers from the cache what it can; the rest is returned as jobs. Offline it is only counted.
pub(super) fn from_cache<'a>(
    plan: &Plan<'a>,
    cache: Option<&Cache>,
    args: &RateArgs,
    sheet: &mut Sheet,
    asked: &mut Asked,
) -> Result<Vec<Job<'a>>> {
    let raters = plan.panel.raters();
    let mut jobs: Vec<Job<'_>> = Vec::new();
    let mut unasked = 0;
    // Tasks of an occupation that share a statement are one question: asked once, answered for each of them.
    let mut waiting: HashMap<Key, usize> = HashMap::new();
    for (task, item) in plan.items().enumerate() {
        for (rater, llm) in raters
            .iter()
            .enumerate()
            .filter_map(|(n, r)| Some((n, r.llm()?)))
        {
            let tally = tally(asked, &raters[rater].id);
            for sample in 0..plan.samples() {
                let cell = sheet.cell(task, rater, sample);
                let question = plan.question(llm, item, sample)?;
                if let Some(&job) = waiting.get(&question.key) {
                    if let Some(job) = jobs.get_mut(job) {
                        job.cells.push(cell);
                    }
                    continue;
                }
                let entry = match cache {
                    Some(cache) if !args.refresh => cache.get(&question.key)?,
                    _ => None,
                };
                let hit = entry
                    .filter(|entry| entry.outcome == Outcome::Rated || !args.retry_refused)
                    .and_then(|entry| Some((rating_of(plan, llm, &entry)?, entry.cost)));
                if let Some(((rating, model), cost)) = hit {
                    tally.cached += 1;
                    tally.behind = tally.behind.zip(cost).map(|(sum, cost)| sum.plus(cost));
                    tally.models.insert(model);
                    sheet.set(cell, &rating)?;
                    continue;
                }
                waiting.insert(question.key, jobs.len());
                if args.offline {
                    unasked += 1;
                } else {
                    jobs.push(Job {
                        cells: vec![cell],
                        rater,
                        item,
                        question,
                    });
                }
            }
        }
    }
    asked.unasked = unasked;
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
