//! A comparison as text, for the terminal.

use super::contest::Contest;
use super::difference::{Difference, Verdict};
use super::flips::{Flip, Voice};
use super::{Comparison, Side, words};
use crate::eval::metric::Metric;
use std::fmt::Write as _;

/// Most characters of a rationale.
const RATIONALE: usize = 160;

/// The comparison as text: what is compared, the declared figures and their verdicts, all other figures, the noise floor, so many
/// of the flips of the leading contests, and the cost. Text of models and files is on one line and moves no cursor.
#[must_use]
pub fn text(of: &Comparison, flips: usize) -> String {
    let mut out = head(of);
    declared(&mut out, of);
    others(&mut out, of);
    noise(&mut out, of);
    for contest in &of.contests {
        flipped(&mut out, of, contest, flips);
    }
    cost(&mut out, of);
    out
}

fn head(of: &Comparison) -> String {
    let mut out = format!(
        "Comparison on {} ({} half), gold: {}\n",
        of.set,
        of.half,
        of.gold.name()
    );
    match of.of_judges() {
        true => out.push_str(&side("of", &of.new)),
        false => {
            out.push_str(&side("new", &of.new));
            out.push_str(&side("old", &of.old));
        }
    }
    let tasks = &of.tasks;
    let _ = write!(
        out,
        "{} tasks of {} occupations",
        tasks.both, tasks.occupations
    );
    if !of.of_judges() {
        let left: Vec<String> = [
            (tasks.only_in_new, "in the new card alone"),
            (tasks.only_in_old, "in the old card alone"),
            (tasks.other_text, "with another text"),
            (tasks.other_gold, "with other gold"),
        ]
        .iter()
        .filter(|(count, _)| *count > 0)
        .map(|(count, what)| format!("{count} {what}"))
        .collect();
        out.push_str(" in both");
        match left.is_empty() {
            true => out.push_str(", none unmatched"),
            false => {
                let _ = write!(out, "; left out: {}", left.join(", "));
            }
        }
    }
    out.push('\n');
    for remark in &of.remarks {
        let _ = writeln!(out, "  {}", words::one_line(remark, 400));
    }
    out
}

fn side(name: &str, side: &Side) -> String {
    let prompt = &side.prompt;
    let line = format!(
        "{} {} ({}), {}",
        prompt.id,
        prompt.version,
        prompt.fingerprint,
        side.panel.raters.join(", ")
    );
    format!("  {name:<4}{}\n", words::one_line(&line, 200))
}

fn declared(out: &mut String, of: &Comparison) {
    let primary: Vec<&Difference> = of.primary().collect();
    if primary.is_empty() {
        out.push_str("\nThe set declares no figure that this comparison has.\n");
        return;
    }
    let _ = writeln!(
        out,
        "\nDeclared figures, p adjusted for {} of them (Holm)",
        of.families.primary
    );
    out.push_str(&figures(&primary));
    for one in primary {
        let _ = writeln!(out, "{}", verdict(one, !of.of_judges()));
    }
}

/// "exposure.kappa of consensus: better".
pub(in crate::eval) fn verdict(of: &Difference, whose: bool) -> String {
    let margin = match of.margin {
        Some(margin) if of.verdict == Verdict::NoDetectable && !of.same_answers => {
            format!(
                "; a difference counts from {}",
                words::figure(of.metric, margin)
            )
        }
        _ => String::new(),
    };
    let judges = match whose && of.new_judge == of.old_judge {
        true => format!("of {}", of.new_judge),
        false => format!("of {} against {}", of.new_judge, of.old_judge),
    };
    format!("{} {judges}: {}{margin}", of.name(), of.says())
}

fn figures(of: &[&Difference]) -> String {
    let row = |one: &&Difference| {
        vec![
            words::judges(one),
            words::named(one),
            one.n.to_string(),
            words::both(one),
            words::delta(one),
            words::p(one.p),
            words::p(one.adjusted_p),
            one.mde
                .map_or_else(|| "–".to_owned(), |mde| words::figure(one.metric, mde)),
            one.verdict.name().replace("no detectable difference", "–"),
        ]
    };
    let rows: Vec<Vec<String>> = of.iter().map(row).collect();
    words::table(
        &[
            "judge",
            "figure",
            "n",
            "old → new",
            "Δ [95 %]",
            "p",
            "adjusted",
            "MDE",
            "verdict",
        ],
        &rows,
    )
}

fn others(out: &mut String, of: &Comparison) {
    let all = of
        .differences
        .iter()
        .filter(|one| !one.primary && one.n > 0);
    let shown: Vec<&Difference> = all.filter(|one| one.delta.is_some()).collect();
    if !shown.is_empty() {
        let _ = writeln!(
            out,
            "\nAll other figures, p adjusted for {} of them (Benjamini and Hochberg)",
            of.families.others
        );
        out.push_str(&figures(&shown));
    }
    for one in &of.differences {
        for line in notes(one) {
            let _ = writeln!(out, "  {} of {}: {line}", one.name(), words::judges(one));
        }
    }
}

