//! The verdicts on the terminal and as JSON.

use crate::adjudication::{FinalScore, order_dependence};
use crate::error::Result;
use crate::ratings::round12;
use crate::report::Adjudication;
use crate::shell::cli::{AdjudicateArgs, is_broken_pipe};
use crate::shell::run_folder::RunFolder;
use crate::shell::table;
use crate::shell::terminal::{bold, clean, faint, say};
use serde_json::{Value, json};

/// Occupations that are listed; `occupations.csv` has them all.
const LISTED: usize = 20;

/// Prints the result, or says where it is.
pub(super) fn print(
    args: &AdjudicateArgs,
    this: &Adjudication<'_>,
    folder: &RunFolder,
    prints: bool,
) -> Result<()> {
    if !prints {
        say!(
            "adjudicated in {}",
            clean(&folder.path().display().to_string())
        );
        return Ok(());
    }
    let text = match args.ask.json {
        true => format!("{:#}", as_json(this, folder)),
        false => text(this, folder),
    };
    match table::print(&text) {
        Err(error) if !is_broken_pipe(&error) => Err(error),
        _ => Ok(()),
    }
}

fn text(this: &Adjudication<'_>, folder: &RunFolder) -> String {
    let rows = this.found.tallies.iter().enumerate().map(|(place, tally)| {
        let dependence = order_dependence(tally).map_or_else(
            || "–".to_owned(),
            |share| {
                let [point, low, high] = [share.point, share.low, share.high].map(|x| x * 100.0);
                format!("{point:.1} [{low:.1}, {high:.1}]")
            },
        );
        let mut row = vec![this.dimension(place).dimension.id.clone()];
        let counts = [
            tally.contested,
            tally.resolved,
            tally.unresolved,
            tally.not_judged,
        ];
        row.extend(counts.map(|count| count.to_string()));
        row.push(dependence);
        row
    });
    let header = [
        "dimension",
        "contested",
        "resolved",
        "unresolved",
        "not judged",
        "followed the order, %",
    ];
    let title = format!(
        "Adjudication of run {} by {}",
        clean(this.of),
        clean(&this.adjudicator.id)
    );
    let mut out = format!(
        "{}\n{}",
        bold(&title),
        table::plain(&header, rows.collect())
    );
    out.push_str(&scores(this));
    out.push_str(&faint(
        "In brackets 95 % intervals. A final score has none: adjudicated values have no gold check. Contested tasks without a \
         verdict count in it with their first-round values.\n",
    ));
    let folder = clean(&folder.path().display().to_string());
    out.push_str(&format!(
        "Written to {folder}: adjudicated.csv, occupations.csv, report.md\n"
    ));
    out
}

/// The occupations whose score moved most.
fn scores(this: &Adjudication<'_>) -> String {
    let by = |score: &FinalScore| {
        let moved = score.score.zip(this.first(score).score);
        moved.map_or(0.0, |(last, first)| (last - first).abs())
    };
    let mut disputed: Vec<&FinalScore> = this
        .found
        .scores
        .iter()
        .filter(|one| one.tally.contested > 0)
        .collect();
    disputed.sort_by(|a, b| by(b).total_cmp(&by(a)));
    let number =
        |score: Option<f64>| score.map_or_else(|| "–".to_owned(), |score| format!("{score:.1}"));
    let rows = disputed.iter().take(LISTED).map(|score| {
        let tally = &score.tally;
        vec![
            clean(&this.report.occupations[score.occupation].title),
            this.dimension(score.place).dimension.id.clone(),
            number(this.first(score).score),
            number(score.score),
            this.first(score).n_rated.to_string(),
            format!("{} of {}", tally.resolved, tally.contested),
            (tally.unresolved + tally.not_judged).to_string(),
        ]
    });
    let header = [
        "occupation",
        "dimension",
        "first round",
        "final",
        "tasks",
        "resolved",
        "open",
    ];
    let mut out = table::plain(&header, rows.collect());
    if disputed.len() > LISTED {
        out.push_str(&faint(&format!(
            "… and {} more in occupations.csv\n",
            disputed.len() - LISTED
        )));
    }
    out
}

fn as_json(this: &Adjudication<'_>, folder: &RunFolder) -> Value {
    let number = |value: Option<f64>| value.map(round12);
    let tallies = this.found.tallies.iter().enumerate().map(|(place, tally)| {
        json!({
            "dimension": this.dimension(place).dimension.id,
            "contested": tally.contested,
            "resolved": tally.resolved,
            "unresolved": tally.unresolved,
            "not_judged": tally.not_judged,
            "order_dependence": order_dependence(tally),
        })
    });
    let scores = this.found.scores.iter().map(|score| {
        let (occupation, first) = (this.report.occupations[score.occupation], this.first(score));
        json!({
            "occupation_id": occupation.id,
            "occupation": occupation.title,
            "dimension": this.dimension(score.place).dimension.id,
            "first_score": number(first.score),
            "first_interval": first.interval.name(),
            "final_score": number(score.score),
            "final_interval": this.interval(score),
            "n_rated": first.n_rated,
            "contested": score.tally.contested,
            "resolved": score.tally.resolved,
            "unresolved": score.tally.unresolved,
            "not_judged": score.tally.not_judged,
        })
    });
    let tasks = this.found.rows.iter().map(|row| {
        let item = this.case(row).item;
        let answers = row
            .answers
            .each_ref()
            .map(|answer| answer.as_ref().map(|value| round12(value.value)));
        json!({
            "occupation_id": item.occupation.id,
            "task_id": item.task.id,
            "dimension": this.dimension(row.place).dimension.id,
            "first_value": number(row.first.value),
            "verdicts": answers,
            "status": row.verdict.status.name(),
            "final_value": number(row.verdict.value),
            "rationale": row.rationale,
            "dissent": row.dissent,
        })
    });
    json!({
        "run": folder.id(),
        "of": this.of,
        "folder": folder.path().display().to_string(),
        "adjudicator": this.adjudicator.id,
        "seed": this.seed,
        "dimensions": tallies.collect::<Vec<_>>(),
        "occupations": scores.collect::<Vec<_>>(),
        "tasks": tasks.collect::<Vec<_>>(),
    })
}
