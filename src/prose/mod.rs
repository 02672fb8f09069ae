//! Prose as raters write it: where its sentences end, and which of its words say something. Rules of thumb for English; in
//! other languages fewer words are left out and fewer abbreviations known.

mod sentence;
mod term;

pub(crate) use sentence::sentences;
pub(crate) use term::terms;
