//! What cases give, as the library takes it: numbers with gaps, and the labels that large cases share.

use super::Case;
use serde_json::{Map, Value};
use std::path::Path;
use taskrater::stats::Clusters;
use taskrater::stats::exposure::{Exposure, Measure};

pub fn numbers(value: &Value) -> Vec<f64> {
    cells(value)
        .into_iter()
        .map(|v| v.expect("a number"))
        .collect()
}

pub fn cells(value: &Value) -> Vec<Option<f64>> {
    let list = value.as_array().expect("a list");
    list.iter().map(Value::as_f64).collect()
}

pub fn rows(value: &Value) -> Vec<Vec<Option<f64>>> {
    let list = value.as_array().expect("a list of rows");
    list.iter().map(cells).collect()
}

pub fn whole(value: &Value) -> usize {
    value.as_u64().expect("a whole number") as usize
}

pub fn text(value: &Value) -> &str {
    value.as_str().expect("a text")
}

pub fn object(value: &Value) -> &Map<String, Value> {
    value.as_object().expect("an object")
}

/// The number that stands in a key between two texts: 95 in `ci95_normal`.
pub fn number_in(key: &str, before: &str, after: &str) -> Option<f64> {
    let inside = key.strip_prefix(before)?.strip_suffix(after)?;
    inside.parse().ok()
}

/// The clusters of a list of names; each unit its own without a list.
pub fn clusters(value: &Value, units: usize) -> Clusters {
    match value.as_array() {
        Some(names) => Clusters::of(names.iter().map(ToString::to_string)),
        None => Clusters::singletons(units),
    }
}

/// Labels of several raters over the same tasks.
pub struct Labels(Value);

impl Labels {
    pub fn of(case: &Case) -> Self {
        Self(case.beside(text(&case.input()["data"])))
    }

    pub fn published() -> Self {
        let own = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/stats_ref");
        Self(super::read(&Path::new(own).join("data_labels.json")))
    }

    /// A rater's codes, one a task.
    pub fn codes(&self, rater: &str) -> Vec<Option<usize>> {
        let codes = text(&self.0[rater]).chars();
        codes
            .map(|code| code.to_digit(10).map(|code| code as usize))
            .collect()
    }

    /// A measure of a rater's labels, one a task.
    pub fn measure(&self, measure: &str, rater: &str) -> Vec<Option<f64>> {
        let measure = match measure {
            "alpha" => Measure::Alpha,
            "beta" => Measure::Beta,
            "gamma" | "zeta" => Measure::Zeta,
            other => panic!("unknown measure '{other}'"),
        };
        let value = |code: usize| {
            let label = text(&self.0["label_code"][code.to_string()]);
            measure.value(Exposure::read(label).expect("an exposure label"))
        };
        self.codes(rater)
            .into_iter()
            .map(|code| code.map(value))
            .collect()
    }

    pub fn occupations(&self) -> Clusters {
        let sizes = self.0["occupation_sizes"].as_array().expect("sizes").iter();
        let keys = sizes.enumerate();
        Clusters::of(keys.flat_map(|(occupation, size)| vec![occupation; whole(size)]))
    }

    /// `C`, `S` or `N` for each task.
    pub fn task_types(&self) -> impl Iterator<Item = char> {
        text(&self.0["task_type"]).chars()
    }
}
