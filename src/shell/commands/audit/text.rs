//! The audit on the terminal: findings first, then raters, then each dimension.

use super::dimension;
use crate::adjudication::Checked;
use crate::audit::{Audit, Figure, Finding, RaterAudit};
use crate::shell::table::plain;
use crate::shell::terminal::{bold, clean, faint};
use std::fmt::Write as _;

/// The whole text.
pub(super) fn text(audit: &Audit) -> String {
    let mut out = String::new();
    for (n, run) in audit.runs.iter().enumerate() {
        let before = if n == 0 { "" } else { "compared with " };
        let _ = writeln!(
            out,
            "{before}run {} · prompt {} · {} · {} in {}",
            bold(&clean(&run.run)),
            run.prompt,
            clean(&run.inventory),
            counted(run.tasks, "task"),
            counted(run.occupations, "occupation")
        );
    }
    findings(&mut out, audit);
    raters(&mut out, &audit.raters);
    for one in &audit.dimensions {
        dimension::dimension(&mut out, one, audit.level);
    }
    if let Some(checked) = &audit.adjudication {
        adjudication(&mut out, checked);
    }
    let level = (audit.level * 1000.0).round() / 10.0;
    let _ = writeln!(
        out,
        "\n{}",
        faint(&format!(
            "In brackets {level} % intervals. Differences are in points, hundredths of the scale; leniency is what a rater \
             gives beyond the mean of the others. Agreement says that raters are consistent, not that they are right."
        ))
    );
    if out.contains("[–]") {
        let why = "[–]: no interval, since all values are of one occupation or all are alike; --json says which. –: no number";
        let _ = writeln!(out, "{}", faint(why));
    }
    for note in &audit.notes {
        let _ = writeln!(out, "{}", faint(&clean(&format!("note: {note}"))));
    }
    out
}

fn counted(n: usize, one: &str) -> String {
    let plural = if n == 1 { "" } else { "s" };
    format!("{n} {one}{plural}")
}

fn findings(out: &mut String, audit: &Audit) {
    let _ = writeln!(out, "\n{}", bold("Findings"));
    for finding in &audit.findings {
        let _ = writeln!(out, "• {}", clean(&finding.text));
        let _ = writeln!(out, "  {}", faint(&clean(&test(finding))));
    }
    if let Some(nothing) = &audit.nothing_found {
        let _ = writeln!(out, "{}", clean(nothing));
    }
}

fn test(finding: &Finding) -> String {
    format!(
        "{}: p {}, adjusted {} ({})",
        finding.test,
        p(finding.p),
        p(finding.p_adjusted),
        finding.adjustment
    )
}

fn raters(out: &mut String, all: &[RaterAudit]) {
    let _ = writeln!(out, "\n{}", bold("Raters"));
    let rows = all.iter().map(|rater| {
        let kind = match &rater.gold {
            Some(kind) => format!("{}, gold ({kind})", rater.kind),
            None => rater.kind.clone(),
        };
        let lost = rater.outcomes.iter().filter(|(name, _)| **name != "rated");
        let lost: Vec<String> = lost
            .map(|(name, count)| format!("{name} {count}"))
            .collect();
        let repairs = rater.repairs.iter().filter(|(name, _)| **name != "direct");
        let repairs: Vec<String> = repairs
            .map(|(name, count)| format!("{name} {count}"))
            .collect();
        vec![
            rater.id.clone(),
            kind,
            rater.questions.to_string(),
            share(rater.coverage.as_ref()),
            dash(lost.join(", ")),
            share(rater.refusals.as_ref()),
            dash(repairs.join(", ")),
            figure(rater.confidence.as_ref(), 0),
        ]
    });
    let header = [
        "rater",
        "kind",
        "questions",
        "rated, %",
        "not rated",
        "refused, %",
        "repairs",
        "confidence",
    ];
    out.push_str(&plain(&header, rows.collect()));
}

/// What came of the adjudication, and whether it helped.
fn adjudication(out: &mut String, checked: &Checked) {
    let title = format!(
        "Adjudication {} by {}",
        checked.adjudication, checked.adjudicator
    );
    let _ = writeln!(out, "\n{}", bold(&clean(&title)));
    if checked.status != "complete" {
        let _ = writeln!(
            out,
            "It is {}: its missing answers judge nothing.",
            clean(&checked.status)
        );
    }
    if checked.others > 0 {
        let words = format!(
            "Others of these ratings: {} (`taskrater runs`; --adjudication names one).",
            checked.others
        );
        let _ = writeln!(out, "{words}");
    }
    let rows = checked.dimensions.iter().map(|one| {
        let order = one.order_dependence.map_or_else(
            || "–".to_owned(),
            |share| {
                let [point, low, high] =
                    [share.point, share.low, share.high].map(|part| fixed(part * 100.0, 1));
                format!("{point} [{low}, {high}]")
            },
        );
        let counts = [one.contested, one.resolved, one.unresolved, one.not_judged];
        let mut row = vec![one.dimension.clone()];
        row.extend(counts.map(|count| count.to_string()));
        row.push(order);
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
    out.push_str(&plain(&header, rows.collect()));
    let _ = writeln!(out, "Was it closer to gold than the first round?");
    for one in &checked.dimensions {
        let _ = writeln!(out, "• {}", clean(&one.text()));
    }
    let level = checked.level * 100.0;
    let words = format!(
        "Here {level:.0} % intervals; differences are clustered by occupation and tested by flipping the signs of occupations. \
         Resolved tasks with gold alone are compared."
    );
    let _ = writeln!(out, "{}", faint(&words));
    if checked.dimensions.iter().any(|one| one.calibrated) {
        let words = "Gold calibrated the first round, so its values have seen it and the verdicts have not: uncalibrated is what the \
                     raters said before that.";
        let _ = writeln!(out, "{}", faint(words));
    }
}

/// A number with its interval, `0.52 [0.48, 0.57]`.
pub(in crate::shell::commands) fn figure(figure: Option<&Figure>, digits: usize) -> String {
    times(figure, 1.0, digits)
}

/// A share as percent.
pub(super) fn share(figure: Option<&Figure>) -> String {
    times(figure, 100.0, 1)
}

fn times(figure: Option<&Figure>, by: f64, digits: usize) -> String {
    let Some(figure) = figure else {
        return "–".to_owned();
    };
    let point = fixed(figure.point * by, digits);
    match (figure.low, figure.high) {
        (Some(low), Some(high)) => format!(
            "{point} [{}, {}]",
            fixed(low * by, digits),
            fixed(high * by, digits)
        ),
        _ => format!("{point} [–]"),
    }
}

/// Never -0.
fn fixed(value: f64, digits: usize) -> String {
    let scale = 10_f64.powi(i32::try_from(digits).unwrap_or(0));
    let rounded = (value * scale).round() / scale + 0.0;
    format!("{rounded:.digits$}")
}

/// `< 0.001`, `0.012`.
pub(super) fn p(p: f64) -> String {
    match p < 0.001 {
        true => "< 0.001".to_owned(),
        false => format!("{p:.3}"),
    }
}

pub(super) fn dash(text: String) -> String {
    match text.is_empty() {
        true => "–".to_owned(),
        false => text,
    }
}
