//! What everything after a reply reads: every rating of a run on a [`Sheet`], and its numbers as one task × rater
//! [`Table`] a dimension.
//!
//! A sheet has a cell for every task and every *slot*, and a slot for every sample of every rater ([`Slots`]). The
//! words of ratings are most of what they weigh, so a sheet keeps them as compact bytes in an [`Arena`], which may
//! lie on disk, and hands them out a [`Row`] (a task) at a time. Numbers are small: tables hold all of them at once.

mod apart;
mod arena;
mod carried;
mod drawn;
#[cfg(test)]
pub(crate) mod fixtures;
mod fold;
mod row;
mod sheet;
mod slots;
mod sum;
mod table;

pub use apart::Apart;
pub use arena::{Arena, Memory};
pub use carried::Carried;
pub use drawn::{Drawn, Part};
pub use fold::fold;
pub use row::Row;
pub use sheet::Sheet;
pub(crate) use sheet::check;
pub use slots::Slots;
pub(crate) use sum::{Sum, median_of_sorted, round12, sorted_mean};
pub use table::Table;
pub(crate) use table::{SAME, label_of};
