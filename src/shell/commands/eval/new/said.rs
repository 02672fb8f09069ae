//! What `eval new` prints: what was drawn, and what it can show.

use crate::eval::paired::FEWEST;
use crate::eval::set::{ABOUT, GOLD, Half, Precision, Set};
use crate::shell::table::plain;
use crate::shell::terminal::{bold, clean, faint};
use std::fmt::Write as _;
use std::path::Path;

const NOTES: &str = "Assumed: a prompt as good as the two GPT-4 prompts of 2024 on published labels, with their correlation within \
    occupations. ± is half of a 95 % interval, clustered by occupation; MDE the smallest difference of two prompts that a \
    paired test finds with power 80 %, at 5 % over the number of figures that the set declares. Accuracy is a share, MAE in points of 0-100. docs/eval-sets.md has the formula.";

/// What stands for a width or a difference that says nothing.
const BEYOND: &str = "> scale";

pub(super) fn text(set: &Set, folder: &Path, inventory: Option<&Path>) -> String {
    let mut out = format!("{}\n", bold(&clean(set.title())));
    if let Some(draw) = &set.about().draw {
        let line = format!(
            "drawn from {}: {} of {} tasks in {} of {} occupations ({}), seed {}\ngold: {} ({})",
            draw.from,
            draw.tasks,
            draw.frame_tasks,
            draw.occupations,
            draw.frame_occupations,
            draw.design,
            draw.seed,
            draw.gold,
            set.kind().name(),
        );
        for line in line.lines() {
            let _ = writeln!(out, "{}", clean(line));
        }
    }
    let _ = writeln!(out, "\n{}", bold("What it can show"));
    let found = Half::ALL.map(|half| set.precision(half));
    let rows = rows(&found);
    out.push_str(&rows);
    if rows.contains(BEYOND) {
        let _ = writeln!(
            out,
            "{BEYOND}: more than the scale, which is 1 for accuracy and kappa and 100 points for MAE"
        );
    }
    if found.iter().any(|one| one.occupations < FEWEST) {
        let _ = writeln!(
            out,
            "–: fewer than {FEWEST} occupations say too little of others, and an occupation is in one half only"
        );
    }
    let _ = writeln!(out, "{}", faint(NOTES));
    let _ = writeln!(
        out,
        "\nwritten: {} and {GOLD} in {}",
        ABOUT,
        clean(&folder.display().to_string())
    );
    let missing: usize = Half::ALL.map(|half| set.unlabelled(half)).iter().sum();
    if missing > 0 {
        let columns: Vec<&str> = set.dimensions().collect();
        let _ = writeln!(
            out,
            "{missing} tasks have no label yet: fill in {} of {GOLD}, where you can without looking at ratings of models",
            clean(&columns.join(", "))
        );
    }
    let texts = inventory.filter(|_| !set.has_words());
    let texts = texts.map_or_else(String::new, |path| {
        format!(" --inventory {}", path.display())
    });
    let _ = writeln!(
        out,
        "next: taskrater eval {}",
        clean(&format!("{}{texts}", set.id()))
    );
    out
}

fn rows(halves: &[Precision]) -> String {
    let header = [
        "half",
        "tasks",
        "occupations",
        "accuracy",
        "kappa",
        "MAE",
        "MDE accuracy",
        "MDE kappa",
        "MDE MAE",
    ];
    let rows = halves.iter().map(|half| {
        let mut row = vec![
            half.half.name().to_owned(),
            half.tasks.to_string(),
            half.occupations.to_string(),
        ];
        let shown = |sign: &str, number: Option<f64>, metric: &str| {
            let (decimals, scale) = if metric == "mae" {
                (1, 100.0)
            } else {
                (3, 1.0)
            };
            match number {
                None => "–".to_owned(),
                Some(number) if number > scale => BEYOND.to_owned(),
                Some(number) => format!("{sign}{number:.decimals$}"),
            }
        };
        row.extend(
            half.metrics
                .iter()
                .map(|one| shown("±", one.half_width, one.metric)),
        );
        row.extend(
            half.metrics
                .iter()
                .map(|one| shown("", one.difference, one.metric)),
        );
        row
    });
    plain(&header, rows.collect())
}
