//! What a probe found, as a person reads it and as JSON.

use super::{Collected, Ended, Finding, Prober};
use crate::error::{Error, Kind as ErrorKind, Result};
use crate::eval::ALPHA;
use crate::eval::probe::{Kind, Test};
use crate::shell::table;
use crate::shell::terminal::{bold, clean, faint};
use jiff::Timestamp;
use serde_json::{Value, json};
use std::fmt::Write as _;

/// Answers further apart in time than this, in seconds, are worth a line.
const APART: i64 = 3600;

pub(super) fn print(
    prober: &Prober<'_>,
    collected: &Collected,
    findings: &[Finding],
    ended: Ended,
) -> Result<()> {
    match prober.of.ask.json {
        true => {
            let value = json_of(prober, collected, findings, ended)?;
            table::print(&format!("{value:#}"))
        }
        false if findings.is_empty() && ended.cut_short() => Ok(()),
        false => table::print(&text(prober, collected, findings)),
    }
}

fn text(prober: &Prober<'_>, collected: &Collected, findings: &[Finding]) -> String {
    let mut out = String::new();
    let (of, design) = (prober.of, &prober.design);
    let kinds: Vec<&str> = prober.kinds.iter().map(|kind| kind.name()).collect();
    let head = format!(
        "Probe of {}, {} half: {}",
        of.set,
        of.half,
        kinds.join(", ")
    );
    let _ = writeln!(out, "{}", bold(&clean(&head)));
    let (tasks, occupations, prompt) = (design.tasks(), design.occupations.len(), of.prompt.0);
    let _ = writeln!(
        out,
        "{tasks} tasks of {occupations} occupations, drawn at random from {} (seed {}); prompt {} {} ({})",
        design.frame,
        design.seed,
        clean(prompt.id()),
        clean(prompt.version()),
        prompt.fingerprint()
    );
    for kind in &prober.kinds {
        let own = findings.iter().filter(|one| one.probe == *kind);
        let own: Vec<&Finding> = own.collect();
        let _ = writeln!(out, "\n{}", bold(kind.name()));
        match own.is_empty() {
            true => out.push_str("  no answers to compare\n"),
            false => out.push_str(&rows(&own)),
        }
        for line in own
            .iter()
            .filter_map(|one| remark(one))
            .chain(reasons(&own))
        {
            let _ = writeln!(out, "{}", clean(&line));
        }
        let _ = writeln!(out, "{}", faint(caveat(*kind)));
    }
    let tests = findings.iter().filter(|one| one.p.is_some()).count();
    let _ = writeln!(
        out,
        "\nLevel {ALPHA}, p adjusted over {tests} tests (Holm); 95 % intervals, by occupation. docs/probes.md"
    );
    for line in ages(prober, collected) {
        let _ = writeln!(out, "{}", clean(&line));
    }
    out
}

fn rows(findings: &[&Finding]) -> String {
    let header = [
        "rater",
        "dimension",
        "effect in points",
        "",
        "95 % interval",
        "p",
        "p (Holm)",
        "tasks",
        "verdict",
    ];
    let row = |one: &&Finding| {
        vec![
            one.rater.clone(),
            one.dimension.clone(),
            one.test.about().to_owned(),
            number(one, one.effect),
            interval(one),
            p(one.p),
            p(one.p_holm),
            format!("{} ({} occ.)", one.n, one.occupations),
            verdict(one),
        ]
    };
    table::plain(&header, findings.iter().map(row).collect())
}

/// Deviations have no sign, shares two digits.
fn number(one: &Finding, value: f64) -> String {
    let text = match one.test {
        Test::Halo | Test::Noise => format!("{value:.1}"),
        Test::Swap => format!("{value:.2}"),
        _ => format!("{value:+.1}"),
    };
    match text.as_str() {
        "+0.0" | "-0.0" => "0.0".into(),
        _ => text,
    }
}

fn interval(one: &Finding) -> String {
    match one.low.zip(one.high) {
        Some((low, high)) => format!("{} to {}", number(one, low), number(one, high)),
        None => "–".into(),
    }
}

fn p(value: Option<f64>) -> String {
    match value {
        None => "–".into(),
        Some(p) if p < 0.001 => "<.001".into(),
        Some(p) if p > 0.9995 => "1".into(),
        Some(p) => format!("{p:.3}").trim_start_matches('0').into(),
    }
}

fn verdict(one: &Finding) -> String {
    match (one.found, one.mde) {
        (true, _) => "found".into(),
        (false, Some(mde)) => {
            let mde = number(one, mde);
            format!("not found (MDE = {})", mde.trim_start_matches('+'))
        }
        (false, None) => "not found (no MDE)".into(),
    }
}

/// Why there is no MDE, no interval or no p: each reason once, with those that it holds for.
fn reasons(findings: &[&Finding]) -> Vec<String> {
    let mut reasons: Vec<(&str, Vec<String>)> = Vec::new();
    for one in findings {
        let Some(note) = one.note.as_deref() else {
            continue;
        };
        let name = format!("{}, {}", one.rater, one.dimension);
        match reasons.iter_mut().find(|(known, _)| *known == note) {
            Some((_, names)) if names.contains(&name) => {}
            Some((_, names)) => names.push(name),
            None => reasons.push((note, vec![name])),
        }
    }
    let lines = reasons.into_iter();
    lines
        .map(|(note, names)| format!("{}: {note}", names.join("; ")))
        .collect()
}

