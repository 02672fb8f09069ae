//! Everything that waits, opens, prints or reads a clock.

mod asked;
mod cache;
pub mod choices;
mod cli;
mod commands;
mod files;
mod gold_file;
mod http;
mod inventory;
mod journal;
mod labour;
mod loaded_run;
mod log;
mod progress;
mod project;
mod recorded_text;
mod review_folder;
mod run_folder;
mod run_json;
mod run_ratings;
mod run_tasks;
mod schedule;
mod signals;
mod spill;
mod table;
mod terminal;
mod time;

pub use cli::run;
pub use inventory::read as read_inventory;
