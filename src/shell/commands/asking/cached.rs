//! What the reply cache answers; the rest is to be asked.

use super::Sink;
use super::ask::{Asked, tally};
use super::look::{Look, Looked};
use crate::asking::Inquiry;
use crate::error::Result;
use crate::rater::Llm;
use crate::rating::{Outcome, Repair};
use crate::reply::Verdict;
use crate::shell::cache::{Cache, Entry, Misses, Reason};
use crate::shell::cli::AskArgs;
use crate::shell::schedule::Job;
use crate::wire::{Key, decode};
use std::collections::{HashMap, HashSet};

/// Answers from the cache what it can, also where a rating was carried over: a reply to this very question goes before
/// one to an earlier question. The rest is returned as jobs; offline it is only counted.
pub(in crate::shell::commands) fn from_cache<P: Inquiry>(
    plan: &P,
    cache: Option<&Cache>,
    args: &AskArgs,
    sink: &mut impl Sink<P::Reading>,
    asked: &mut Asked,
) -> Result<Vec<Job<P::Subject>>> {
    let asking = plan.asking();
    let raters = asking.panel.raters();
    let look = Look::new(cache, args)?;
    let mut misses = Misses::default();
    let mut jobs: Vec<Job<P::Subject>> = Vec::new();
    // Tasks of an occupation that share a statement are one question: asked once, answered for each of them.
    let mut waiting: HashMap<Key, usize> = HashMap::new();
    // An answer for several tasks was paid for once. Half a key is as unlikely to meet another as a whole one.
    let mut answered: HashSet<[u8; 16]> = HashSet::new();
    for (number, subject) in plan.subjects().enumerate() {
        let text = plan.text(subject)?;
        let hosted = raters.iter().enumerate();
        for (rater, llm) in hosted.filter_map(|(n, r)| Some((n, r.llm()?))) {
            for sample in 0..asking.samples {
                let cell = sink.cell(number, rater, sample);
                let question = asking.question(llm, text.clone(), sample);
                let carried = asked.carried.from(cell).is_some();
                if let Some(&job) = waiting.get(&question.key) {
                    let job = jobs.get_mut(job).filter(|_| !carried);
                    job.into_iter().for_each(|job| job.cells.push(cell));
                    continue;
                }
                let why = match look.up(&question, subject)? {
                    Looked::Hit(entry) => match known(plan, llm, &entry) {
                        Some(known) => {
                            let half = question.key.first_chunk();
                            if half.is_none_or(|half| answered.insert(*half)) {
                                tally(asked, &raters[rater].id).hit(&entry, known.model);
                            }
                            sink.put(cell, known.outcome, Some(&known.reading), known.repair)?;
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
                let record = || asking.record(llm, &question);
                let why = look.why(why, record, &raters[rater].id, subject)?;
                why.iter().for_each(|why| misses.add(why));
                waiting.insert(question.key, jobs.len());
                if args.offline {
                    asked.unasked += 1;
                    continue;
                }
                jobs.push(Job {
                    cells: vec![cell],
                    rater,
                    subject,
                    sample,
                    key: question.key,
                });
            }
        }
    }
    asked.misses = misses;
    Ok(jobs)
}

/// What a cached reply holds.
struct Known<R> {
    outcome: Outcome,
    reading: Box<R>,
    /// Whether it took a second answer.
    repair: Option<Repair>,
    /// The model that gave it.
    model: String,
}

/// Reads a cached reply; `None` if today's parser does not accept it.
fn known<P: Inquiry>(plan: &P, llm: &Llm, entry: &Entry) -> Option<Known<P::Reading>> {
    let answer = decode(llm.wire, entry.status, entry.body.as_bytes()).ok()?;
    let verdict = plan.read(&answer);
    let outcome = verdict.outcome();
    let (Verdict::Rated(reading) | Verdict::Refused(reading)) = verdict else {
        return None;
    };
    let again = |repair: &Repair| matches!(repair, Repair::Reask | Repair::Resend);
    Some(Known {
        outcome,
        reading,
        repair: entry.repair.filter(again),
        model: answer.model,
    })
}
