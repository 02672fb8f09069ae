//! One dimension of the audit on the terminal.

use super::text::{dash, figure, p, share};
use crate::audit::{DimensionAudit, Dispute, Group, Pair, RaterInDimension};
use crate::shell::table::plain;
use crate::shell::terminal::{bold, clean, faint};
use std::fmt::Write as _;

/// Pairs and kinds of work that are shown; JSON has them all.
const SHOWN: usize = 12;
/// Characters of a rationale.
const REASON: usize = 240;

/// Writes it.
pub(super) fn dimension(out: &mut String, one: &DimensionAudit, level: f64) {
    let scale = match &one.labels {
        Some(labels) => labels.join(" < "),
        None => format!("{}–{}", one.bounds[0], one.bounds[1]),
    };
    let title = format!("{} ({scale}), {} tasks rated", one.id, one.n_tasks);
    let _ = writeln!(out, "\n{}", bold(&clean(&title)));
    agreement(out, one);
    let _ = writeln!(out, "\n{}", faint("raters"));
    out.push_str(&raters(one));
    retest(out, one);
    drift(out, one);
    gold(out, one);
    pairs(out, &one.pairs);
    groups(out, one, 1.0 - level);
    contested(out, one);
}

fn agreement(out: &mut String, one: &DimensionAudit) {
    let alone = one.agreement.iter().all(|line| line.raters < 2);
    if let Some(why) = one
        .agreement
        .first()
        .and_then(|line| line.why_none)
        .filter(|_| alone)
    {
        let _ = writeln!(out, "no agreement: {why}");
        return;
    }
    let rows = one.agreement.iter().map(|line| {
        let known = line.estimate.as_ref();
        vec![
            line.name.replace('_', " "),
            line.metric.unwrap_or("–").to_owned(),
            format!("{}, {} raters", line.of, line.raters),
            match line.why_none {
                Some(why) => why.to_owned(),
                None => figure(known, 3),
            },
            known.map_or_else(|| "–".to_owned(), |figure| figure.n.to_string()),
        ]
    });
    out.push_str(&plain(
        &["agreement", "metric", "of", "", "tasks"],
        rows.collect(),
    ));
}

fn raters(one: &DimensionAudit) -> String {
    let digits = if one.labels.is_some() { 2 } else { 1 };
    let scores = one.labels.is_none();
    let row = |rater: &RaterInDimension| {
        let name = if rater.gold {
            format!("{} (gold)", rater.id)
        } else {
            rater.id.clone()
        };
        let used = rater.used.map_or_else(String::new, |used| {
            format!(
                "{}–{}, {} values",
                short(used.min),
                short(used.max),
                used.distinct
            )
        });
        let mut row = vec![
            name,
            rater.n.to_string(),
            figure(rater.mean.as_ref(), digits),
            figure(rater.leniency.as_ref(), 1),
            rater.leniency_p.map_or_else(|| "–".to_owned(), p),
            figure(rater.sd_ratio.as_ref(), 2),
            figure(rater.c_b.as_ref(), 2),
        ];
        row.extend(scores.then(|| share(rater.round_share.as_ref())));
        row.push(dash(used));
        row
    };
    let mut header = vec![
        "rater",
        "tasks",
        "mean",
        "leniency, points",
        "p, uncorrected",
        "SD ratio",
        "C_b",
    ];
    header.extend(scores.then_some("multiples of 10, %"));
    header.push("used");
    plain(&header, one.raters.iter().map(row).collect())
}

