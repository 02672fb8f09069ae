//! Every statistic against reference values made with independent packages.
//!
//! The folder is that of `TASKRATER_STATS_REF`, or `tests/fixtures/stats_ref`. A case of a known kind needs no new code; a
//! case of an unknown kind fails.

mod aggregate;
mod agreement;
mod errata;
mod inference;
mod labels;

use serde_json::{Map, Value};
use std::path::{Path, PathBuf};

/// One reference case.
pub struct Case {
    /// The name of its file.
    file: String,
    /// The folder it lies in: large cases name another file of it as their input.
    folder: PathBuf,
    body: Value,
}

impl Case {
    /// The estimator it belongs to.
    pub fn kind(&self) -> &str {
        self.body["kind"].as_str().unwrap_or_default()
    }

    /// Settings of the estimator.
    pub fn params(&self) -> &Value {
        &self.body["params"]
    }

    /// The data.
    pub fn input(&self) -> &Value {
        &self.body["input"]
    }

    /// The reference values.
    pub fn expected(&self) -> &Value {
        &self.body["expected"]
    }

    /// Another file of the folder.
    pub fn beside(&self, name: &str) -> Value {
        read(&self.folder.join(name))
    }

    fn tolerance(&self, key: &str) -> f64 {
        // "name_*" stands for all keys that begin so.
        let mut all = self.body["tolerances"].as_object().into_iter().flatten();
        let own = all.find_map(|(name, value)| {
            let fits = name
                .strip_suffix('*')
                .map_or(name == key, |start| key.starts_with(start));
            value.as_f64().filter(|_| fits)
        });
        own.or(self.body["tolerance_abs"].as_f64())
            .unwrap_or_else(|| panic!("{}: no tolerance", self.file))
    }

    /// Holds a computed value to the expected one, number by number; every expected key must be there. `key` names the
    /// part of `expected` (for its tolerance), empty for the whole.
    pub fn holds(&self, key: &str, expected: &Value, computed: &Value) {
        let place = format!("{} {key}", self.file);
        match (expected, computed) {
            (Value::Object(expected), computed) => {
                let empty = Map::new();
                let computed = computed.as_object().unwrap_or(&empty);
                for (name, value) in expected {
                    let found = computed
                        .get(name)
                        .unwrap_or_else(|| panic!("{place}.{name} is not computed"));
                    self.holds(name, value, found);
                }
            }
            (Value::Array(expected), Value::Array(computed)) => {
                assert_eq!(expected.len(), computed.len(), "{place}: length");
                for (expected, computed) in expected.iter().zip(computed) {
                    self.holds(key, expected, computed);
                }
            }
            (Value::Number(expected), Value::Number(computed)) => {
                let (expected, computed) = (
                    errata::corrected(&self.file, key, expected.as_f64().expect("a number")),
                    computed.as_f64().expect("a number"),
                );
                let apart = (expected - computed).abs();
                assert!(
                    apart <= self.tolerance(key),
                    "{place}: {computed} is {apart:e} from {expected}"
                );
            }
            _ => assert_eq!(expected, computed, "{place}"),
        }
    }
}

fn read(path: &Path) -> Value {
    let text = std::fs::read_to_string(path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
    serde_json::from_str(&text).unwrap_or_else(|e| panic!("{}: {e}", path.display()))
}

#[test]
fn stats_ref() {
    let own = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/stats_ref");
    let folder = std::env::var_os("TASKRATER_STATS_REF").map_or_else(|| own.into(), PathBuf::from);
    let mut files: Vec<PathBuf> = std::fs::read_dir(&folder)
        .expect("the folder of reference values")
        .map(|entry| entry.expect("an entry").path())
        .filter(|path| path.extension().is_some_and(|ending| ending == "json"))
        .collect();
    files.sort();
    assert!(!files.is_empty(), "no case in {}", folder.display());
    let mut checked = 0;
    for path in files {
        let case = Case {
            file: path
                .file_name()
                .expect("a name")
                .to_string_lossy()
                .into_owned(),
            folder: folder.clone(),
            body: read(&path),
        };
        let known = case.kind() == "data"
            || agreement::check(&case)
            || inference::check(&case)
            || aggregate::check(&case);
        assert!(known, "{}: unknown kind '{}'", case.file, case.kind());
        checked += usize::from(case.kind() != "data");
    }
    println!("{checked} reference cases hold");
}
