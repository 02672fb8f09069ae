//! Answers that were given to another question.

use crate::plan::Question;
use crate::wire::{Answer, Failure};
use std::cell::RefCell;
use std::collections::HashMap;

/// Which question each answer was given to, by hashes: an answer that comes once more belongs to another request.
#[derive(Default)]
pub(in crate::shell) struct Answers(RefCell<HashMap<u64, u64>>);

impl Answers {
    /// An answer whose id and every byte were the answer to another question already: somebody on the way mixed
    /// them up. Servers that give all answers one id are not meant: their bodies differ.
    pub(super) fn check(
        &self,
        question: &Question,
        answer: &Answer,
        body: &[u8],
    ) -> std::result::Result<(), Failure> {
        if answer.id.is_empty() {
            return Ok(());
        }
        let asked = short_hash(question.text.as_bytes());
        let first = *self.0.borrow_mut().entry(short_hash(body)).or_insert(asked);
        if first == asked {
            return Ok(());
        }
        Err(Failure::not_ours(&answer.id))
    }
}

fn short_hash(bytes: &[u8]) -> u64 {
    let mut first = [0; 8];
    first.copy_from_slice(&blake3::hash(bytes).as_bytes()[..8]);
    u64::from_le_bytes(first)
}