/// What else the answers of a finding say.
fn remark(one: &Finding) -> Option<String> {
    let name = format!("{}, {}", one.rater, one.dimension);
    let also = |key: &str| one.also.get(key).copied();
    match one.test {
        Test::Noise => {
            let mut line = format!(
                "{name}: two answers to one question differ by at most {:.1} in 19 of 20 cases",
                also("repeatability")?
            );
            if let (Some(same), Some(low), Some(high)) =
                (also("same"), also("same_low"), also("same_high"))
            {
                let percent = [same, low, high].map(|share| 100.0 * share);
                let _ = write!(
                    line,
                    "; the same again in {:.0} % ({:.0} to {:.0})",
                    percent[0], percent[1], percent[2]
                );
            }
            if let Some(icc) = also("icc") {
                let _ = write!(line, "; ICC(1,1) {icc:.2}");
                if let Some((low, high)) = also("icc_low").zip(also("icc_high")) {
                    let _ = write!(line, " ({low:.2} to {high:.2})");
                }
            }
            Some(line)
        }
        Test::Halo => Some(format!(
            "{name}: within occupations the title's effect has ICC(1) {:.2}",
            also("icc")?
        )),
        Test::Anchor => Some(format!(
            "{name}: high example − none {:+.1}, none − low example {:+.1}",
            also("high_minus_none")?,
            also("none_minus_low")?
        )),
        _ => None,
    }
}

fn caveat(kind: Kind) -> &'static str {
    match kind {
        Kind::Title => {
            "A title is context that a rater may rightly use: this says how far it moves the rating of the same words, not that it should not."
        }
        Kind::Repeat => {
            "Noise is found where its interval lies above half the width of a band (10 points), or half the step between two labels; less is ordinary, and samples average it out."
        }
        Kind::Anchor => {
            "The example says that it is of another task: it carries nothing about the one that is rated."
        }
        Kind::Verbosity => "The added sentences say nothing of the task.",
    }
}

/// Answers that lie far apart in time: what changed at the provider in between is no effect of an arm.
fn ages(prober: &Prober<'_>, collected: &Collected) -> Vec<String> {
    let raters = prober.panel.raters().iter().enumerate();
    let line = |(at, rater): (usize, &crate::rater::Rater)| {
        let ages = collected.ages(at);
        let first = ages.values().map(|age| age.0).min()?;
        let last = ages.values().map(|age| age.1).max()?;
        let apart = last.duration_since(first).as_secs();
        let oldest = ages.iter().find(|(_, age)| age.0 == first)?.0;
        (apart >= APART).then(|| {
            format!(
                "{}: answers to \"{oldest}\" were cached from {} on, others come from up to {} later; a change of the model in \
                 between looks like an effect. --refresh asks all anew, in an order in which time is no part of it",
                rater.id,
                day(first),
                hours(apart)
            )
        })
    };
    raters.filter_map(line).collect()
}

fn day(time: Timestamp) -> String {
    time.strftime("%Y-%m-%d %H:%M UTC").to_string()
}

fn hours(seconds: i64) -> String {
    match seconds / 3600 {
        hours if hours >= 48 => format!("{} days", hours / 24),
        1 => "an hour".into(),
        hours => format!("{hours} hours"),
    }
}

fn json_of(
    prober: &Prober<'_>,
    collected: &Collected,
    findings: &[Finding],
    ended: Ended,
) -> Result<Value> {
    let (of, design, prompt) = (prober.of, &prober.design, prober.of.prompt.0);
    let encode =
        |error| Error::new(ErrorKind::Internal, "a finding cannot be encoded").because(error);
    let findings_json = findings.iter().map(|one| {
        let mut value = serde_json::to_value(one).map_err(encode)?;
        value["unit"] = json!(one.test.unit());
        Ok(value)
    });
    let runs = prober.variants.iter().zip(&collected.folders);
    let runs: Vec<Value> = runs
        .map(|(variant, folder)| {
            let arm = variant.turn.arm;
            let name = folder.file_name().map(|name| name.to_string_lossy().into_owned());
            json!({ "arm": arm.name(), "probe": arm.kind().map(Kind::name), "part": variant.turn.part,
                "tasks": variant.inventory.task_count(), "run": name })
        })
        .collect();
    let raters = prober.panel.raters().iter().enumerate();
    let answered: Vec<Value> = raters
        .map(|(at, rater)| {
            let ages = collected.ages(at);
            let arms = prober.variants.iter().map(|variant| variant.turn.arm);
            let arms: std::collections::BTreeSet<_> = arms.collect();
            let arms: Vec<Value> = arms
                .into_iter()
                .map(|arm| {
                    let age = ages.get(&arm.name());
                    json!({ "arm": arm.name(), "answered": collected.answered(arm, at),
                        "first": age.map(|age| age.0.to_string()), "last": age.map(|age| age.1.to_string()) })
                })
                .collect();
            json!({ "rater": rater.id, "arms": arms })
        })
        .collect();
    let kinds: Vec<&str> = prober.kinds.iter().map(|kind| kind.name()).collect();
    Ok(json!({
        "probe": { "set": of.set, "half": of.half, "kinds": kinds, "seed": design.seed, "tasks": design.tasks(),
            "occupations": design.occupations.len(), "frame": design.frame, "rounds": prober.rounds },
        "prompt": { "id": prompt.id(), "version": prompt.version(), "fingerprint": prompt.fingerprint() },
        "level": ALPHA,
        "tests": findings.iter().filter(|one| one.p.is_some()).count(),
        "cut_short": ended.cut_short(),
        "left_out": prober.left_out,
        "findings": findings_json.collect::<Result<Vec<_>>>()?,
        "runs": runs,
        "raters": answered,
    }))
}
