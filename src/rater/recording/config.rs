//! `[[recordings]]` of the configuration: a table is a file and the raters in it.

use super::{CellText, Folded, Recording};
use crate::error::{Error, Result};
use crate::line_at;
use crate::rater::row::check_id;
use crate::rater::{GoldKind, Rater, Source};
use serde::de::value::MapAccessDeserializer;
use serde::de::{MapAccess, Visitor};
use serde::{Deserialize, Deserializer};
use std::collections::BTreeMap;
use std::fmt;

/// The tables as they stand in the file.
pub(in crate::rater) type RawRecordings = Vec<toml::Spanned<RawFile>>;

/// One table: a file.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::rater) struct RawFile {
    file: String,
    panel: Option<String>,
    task_id: Option<String>,
    occupation_id: Option<String>,
    probability: Option<String>,
    dimension: Option<String>,
    #[serde(default)]
    fold: BTreeMap<String, Folded>,
    #[serde(default)]
    multiply: BTreeMap<String, f64>,
    #[serde(default)]
    gold: BTreeMap<String, GoldKind>,
    raters: Vec<toml::Spanned<RawRater>>,
}

/// A rater of a file: the name of a column alone, or a table.
enum RawRater {
    Column(String),
    Table(Box<RawTable>),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawTable {
    id: String,
    column: Option<String>,
    #[serde(default)]
    columns: BTreeMap<String, String>,
    rationale: Option<String>,
    confidence: Option<String>,
    probability: Option<String>,
    description: Option<String>,
    gold: Option<GoldKind>,
    #[serde(default, rename = "where")]
    only: BTreeMap<String, CellText>,
}

// By hand: an untagged enum would say no more of a mistyped key than that nothing fits.
impl<'de> Deserialize<'de> for RawRater {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> std::result::Result<Self, D::Error> {
        struct Either;
        impl<'de> Visitor<'de> for Either {
            type Value = RawRater;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("the name of a column, or a table with the id of a rater")
            }

            fn visit_str<E>(self, column: &str) -> std::result::Result<RawRater, E> {
                Ok(RawRater::Column(column.to_owned()))
            }

            fn visit_map<A: MapAccess<'de>>(
                self,
                map: A,
            ) -> std::result::Result<RawRater, A::Error> {
                let table = RawTable::deserialize(MapAccessDeserializer::new(map))?;
                Ok(RawRater::Table(Box::new(table)))
            }
        }
        deserializer.deserialize_any(Either)
    }
}

/// The raters of one table, and the panel that it makes of them.
pub(in crate::rater) struct Taken {
    /// Where it stands: file and line.
    pub place: String,
    /// Each rater with the place at which it stands.
    pub raters: Vec<(String, Rater)>,
    pub panel: Option<String>,
}

/// The raters of a table of the file that errors call `name`.
///
/// # Errors
/// With file and line: a rater without a column, an id that is none, a factor or a kind of gold for what is not there.
pub(in crate::rater) fn raters(
    name: &str,
    text: &str,
    spanned: toml::Spanned<RawFile>,
) -> Result<Taken> {
    let at = |start: usize| format!("{name}:{}", line_at(text, start));
    let place = at(spanned.span().start);
    let mut file = spanned.into_inner();
    let refused = |place: &str, what: String| Error::input(format!("{place}: {what}"));
    if file.file.trim().is_empty() {
        return Err(refused(&place, "file names no file".to_owned()));
    }
    if file.raters.is_empty() {
        let what = format!("no rater of {} is named", file.file);
        return Err(refused(&place, what).hint(FORM));
    }
    let mut raters = Vec::new();
    for raw in std::mem::take(&mut file.raters) {
        let place = at(raw.span().start);
        let rater = rater(&file, &place, raw.into_inner())
            .map_err(|what| refused(&place, what).hint(FORM))?;
        raters.push((place, rater));
    }
    check_keys(&file, &raters).map_err(|what| refused(&place, what))?;
    Ok(Taken {
        place,
        raters,
        panel: file.panel,
    })
}

/// What a rater of a recording looks like.
const FORM: &str = "a rater of a recording is the name of a column (with dimension = \"…\" above), or \
                    { id = \"…\", columns = { exposure = \"column\" } }";

fn rater(file: &RawFile, place: &str, raw: RawRater) -> std::result::Result<Rater, String> {
    let raw = match raw {
        RawRater::Table(table) => *table,
        RawRater::Column(column) => {
            check_id(&column).map_err(|what| {
                format!("{what}, such as {{ id = \"mine\", column = \"{column}\" }}")
            })?;
            RawTable {
                id: column.clone(),
                column: Some(column),
                columns: BTreeMap::new(),
                rationale: None,
                confidence: None,
                probability: None,
                description: None,
                gold: None,
                only: BTreeMap::new(),
            }
        }
    };
    check_id(&raw.id)?;
    let id = raw.id;
    let mut columns = raw.columns;
    if let Some(column) = raw.column {
        let Some(dimension) = file.dimension.clone() else {
            return Err(format!(
                "'{id}' is column '{column}', but the recording has no 'dimension' that says what it rates"
            ));
        };
        if columns.insert(dimension.clone(), column).is_some() {
            return Err(format!("'{id}' has two columns for '{dimension}'"));
        }
    }
    if columns.is_empty() {
        return Err(format!("'{id}' has no column"));
    }
    let gold = match (file.gold.get(&id), raw.gold) {
        (Some(one), Some(other)) if *one != other => {
            return Err(format!("'{id}' is gold of two kinds"));
        }
        (one, other) => one.copied().or(other),
    };
    let recording = Recording {
        file: file.file.clone(),
        place: place.to_owned(),
        task_id: file.task_id.clone(),
        occupation_id: file.occupation_id.clone(),
        columns,
        rationale: raw.rationale,
        confidence: raw.confidence,
        only: raw.only,
        fold: file.fold.clone(),
        multiply: file.multiply.clone(),
        probability: raw.probability.or_else(|| file.probability.clone()),
        description: raw.description.unwrap_or_default().trim().to_owned(),
        gold,
    };
    Ok(Rater {
        id,
        source: Source::Recording(Box::new(recording)),
    })
}

/// Factors and kinds of gold name something that is there.
fn check_keys(file: &RawFile, raters: &[(String, Rater)]) -> std::result::Result<(), String> {
    let ids: Vec<&str> = raters.iter().map(|(_, rater)| &*rater.id).collect();
    if let Some(id) = file.gold.keys().find(|id| !ids.contains(&id.as_str())) {
        return Err(format!(
            "gold names '{id}', which is none of its raters: {}",
            ids.join(", ")
        ));
    }
    let recordings = || raters.iter().filter_map(|(_, rater)| rater.recording());
    for (key, factor) in &file.multiply {
        let read = recordings().any(|recording| {
            recording.columns.contains_key(key)
                || (key == "confidence" && recording.confidence.is_some())
        });
        if !read {
            return Err(format!(
                "multiply names '{key}', which no column is read for"
            ));
        }
        if !factor.is_finite() || *factor == 0.0 {
            return Err(format!("multiply: {key} = {factor} is no factor"));
        }
    }
    match file
        .fold
        .iter()
        .find(|(_, to)| matches!(to, Folded::Number(number) if !number.is_finite()))
    {
        Some((cell, _)) => Err(format!("fold: '{cell}' becomes no number")),
        None => Ok(()),
    }
}
