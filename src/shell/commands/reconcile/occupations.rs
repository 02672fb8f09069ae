//! The occupations of a run, those without tasks, too: they have no row in `tasks.csv`.

use crate::error::{Error, Result};
use crate::inventory::Occupation;
use crate::report::without_guard;
use crate::shell::files::read_text;
use crate::shell::loaded_run::LoadedRun;
use std::collections::HashSet;

/// Those of the run in its order.
///
/// # Errors
/// Its `occupations.csv` cannot be read, or does not have the occupations of its tasks in their order.
pub(super) fn of(run: &LoadedRun) -> Result<Vec<Occupation>> {
    let rated = run.inventory.occupations();
    let path = run.folder.join("occupations.csv");
    let broken = |what: String| {
        Error::input(format!("{}: {what}", path.display()))
            .hint("the same `rate` command again, with --out naming its folder, writes it anew")
    };
    let text = read_text(&path)?;
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    let mut seen = HashSet::new();
    let mut found = Vec::with_capacity(rated.len());
    let mut rest = rated.iter().peekable();
    for record in reader.records() {
        let record = record.map_err(|error| broken(error.to_string()))?;
        let cell = |n: usize| without_guard(record.get(n).unwrap_or_default()).to_owned();
        let (id, title) = (cell(0), cell(1));
        if !seen.insert(id.clone()) {
            continue;
        }
        found.push(match rest.next_if(|next| next.id == id) {
            Some(occupation) => occupation.clone(),
            None => Occupation {
                id,
                title,
                ..Occupation::default()
            },
        });
    }
    match rest.next() {
        // A run of no dimension has no rows.
        _ if found.is_empty() => Ok(rated.to_vec()),
        None => Ok(found),
        Some(left) => Err(broken(format!(
            "occupation {} of the run's tasks is not in it, or not in its order",
            left.id
        ))),
    }
}
