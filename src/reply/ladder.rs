//! The parse ladder: the text as it is, without its fence, cut out of prose. What was needed is recorded.

use crate::prompt::{Field, Prompt, ReplySchema};
use crate::rating::{Outcome, Rating, Repair, Value};
use crate::rubric::{Dimension, Rubric, Scale};
use serde_json::{Map, Value as Json};

/// A reply that holds everything that was asked for.
#[derive(Debug, Clone, PartialEq)]
pub struct Parsed {
    /// One answer a dimension.
    pub values: Vec<Option<Value>>,
    /// Why.
    pub rationale: String,
    /// AI tools named.
    pub tools: Vec<String>,
    /// Confidence, 0–100, where it is given and on its scale.
    pub confidence: Option<f64>,
    /// The step of the ladder that led here.
    pub repair: Repair,
}

impl Parsed {
    /// As a rating.
    #[must_use]
    pub fn into_rating(self) -> Rating {
        Rating {
            outcome: Outcome::Rated,
            values: self.values,
            rationale: self.rationale,
            tools: self.tools,
            confidence: self.confidence,
            repair: Some(self.repair),
            basis: None,
        }
    }
}

/// Reads the text of a reply.
///
/// # Errors
/// Why it cannot be used, in words that a re-ask can repeat to the model.
pub fn parse(prompt: &Prompt, text: &str) -> Result<Parsed, String> {
    parse_as(prompt.rubric(), prompt.schema(), text)
}

/// The same for a reply of this shape, whose fields are those of a rating under this rubric. Dimensions that the shape does not
/// have stay without an answer.
pub(super) fn parse_as(
    rubric: &Rubric,
    schema: &ReplySchema,
    text: &str,
) -> Result<Parsed, String> {
    climb(text, |object, repair| {
        fields((rubric, schema), object, repair)
    })
}

/// Reads the first object in a text that holds what was asked for; `fields` takes it out, or says what is wrong.
pub(crate) fn climb<T>(
    text: &str,
    fields: impl Fn(&Map<String, Json>, Repair) -> Result<T, String>,
) -> Result<T, String> {
    let text = text.trim();
    if text.is_empty() {
        return Err("it is empty".to_owned());
    }
    let mut reason = None;
    let steps = [
        (Repair::Direct, object(text)),
        (Repair::Fence, unfenced(text).and_then(object)),
    ];
    let bracketed = objects_within(text).map(|object| (Repair::Bracket, Some(object)));
    for (repair, object) in steps.into_iter().chain(bracketed) {
        let Some(object) = object else { continue };
        match fields(&object, repair) {
            Ok(parsed) => return Ok(parsed),
            // The first object found is the one the model meant: its fault is the one to name.
            Err(fault) => reason = reason.or(Some(fault)),
        }
    }
    Err(reason.unwrap_or_else(|| "it is not a JSON object".to_owned()))
}

fn object(text: &str) -> Option<Map<String, Json>> {
    serde_json::from_str(text.trim()).ok()
}

/// What stands inside the first code fence, without the language that may follow its opening.
fn unfenced(text: &str) -> Option<&str> {
    let (_, after) = text.split_once("```")?;
    let (_, inside) = after.split_once('\n')?;
    inside.rsplit_once("```").map(|(inside, _)| inside)
}

/// Every JSON object that begins somewhere in the text, outermost first.
fn objects_within(text: &str) -> impl Iterator<Item = Map<String, Json>> {
    /// Prose with thousands of brackets is no reply: the search stays short.
    const MOST: usize = 64;
    text.match_indices('{').take(MOST).filter_map(|(start, _)| {
        let mut values = serde_json::Deserializer::from_str(&text[start..]).into_iter();
        values.next()?.ok()
    })
}

/// Takes the fields out of the object. Fields that nobody asked for are ignored: they change no rating.
fn fields(
    (rubric, schema): (&Rubric, &ReplySchema),
    object: &Map<String, Json>,
    repair: Repair,
) -> Result<Parsed, String> {
    let dimensions = rubric.dimensions();
    let mut parsed = Parsed {
        values: vec![None; dimensions.len()],
        rationale: String::new(),
        tools: Vec::new(),
        confidence: None,
        repair,
    };
    for (name, field) in schema.fields() {
        let value = object.get(name);
        match field {
            Field::Rationale => parsed.rationale = rationale(value)?,
            Field::Tools => parsed.tools = tools(value)?,
            Field::Confidence => parsed.confidence = confidence(value),
            Field::Dimension(position) => {
                let value = value.ok_or_else(|| format!("the field '{name}' is missing"))?;
                parsed.values[*position] = Some(answer(&dimensions[*position], value)?);
            }
        }
    }
    Ok(parsed)
}

fn rationale(value: Option<&Json>) -> Result<String, String> {
    match value.and_then(Json::as_str).map(str::trim) {
        Some(text) if !text.is_empty() => Ok(text.to_owned()),
        _ => Err("the field 'rationale' is missing or empty".to_owned()),
    }
}

