//! Numbers in a summary that stand in none of the texts it was made of: digits and the usual number words, "50 %" and "0.5" being
//! one number.

use super::check::Known;

const WORDS: [(&str, f64); 31] = [
    ("zero", 0.0),
    ("two", 2.0),
    ("three", 3.0),
    ("four", 4.0),
    ("five", 5.0),
    ("six", 6.0),
    ("seven", 7.0),
    ("eight", 8.0),
    ("nine", 9.0),
    ("ten", 10.0),
    ("eleven", 11.0),
    ("twelve", 12.0),
    ("thirteen", 13.0),
    ("fourteen", 14.0),
    ("fifteen", 15.0),
    ("sixteen", 16.0),
    ("seventeen", 17.0),
    ("eighteen", 18.0),
    ("nineteen", 19.0),
    ("twenty", 20.0),
    ("thirty", 30.0),
    ("forty", 40.0),
    ("fifty", 50.0),
    ("sixty", 60.0),
    ("seventy", 70.0),
    ("eighty", 80.0),
    ("ninety", 90.0),
    ("hundred", 100.0),
    ("thousand", 1000.0),
    ("half", 0.5),
    ("dozen", 12.0),
];
/// After a number of raters, and before one.
const COUNTED: [&str; 20] = [
    "of",
    "rater",
    "raters",
    "model",
    "models",
    "other",
    "others",
    "dissenter",
    "dissenters",
    "agree",
    "say",
    "rate",
    "see",
    "give",
    "dissent",
    "disagree",
    "differ",
    "part",
    "hold",
    "think",
];
const COUNTING: [&str; 3] = ["all", "other", "of"];

/// A number and how it was written.
#[derive(Debug, Clone, PartialEq)]
struct Number {
    text: String,
    value: f64,
    /// "50 %" is 0.5, too.
    percent: bool,
    /// The words before and after it, in lower case.
    beside: [String; 2],
}

/// The first number of a summary that is not there.
pub(super) fn unknown(summary: &str, known: &Known<'_>) -> Option<String> {
    let there: Vec<f64> = known
        .there
        .iter()
        .flat_map(|text| numbers(text))
        .flat_map(|number| number.values())
        .collect();
    let is_there = |value: f64| there.iter().any(|known| (known - value).abs() < 1e-9);
    let counts = |number: &Number| {
        let [before, after] = number.beside.each_ref().map(String::as_str);
        let count =
            number.value.fract() == 0.0 && (1.0..=known.raters as f64).contains(&number.value);
        count && !number.percent && (COUNTED.contains(&after) || COUNTING.contains(&before))
    };
    let mut unknown = numbers(summary).into_iter().filter(|number| {
        let found = number.values().into_iter().any(is_there);
        let half = number.text == "half" && is_there(50.0);
        !found && !half && !counts(number)
    });
    unknown.next().map(|number| number.text)
}

impl Number {
    /// The number, and what it is as a share where it is a percentage of something.
    fn values(&self) -> Vec<f64> {
        match self.percent && self.value <= 100.0 {
            true => vec![self.value, self.value / 100.0],
            false => vec![self.value],
        }
    }
}

/// Numbers of a text. Digits that belong to a name (`gpt-4o`, `E2`) are none.
fn numbers(text: &str) -> Vec<Number> {
    let lower = text.to_lowercase();
    let tokens: Vec<&str> = lower.split_whitespace().flat_map(apart).collect();
    let word = |at: Option<usize>| {
        let token = at
            .and_then(|at| tokens.get(at))
            .copied()
            .unwrap_or_default();
        token
            .trim_matches(|c: char| !c.is_alphanumeric())
            .to_owned()
    };
    let mut found = Vec::new();
    for (at, token) in tokens.iter().enumerate() {
        let bare = token.trim_matches(|c: char| !c.is_alphanumeric());
        let Some(value) = value(bare) else { continue };
        let next = tokens.get(at + 1).copied().unwrap_or_default();
        let percent = token.trim_end_matches(['.', ',', ';', ')']).ends_with('%')
            || next.starts_with('%')
            || ["percent", "per"].contains(&word(Some(at + 1)).as_str());
        found.push(Number {
            text: bare.to_owned(),
            value,
            percent,
            beside: [word(at.checked_sub(1)), word(Some(at + 1))],
        });
    }
    found
}

/// The parts of a range such as "3-5" or "60–75"; a name with dashes stays whole.
fn apart(token: &str) -> Vec<&str> {
    let named = token
        .trim_matches(|c: char| !c.is_alphanumeric())
        .starts_with(char::is_alphabetic);
    let spelled = || {
        token
            .split('-')
            .all(|part| value(part.trim_matches(|c: char| !c.is_alphanumeric())).is_some())
    };
    match named && !spelled() {
        true => vec![token],
        false => token
            .split(['-', '–', '—', '/'])
            .filter(|part| !part.is_empty())
            .collect(),
    }
}

/// What a word comes to; `None` where it is no number.
fn value(word: &str) -> Option<f64> {
    if let Some((_, value)) = WORDS
        .iter()
        .find(|(known, _)| *known == word || word.strip_suffix('s') == Some(known))
    {
        return Some(*value);
    }
    if !word.starts_with(|c: char| c.is_ascii_digit()) {
        return None;
    }
    let end = word
        .find(|c: char| !c.is_ascii_digit() && c != '.' && c != ',')
        .unwrap_or(word.len());
    let digits = word[..end].trim_end_matches(['.', ',']);
    // "1,000" is a thousand, "0,5" a half as much of the world writes it.
    let grouped = digits.split(',').skip(1).all(|group| group.len() >= 3);
    let plain = match grouped {
        true => digits.replace(',', ""),
        false => digits.replace(',', "."),
    };
    plain.parse().ok()
}
