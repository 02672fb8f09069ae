//! People in the loop: which tasks of a run people label, blind to what the raters said, and what their labels come to.
//!
//! ```text
//! Draw ─▶ Entry (one a line of labels.jsonl, on disk before it counts) ─▶ Desk ─▶ Agreement, Gold, Status
//!   └──▶ sheet ─▶ Filled ─┘                              Target, Residuals ─▶ Precision
//! ```
//!
//! A [`Draw`] is made once from a run and never changed: it knows with which probability each task was drawn. An [`Entry`] is
//! what a person said of a task, and when. The [`Desk`] holds the last entry of each person on each task and knows what each
//! is asked next.

mod agreement;
mod desk;
mod draw;
mod entry;
mod filled;
#[cfg(test)]
mod fixtures;
mod gold;
pub mod page;
mod precision;
mod sheet;
mod status;

pub use agreement::{Agreement, Measure, agreement};
pub use desk::{Desk, Progress, check_name};
pub use draw::{Design, Draw, DrawnTask, Frame, Stratum, judged};
pub use entry::{Answer, Entry, Said};
pub use filled::{Filled, FilledRow};
pub use gold::{Gold, Standing, recording};
pub use precision::{Precision, Residuals, Target};
pub use sheet::{Part, rubric_text, write_sheet};
pub use status::{Reviewer, Status, StratumLine, Tasks};
