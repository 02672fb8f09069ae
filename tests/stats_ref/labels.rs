//! What cases give, as the library takes it: numbers with gaps, and the labels that large cases share.

use super::Case;
use serde_json::{Map, Value};
use std::path::Path;
use taskrater::stats::exposure::{Exposure, Measure};
use taskrater::stats::{Clusters, Table};

pub fn list(value: &Value) -> &[Value] {
    value.as_array().expect("a list")
}

pub fn numbers(value: &Value) -> Vec<f64> {
    cells(value)
        .into_iter()
        .map(|v| v.expect("a number"))
        .collect()
}

pub fn cells(value: &Value) -> Vec<Option<f64>> {
    list(value).iter().map(Value::as_f64).collect()
}

pub fn rows(value: &Value) -> Vec<Vec<Option<f64>>> {
    list(value).iter().map(cells).collect()
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

/// Labels that large cases share: one string of codes a rater.
pub struct Labels {
    data: Value,
    /// Those that the case names, or all.
    pub raters: Vec<String>,
}

impl Labels {
    pub fn of(case: &Case) -> Self {
        let all = Self::read(case.beside(text(&case.input()["data"])));
        match case.input()["raters"].as_array() {
            Some(named) => Self {
                raters: named.iter().map(|name| text(name).to_owned()).collect(),
                ..all
            },
            None => all,
        }
    }

    pub fn published() -> Self {
        let own = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/stats_ref");
        Self::read(super::read(&Path::new(own).join("data_labels.json")))
    }

    fn read(data: Value) -> Self {
        let n = whole(&data["n"]);
        let codes = object(&data).iter().filter(|(name, value)| {
            name.as_str() != "task_type" && value.as_str().is_some_and(|codes| codes.len() == n)
        });
        let raters = codes.map(|(name, _)| name.clone()).collect();
        Self { data, raters }
    }

    /// A rater's codes, one a task.
    pub fn codes(&self, rater: &str) -> Vec<Option<usize>> {
        let codes = text(&self.data[rater]).chars();
        codes
            .map(|code| code.to_digit(10).map(|code| code as usize))
            .collect()
    }

    /// A rater's labels, such as E1, one a task.
    pub fn labels(&self, rater: &str) -> impl Iterator<Item = Option<&str>> {
        let label = |code: usize| text(&self.data["label_code"][code.to_string()]);
        let codes = self.codes(rater).into_iter();
        codes.map(move |code| code.map(label))
    }

    /// A measure of a rater's labels, one a task.
    pub fn measure(&self, measure: &str, rater: &str) -> Vec<Option<f64>> {
        let measure = match measure {
            "alpha" => Measure::Alpha,
            "beta" => Measure::Beta,
            "gamma" | "zeta" => Measure::Zeta,
            other => panic!("unknown measure '{other}'"),
        };
        let value = |label| measure.value(Exposure::read(label).expect("an exposure label"));
        self.labels(rater).map(|label| label.map(value)).collect()
    }

    /// Raters' labels by what `value` says of a label.
    pub fn table(&self, raters: &[String], value: impl Fn(&str) -> f64) -> Table {
        let column = |rater: &String| {
            let labels = self.labels(rater);
            labels.map(|label| label.map(&value)).collect()
        };
        let columns: Vec<Vec<Option<f64>>> = raters.iter().map(column).collect();
        Table::of_raters(&columns).expect("as many labels of each")
    }

    /// Each two raters in both orders, as `one__other`.
    pub fn pairs(&self) -> impl Iterator<Item = (String, [String; 2])> {
        let all = || self.raters.iter().cloned();
        let pairs = all().flat_map(move |one| all().map(move |other| [one.clone(), other]));
        let different = pairs.filter(|[one, other]| one != other);
        different.map(|pair| (pair.join("__"), pair))
    }

    pub fn occupations(&self) -> Clusters {
        let sizes = self.data["occupation_sizes"]
            .as_array()
            .expect("sizes")
            .iter();
        let keys = sizes.enumerate();
        Clusters::of(keys.flat_map(|(occupation, size)| vec![occupation; whole(size)]))
    }

    /// `C`, `S` or `N` for each task.
    pub fn task_types(&self) -> impl Iterator<Item = char> {
        text(&self.data["task_type"]).chars()
    }
}
