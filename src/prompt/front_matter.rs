//! Splits a prompt file and reads its front matter into a rubric and a field list.

use super::Field;
use crate::error::{Error, Result};
use crate::line_at;
use crate::rubric::{Anchor, Dimension, Label, Rubric, Scale, check_id};
use serde::Deserialize;
use serde::de::DeserializeOwned;

/// The three parts of a prompt file, with the line at which each template begins.
pub(super) struct Parts {
    pub front: String,
    pub system: Template,
    pub task: Template,
}

/// A template and where it stands in its file.
pub(super) struct Template {
    pub text: String,
    /// Number of lines of the file before it.
    pub lines_before: usize,
}

/// What the front matter says, checked.
pub(super) struct Front {
    pub version: String,
    pub rubric: Rubric,
    pub fields: Vec<Field>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawFront {
    id: String,
    version: String,
    #[serde(default, rename = "title")]
    _title: String,
    fields: Vec<String>,
    dimensions: Vec<RawDimension>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawDimension {
    id: String,
    question: String,
    labels: Option<Vec<Label>>,
    anchors: Option<Vec<Anchor>>,
}

/// Cuts the file at its `+++` lines.
pub(super) fn split(name: &str, text: &str) -> Result<Parts> {
    let text = text
        .strip_prefix('\u{feff}')
        .unwrap_or(text)
        .replace("\r\n", "\n");
    let lines: Vec<&str> = text.lines().collect();
    let fences: Vec<usize> = (0..lines.len())
        .filter(|&n| lines[n].trim_end() == "+++")
        .collect();
    let [first, second, third] = fences[..] else {
        return Err(Error::input(format!(
            "{name}: a prompt file has three lines '+++', this one has {}",
            fences.len()
        ))
        .hint(
            "the order is: +++, front matter, +++, system template, +++, template of the question",
        ));
    };
    if first != 0 {
        return Err(Error::input(format!(
            "{name}:1: a prompt file begins with a line '+++'"
        )));
    }
    let template = |from: usize, to: usize| Template {
        text: lines[from..to].join("\n"),
        lines_before: from,
    };
    Ok(Parts {
        front: lines[1..second].join("\n"),
        system: template(second + 1, third),
        task: template(third + 1, lines.len()),
    })
}

/// Reads and checks the front matter.
pub(super) fn parse(name: &str, parts: &Parts) -> Result<Front> {
    let raw: RawFront = read(name, &parts.front)?;
    if check_id(&raw.id).is_err() {
        let line = raw_line(&parts.front, "id");
        return Err(Error::input(format!(
            "{name}:{line}: '{}' cannot be the id of a rubric",
            raw.id
        ))
        .hint("use lower-case letters, digits and '_', beginning with a letter"));
    }
    let dimensions = raw
        .dimensions
        .into_iter()
        .map(|dimension| scale(name, dimension))
        .collect::<Result<Vec<_>>>()?;
    let rubric = Rubric::new(raw.id, dimensions)
        .map_err(|error| Error::input(format!("{name}: {error}")))?;
    let fields = fields(name, &raw.fields, &rubric)?;
    Ok(Front {
        version: raw.version,
        rubric,
        fields,
    })
}

/// Reads the front matter as TOML.
pub(super) fn read<T: DeserializeOwned>(name: &str, front: &str) -> Result<T> {
    toml::from_str(front).map_err(|error| {
        // The front matter begins on line 2 of the file.
        let line = error
            .span()
            .map_or(2, |span| line_at(front, span.start) + 1);
        Error::input(format!("{name}:{line}: {}", error.message()))
    })
}

/// Line of the file on which a key of the front matter stands.
fn raw_line(front: &str, key: &str) -> usize {
    let holds = |line: &str| {
        line.split('=')
            .next()
            .is_some_and(|name| name.trim() == key)
    };
    front.lines().position(holds).map_or(1, |line| line + 2)
}

fn scale(name: &str, raw: RawDimension) -> Result<Dimension> {
    let scale = match (raw.labels, raw.anchors) {
        (Some(labels), None) => Scale::Labels(labels),
        (None, anchors) => Scale::Score(anchors.unwrap_or_default()),
        (Some(_), Some(_)) => {
            return Err(Error::input(format!(
                "{name}: dimension '{}' has labels and anchors; labels make it an ordered scale, anchors a score",
                raw.id
            )));
        }
    };
    Ok(Dimension {
        id: raw.id,
        question: raw.question,
        scale,
    })
}

fn fields(name: &str, listed: &[String], rubric: &Rubric) -> Result<Vec<Field>> {
    let fields = listed
        .iter()
        .map(|field| match field.as_str() {
            "rationale" => Ok(Field::Rationale),
            "tools" => Ok(Field::Tools),
            "confidence" => Ok(Field::Confidence),
            other => rubric.position(other).map(Field::Dimension).ok_or_else(|| {
                Error::input(format!("{name}: field '{other}' is not a dimension"))
                    .hint("fields are rationale, tools, confidence and the ids of the dimensions")
            }),
        })
        .collect::<Result<Vec<_>>>()?;
    for (n, field) in fields.iter().enumerate() {
        if fields[..n].contains(field) {
            return Err(Error::input(format!(
                "{name}: field '{}' is listed twice",
                listed[n]
            )));
        }
    }
    check_order(name, &fields, rubric)?;
    Ok(fields)
}

/// Models write fields in the order of the schema: a reason given after the score would only defend it.
fn check_order(name: &str, fields: &[Field], rubric: &Rubric) -> Result<()> {
    let rationale = fields.iter().position(|field| *field == Field::Rationale);
    let first_score = fields
        .iter()
        .position(|field| matches!(field, Field::Dimension(_)));
    match (rationale, first_score) {
        (Some(reason), Some(score)) if reason < score => {}
        _ => {
            return Err(Error::input(format!(
                "{name}: the field 'rationale' must come before every dimension"
            )));
        }
    }
    for (position, dimension) in rubric.dimensions().iter().enumerate() {
        if !fields.contains(&Field::Dimension(position)) {
            return Err(Error::input(format!(
                "{name}: dimension '{}' is not a field",
                dimension.id
            )));
        }
    }
    Ok(())
}
