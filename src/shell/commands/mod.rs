//! The commands, a file each.

pub(super) mod cache;
pub(super) mod explain;
pub(super) mod init;
mod named;
pub(super) mod occupations;
pub(super) mod rate;
pub(super) mod raters;
pub(super) mod runs;
pub(super) mod train;
