//! The commands, a file each.

pub(super) mod adjudicate;
mod asking;
pub(super) mod audit;
pub(super) mod cache;
mod changes;
pub(super) mod compare;
pub(super) mod draft;
pub(super) mod eval;
pub(super) mod explain;
pub(super) mod init;
mod named;
pub(super) mod occupations;
pub(super) mod rate;
pub(super) mod raters;
pub(super) mod reconcile;
pub(super) mod review;
pub(super) mod runs;
pub(super) mod summarise;
pub(super) mod train;