fn tools(value: Option<&Json>) -> Result<Vec<String>, String> {
    match value {
        None | Some(Json::Null) => Ok(Vec::new()),
        Some(Json::Array(items)) => Ok(items
            .iter()
            .filter_map(Json::as_str)
            .map(str::trim)
            .filter(|tool| !tool.is_empty())
            .map(str::to_owned)
            .collect()),
        Some(_) => Err("the field 'tools' is not a list".to_owned()),
    }
}

/// A confidence that is missing or off its scale is missing: it says nothing about the task.
fn confidence(value: Option<&Json>) -> Option<f64> {
    value
        .and_then(Json::as_f64)
        .filter(|number| (0.0..=100.0).contains(number))
}

fn answer(dimension: &Dimension, value: &Json) -> Result<Value, String> {
    let id = &dimension.id;
    match &dimension.scale {
        Scale::Score(_) => {
            let score = value
                .as_f64()
                .ok_or_else(|| format!("'{id}' is {value}, not a number"))?;
            if !(0.0..=100.0).contains(&score) {
                return Err(format!("'{id}' is {value}, outside 0 to 100"));
            }
            Ok(Value {
                value: score,
                label: None,
                probabilities: None,
            })
        }
        Scale::Labels(labels) => {
            let given = value.as_str().map(str::trim);
            let position = given
                .and_then(|given| dimension.label_index(given))
                .ok_or_else(|| {
                    let known: Vec<&str> = labels.iter().map(|label| label.id.as_str()).collect();
                    format!("'{id}' is {value}, not one of {}", known.join(", "))
                })?;
            Ok(Value {
                value: labels[position].value,
                label: Some(position),
                probabilities: None,
            })
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str = r#"{"rationale":"Because.","tools":["a"," ",3],"exposure":"E2","automation":40,"augmentation":55.5,"confidence":70}"#;

    fn parsed(text: &str) -> Result<Parsed, String> {
        parse(&Prompt::built_in("impact").unwrap(), text)
    }

    #[test]
    fn each_step_of_the_ladder_reads_the_same_rating() {
        let direct = parsed(GOOD).unwrap();
        assert_eq!(direct.repair, Repair::Direct);
        assert_eq!(direct.tools, ["a"]);
        let values: Vec<f64> = direct.values.iter().flatten().map(|v| v.value).collect();
        assert_eq!(values, [0.5, 40.0, 55.5]);
        let cases = [
            (format!("```json\n{GOOD}\n```"), Repair::Fence),
            (
                format!("Here you are:\n```\n{GOOD}\n```\nDone."),
                Repair::Fence,
            ),
            (
                format!("I think {{so}}: {GOOD} and that's it."),
                Repair::Bracket,
            ),
            (format!("{{\"thought\": 1}} {GOOD}"), Repair::Bracket),
        ];
        for (text, repair) in cases {
            let same = parsed(&text).unwrap_or_else(|reason| panic!("{text}: {reason}"));
            assert_eq!(
                same,
                Parsed {
                    repair,
                    ..direct.clone()
                },
                "{text}"
            );
        }
    }

    #[test]
    fn what_is_wrong_is_said() {
        let cases = [
            ("", "it is empty"),
            ("I cannot say.", "it is not a JSON object"),
            ("[1]", "it is not a JSON object"),
            (
                &GOOD.replace("40", "140"),
                "'automation' is 140, outside 0 to 100",
            ),
            (
                &GOOD.replace("40", "\"40\""),
                "'automation' is \"40\", not a number",
            ),
            (
                &GOOD.replace("40", "null"),
                "'automation' is null, not a number",
            ),
            (
                &GOOD.replace("E2", "E9"),
                "'exposure' is \"E9\", not one of E0, E2, E1",
            ),
            (
                &GOOD.replace("\"exposure\":\"E2\",", ""),
                "the field 'exposure' is missing",
            ),
            (
                &GOOD.replace("Because.", " "),
                "the field 'rationale' is missing or empty",
            ),
            (&GOOD[..40], "it is not a JSON object"),
        ];
        for (text, reason) in cases {
            assert_eq!(parsed(text).unwrap_err(), reason, "{text}");
        }
    }

    #[test]
    fn a_confidence_off_its_scale_is_missing_and_costs_no_rating() {
        assert_eq!(parsed(&GOOD.replace("70", "700")).unwrap().confidence, None);
        assert_eq!(
            parsed(&GOOD.replace(",\"confidence\":70", ""))
                .unwrap()
                .confidence,
            None
        );
    }

    proptest::proptest! {
        #[test]
        fn no_text_makes_the_parser_panic(text in ".{0,200}") {
            let _ = parsed(&text);
            let _ = parsed(&format!("```{text}{{{text}```"));
        }
    }
}
