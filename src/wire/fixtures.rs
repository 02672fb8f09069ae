//! A rater for tests.

use crate::rater::{Limits, Llm, Structured, Traffic, Wire};
use std::collections::BTreeMap;

/// A rater that is asked with a temperature of 0.7.
pub(super) fn llm(wire: Wire, structured: Structured) -> Llm {
    Llm {
        wire,
        model: "m".into(),
        base_url: "http://127.0.0.1:1/v1".into(),
        key_env: Some("KEY".into()),
        structured,
        max_tokens: 100,
        max_tokens_field: "max_tokens".into(),
        parameters: BTreeMap::from([("temperature".into(), serde_json::json!(0.7))]),
        price: None,
        price_source: None,
        retires: None,
        traffic: Traffic {
            concurrency: None,
            limits: Limits::default(),
            first_byte_seconds: 1,
            timeout_seconds: 1,
            prompt_cache_tokens: 0,
        },
    }
}
