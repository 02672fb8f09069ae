//! Parts of the sentences.

use crate::audit::dimension::DimensionAudit;
use crate::audit::figure::Figure;
use crate::audit::groups::Group;
use crate::audit::words::fixed;

/// The same counted in the direction of its point: a rater that is 5 points stricter has an interval about 5.
pub(super) fn unsigned(figure: &Figure) -> Figure {
    if figure.point >= 0.0 {
        return *figure;
    }
    Figure {
        point: -figure.point,
        low: figure.high.map(|end| -end),
        high: figure.low.map(|end| -end),
        ..*figure
    }
}

pub(super) fn scaled(figure: &Figure, times: f64) -> Figure {
    figure.map(|value| value * times)
}

/// `6.2 points more lenient`.
pub(super) fn lenient(points: f64) -> String {
    let how = if points < 0.0 {
        "stricter"
    } else {
        "more lenient"
    };
    format!("{} points {how}", fixed(points.abs(), 1))
}

/// `6.2 points more`.
pub(super) fn more(points: f64) -> String {
    let how = if points < 0.0 { "less" } else { "more" };
    format!("{} points {how}", fixed(points.abs(), 1))
}

pub(super) fn dimension_words(dimension: &DimensionAudit) -> String {
    match dimension.labels {
        Some(_) => format!("{} (label values × 100)", dimension.id),
        None => dimension.id.clone(),
    }
}

/// A major group by code and title, an activity by its title.
pub(super) fn kind_words(group: &Group) -> String {
    match (group.by, group.title.trim_end_matches('.')) {
        (_, "") => group.key.clone(),
        ("activity", title) => format!("“{title}”"),
        (_, title) => format!("{} {title}", group.key),
    }
}

/// `< 0.001`, `= 0.012`.
pub(super) fn p_words(p: f64) -> String {
    match p < 0.001 {
        true => "< 0.001".to_owned(),
        false => format!("= {p:.3}"),
    }
}