/// What else is to be known of a difference: why it has no interval, McNemar's test, tasks that were left out.
fn notes(one: &Difference) -> Vec<String> {
    let mut notes = Vec::new();
    if one.n > 0 && one.low.is_none() && !one.same_answers {
        let why = one.interval.trim_start_matches("none: ");
        notes.push(format!("no interval: {why}"));
    }
    let by = one
        .mcnemar
        .filter(|by| one.leading && by.only_new + by.only_old > 0);
    notes.extend(by.map(|by| {
        let p = words::p(Some(by.mid_p));
        format!(
            "right alone {} and {} times; McNemar mid-p {p}, were tasks independent",
            by.only_new, by.only_old
        )
    }));
    let (now, before) = (one.missing_new, one.missing_old);
    if one.metric == Metric::Mae && now + before > 0 {
        notes.push(format!(
            "tasks with gold not answered: {now} now, {before} before"
        ));
    }
    notes
}

fn noise(out: &mut String, of: &Comparison) {
    for one in of.differences.iter().filter(|one| one.leading) {
        let Some(noise) = &one.noise else { continue };
        let _ = match noise.sd {
            Some(sd) if sd > 0.0 => {
                let share = noise.share.map_or_else(String::new, |share| match share {
                    1.0.. => ", all of its variance".to_owned(),
                    _ => format!(", {:.0} % of its variance", 100.0 * share),
                });
                writeln!(
                    out,
                    "Noise floor of {} of {}: repeats alone move it by an SD of at most {sd:.2}{share} ({})",
                    one.name(),
                    words::judges(one),
                    noise.about
                )
            }
            _ => writeln!(
                out,
                "Noise floor of {} of {}: {}",
                one.name(),
                words::judges(one),
                noise.about
            ),
        };
    }
}

fn flipped(out: &mut String, of: &Comparison, contest: &Contest, most: usize) {
    let own = |new: &str, old: &str| new == contest.new && old == contest.old;
    for count in of
        .flip_counts
        .iter()
        .filter(|count| own(&count.new_judge, &count.old_judge) && contest.leads(&count.dimension))
    {
        let all = count.better + count.worse + count.across;
        let _ = writeln!(
            out,
            "\n{} of {}: {all} answers changed, {} toward gold, {} away from it, {} neither",
            count.dimension,
            contest.name(),
            count.better,
            count.worse,
            count.across
        );
        let flips = of
            .flips
            .iter()
            .filter(|flip| flip.is_of(contest) && flip.dimension == count.dimension);
        flips.take(most).for_each(|flip| out.push_str(&lines(flip)));
        if all > most {
            let _ = writeln!(out, "  … and {} more", all - most);
        }
    }
}

fn lines(flip: &Flip) -> String {
    let gold = said(flip.gold_label.as_deref(), flip.gold);
    let mut out = format!(
        "  {} {}  gold {gold}: {} → {}, {}\n",
        flip.occupation_id,
        flip.task_id,
        said(flip.old.label.as_deref(), flip.old.value),
        said(flip.new.label.as_deref(), flip.new.value),
        flip.toward.name()
    );
    for (name, voice) in [("old", &flip.old), ("new", &flip.new)] {
        for line in reasons(voice, RATIONALE) {
            let _ = writeln!(out, "      {name}  {line}");
        }
    }
    out
}

/// A label, or a score.
pub(in crate::eval) fn said(label: Option<&str>, value: f64) -> String {
    label.map_or_else(|| format!("{value:.0}"), str::to_owned)
}

/// The rationales of a voice, each on its line; the rater's name before it where there are several.
pub(in crate::eval) fn reasons(voice: &Voice, most: usize) -> Vec<String> {
    let several = voice.why.len() > 1;
    let line = |(id, text): (&String, &String)| match several {
        true => format!("{id}: {}", words::one_line(text, most)),
        false => words::one_line(text, most),
    };
    voice.why.iter().map(line).collect()
}

fn cost(out: &mut String, of: &Comparison) {
    if of.cost.is_empty() {
        return;
    }
    out.push_str("\nCost of the replies\n");
    let row = |one: &super::CostChange| {
        let rater = match one.new_rater == one.old_rater {
            true => one.new_rater.clone(),
            false => format!("{} against {}", one.new_rater, one.old_rater),
        };
        let sum = |cost: Option<&crate::eval::card::Cost>| {
            cost.map_or_else(|| "–".to_owned(), |cost| words::dollars(cost.dollars))
        };
        let task =
            |cost: Option<f64>| cost.map_or_else(|| "–".to_owned(), |cost| format!("${cost:.6}"));
        vec![
            rater,
            format!("{} → {}", sum(one.old.as_ref()), sum(one.new.as_ref())),
            format!(
                "{} → {}",
                task(one.old_dollars_a_task),
                task(one.new_dollars_a_task)
            ),
            one.times
                .map_or_else(|| "–".to_owned(), |times| format!("{times:.2}")),
            format!(
                "{} → {}",
                words::tokens(one.old.as_ref()),
                words::tokens(one.new.as_ref())
            ),
        ]
    };
    let rows: Vec<Vec<String>> = of.cost.iter().map(row).collect();
    out.push_str(&words::table(
        &["rater", "cost", "a task", "times", "tokens in + out"],
        &rows,
    ));
}
