//! A small set for tests.

use super::Set;
use crate::inventory::{Inventory, Occupation, Task, text_hash};

pub(crate) const TOML: &str = "id = \"small\"\ntitle = \"Small\"\nrubric = \"exposure\"\ninventory = \"a list\"\n\
                               source = \"made up\"\nprimary = [\"exposure.kappa\"]\n";
pub(crate) const HEAD: &str = "occupation_id,task_id,exposure,note,probability,stratum,design,n_labels,agreed,reviewers,labelled,\
                               draw,run,kind,half,text\n";

/// A row of gold whose text is that of [`inventory`].
pub(crate) fn row(job: &str, task: &str, label: &str, half: &str) -> String {
    let text = super::rows::to_hex(&text_hash(&format!("Do {task}.")));
    format!("{job},{task},{label},,0.5,all,random,1,one label,,,1a2b,,editorial,{half},{text}\n")
}

/// Three tasks to try on, two to keep.
pub(crate) fn gold() -> String {
    let rows = [
        row("b", "b1", "E1", "dev"),
        row("a", "a2", "E0", "dev"),
        row("a", "a1", "E2", "dev"),
        row("c", "c1", "E0", "test"),
        row("c", "c2", "E1", "test"),
    ];
    format!("{HEAD}{}", rows.concat())
}

pub(crate) fn set(gold: &str) -> crate::error::Result<Set> {
    Set::read("eval/small", TOML, gold.as_bytes())
}

/// The occupations a, b and c with three tasks each.
pub(crate) fn inventory() -> Inventory {
    let job = |job: &str| Occupation {
        id: job.to_owned(),
        title: job.to_uppercase(),
        tasks: (1..=3)
            .map(|n| Task {
                id: format!("{job}{n}"),
                statement: format!("Do {job}{n}."),
                ..Task::default()
            })
            .collect(),
        ..Occupation::default()
    };
    let jobs = ["a", "b", "c"].map(job).to_vec();
    Inventory::new("a list".to_owned(), "d".to_owned(), Vec::new(), jobs)
        .unwrap_or_else(|error| panic!("{error}"))
}