fn retest(out: &mut String, one: &DimensionAudit) {
    let repeated = one
        .raters
        .iter()
        .filter_map(|rater| Some((rater, rater.test_retest.as_ref()?)));
    let rows: Vec<Vec<String>> = repeated
        .map(|(rater, test)| {
            vec![
                rater.id.clone(),
                test.n.to_string(),
                figure(test.within_sd.as_ref(), 1),
                figure(test.repeatability.as_ref(), 1),
                figure(test.icc.as_ref(), 2),
                share(test.exact.as_ref()),
            ]
        })
        .collect();
    if !rows.is_empty() {
        let _ = writeln!(out, "\n{}", faint("the same rater again"));
        let header = [
            "rater",
            "tasks",
            "within SD, points",
            "repeatability",
            "ICC(1,1)",
            "same answer, %",
        ];
        out.push_str(&plain(&header, rows));
    }
}

fn drift(out: &mut String, one: &DimensionAudit) {
    let drifted = one.raters.iter().flat_map(|rater| {
        let drifts = rater.drift.iter().flatten();
        drifts.map(move |drift| {
            vec![
                rater.id.clone(),
                drift.run.clone(),
                drift.asked(),
                drift.n.to_string(),
                figure(drift.difference.as_ref(), 1),
                drift.p.map_or_else(|| "–".to_owned(), p),
                share(drift.same_answer.as_ref()),
            ]
        })
    });
    let rows: Vec<Vec<String>> = drifted.collect();
    if !rows.is_empty() {
        let _ = writeln!(out, "\n{}", faint("now against earlier runs"));
        let header = [
            "rater",
            "run",
            "asked with",
            "tasks",
            "now − then, points",
            "p, uncorrected",
            "same answer, %",
        ];
        out.push_str(&plain(&header, rows));
    }
}

fn gold(out: &mut String, one: &DimensionAudit) {
    let measured = one
        .raters
        .iter()
        .filter_map(|rater| Some((rater, rater.vs_gold.as_ref()?)));
    let rows: Vec<Vec<String>> = measured
        .map(|(rater, gold)| {
            vec![
                rater.id.clone(),
                match gold.effective_n {
                    Some(effective) => format!("{} (worth {effective:.1})", gold.n),
                    None => gold.n.to_string(),
                },
                figure(gold.bias.as_ref(), 1),
                gold.bias_p.map_or_else(|| "–".to_owned(), p),
                figure(gold.mae.as_ref(), 1),
                figure(gold.pearson.as_ref(), 2),
                figure(gold.kappa.as_ref(), 2),
            ]
        })
        .collect();
    if rows.is_empty() {
        return;
    }
    let _ = writeln!(out, "\n{}", faint("against gold"));
    let header = [
        "rater",
        "tasks",
        "bias, points",
        "p, uncorrected",
        "mean absolute",
        "Pearson",
        "kappa",
    ];
    out.push_str(&plain(&header, rows));
    if let Some(errors) = &one.errors {
        let line = match &errors.correlation {
            Some(correlation) => format!(
                "errors of two raters correlate by {}: {} raters are worth {} (n = {}); noise of gold is in every error, so \
                 they may share less",
                figure(Some(correlation), 2),
                errors.raters,
                figure(errors.effective_raters.as_ref(), 1),
                errors.n,
            ),
            None => format!(
                "errors of two raters have no correlation (n = {}): on the tasks that two rated beside gold, errors are too \
                 few or all alike",
                errors.n
            ),
        };
        let _ = writeln!(out, "{line}");
    }
}

fn pairs(out: &mut String, all: &[Pair]) {
    if all.is_empty() {
        return;
    }
    let mut shown: Vec<&Pair> = all.iter().collect();
    let size = |pair: &&Pair| pair.ccc.map_or(f64::MAX, |figure| figure.point);
    let most = all.len() > SHOWN;
    if most {
        shown.sort_by(|a, b| size(a).total_cmp(&size(b)));
    }
    let row = |pair: &&Pair| {
        vec![
            pair.a.clone(),
            match pair.weights {
                Some(weights) => format!("{} ({weights})", pair.b),
                None => pair.b.clone(),
            },
            pair.n.to_string(),
            share(pair.exact_agreement.as_ref()),
            figure(pair.kappa.as_ref(), 2),
            figure(pair.pearson.as_ref(), 2),
            figure(pair.ccc.as_ref(), 2),
            figure(pair.mean_difference.as_ref(), 1),
        ]
    };
    let title = match most {
        true => format!(
            "pairs: the {SHOWN} of {} with the lowest concordance",
            all.len()
        ),
        false => "pairs".to_owned(),
    };
    let _ = writeln!(out, "\n{}", faint(&title));
    let header = [
        "a",
        "b",
        "tasks",
        "equal, %",
        "kappa",
        "Pearson",
        "CCC",
        "a − b, points",
    ];
    out.push_str(&plain(&header, shown.iter().take(SHOWN).map(row).collect()));
}

