//! An adjudicator by rule: a model whose name holds `follows-first` says what the rater says who is shown first, whatever the
//! reasons; one whose name holds `follows-reasons` what the rater says who gives the longest reason, wherever it stands. Any
//! other judges the task alone, as in a rating.

use serde_json::{Map, Value, json};

/// The answers that such a model gives to the last dispute of the user messages, by dimension.
pub fn followed(model: &str, users: &str) -> Map<String, Value> {
    let Some((_, text)) = users.rsplit_once("<disputed>") else {
        return Map::new();
    };
    let ratings = text.split("<rating>").skip(1);
    let ratings: Vec<(&str, Map<String, Value>)> = ratings
        .map(|rating| {
            let reason = between(rating, "<reason>", "</reason>").unwrap_or_default();
            (reason, answers(rating))
        })
        .collect();
    let chosen = if model.contains("follows-first") {
        ratings.into_iter().next()
    } else if model.contains("follows-reasons") {
        ratings
            .into_iter()
            .max_by_key(|(reason, _)| (reason.len(), *reason))
    } else {
        None
    };
    chosen.map_or_else(Map::new, |(_, answers)| answers)
}

fn answers(rating: &str) -> Map<String, Value> {
    let answers = rating.split("<answer to=\"").skip(1);
    let answers = answers.filter_map(|rest| {
        let (dimension, rest) = rest.split_once("\">")?;
        let (value, _) = rest.split_once("</answer>")?;
        let value = value
            .parse::<i64>()
            .map_or_else(|_| json!(value), |n| json!(n));
        Some((dimension.to_owned(), value))
    });
    answers.collect()
}

fn between<'a>(text: &'a str, from: &str, to: &str) -> Option<&'a str> {
    let (_, rest) = text.split_once(from)?;
    rest.split_once(to).map(|(inside, _)| inside)
}
