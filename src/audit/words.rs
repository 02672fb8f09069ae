//! How the audit says numbers, and what it says of its own limits.

use super::Run;
use super::drift::Earlier;
use super::figure::Figure;
use super::reading::Reading;
use super::units::Units;
use crate::rating::Outcome;

/// Fewer occupations than this make every clustered interval a rough one.
const FEW: usize = 10;

/// A count with commas: 1,204.
pub(super) fn count(n: usize) -> String {
    let digits = n.to_string();
    let first = digits.len() % 3;
    let mut out = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && place % 3 == first {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// `1 task`, `1,204 tasks`.
pub(super) fn counted(n: usize, one: &str) -> String {
    let plural = if n == 1 { "" } else { "s" };
    format!("{} {one}{plural}", count(n))
}

/// `90 % CI 5.1 to 7.3`, in the unit of the figure.
pub(super) fn interval(figure: &Figure, level: f64, digits: usize) -> String {
    match (figure.low, figure.high) {
        (Some(low), Some(high)) => format!(
            "{} % CI {} to {}",
            (level * 1000.0).round() / 10.0,
            fixed(low, digits),
            fixed(high, digits)
        ),
        _ => format!(
            "no interval: {}",
            figure.no_interval.unwrap_or("it is not known")
        ),
    }
}

/// A number with so many digits behind the point; never -0.0.
pub(super) fn fixed(value: f64, digits: usize) -> String {
    let text = format!("{value:.digits$}");
    let zero = text
        .trim_start_matches('-')
        .chars()
        .all(|c| matches!(c, '0' | '.'));
    match zero {
        true => text.trim_start_matches('-').to_owned(),
        false => text,
    }
}

/// `n = 1,204 tasks in 60 occupations`.
pub(super) fn scope(n: usize, clusters: usize, units: &Units) -> String {
    let tasks = counted(n, "task");
    match units.by_occupation {
        true => format!("n = {tasks} in {}", counted(clusters, "occupation")),
        false => format!("n = {tasks} in one occupation"),
    }
}

/// What a reader should know before reading any number.
pub(super) fn notes(
    run: &Run<'_>,
    units: &Units,
    earlier: &[Earlier<'_>],
    (reading, missing): (&Reading, Vec<String>),
) -> Vec<String> {
    let mut notes = Vec::new();
    if !units.by_occupation {
        notes.push(
            "all tasks are of one occupation: intervals take its tasks as independent, and say nothing of other occupations"
                .to_owned(),
        );
    } else if units.clusters.count() < FEW {
        notes.push(format!(
            "intervals rest on {} occupations: with fewer than {FEW} they are rough, those by bootstrap too narrow",
            units.clusters.count()
        ));
    }
    let named = |kind: &str| -> Vec<&str> {
        let of = run.raters.iter().filter(|rater| rater.kind == kind);
        of.map(|rater| &*rater.id).collect()
    };
    let surrogates = named("surrogate");
    if !surrogates.is_empty() {
        notes.push(format!(
            "{}: statistical models of published labels, no language models; they share training data, so their agreement \
             with each other is no evidence",
            surrogates.join(", ")
        ));
    }
    if let Some(gold) = run.gold.and_then(|gold| run.raters.get(gold)) {
        notes.push(format!(
            "{} is gold ({}): it is no part of the panel; with one label a task its own noise is part of every error",
            gold.id,
            gold.gold.as_deref().unwrap_or("kind not said")
        ));
    }
    notes.extend(drawn(run));
    let trained = run.raters.iter().zip(&reading.trained_on_gold);
    for (rater, &tasks) in trained.filter(|(_, tasks)| **tasks > 0) {
        notes.push(format!(
            "{} was trained on {} of gold: there it answered with a model that never saw them. If gold is what it was \
             trained on, it has learned from labels of the same people, which no other rater has",
            rater.id,
            counted(tasks, "task")
        ));
    }
    for one in earlier {
        notes.push(format!(
            "run {}: {} of {} have the same id and text there{}",
            one.id(),
            count(one.shared()),
            counted(run.sheet.tasks(), "task"),
            match one.same_prompt(run) {
                true => "; the prompt is the same, and replies from the cache are the same replies",
                false => "; the prompt is another, so drift may be that of the prompt",
            }
        ));
    }
    notes.extend(missing);
    notes
}

/// What the draw of gold lets its figures say; `None` where nothing is known of a draw.
fn drawn(run: &Run<'_>) -> Option<String> {
    let gold = run.gold?;
    let (drawn, id) = (run.sheet.drawn(gold)?, &run.raters.get(gold)?.id);
    let rated = |task: &usize| {
        let cell = run.sheet.cell(*task, gold, 0);
        run.sheet.outcomes().get(cell) == Some(&Outcome::Rated)
    };
    let tasks: Vec<usize> = (0..run.sheet.tasks()).filter(rated).collect();
    Some(match (drawn.of(&tasks), drawn.part()) {
        (Some(_), _) => format!(
            "the tasks of {id} were drawn with known probabilities: figures against gold count each by 1/probability, agreement with \
             gold and pairs with it are of its tasks as they are"
        ),
        (None, Some(part)) => format!(
            "{id} was measured on {part}: figures against gold and what is found by them are of these {}, and say \
             nothing about the rest",
            counted(tasks.len(), "task")
        ),
        (None, None) => format!(
            "with which probability {} of the {} of {id} were drawn is not known: figures against gold and what is found by them are \
             of these tasks, and say nothing about the rest",
            count(drawn.unknown(&tasks)),
            counted(tasks.len(), "task")
        ),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_in_words() {
        let all = [0, 999, 1000, 18_796, 1_234_567].map(count);
        assert_eq!(all, ["0", "999", "1,000", "18,796", "1,234,567"]);
        assert_eq!(counted(1, "task"), "1 task");
        assert_eq!(
            (fixed(-0.04, 1), fixed(-0.06, 1)),
            ("0.0".into(), "-0.1".into())
        );
    }
}
