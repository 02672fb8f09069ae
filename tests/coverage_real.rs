//! The promise of task intervals, counted on published labels: the 22-rater table, with the human labels as gold.

mod support;

use std::path::PathBuf;

use serde_json::Value;
use support::Project;

fn data() -> Option<PathBuf> {
    let data = std::env::var_os("TASKRATER_DATA").map(PathBuf::from);
    if data.is_none() {
        println!("skipped: TASKRATER_DATA is not set");
    }
    data
}
