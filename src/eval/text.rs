//! A score card as people read it: on a terminal of 120 columns, and as Markdown. Words of files and models are as they came:
//! whoever prints them takes control characters out.

use super::card::{Card, DimensionScores, JudgeScores, Number, Role};
use super::metric::Metric;
use super::words::{self, Style};
use crate::rater::GoldKind;
use crate::report::escape;
use std::fmt::Write as _;

/// Columns of a terminal.
const WIDTH: usize = 120;
/// The figures that have columns of their own.
const SHOWN: [(Metric, &str); 5] = [
    (Metric::Accuracy, "accuracy"),
    (Metric::Kappa, "κ"),
    (Metric::Pearson, "Pearson"),
    (Metric::Mae, "MAE"),
    (Metric::Bias, "bias"),
];
/// What a line below the table says of a judge, where it is known: the name on the card, how it is called, and whether it is in
/// points.
const BESIDE: [(&str, &str, bool); 14] = [
    ("intercept", "intercept", true),
    ("brier", "Brier", false),
    ("log_loss", "log loss", false),
    ("ece", "ECE", false),
    ("ece_if_calibrated", "a calibrated judge's", false),
    ("confidence_r", "confidence with being right r", false),
    ("confidence_ece", "ECE of confidence", false),
    (
        "confidence_ece_if_calibrated",
        "a calibrated judge's",
        false,
    ),
    ("repeat_sd", "repeat SD", true),
    ("repeat_exact", "same answer again", false),
    ("repeat_icc", "ICC(1,1)", false),
    ("tens", "multiples of 10", false),
    ("middle", "within 40–60", false),
    ("middle_of_gold", "of gold", false),
];

/// The card as lines of 120 columns at most, but for words that are longer.
#[must_use]
pub fn text(card: &Card) -> String {
    let mut out = String::new();
    for line in head(card) {
        out.push_str(&wrapped(&line, 2));
    }
    for dimension in &card.dimensions {
        let _ = writeln!(out, "\n{}", title(card, dimension));
        out.push_str(&table(card, dimension));
        for line in below(card, dimension) {
            out.push_str(&wrapped(&line, 2));
        }
    }
    out
}

/// The card as Markdown, for a comment below a change.
#[must_use]
pub fn markdown(card: &Card) -> String {
    let mut lines = head(card).into_iter();
    let mut out = String::new();
    let _ = writeln!(out, "### {}\n", escape(&lines.next().unwrap_or_default()));
    for line in lines {
        let _ = writeln!(out, "{}  ", escape(&line));
    }
    for dimension in &card.dimensions {
        let _ = writeln!(out, "\n#### {}\n", escape(&title(card, dimension)));
        let names = header(dimension);
        let _ = writeln!(out, "| {} |", names.join(" | "));
        let rules: Vec<&str> = names.iter().map(|_| "---").collect();
        let _ = writeln!(out, "| {} |", rules.join(" | "));
        for scores in &dimension.judges {
            let (points, ends) = row(card, dimension, scores);
            let cells = points
                .iter()
                .zip(&ends)
                .map(|(point, ends)| escape(format!("{point} {ends}").trim()));
            let _ = writeln!(out, "| {} |", cells.collect::<Vec<_>>().join(" | "));
        }
        out.push('\n');
        for line in below(card, dimension) {
            let _ = writeln!(out, "- {}", escape(&line));
        }
    }
    out
}

/// What was measured, in lines.
fn head(card: &Card) -> Vec<String> {
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
            "EDITORIAL gold: an editor set it, nobody was asked. It shows how prompts differ, not how right they are. {}",
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
    lines.extend(card.tried.map(|tried| {
        let test = match tried.looks_at_test {
            0 => String::new(),
            looks => format!("; the test half was looked at {looks} times"),
        };
        let more = match (set.half.as_str(), tried.prompts) {
            ("dev", 2..) => {
                ": the best of several looks better than it is; --half test is for the winner"
            }
            _ => "",
        };
        format!(
            "Prompts tried on the dev half: {}{more}{test}",
            tried.prompts
        )
    }));
    lines.push(
        "Brackets: 95 % intervals, by occupation. MAE and bias in points of 0–100. κ: quadratic weights. Baselines cost nothing."
            .to_owned(),
    );
    lines
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

/// The figures that a judge has, of those that have columns.
fn shown(dimension: &DimensionScores) -> impl Iterator<Item = (Metric, &'static str)> {
    let has = |metric: Metric| {
        let mut judges = dimension.judges.iter();
        judges.any(|judge| judge.figures.contains_key(&metric))
    };
    SHOWN.into_iter().filter(move |(metric, _)| has(*metric))
}

fn header(dimension: &DimensionScores) -> Vec<&'static str> {
    let figures = shown(dimension).map(|(_, name)| name);
    let ends = ["judge", "n", "answered"].into_iter();
    ends.chain(figures).chain(["cost"]).collect()
}

/// A judge: its figures, and their intervals below.
fn row(card: &Card, dimension: &DimensionScores, of: &JudgeScores) -> (Vec<String>, Vec<String>) {
    let role = card.judges.iter().find(|judge| judge.id == of.judge);
    let role = role.map_or(Role::Rater, |judge| judge.role);
    let mut points = vec![of.judge.clone(), of.n.to_string(), percent(&of.coverage)];
    let mark = match role {
        Role::Baseline => "(baseline)",
        Role::Rater | Role::Consensus => "",
    };
    let mut ends = vec![mark.to_owned(), String::new(), String::new()];
    for (metric, _) in shown(dimension) {
        let style = Style::of(metric);
        let number = of.figures.get(&metric);
        points.push(number.map_or_else(|| "–".to_owned(), |number| style.write(number.point)));
        let both = number.and_then(|number| number.low.zip(number.high));
        ends.push(both.map_or_else(String::new, |(low, high)| {
            format!("[{}, {}]", style.write(low), style.write(high))
        }));
    }
    let cost = match (role, card.cost.get(&of.judge)) {
        (Role::Baseline, _) => "free".to_owned(),
        (_, Some(cost)) => cost.dollars.map_or_else(|| "unknown".to_owned(), dollars),
        (_, None) => "–".to_owned(),
    };
    points.push(cost);
    ends.push(String::new());
    (points, ends)
}

