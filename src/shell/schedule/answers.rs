//! Answers that come twice: somebody on the way mixes them up, or hands out copies.

use super::Job;
use crate::asking::Subject;
use crate::shell::cache::Place;
use crate::wire::{Answer, Failure, Key};
use std::cell::RefCell;
use std::collections::{HashMap, HashSet, VecDeque};

/// Answers that are remembered: they are mixed up among those that are under way together.
const REMEMBERED: usize = 4096;

/// Which question each of the latest answers was given to.
#[derive(Default)]
pub(in crate::shell) struct Answers(RefCell<State>);

#[derive(Default)]
struct State {
    /// By hash of the body.
    given: HashMap<u64, Given>,
    order: VecDeque<u64>,
    /// Questions whose answer may be another's.
    doubtful: HashSet<Key>,
}

struct Given {
    asked: u64,
    sample: u32,
    claim: Claim,
    /// Another question that was given the same answer once. A second time, it is its own.
    again: Option<u64>,
}

/// What an answer was taken for.
#[derive(Clone)]
pub(super) struct Claim {
    pub key: Key,
    pub place: Place,
    pub rater: usize,
    pub cells: Vec<usize>,
}

/// What is to be done about an answer that came twice.
pub(super) struct Doubt {
    pub failure: Failure,
    /// The question that had it first: its rating and its cache entry are withdrawn.
    pub first: Option<Claim>,
}

impl Answers {
    /// An answer whose id and every byte were the answer to another question: whose it is nobody knows, so neither keeps
    /// it. To another sample of the same question it is a copy, and no sample. Servers that give all answers one id are
    /// not meant: their bodies differ.
    pub(super) fn check(
        &self,
        job: &Job<impl Subject>,
        question: &str,
        answer: &Answer,
        body: &[u8],
    ) -> Result<(), Box<Doubt>> {
        if answer.id.is_empty() {
            return Ok(());
        }
        let (hash, asked) = (short_hash(body), short_hash(question.as_bytes()));
        let state = &mut *self.0.borrow_mut();
        let Some(first) = state.given.get_mut(&hash) else {
            state.remember(hash, asked, job);
            return Ok(());
        };
        let only = |failure| {
            Err(Box::new(Doubt {
                failure,
                first: None,
            }))
        };
        if first.asked == asked {
            let copy = first.sample != job.sample;
            return if copy { only(Failure::copy()) } else { Ok(()) };
        }
        if first.again == Some(asked) {
            return Ok(());
        }
        first.again = Some(asked);
        if !state.doubtful.insert(first.claim.key) {
            return only(Failure::not_ours(&answer.id));
        }
        Err(Box::new(Doubt {
            failure: Failure::not_ours(&answer.id),
            first: Some(first.claim.clone()),
        }))
    }

    /// Whether the answer to this question was withdrawn while it was written down.
    pub(super) fn is_doubtful(&self, key: &Key) -> bool {
        self.0.borrow().doubtful.contains(key)
    }
}

impl State {
    fn remember(&mut self, hash: u64, asked: u64, job: &Job<impl Subject>) {
        let subject = job.subject;
        let claim = Claim {
            key: job.key,
            place: Place::new(subject.occupation_id(), subject.task_id(), &job.key),
            rater: job.rater,
            cells: job.cells.clone(),
        };
        let given = Given {
            asked,
            sample: job.sample,
            claim,
            again: None,
        };
        self.given.insert(hash, given);
        self.order.push_back(hash);
        if self.order.len() > REMEMBERED
            && let Some(oldest) = self.order.pop_front()
        {
            self.given.remove(&oldest);
        }
    }
}

fn short_hash(bytes: &[u8]) -> u64 {
    let mut first = [0; 8];
    first.copy_from_slice(&blake3::hash(bytes).as_bytes()[..8]);
    u64::from_le_bytes(first)
}
