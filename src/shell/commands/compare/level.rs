//! How a dimension moved over the whole run, for a person.

use super::figures::{answer, interval, points, signed, verdict};
use crate::compare::{DimensionChange, SetScore};
use crate::ratings::round12;
use crate::shell::table;
use crate::shell::terminal::bold;
use std::fmt::Write as _;

/// The mean over all tasks that read the same, the mean score by cause, the noise, and each rater by itself.
pub(super) fn level(out: &mut String, dimension: &DimensionChange<'_>) {
    let title = format!("{}, in points of the 0–100 score", dimension.dimension);
    let _ = writeln!(out, "\n{}", bold(&title));
    let whole = &dimension.whole;
    let _ = writeln!(
        out,
        "{} tasks of {} occupations read the same and are rated in both: mean {} → {}, change {}{}, {}",
        whole.n,
        whole.occupations,
        points(whole.before),
        points(whole.after),
        signed(whole.mean),
        interval(whole).map_or_else(String::new, |text| format!(" [{text}]")),
        verdict(whole),
    );
    if let Some(scores) = &dimension.scores {
        mean_score(out, scores);
    }
    if let [was, is] = dimension.methods
        && was != is
    {
        let _ = writeln!(out, "The consensus is made otherwise: {was} → {is}");
    }
    for (noise, run) in dimension.noise.iter().zip(["earlier", "later"]) {
        if let Some(noise) = noise {
            let _ = writeln!(
                out,
                "Noise: two answers of one rater to one question lie {:.1} apart in the {run} run ({} tasks)",
                noise.within, noise.tasks
            );
        }
    }
    raters(out, dimension);
}

fn mean_score(out: &mut String, scores: &SetScore) {
    let parts = scores.parts.iter();
    let parts = parts.filter(|(_, part)| round12(part.points) != 0.0);
    let parts: Vec<String> = parts
        .map(|(cause, part)| format!("{} {}", cause.name(), signed(Some(part.points))))
        .collect();
    let parts = match parts.is_empty() {
        true => String::new(),
        false => format!(" ({})", parts.join(", ")),
    };
    let _ = writeln!(
        out,
        "Mean score of the {} occupations in both: {} → {}, change {}{parts}",
        scores.occupations,
        points(Some(scores.before)),
        points(Some(scores.after)),
        signed(Some(scores.change)),
    );
}

fn raters(out: &mut String, dimension: &DimensionChange<'_>) {
    let header = [
        "rater, own values",
        "before",
        "after",
        "change",
        "95 % interval",
        "tasks",
        "moved?",
    ];
    let rows = dimension.raters.iter().map(|one| {
        let of = &one.difference;
        vec![
            one.rater.to_owned(),
            points(of.before),
            points(of.after),
            signed(of.mean),
            interval(of).unwrap_or_else(|| "–".to_owned()),
            of.n.to_string(),
            answer(of),
        ]
    });
    let rows: Vec<Vec<String>> = rows.collect();
    if !rows.is_empty() {
        out.push_str(&table::plain(&header, rows));
    }
}
