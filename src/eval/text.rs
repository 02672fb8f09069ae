//! A score card as people read it: on a terminal of 120 columns, and as Markdown. Words of files and models are as they came:
//! whoever prints them takes control characters out.

use super::card::{Card, DimensionScores};
use super::columns::columns;
use super::set::Tried;
use super::{cost, scores};
use crate::rater::GoldKind;
use crate::report::{escape, table};
use std::fmt::Write as _;

/// Columns of a terminal.
const WIDTH: usize = 120;
/// The card as lines of 120 columns at most, but for words that are longer; `tried` is what the log of the set counts, where it
/// can be read.
#[must_use]
pub fn text(card: &Card, tried: Option<Tried>) -> String {
    let mut out = String::new();
    for line in head(card, tried) {
        out.push_str(&wrapped(&line, 2));
    }
    for dimension in &card.dimensions {
        let _ = writeln!(out, "\n{}", title(card, dimension));
        let mut rows = vec![scores::header(dimension)];
        for judge in &dimension.judges {
            let (points, ends) = scores::row(card, dimension, judge);
            rows.push(points);
            if ends.iter().any(|cell| !cell.is_empty()) {
                rows.push(ends);
            }
        }
        out.push_str(&columns(&rows, 1));
        for line in scores::below(card, dimension) {
            out.push_str(&wrapped(&line, 2));
        }
    }
    let _ = writeln!(out, "\n{}", cost::TITLE);
    out.push_str(&columns(&cost::rows(card), 1));
    out
}

/// The same as Markdown, for a comment below a change.
#[must_use]
pub fn markdown(card: &Card, tried: Option<Tried>) -> String {
    let mut lines = head(card, tried).into_iter();
    let mut out = String::new();
    let _ = writeln!(out, "### {}\n", escape(&lines.next().unwrap_or_default()));
    for line in lines {
        let _ = writeln!(out, "{}  ", escape(&line));
    }
    for dimension in &card.dimensions {
        let _ = writeln!(out, "\n#### {}\n", escape(&title(card, dimension)));
        let cells = |judge| {
            let (points, ends) = scores::row(card, dimension, judge);
            let both = points.iter().zip(&ends);
            both.map(|(point, ends)| format!("{point} {ends}"))
                .collect()
        };
        let rows = dimension.judges.iter().map(cells);
        out.push_str(&piped(&scores::header(dimension), rows));
        for line in scores::below(card, dimension) {
            let _ = writeln!(out, "- {}", escape(&line));
        }
    }
    let _ = writeln!(out, "\n#### {}\n", cost::TITLE);
    let mut rows = cost::rows(card).into_iter();
    out.push_str(&piped(&rows.next().unwrap_or_default(), rows));
    out
}

/// A table of Markdown, and the empty line after it.
fn piped(header: &[String], rows: impl Iterator<Item = Vec<String>>) -> String {
    let header: Vec<&str> = header.iter().map(String::as_str).collect();
    let escaped = |row: Vec<String>| row.iter().map(|cell| escape(cell)).collect();
    let rows: Vec<Vec<String>> = rows.map(escaped).collect();
    table(&header, &rows).join("\n") + "\n"
}

/// What was measured, in lines.
fn head(card: &Card, tried: Option<Tried>) -> Vec<String> {
    let (set, prompt) = (&card.set, &card.prompt);
    let mut lines = vec![format!(
        "{}, {} half: prompt {} {} ({})",
        set.id,
        set.half,
        prompt.id,
        prompt.version,
        short(&prompt.fingerprint)
    )];
    lines.push(match set.kind {
        GoldKind::Editorial => format!(
            "EDITORIAL gold: set by whoever made the set, nobody was asked. It shows how prompts differ, not how right they are. {}",
            set.source
        ),
        kind => format!("Gold: {} labels. {}", kind.name(), set.source),
    });
    let measured = card.answers.len();
    let mut tasks = format!("{measured} of {} tasks of the half", set.tasks);
    let (gone, changed) = (set.gone, set.changed);
    if gone + changed > 0 {
        let from = &set.inventory;
        let _ = write!(
            tasks,
            "; left out: {gone} gone from {from}, {changed} changed there"
        );
    }
    if card.samples > 1 {
        let _ = write!(tasks, "; {} samples of each hosted rater", card.samples);
    }
    lines.push(tasks);
    lines.extend(tried.map(|tried| choice(&set.half, tried)));
    lines.push(
        "Brackets: 95 % intervals, by occupation. MAE and bias in points of 0–100. κ: quadratic weights. Baselines cost nothing."
            .to_owned(),
    );
    lines
}

/// How often the set was used, and what that does to the figures.
fn choice(half: &str, tried: Tried) -> String {
    let test = match tried.looks_at_test.ever {
        0 => String::new(),
        _ => format!("; the test half was looked at {}", tried.looks()),
    };
    let more = match (half, tried.prompts.ever) {
        ("dev", 2..) => {
            ": the best of several looks better than it is; --half test is for the winner"
        }
        _ => "",
    };
    let prompts = tried.prompts.words();
    format!("Prompts tried on the dev half: {prompts}{more}{test}")
}

fn title(card: &Card, dimension: &DimensionScores) -> String {
    let (gold, occupations) = (dimension.gold, dimension.occupations);
    let primary = card.set.primary.iter();
    let primary = primary.filter(|one| one.dimension == dimension.dimension);
    let primary: Vec<&str> = primary.map(|one| one.metric.name()).collect();
    let declared = match primary.is_empty() {
        true => String::new(),
        false => format!("; declared to count: {}", primary.join(", ")),
    };
    let name = &dimension.dimension;
    format!("{name}: {gold} tasks with gold, {occupations} occupations{declared}")
}

