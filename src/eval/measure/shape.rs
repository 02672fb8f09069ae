//! How a judge uses the scale: central tendency is found here.

use super::field::Judged;
use super::figures::Figures;
use crate::eval::ALPHA;
use crate::eval::card::Number;
use crate::eval::metric::{Metric, Sums};
use crate::eval::words::{Style, interval, p_value};
use crate::stats::inference::ClusterSums;
use std::collections::BTreeMap;

/// `spread_to_panel`: the SD of the values over that of each other rater on the tasks that both rated, the geometric mean.
pub(super) fn beside_panel(own: &Judged, others: &[&Judged]) -> Option<Number> {
    let which = Sums::of_labels(0);
    let width = which.width();
    let sums = ClusterSums::new(&own.clusters, width * others.len(), |unit, part| {
        for (other, part) in others.iter().zip(part.chunks_mut(width)) {
            if let Ok(at) = other.places.binary_search(&own.places[unit]) {
                let mut pair = own.scored[unit];
                pair.gold = other.scored[at].value;
                which.add(&pair, part);
            }
        }
    });
    let ratio = |sums: &[f64]| {
        let ratios = sums
            .chunks(width)
            .filter_map(|sums| Metric::Spread.of(which, sums));
        let logs: Vec<f64> = ratios.filter(|ratio| *ratio > 0.0).map(f64::ln).collect();
        let mean = logs.iter().sum::<f64>() / logs.len() as f64;
        Some(mean.exp()).filter(|_| !logs.is_empty())
    };
    Number::of_sums(&sums, ratio, own.scored.len(), Metric::Spread.bounds())
}

/// Of a score: `tens` (share of multiples of 10), `middle` (share within 40–60) and `middle_of_gold`.
pub(super) fn lumps(own: &Judged) -> BTreeMap<String, Number> {
    let round = |value: f64| (value / 10.0 - (value / 10.0).round()).abs() < 1e-9;
    let middle = |value: f64| (40.0..=60.0).contains(&value);
    let share = |holds: Vec<bool>| Number::share(&holds, &own.weights(), &own.clusters);
    let all = own.scored.iter();
    let shares = [
        (
            "tens",
            share(all.clone().map(|one| round(one.value)).collect()),
        ),
        (
            "middle",
            share(all.clone().map(|one| middle(one.value)).collect()),
        ),
        (
            "middle_of_gold",
            share(all.map(|one| middle(one.gold)).collect()),
        ),
    ];
    let known = shares.into_iter();
    known
        .filter_map(|(name, share)| Some((name.to_owned(), share?)))
        .collect()
}

/// Says so where the values spread less than gold does. Noise in gold widens gold, and who knows no more than his values say is
/// right to hold back: only a slope of gold on value above 1 is compression that neither explains.
pub(super) fn compressed(figures: &Figures, panel: Option<&Number>) -> Option<String> {
    let spread = figures.by_metric.get(&Metric::Spread)?;
    spread.high.filter(|high| *high < 1.0)?;
    // Interval and test are on other scales; at the edge both have to say so.
    if figures.same_spread.is_some_and(|p| p > ALPHA) {
        return None;
    }
    let slope = figures.by_metric.get(&Metric::Slope);
    let why = match slope {
        Some(slope) if slope.low.is_some_and(|low| low > 1.0) => format!(
            "gold rises {} points a point, more than noise in gold explains",
            interval(slope, Style::Plain)
        ),
        Some(slope) if slope.high.is_some_and(|high| high < 1.0) => format!(
            "gold rises {} points a point, so noise in gold and in the answers explains it: nearer the middle they would \
             meet gold better still",
            interval(slope, Style::Plain)
        ),
        Some(slope) => format!(
            "noise in gold, which widens it, may explain that: gold rises {} points a point",
            interval(slope, Style::Plain)
        ),
        None => "all values are alike".to_owned(),
    };
    let beside = panel.map_or_else(String::new, |ratio| {
        format!("; of the other raters' {}", interval(ratio, Style::Plain))
    });
    let p = figures.same_spread.map_or_else(String::new, p_value);
    Some(format!(
        "compressed scale: SD {} of gold's{p}{beside}; {why}",
        interval(spread, Style::Plain)
    ))
}
