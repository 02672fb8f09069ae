//! Skeleton objects in prose: like JSON, but with values such as `0-100` or `"E0" | "E1"`.

use serde_json::Value;

use super::shape::{self, Field, PERCENT, Shape};

/// Alternatives are short; a longer text with a bar in it is prose.
const LONGEST_LABEL: usize = 32;

/// All outermost objects in a text that can be read as skeletons.
pub fn objects(text: &str) -> Vec<Shape> {
    let chars: Vec<char> = text.chars().collect();
    let mut found = Vec::new();
    let mut at = 0;
    while at < chars.len() {
        match if chars[at] == '{' {
            object(&chars, at)
        } else {
            None
        } {
            Some((shape, end)) => {
                let block: String = chars[at..end].iter().collect();
                found.push(as_schema(&block).unwrap_or(shape));
                at = end;
            }
            None => at += 1,
        }
    }
    found
}

fn as_schema(block: &str) -> Option<Shape> {
    let value: Value = serde_json::from_str(block).ok()?;
    value["properties"]
        .is_object()
        .then(|| shape::from_schema(&value))
        .flatten()
}

/// Reads an object that opens at `start`: its fields and the place after its closing brace.
fn object(chars: &[char], start: usize) -> Option<(Shape, usize)> {
    let mut shape = Shape::new();
    let mut at = start + 1;
    loop {
        at = skip_filler(chars, at);
        match chars.get(at)? {
            '}' if shape.is_empty() => return None,
            '}' => return Some((shape, at + 1)),
            '"' => {}
            _ => return None,
        }
        let end = closing_quote(chars, at)?;
        let name: String = chars[at + 1..end].iter().collect();
        at = skip_space(chars, end + 1);
        if *chars.get(at)? != ':' {
            return None;
        }
        let (field, after) = value(chars, skip_space(chars, at + 1))?;
        shape.push((name, field));
        at = after;
    }
}

fn value(chars: &[char], at: usize) -> Option<(Field, usize)> {
    match chars.get(at)? {
        '{' => object(chars, at).map(|(shape, end)| (Field::Object(shape), end)),
        '[' => list(chars, at),
        _ => {
            let mut end = at;
            while !matches!(chars.get(end)?, ',' | '}' | '\n') {
                end = if chars[end] == '"' {
                    closing_quote(chars, end)?
                } else {
                    end
                } + 1;
            }
            let raw: String = chars[at..end].iter().collect();
            Some((
                classify(raw.split("//").next().unwrap_or_default().trim()),
                end,
            ))
        }
    }
}

fn list(chars: &[char], start: usize) -> Option<(Field, usize)> {
    let first = skip_space(chars, start + 1);
    if *chars.get(first)? == '{' {
        let (shape, mut end) = object(chars, first)?;
        while *chars.get(end)? != ']' {
            end += 1;
        }
        return Some((Field::Rows(shape), end + 1));
    }
    let mut end = first;
    while *chars.get(end)? != ']' {
        end = if chars[end] == '"' {
            closing_quote(chars, end)?
        } else {
            end
        } + 1;
    }
    Some((Field::List, end + 1))
}

fn closing_quote(chars: &[char], open: usize) -> Option<usize> {
    let mut at = open + 1;
    while *chars.get(at)? != '"' {
        at += if chars[at] == '\\' { 2 } else { 1 };
    }
    Some(at)
}

fn skip_space(chars: &[char], mut at: usize) -> usize {
    while chars.get(at).is_some_and(|c| c.is_whitespace()) {
        at += 1;
    }
    at
}

/// Skips what may stand between two fields: space, commas, ellipses, line comments.
fn skip_filler(chars: &[char], mut at: usize) -> usize {
    while let Some(c) = chars.get(at) {
        if *c == '/' && chars.get(at + 1) == Some(&'/') {
            while chars.get(at).is_some_and(|c| *c != '\n') {
                at += 1;
            }
        } else if c.is_whitespace() || matches!(c, ',' | '.' | '…') {
            at += 1;
        } else {
            break;
        }
    }
    at
}

fn classify(raw: &str) -> Field {
    let text = raw.trim_matches(|c: char| c.is_whitespace() || matches!(c, '"' | '<' | '>'));
    if text.contains('|') {
        return alternatives(text);
    }
    match text {
        "true" | "false" => return Field::Flag,
        _ if is_lone_label(text) => {
            return Field::Label(["E0", "E2", "E1"].map(Value::from).to_vec());
        }
        _ => {}
    }
    numbers(text).unwrap_or(Field::Text)
}

fn alternatives(text: &str) -> Field {
    let clean = |part: &str| {
        part.trim_matches([' ', '"', '\'', '<', '>', '`'])
            .to_owned()
    };
    let parts: Vec<String> = text
        .split('|')
        .map(clean)
        .filter(|part| !part.is_empty())
        .collect();
    if parts.is_empty() || parts.iter().any(|part| part.len() > LONGEST_LABEL) {
        return Field::Text;
    }
    Field::Label(parts.into_iter().map(Value::from).collect())
}

fn is_lone_label(text: &str) -> bool {
    text.len() == 2 && text.starts_with('E') && text.ends_with(|c: char| c.is_ascii_digit())
}

/// A range, a number or the words for one; `None` when any other word is in the text.
fn numbers(text: &str) -> Option<Field> {
    let mut found = Vec::new();
    let mut said = false;
    let split = |c: char| c.is_whitespace() || matches!(c, '-' | '–' | '(' | ')' | ',' | ':');
    for word in text
        .replace("..", " ")
        .split(split)
        .filter(|word| !word.is_empty())
    {
        match word.parse::<f64>() {
            Ok(number) => found.push(number),
            Err(_) => match word.to_ascii_lowercase().as_str() {
                "integer" | "int" | "number" => said = true,
                "from" | "to" | "a" | "an" | "between" | "and" | "whole" | "score" => {}
                _ => return None,
            },
        }
    }
    match found[..] {
        [low, high] if low < high => Some(Field::Score {
            low,
            high,
            whole: true,
        }),
        [_] => Some(PERCENT),
        [] if said => Some(PERCENT),
        _ => None,
    }
}
