//! `cache ls`: a line an entry.

use super::filter::Filter;
use super::{Counter, each_below, open};
use crate::error::{Error, Result};
use crate::shell::cache::Kept;
use crate::shell::cli::CacheLsArgs;
use crate::shell::terminal::{clean, say};
use serde_json::json;
use std::io::{BufWriter, Write as _};
use std::ops::ControlFlow;

/// Runs the command.
pub(super) fn run(args: &CacheLsArgs) -> Result<u8> {
    let filter = Filter::new(&args.filter)?;
    let cache = open(&args.at)?;
    let mut out = BufWriter::new(std::io::stdout().lock());
    let failed = |error| Error::io("cannot write to stdout", error);
    let (mut listed, mut more, mut damaged) = (0, false, 0_u64);
    if !args.at.json {
        let header = [
            "time",
            "rater",
            "model",
            "occupation",
            "task",
            "sample",
            "outcome",
            "cost",
        ];
        writeln!(out, "{}", row(&header)).map_err(failed)?;
    }
    // What is printed is progress enough.
    let counter = Counter(indicatif::ProgressBar::hidden());
    each_below(&cache, &counter, &filter.start(), |_, kept| {
        match kept {
            Some(kept) if filter.passes(&kept.entry) => {
                more = args.limit.is_some_and(|limit| listed >= limit);
                if more {
                    return Ok(ControlFlow::Break(()));
                }
                listed += 1;
                let line = if args.at.json {
                    object(&kept)
                } else {
                    text(&kept)
                };
                writeln!(out, "{line}").map_err(failed)?;
            }
            Some(_) => {}
            None => damaged += 1,
        }
        Ok(ControlFlow::Continue(()))
    })?;
    out.flush().map_err(failed)?;
    if more {
        say!("there are more; a larger --limit lists them");
    }
    if damaged > 0 {
        say!("{damaged} damaged entries are not listed; `taskrater cache verify` names them");
    }
    Ok(0)
}

fn object(kept: &Kept) -> String {
    let entry = &kept.entry;
    let field = |name: &str| entry.request.0.get(name);
    json!({
        "key": super::line::hex(&kept.key), "time": entry.time, "rater": entry.rater, "model": field("model"),
        "occupation_id": entry.occupation_id, "task_id": entry.task_id, "sample": sample(kept),
        "outcome": entry.outcome, "repair": entry.repair, "cost_nanodollars": entry.cost, "usage": entry.usage,
    })
    .to_string()
}

fn text(kept: &Kept) -> String {
    let entry = &kept.entry;
    let model = entry.request.0.get("model").map_or("?", String::as_str);
    let sample = sample(kept).map_or_else(|| "?".to_owned(), |sample| sample.to_string());
    let cost = entry.cost.map_or_else(
        || "unknown".to_owned(),
        |cost| format!("${:.6}", cost.dollars()),
    );
    // To the second: nobody needs more to recognise a reply.
    let time = match entry.time.split_once('.') {
        Some((seconds, _)) => format!("{seconds}Z"),
        None => entry.time.clone(),
    };
    row(&[
        &time,
        &clean(&entry.rater),
        &clean(model),
        &clean(&entry.occupation_id),
        &clean(&entry.task_id),
        &sample,
        entry.outcome.name(),
        &cost,
    ])
}

pub(super) fn sample(kept: &Kept) -> Option<u32> {
    kept.entry.request.0.get("sample")?.parse().ok()
}

/// Columns of fixed width, because rows are printed as they are read; what is longer pushes the others.
fn row(cells: &[&str; 8]) -> String {
    let [time, rater, model, occupation, task, sample, outcome, cost] = cells;
    format!(
        "{time:<20}  {rater:<16}  {model:<20}  {occupation:<12}  {task:<12}  {sample:>6}  {outcome:<7}  {cost:>10}"
    )
}
