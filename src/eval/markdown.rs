//! A comparison as Markdown, for the comment on a pull request.

use super::gate::Gate;
use super::paired::{Comparison, Difference, Flip, Voice, reasons, said, words};
use crate::report::{escape, table};

/// Flips that are shown.
const FLIPS: usize = 10;
/// Most characters of a rationale.
const RATIONALE: usize = 240;

/// The gate where there is one, the declared figures, and below folds all other figures, flips and cost. Text of models and files
/// is escaped.
#[must_use]
pub fn markdown(of: &Comparison, gate: Option<&Gate>) -> String {
    let mut lines = vec![
        format!(
            "### Comparison on {}, {} half",
            escape(&of.set),
            escape(&of.half)
        ),
        String::new(),
    ];
    lines.extend(gate.map(gated).unwrap_or_default());
    lines.extend(head(of));
    let primary: Vec<&Difference> = of.primary().collect();
    match primary.is_empty() {
        true => lines.extend([
            "The set declares no figure that this comparison has.".to_owned(),
            String::new(),
        ]),
        false => lines.extend(figures(&primary)),
    }
    let others = of
        .differences
        .iter()
        .filter(|one| !one.primary && one.delta.is_some() && one.n > 0);
    let others: Vec<&Difference> = others.collect();
    if !others.is_empty() {
        let title = format!(
            "All other figures, p adjusted for {} of them (Benjamini and Hochberg)",
            of.families.others
        );
        lines.extend(folded(&title, figures(&others)));
    }
    lines.extend(flips(of));
    lines.extend(cost(of));
    let mut out = lines.join("\n");
    out.truncate(out.trim_end().len());
    out.push('\n');
    out
}

fn gated(gate: &Gate) -> Vec<String> {
    let outcome = if gate.passed { "passed" } else { "failed" };
    let mut lines = vec![
        format!("**Gate {outcome}** ({})", gate.mode.name()),
        String::new(),
    ];
    let rows: Vec<Vec<String>> = gate
        .checks
        .iter()
        .map(|check| {
            let passed = if check.passed { "passed" } else { "**failed**" };
            vec![
                escape(&check.figure),
                check
                    .most
                    .map_or_else(|| "–".to_owned(), |most| most.to_string()),
                passed.to_owned(),
                escape(&check.why),
            ]
        })
        .collect();
    lines.extend(table(&["figure", "most", "", "why"], &rows));
    lines
}

fn head(of: &Comparison) -> Vec<String> {
    let side = |name: &str, side: &super::paired::Side| {
        let prompt = &side.prompt;
        format!(
            "- {name}: prompt {} {} ({}), {}",
            escape(&prompt.id),
            escape(&prompt.version),
            escape(&prompt.fingerprint),
            escape(&side.panel.raters.join(", "))
        )
    };
    let tasks = &of.tasks;
    let mut lines = match of.of_judges() {
        true => vec![side("of", &of.new)],
        false => vec![side("new", &of.new), side("old", &of.old)],
    };
    lines.push(format!(
        "- {} tasks of {} occupations in both, gold: {}; left out: {} in the new card alone, {} in the old card alone, {} with another text, {} with other gold",
        tasks.both, tasks.occupations, of.gold.name(), tasks.only_in_new, tasks.only_in_old, tasks.other_text, tasks.other_gold
    ));
    lines.extend(
        of.remarks
            .iter()
            .map(|remark| format!("- {}", escape(remark))),
    );
    lines.push(String::new());
    lines
}

fn figures(of: &[&Difference]) -> Vec<String> {
    let row = |one: &&Difference| {
        vec![
            escape(&words::judges(one)),
            escape(&words::named(one)),
            one.n.to_string(),
            words::both(one),
            words::delta(one),
            words::p(one.adjusted_p),
            escape(&one.says()),
        ]
    };
    let rows: Vec<Vec<String>> = of.iter().map(row).collect();
    table(
        &[
            "judge",
            "figure",
            "n",
            "old → new",
            "Δ, 95 %",
            "adjusted p",
            "verdict",
        ],
        &rows,
    )
}

fn folded(title: &str, lines: Vec<String>) -> Vec<String> {
    let head = format!("<details><summary>{}</summary>", escape(title));
    let mut all = vec![head, String::new()];
    all.extend(lines);
    all.extend(["</details>".to_owned(), String::new()]);
    all
}

fn flips(of: &Comparison) -> Vec<String> {
    let mut lines = Vec::new();
    for contest in &of.contests {
        let own = of.flips.iter().filter(|flip| flip.is_of(contest));
        let own: Vec<&Flip> = own.filter(|flip| contest.leads(&flip.dimension)).collect();
        if own.is_empty() {
            continue;
        }
        let why = |voice: &Voice| escape(&reasons(voice, RATIONALE).join(" / "));
        let row = |flip: &&Flip| {
            vec![
                escape(&format!("{} {}", flip.occupation_id, flip.task_id)),
                escape(&flip.dimension),
                escape(&said(flip.gold_label.as_deref(), flip.gold)),
                escape(&format!(
                    "{} → {}",
                    said(flip.old.label.as_deref(), flip.old.value),
                    said(flip.new.label.as_deref(), flip.new.value)
                )),
                flip.toward.name().to_owned(),
                why(&flip.old),
                why(&flip.new),
            ]
        };
        let rows: Vec<Vec<String>> = own.iter().take(FLIPS).map(row).collect();
        let title = format!(
            "{} changed answers of {}, the {} most telling",
            own.len(),
            contest.name(),
            rows.len()
        );
        let header = [
            "task",
            "dimension",
            "gold",
            "answer",
            "",
            "reason before",
            "reason now",
        ];
        lines.extend(folded(&title, table(&header, &rows)));
    }
    lines
}

fn cost(of: &Comparison) -> Vec<String> {
    if of.cost.is_empty() {
        return Vec::new();
    }
    let row = |one: &super::paired::CostChange| {
        let rater = match one.new_rater == one.old_rater {
            true => one.new_rater.clone(),
            false => format!("{} against {}", one.new_rater, one.old_rater),
        };
        let task =
            |cost: Option<f64>| cost.map_or_else(|| "–".to_owned(), |cost| format!("${cost:.6}"));
        vec![
            escape(&rater),
            format!(
                "{} → {}",
                task(one.old_dollars_a_task),
                task(one.new_dollars_a_task)
            ),
            format!(
                "{} → {}",
                words::tokens(one.old.as_ref()),
                words::tokens(one.new.as_ref())
            ),
        ]
    };
    let rows: Vec<Vec<String>> = of.cost.iter().map(row).collect();
    folded(
        "Cost",
        table(&["rater", "dollars a task", "tokens in + out"], &rows),
    )
}
