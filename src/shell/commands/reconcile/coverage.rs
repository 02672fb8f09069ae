//! `reconcile RUN --coverage`: whether task intervals hold what they promise, counted on gold that the model never saw.

use crate::error::{Error, Kind, Result};
use crate::inventory::Occupation;
use crate::reconcile::Reconciled;
use crate::reconcile::coverage::{Draws, Row, coverage};
use crate::shell::cli::ReconcileArgs;
use crate::shell::loaded_run::LoadedRun;
use crate::shell::table;
use crate::shell::terminal::{bold, clean};
use serde_json::json;
use std::fmt::Write as _;

/// Runs the check and prints it.
pub(super) fn run(
    args: &ReconcileArgs,
    run: &LoadedRun,
    reconciled: &Reconciled,
    occupations: &[&Occupation],
) -> Result<()> {
    let Some(gold) = reconciled.options.gold else {
        let error = Error::new(
            Kind::Usage,
            "coverage is counted on gold, and there is none",
        );
        return Err(error.hint("--gold names a recorded rater that is trusted"));
    };
    let how = Draws {
        draws: args.draws as usize,
        gold_tasks: args.gold_tasks as usize,
        seed: args.seed,
        threads: std::thread::available_parallelism().map_or(1, usize::from),
    };
    let dimensions = reconciled.dimensions.iter();
    let rows: Vec<Row> = dimensions
        .flat_map(|one| coverage(one, occupations, how))
        .collect();
    if rows.is_empty() {
        let message = "no dimension has gold in four occupations and two raters that it calibrates";
        return Err(Error::input(message));
    }
    let gold = run.raters.get(gold.rater).map_or("?", |line| &line.id);
    if args.json {
        let found = json!({
            "run": run.id, "gold": gold, "level": reconciled.options.level, "how": how, "coverage": rows,
        });
        return table::print(&format!("{found:#}"));
    }
    table::print(&text(args, gold, &rows))
}

fn text(args: &ReconcileArgs, gold: &str, rows: &[Row]) -> String {
    let level = 100.0 * args.level;
    let mut out = String::new();
    let _ = writeln!(
        out,
        "{}",
        bold(&clean(&format!(
            "Coverage of the {level} % task interval, counted on labels of {gold} in occupations that the model never saw"
        )))
    );
    let _ = writeln!(
        out,
        "{} draws for each size of panel, seed {}: raters at random, gold from a random half of the occupations, all gold of the \
         others counted. * is the method that follows from what is known.",
        args.draws, args.seed
    );
    let header = [
        "dimension",
        "raters",
        "method",
        "gold",
        "held out",
        "coverage",
        "sd",
        "width",
        "error",
        "model range",
        "its width",
    ];
    let cells = |row: &Row| {
        let percent = |share: f64| format!("{:.1} %", 100.0 * share);
        let star = if row.default { " *" } else { "" };
        vec![
            row.dimension.clone(),
            row.raters.to_string(),
            format!("{}{star}", row.method),
            format!("{:.0}", row.gold_tasks),
            format!("{:.0}", row.tasks),
            percent(row.coverage),
            row.coverage_sd.map_or_else(|| "–".to_owned(), percent),
            format!("{:.3}", row.width),
            format!("{:.4}", row.error),
            percent(row.range_coverage),
            format!("{:.3}", row.range_width),
        ]
    };
    out.push_str(&table::plain(&header, rows.iter().map(cells).collect()));
    let _ = writeln!(
        out,
        "Means over draws. sd is that of the coverage over draws, width and error (root mean square) are in the unit of the dimension, \
         model range is how often the label lies between the lowest and the highest rater."
    );
    out
}
