//! The table of a dimension on a score card, and what stands below it.

use super::card::{Card, DimensionScores, JudgeScores, Number, Role};
use super::metric::Metric;
use super::words::{self, Style};

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

/// The figures that a judge has, of those that have columns.
fn shown(dimension: &DimensionScores) -> impl Iterator<Item = (Metric, &'static str)> {
    let has = |metric: Metric| {
        let mut judges = dimension.judges.iter();
        judges.any(|judge| judge.figures.contains_key(&metric))
    };
    SHOWN.into_iter().filter(move |(metric, _)| has(*metric))
}

/// The names of the columns.
pub(super) fn header(dimension: &DimensionScores) -> Vec<String> {
    let figures = shown(dimension).map(|(_, name)| name);
    let names = ["judge", "n", "answered"].into_iter().chain(figures);
    names.map(str::to_owned).collect()
}

/// A judge: its figures, and their intervals below.
pub(super) fn row(
    card: &Card,
    dimension: &DimensionScores,
    of: &JudgeScores,
) -> (Vec<String>, Vec<String>) {
    let mut judges = card.judges.iter();
    let baseline = judges.any(|judge| judge.id == of.judge && judge.role == Role::Baseline);
    let mut points = vec![of.judge.clone(), of.n.to_string(), percent(&of.coverage)];
    let mark = if baseline { "(baseline)" } else { "" };
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

/// What stands below a table: flags first, then what else is known of each judge, then why intervals are missing.
pub(super) fn below(card: &Card, dimension: &DimensionScores) -> Vec<String> {
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

#[cfg(test)]
mod tests {
    use super::*;

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
