//! JSON for reading an answer once and throwing it away: texts are borrowed where they stand as they are, objects are
//! lists. A tree of [`serde_json::Value`] takes three times as long to make and to drop.

use serde::de::{Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};
use std::borrow::Cow;
use std::fmt;

/// A JSON value.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Json<'a> {
    /// null, true or false: nothing of an answer depends on them.
    Other,
    Whole(u64),
    /// Every number that is not whole, or below zero, or too large.
    Number(f64),
    Text(Cow<'a, str>),
    List(Vec<Json<'a>>),
    Object(Vec<(Cow<'a, str>, Json<'a>)>),
}

impl<'a> Json<'a> {
    /// The field of an object; of one that is there twice, the last.
    pub fn get(&self, name: &str) -> Option<&Self> {
        match self {
            Self::Object(fields) => fields
                .iter()
                .rev()
                .find(|(known, _)| known == name)
                .map(|(_, value)| value),
            _ => None,
        }
    }

    pub fn as_str(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }

    pub fn as_list(&self) -> Option<&[Json<'a>]> {
        match self {
            Self::List(items) => Some(items),
            _ => None,
        }
    }
}

impl<'de> Deserialize<'de> for Json<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Reader)
    }
}

struct Reader;

impl<'de> Visitor<'de> for Reader {
    type Value = Json<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_unit<E>(self) -> Result<Self::Value, E> {
        Ok(Json::Other)
    }

    fn visit_bool<E>(self, _: bool) -> Result<Self::Value, E> {
        Ok(Json::Other)
    }

    fn visit_u64<E>(self, number: u64) -> Result<Self::Value, E> {
        Ok(Json::Whole(number))
    }

    #[expect(clippy::cast_precision_loss, reason = "counts below zero do not occur")]
    fn visit_i64<E>(self, number: i64) -> Result<Self::Value, E> {
        Ok(u64::try_from(number).map_or(Json::Number(number as f64), Json::Whole))
    }

    fn visit_f64<E>(self, number: f64) -> Result<Self::Value, E> {
        Ok(Json::Number(number))
    }

    fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Self::Value, E> {
        Ok(Json::Text(Cow::Borrowed(text)))
    }

    fn visit_str<E>(self, text: &str) -> Result<Self::Value, E> {
        Ok(Json::Text(Cow::Owned(text.to_owned())))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Self::Value, A::Error> {
        let mut list = Vec::new();
        while let Some(item) = items.next_element()? {
            list.push(item);
        }
        Ok(Json::List(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut fields: A) -> Result<Self::Value, A::Error> {
        let mut object = Vec::new();
        while let Some((Name(name), value)) = fields.next_entry()? {
            object.push((name, value));
        }
        Ok(Json::Object(object))
    }
}

/// The name of a field, borrowed where that can be: serde's own `Cow` never is.
struct Name<'a>(Cow<'a, str>);

impl<'de> Deserialize<'de> for Name<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        match Json::deserialize(deserializer)? {
            Json::Text(name) => Ok(Self(name)),
            _ => Err(serde::de::Error::custom("a name is a text")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_an_answer_holds_is_found() {
        let text =
            r#"{"a": 1, "b\n": "é\u0041", "c": [1.5, -2, null, true, {"a": "x"}], "a": "last"}"#;
        let json: Json<'_> = serde_json::from_str(text).unwrap();
        assert_eq!(json.get("a").and_then(Json::as_str), Some("last"));
        assert_eq!(json.get("b\n").and_then(Json::as_str), Some("éA"));
        let list = json.get("c").and_then(Json::as_list).unwrap();
        assert_eq!(
            list[..4],
            [
                Json::Number(1.5),
                Json::Number(-2.0),
                Json::Other,
                Json::Other
            ]
        );
        assert_eq!(list[4].get("a").and_then(Json::as_str), Some("x"));
        assert_eq!(json.get("d"), None);
        let Some(Json::Text(Cow::Borrowed("x"))) = list[4].get("a") else {
            panic!("a plain text is borrowed");
        };
        assert!(serde_json::from_str::<Json<'_>>("{\"a\": 1} x").is_err());
    }
}
