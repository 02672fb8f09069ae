//! JSONL as cells of whatever columns: an object a line, with the fields of objects in it as columns of their own.

use super::json_lines::{kind, parse};
use crate::inventory::{Grid, Problem};
use serde_json::{Map, Value};
use std::collections::{HashMap, HashSet};

/// A name and its value.
type Cell = (String, String);

/// Reads a table of whatever columns: an object is a row, and a field of an object in it a column with a dot in its name.
/// The first row holds the names of all fields that any line has.
pub(super) fn read(place: &str, text: &str) -> (Grid, Vec<Problem>) {
    let (mut columns, mut by_name) = (Vec::new(), HashMap::new());
    let mut rows: Vec<(usize, Vec<(usize, String)>)> = Vec::new();
    let mut problems = Vec::new();
    for (n, line) in text.lines().enumerate() {
        if line.trim().is_empty() {
            continue;
        }
        match flat(line) {
            Ok(cells) => {
                let mut at = |name: String| {
                    *by_name.entry(name).or_insert_with_key(|name| {
                        columns.push(name.clone());
                        columns.len() - 1
                    })
                };
                let cells = cells.into_iter().map(|(name, text)| (at(name), text));
                rows.push((n + 1, cells.collect()));
            }
            Err(what) => problems.push(Problem {
                place: place.to_owned(),
                line: Some(n + 1),
                what,
            }),
        }
    }
    let mut grid = Grid::new(place);
    if columns.is_empty() {
        return (grid, problems);
    }
    grid.begin(1);
    columns.iter().for_each(|name| grid.cell(name));
    for (line, cells) in rows {
        let mut row = vec![String::new(); columns.len()];
        for (at, text) in cells {
            if let Some(cell) = row.get_mut(at) {
                *cell = text;
            }
        }
        grid.begin(line);
        row.iter().for_each(|text| grid.cell(text));
    }
    (grid, problems)
}

/// The fields of a line by their names; what is nothing has no cell, and a list is its JSON.
fn flat(line: &str) -> Result<Vec<Cell>, String> {
    let object = match parse(line).map_err(|what| format!("not a JSON object: {what}"))? {
        Value::Object(object) => object,
        other => return Err(format!("not a JSON object but {}", kind(&other))),
    };
    let mut cells = Vec::new();
    flatten("", &object, &mut cells);
    let mut names = HashSet::new();
    match cells.iter().find(|(name, _)| !names.insert(name)) {
        Some((name, _)) => Err(format!("'{name}' is in it twice")),
        None => Ok(cells),
    }
}

/// Depth is bounded by the parser, which refuses more than 128 levels.
fn flatten(above: &str, object: &Map<String, Value>, cells: &mut Vec<Cell>) {
    for (name, value) in object {
        let name = match above {
            "" => name.clone(),
            above => format!("{above}.{name}"),
        };
        match value {
            Value::Object(within) => flatten(&name, within, cells),
            Value::Null => cells.push((name, String::new())),
            Value::String(text) => cells.push((name, text.clone())),
            other => cells.push((name, other.to_string())),
        }
    }
}
