//! What two runs were, for a person.

use crate::compare::{Comparison, RaterLine};
use crate::shell::terminal::{bold, clean};
use std::fmt::Write as _;

/// What differs between the runs, and who was asked how.
pub(super) fn head(out: &mut String, found: &Comparison<'_>) {
    let (before, after) = (&found.before, &found.after);
    let _ = writeln!(
        out,
        "{}",
        bold(&clean(&format!("{} → {}", before.run, after.run)))
    );
    let pairs = [
        ("rubric", before.rubric, after.rubric),
        ("prompt", before.prompt, after.prompt),
        ("inventory", before.inventory, after.inventory),
        ("weighting", before.weighting, after.weighting),
    ];
    let mut lines: Vec<(&str, String)> = pairs
        .into_iter()
        .map(|(name, was, is)| match was == is {
            true => (name, format!("{is}, in both")),
            false => (name, format!("{was} → {is}")),
        })
        .collect();
    if !found.reconciled_otherwise.is_empty() {
        let text = format!("otherwise: {}", found.reconciled_otherwise.join("; "));
        lines.push(("reconciled", text));
    }
    lines.push(("tasks", tasks_line(found)));
    lines.push(("occupations", occupations_line(found)));
    for rater in &found.raters {
        lines.push(("rater", rater_line(rater)));
    }
    for (name, text) in lines {
        let _ = writeln!(out, "  {name:<12}{}", clean(&text));
    }
}

fn tasks_line(found: &Comparison<'_>) -> String {
    let counts = &found.tasks;
    let changed = counts.changed_in.iter();
    let changed: Vec<String> = changed
        .map(|(field, n)| format!("{field} of {n}"))
        .collect();
    let changed = match changed.is_empty() {
        true => String::new(),
        false => format!(" (changed: {})", changed.join(", ")),
    };
    let reissued = match counts.same_text_under_another_id {
        0 => String::new(),
        n => format!(" ({n} with the text of one that is gone)"),
    };
    let unknown = match counts.not_compared.is_empty() {
        true => String::new(),
        false => format!("; not compared: {}", counts.not_compared.join(", ")),
    };
    format!(
        "{} in both, {} of them read the same to raters{changed}; {} new{reissued}, {} gone{unknown}",
        counts.in_both, counts.same_text, counts.new, counts.gone
    )
}

fn occupations_line(found: &Comparison<'_>) -> String {
    let both = found.after.occupations - found.occupations_new.len();
    let renamed = found.occupations_under_another_id.iter();
    let renamed: Vec<String> = renamed.map(|[was, is]| format!("{was} → {is}")).collect();
    let renamed = match renamed.len() {
        0 => String::new(),
        n if n > 5 => format!(" ({n} under another id, joined by their tasks)"),
        _ => format!(" (joined by their tasks: {})", renamed.join(", ")),
    };
    format!(
        "{both} in both{renamed}; {} new, {} gone",
        found.occupations_new.len(),
        found.occupations_gone.len()
    )
}

fn rater_line(rater: &RaterLine<'_>) -> String {
    let mut parts = vec![match rater.status {
        "same" => "asked in the same way".to_owned(),
        "new" => "only in the later run".to_owned(),
        "gone" => "only in the earlier run".to_owned(),
        _ => {
            let names: Vec<&str> = rater.otherwise.iter().map(|one| one.name()).collect();
            names.join(", ")
        }
    }];
    if let [Some(was), Some(is)] = rater.samples
        && was != is
    {
        parts.push(format!("{was} → {is} answers a question"));
    }
    let [carried, from] = rater.carried;
    if carried > 0 {
        parts.push(format!(
            "{carried} ratings carried over, {from} of them from the earlier run"
        ));
    }
    format!("{}: {}", rater.rater, parts.join("; "))
}
