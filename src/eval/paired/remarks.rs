//! What a reader should know before the numbers: what else differs between two measurements.

use super::contest::Contest;
use super::difference::Difference;
use super::join::{EQUAL, Row};
use crate::eval::card::{Answer, Card, Role};
use crate::rater::GoldKind;

pub(super) fn of(
    new: &Card,
    old: &Card,
    rows: &[Row<'_>],
    contests: &[Contest],
    differences: &[Difference],
) -> Vec<String> {
    let mut remarks = Vec::new();
    if new.set.kind == GoldKind::Editorial {
        remarks.push("gold is editorial: set by an editor, no measurement of people".to_owned());
    }
    if contests.iter().all(|one| !one.within) {
        remarks.extend(of_cards(new, old));
        remarks.extend(leaders(new, old, contests));
        remarks.extend(of_weights(new, old, rows));
        remarks.extend(baselines(new, old, rows));
    }
    let mut leading = differences.iter().filter(|one| one.leading);
    let tasks = leading.clone().map(|one| one.n).max().unwrap_or(0);
    if tasks > 0 && leading.all(|one| one.same_answers || one.n == 0) {
        remarks.push(format!("the same answers on all {tasks} tasks"));
    }
    remarks
}

/// Where a rater stands for a panel that has a consensus elsewhere.
fn leaders(new: &Card, old: &Card, contests: &[Contest]) -> Vec<String> {
    let consensus = |card: &Card, id: &str| {
        let mut judges = card.judges.iter();
        judges.any(|one| one.role == Role::Consensus && (id.is_empty() || one.id == id))
    };
    let (any, alone) = (
        consensus(new, "") || consensus(old, ""),
        |one: &&Contest| {
            !one.leads_in.is_empty() && !consensus(new, &one.new) && !consensus(old, &one.old)
        },
    );
    let found = contests.iter().filter(alone).filter(|_| any);
    let line = |one: &Contest| {
        format!(
            "{}: no consensus, {} stands for the panel",
            one.leads_in.join(", "),
            one.name()
        )
    };
    found.map(line).collect()
}

fn of_cards(new: &Card, old: &Card) -> Vec<String> {
    let mut remarks = Vec::new();
    let mut say = |differs: bool, text: String| {
        if differs {
            remarks.push(text);
        }
    };
    let (is, was) = (&new.set, &old.set);
    say(
        is.digest != was.digest,
        "the set was changed in between: only tasks with the same text and gold are compared"
            .into(),
    );
    say(
        is.primary != was.primary || is.margin != was.margin,
        "the declared figures or margins of the set were changed in between: those of the new card count".into(),
    );
    say(
        is.inventory != was.inventory,
        format!(
            "texts are from {} and were from {}",
            is.inventory, was.inventory
        ),
    );
    let (prompt, panel) = (
        new.prompt.fingerprint == old.prompt.fingerprint,
        new.panel.fingerprint == old.panel.fingerprint,
    );
    say(
        prompt && panel,
        "prompt and panel are the same in both".into(),
    );
    say(
        !panel && prompt,
        "the prompt is the same, the panel is another".into(),
    );
    say(
        !panel && !prompt,
        "prompt and panel both changed: no difference is of one of them alone".into(),
    );
    say(
        new.samples != old.samples,
        format!("samples: {} now, {} before", new.samples, old.samples),
    );
    say(
        new.method != old.method,
        format!(
            "the consensus is made otherwise: {} now, {} before",
            new.method, old.method
        ),
    );
    say(
        new.taskrater != old.taskrater,
        format!(
            "measured by taskrater {} now, {} before",
            new.taskrater, old.taskrater
        ),
    );
    remarks
}

/// A draw that is known in one card alone, or differs, is not used.
fn of_weights(new: &Card, old: &Card, rows: &[Row<'_>]) -> Option<String> {
    let any = |card: &Card| card.answers.iter().any(|one| one.probability.is_some());
    let unknown = rows.iter().filter(|row| row.probability.is_none()).count();
    ((any(new) || any(old)) && unknown > 0).then(|| {
        format!("all tasks count the same: {unknown} of {} have no drawing probability that both cards agree on", rows.len())
    })
}

/// Baselines should not move: they see neither prompt nor panel.
fn baselines(new: &Card, old: &Card, rows: &[Row<'_>]) -> Vec<String> {
    let mut remarks = Vec::new();
    for judge in new
        .judges
        .iter()
        .filter(|judge| judge.role == Role::Baseline)
    {
        let there =
            |one: &&crate::eval::card::JudgeLine| one.id == judge.id && one.role == judge.role;
        if !old.judges.iter().any(|one| there(&one)) {
            remarks.push(format!("baseline {} is on the new card alone", judge.id));
            continue;
        }
        let moved = rows.iter().filter(|row| {
            let said = (row.new.said.get(&judge.id), row.old.said.get(&judge.id));
            match said {
                (Some(new), Some(old)) => {
                    new.len() != old.len()
                        || new
                            .iter()
                            .any(|(id, is)| old.get(id).is_none_or(|was| other(is, was)))
                }
                (None, None) => false,
                _ => true,
            }
        });
        let moved = moved.count();
        if moved > 0 {
            remarks.push(format!(
                "baseline {} answers otherwise on {moved} of {} tasks: another inventory, another half of the set, or another version of taskrater",
                judge.id,
                rows.len()
            ));
        }
    }
    remarks
}

fn other(is: &Answer, was: &Answer) -> bool {
    is.label != was.label || (is.value - was.value).abs() > EQUAL
}