/// Those that stand after correction, the largest first.
fn groups(out: &mut String, one: &DimensionAudit, alpha: f64) {
    let tested = one.groups.iter().filter(|group| group.beyond_p.is_some());
    let tests = tested.clone().count() + one.groups_left_out;
    let stands = |group: &&Group| group.beyond_q.is_some_and(|q| q <= alpha);
    let mut shown: Vec<&Group> = tested.filter(stands).collect();
    if shown.is_empty() && tests > 0 {
        let none = "no kind of work on which a rater differs from itself elsewhere stands after correction";
        let _ = writeln!(out, "\n{}", faint(&format!("{none} ({tests} tested)")));
    }
    if shown.is_empty() {
        return;
    }
    let size = |group: &&Group| group.beyond.map_or(0.0, |figure| figure.point.abs());
    shown.sort_by(|a, b| size(b).total_cmp(&size(a)));
    let row = |group: &&Group| {
        vec![
            match group.by {
                "activity" => group.title.clone(),
                _ => format!("{} {}", group.key, group.title),
            },
            group.rater.clone(),
            format!("{} in {}", group.n, group.occupations),
            figure(group.leniency.as_ref(), 1),
            figure(group.beyond.as_ref(), 1),
            group.beyond_q.map_or_else(|| "–".to_owned(), p),
        ]
    };
    let _ = writeln!(
        out,
        "\n{}",
        faint("kinds of work on which a rater differs most from itself elsewhere")
    );
    let header = [
        "kind of work",
        "rater",
        "tasks in occupations",
        "leniency, points",
        "here − elsewhere",
        "q",
    ];
    out.push_str(&plain(&header, shown.iter().take(SHOWN).map(row).collect()));
}

fn contested(out: &mut String, one: &DimensionAudit) {
    if one.widest.is_empty() {
        let _ = writeln!(out, "\nno task on which two raters differ");
        return;
    }
    let _ = writeln!(
        out,
        "\n{}",
        faint(&format!(
            "{} contested tasks; the widest spreads:",
            one.contested_total
        ))
    );
    for task in &one.widest {
        dispute(out, one, task);
    }
}

fn dispute(out: &mut String, one: &DimensionAudit, task: &Dispute) {
    let digits = if one.labels.is_some() { 2 } else { 0 };
    let flag = if task.contested { ", contested" } else { "" };
    let _ = writeln!(
        out,
        "{}",
        clean(&format!(
            "{}: {} ({}), spread {:.digits$}{flag}",
            task.occupation, task.statement, task.task_id, task.spread
        ))
    );
    let rows = task.ratings.iter().map(|voice| {
        let value = match (&voice.label, voice.value) {
            (Some(label), Some(value)) => format!("{label} {value:.2}"),
            (None, Some(value)) => format!("{value:.digits$}"),
            _ => voice.outcome.to_owned(),
        };
        vec![format!("  {}", voice.rater), value, cut(&voice.rationale)]
    });
    out.push_str(&plain(&["  rater", "says", "because"], rows.collect()));
}

fn cut(text: &str) -> String {
    match text.char_indices().nth(REASON) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

fn short(value: f64) -> String {
    format!("{}", (value * 100.0).round() / 100.0)
}