fn percent(share: &Number) -> String {
    // Nothing but all is 100 %, nothing but none 0 %.
    let whole = match 100.0 * share.point {
        percent if percent > 99.0 && percent < 100.0 => 99.0,
        percent if percent > 0.0 && percent < 1.0 => 1.0,
        percent => percent.round(),
    };
    format!("{whole} %")
}

fn dollars(sum: f64) -> String {
    match sum {
        sum if sum > 0.0 && sum < 0.01 => "under $0.01".to_owned(),
        sum => format!("${sum:.2}"),
    }
}

fn table(card: &Card, dimension: &DimensionScores) -> String {
    let names = header(dimension).into_iter();
    let mut rows = vec![names.map(str::to_owned).collect::<Vec<_>>()];
    for scores in &dimension.judges {
        let (points, ends) = row(card, dimension, scores);
        rows.push(points);
        if ends.iter().any(|cell| !cell.is_empty()) {
            rows.push(ends);
        }
    }
    let columns = rows.first().map_or(0, Vec::len);
    let width = |column: usize| {
        let cells = rows.iter().map(|row| row[column].chars().count());
        cells.max().unwrap_or(0)
    };
    let widths: Vec<usize> = (0..columns).map(width).collect();
    let mut out = String::new();
    for row in &rows {
        let mut line = String::new();
        for (column, (cell, width)) in row.iter().zip(&widths).enumerate() {
            let room = " ".repeat(width.saturating_sub(cell.chars().count()));
            match column {
                0 => line.extend(["  ", cell, &room]),
                _ => line.extend(["  ", &room, cell]),
            }
        }
        let _ = writeln!(out, "{}", line.trim_end());
    }
    out
}

/// What stands below a table: flags first, then what else is known of each judge, then why intervals are missing.
fn below(card: &Card, dimension: &DimensionScores) -> Vec<String> {
    let judges = dimension.judges.iter();
    let flags = judges.clone().flat_map(|judge| {
        let flags = judge.flags.iter();
        flags.map(|flag| format!("! {}: {flag}", judge.judge))
    });
    let mut lines: Vec<String> = flags.collect();
    for judge in judges.clone() {
        let mut parts: Vec<String> = Vec::new();
        let inside = judge.interval_coverage.iter();
        parts.extend(inside.map(|(what, share)| {
            format!(
                "gold inside the {what}: {}",
                words::interval(share, Style::Plain)
            )
        }));
        let slope = judge.figures.get(&Metric::Slope);
        parts.extend(slope.map(|slope| {
            format!(
                "gold on value: slope {}",
                words::interval(slope, Style::Plain)
            )
        }));
        parts.extend(BESIDE.iter().filter_map(|(name, called, in_points)| {
            let style = if *in_points {
                Style::Points
            } else {
                Style::Plain
            };
            let number = judge.more.get(*name)?;
            Some(format!("{called} {}", words::interval(number, style)))
        }));
        if !parts.is_empty() {
            lines.push(format!("{}: {}", judge.judge, parts.join("; ")));
        }
    }
    let about = card
        .judges
        .iter()
        .filter(|judge| judge.role == Role::Baseline);
    let there = |id: &str| judges.clone().any(|judge| judge.judge == id);
    for judge in about.filter(|judge| there(&judge.id)) {
        lines.push(format!("{} (baseline): {}", judge.id, judge.about));
    }
    lines.extend(no_interval(dimension));
    lines
}

/// Why there is no interval, once a reason.
fn no_interval(dimension: &DimensionScores) -> Option<String> {
    let mut reasons: Vec<String> = Vec::new();
    for judge in &dimension.judges {
        for (metric, number) in &judge.figures {
            let Some(reason) = &number.no_interval else {
                continue;
            };
            let reason = match reason.as_ref() {
                "all alike" => format!("{} of {}: {reason}", metric.name(), judge.judge),
                other => other.to_owned(),
            };
            if !reasons.contains(&reason) {
                reasons.push(reason);
            }
        }
    }
    (!reasons.is_empty()).then(|| format!("No interval: {}", reasons.join("; ")))
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
            dollars: Some(1.234),
            ..Cost::default()
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
        let text = text(&card(GoldKind::Editorial));
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
            row.contains("50") && row.contains("100 %") && row.ends_with("$1.23"),
            "{row}"
        );
        // The intervals stand below their figures.
        let mut lines = text
            .lines()
            .skip_while(|line| !line.starts_with("  guesses"));
        assert!(lines.nth(1).unwrap().matches('[').count() == 5, "{text}");
        // Wherever the line breaks.
        let words = text.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(words.contains("gold inside the model range, which claims no level"));
    }

    #[test]
    fn markdown_has_a_row_a_judge() {
        let text = markdown(&card(GoldKind::Human));
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

    #[test]
    fn shares_near_the_ends_are_not_the_ends() {
        let share = |point| {
            percent(&Number {
                point,
                low: None,
                high: None,
                n: 1,
                no_interval: None,
            })
        };
        assert_eq!(
            [0.999, 0.001, 1.0, 0.0, 0.496].map(share),
            ["99 %", "1 %", "100 %", "0 %", "50 %"]
        );
    }
}