fn short(fingerprint: &str) -> &str {
    fingerprint.get(..8).unwrap_or(fingerprint)
}

/// Words in lines of [`WIDTH`], those after the first with so many spaces before them.
fn wrapped(text: &str, indent: usize) -> String {
    let mut out = String::new();
    let mut used = 0;
    for word in text.split_whitespace() {
        let own = word.chars().count();
        if used > 0 && used + 1 + own > WIDTH {
            out.push('\n');
            out.push_str(&" ".repeat(indent));
            used = indent;
        } else if used > 0 {
            out.push(' ');
            used += 1;
        }
        out.push_str(word);
        used += own;
    }
    out.push('\n');
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::eval::card::{Cost, SetLine};
    use crate::eval::fixtures::World;
    use crate::eval::measure::measure;
    use crate::eval::set::Count;
    use crate::ratings::fixtures::{label, rated};
    use crate::stats::rng::Rng;

    /// A judge that is right every other time and one that guesses, over ten occupations.
    fn card(kind: GoldKind) -> Card {
        let mut rng = Rng::new(3);
        let mut ratings = Vec::new();
        for task in 0..50 {
            let gold = rng.below(3);
            let knows = if task % 2 == 0 { gold } else { rng.below(3) };
            for position in [knows, rng.below(3), gold] {
                ratings.push(rated(Some(label(position)), None, "Because."));
            }
        }
        let world = World::new(&[5; 10], &["a-model-of-a-long-name", "guesses"], &ratings);
        let (occupations, tasks) = (world.occupations(), world.tasks());
        let mut of = world.measured(&occupations, &tasks);
        let cost = Cost {
            replies: 50,
            input_tokens: Some(61_000),
            output_tokens: Some(700),
            dollars: Some(1.234),
        };
        of.cost.insert("guesses".into(), cost);
        of.set = SetLine {
            kind,
            gone: 3,
            changed: 12,
            tasks: 65,
            ..of.set
        };
        measure(&of).unwrap()
    }

    #[test]
    fn a_table_fits_a_terminal_and_says_what_it_is() {
        let tried = Tried {
            prompts: Count { now: 1, ever: 2 },
            looks_at_test: Count { now: 1, ever: 1 },
            prompts_on_test: Count { now: 1, ever: 1 },
            measurements: 3,
        };
        let text = text(&card(GoldKind::Editorial), Some(tried));
        assert!(
            text.lines().all(|line| line.chars().count() <= 120),
            "{text}"
        );
        let first: Vec<&str> = text.lines().take(2).collect();
        assert!(first[0].contains("small, dev half") && first[1].starts_with("EDITORIAL gold"));
        assert!(text.contains(
            "50 of 65 tasks of the half; left out: 3 gone from starter, 12 changed there"
        ));
        assert!(text.contains("exposure: 50 tasks with gold, 10 occupations"));
        assert!(
            text.contains("(baseline)") && text.contains("majority") && text.contains("consensus")
        );
        let row = text
            .lines()
            .find(|line| line.starts_with("  guesses"))
            .unwrap();
        assert!(
            row.contains("50") && row.contains("100 %") && !row.contains('$'),
            "{row}"
        );
        // The intervals stand below their figures.
        let mut lines = text
            .lines()
            .skip_while(|line| !line.starts_with("  guesses"));
        assert!(lines.nth(1).unwrap().matches('[').count() == 5, "{text}");
        // Once a card what it took: a reply answers in all dimensions.
        let cost: Vec<&str> = text
            .lines()
            .skip_while(|line| !line.starts_with("Cost"))
            .collect();
        assert_eq!(cost.len(), 2 + 3, "{text}");
        let of = |line: &str| {
            line.split_whitespace()
                .map(str::to_owned)
                .collect::<Vec<_>>()
        };
        assert_eq!(
            of(cost[2]),
            ["a-model-of-a-long-name", "–", "–", "–", "free"]
        );
        assert_eq!(of(cost[3]), ["guesses", "50", "61000", "700", "$1.23"]);
        assert_eq!(of(cost[4]), ["all", "50", "61000", "700", "$1.23"]);
        assert_eq!(text.matches('$').count(), 2);
        // Wherever the line breaks.
        let words = text.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(words.contains("gold inside the model range, which claims no level"));
        assert!(
            words.contains(
                "Prompts tried on the dev half: 1 (2 in all versions): the best of several looks better than it is; --half test is for \
                 the winner; the test half was looked at once, with 1 prompt Brackets"
            ),
            "{text}"
        );
    }

    #[test]
    fn markdown_has_a_row_a_judge() {
        let text = markdown(&card(GoldKind::Human), None);
        let (text, cost) = text.split_once("#### Cost").unwrap();
        assert!(
            cost.contains("\n| guesses | 50 | 61000 | 700 | $1.23 |\n"),
            "{cost}"
        );
        let rows: Vec<&str> = text.lines().filter(|line| line.starts_with('|')).collect();
        assert_eq!(rows.len(), 2 + 4, "{text}");
        let columns = |row: &str| row.matches(" | ").count();
        assert!(
            rows.iter().all(|row| columns(row) == columns(rows[0])),
            "{text}"
        );
        assert!(text.contains("### small, dev half: prompt exposure 1"));
        assert!(text.contains("Gold: human labels"));
    }
}
