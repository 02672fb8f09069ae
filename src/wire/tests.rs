use super::fixtures::llm;
use super::*;
use crate::prompt::Prompt;
use crate::prompt::strict::{self, Vendor};
use std::collections::BTreeMap;

fn body(llm: &Llm) -> Value {
    let prompt = Prompt::built_in("exposure").unwrap();
    let turns = [Turn::User("Q".into())];
    let ask = Ask {
        system: "S",
        turns: &turns,
        schema: prompt.schema(),
        max_tokens: 100,
    };
    encode(llm, &ask)
}

#[test]
fn an_openai_request_is_this() {
    let text = body(&llm(Wire::OpenAi, Structured::Schema)).to_string();
    insta::assert_snapshot!(text, @r#"{"model":"m","messages":[{"role":"system","content":"S"},{"role":"user","content":"Q"}],"max_tokens":100,"response_format":{"type":"json_schema","json_schema":{"name":"rating","strict":true,"schema":{"type":"object","properties":{"rationale":{"type":"string","description":"One to three sentences that give the reason, written before the ratings."},"exposure":{"type":"string","enum":["E0","E2","E1"]},"confidence":{"type":"integer","description":"0 (a guess) to 100 (certain)."}},"required":["rationale","exposure","confidence"],"additionalProperties":false}}},"temperature":0.7}"#);
}

#[test]
fn an_anthropic_request_is_this() {
    let text = body(&llm(Wire::Anthropic, Structured::Schema)).to_string();
    insta::assert_snapshot!(text, @r#"{"model":"m","max_tokens":100,"system":[{"type":"text","text":"S"}],"messages":[{"role":"user","content":"Q"}],"output_config":{"format":{"type":"json_schema","schema":{"type":"object","properties":{"rationale":{"type":"string","description":"One to three sentences that give the reason, written before the ratings."},"exposure":{"type":"string","enum":["E0","E2","E1"]},"confidence":{"type":"integer","description":"0 (a guess) to 100 (certain)."}},"required":["rationale","exposure","confidence"],"additionalProperties":false}}},"temperature":0.7}"#);
}

#[test]
fn schemas_as_sent_are_in_the_strict_subset_of_their_vendor() {
    let openai = body(&llm(Wire::OpenAi, Structured::Schema));
    let schema = &openai["response_format"]["json_schema"]["schema"];
    assert_eq!(strict::check(Vendor::OpenAi, schema), Ok(()));
    let anthropic = body(&llm(Wire::Anthropic, Structured::Schema));
    let schema = &anthropic["output_config"]["format"]["schema"];
    assert_eq!(strict::check(Vendor::Anthropic, schema), Ok(()));
}

#[test]
fn servers_without_schemas_are_told_the_fields_in_words() {
    for (structured, format) in [(Structured::Json, true), (Structured::None, false)] {
        let body = body(&llm(Wire::OpenAi, structured));
        let system = body["messages"][0]["content"].as_str().unwrap();
        assert!(system.starts_with("S\n\n") && system.contains("E0|E2|E1"));
        assert_eq!(body.get("response_format").is_some(), format);
    }
}

#[test]
fn a_bare_message_is_enough_for_an_answer() {
    let body = br#"{"choices":[{"message":{"content":"hi"},"finish_reason":"eos"}]}"#;
    let answer = decode(Wire::OpenAi, 200, body).unwrap();
    assert_eq!(
        (answer.text.as_str(), answer.stop, answer.usage),
        ("hi", Stop::End, None)
    );
    let body = br#"{"choices":[{"message":{"content":[{"type":"text","text":"h"},{"type":"x"},{"text":"i"}]}}],
                    "usage":{"prompt_tokens":10.0,"completion_tokens":2,"prompt_tokens_details":{"cached_tokens":4}}}"#;
    let answer = decode(Wire::OpenAi, 200, body).unwrap();
    let usage = Usage {
        input: 6,
        cache_write: 0,
        cache_read: 4,
        output: 2,
    };
    assert_eq!((answer.text.as_str(), answer.usage), ("hi", Some(usage)));
}

#[test]
fn the_stop_reason_is_read_first() {
    let openai = |text: &str| decode(Wire::OpenAi, 200, text.as_bytes()).unwrap().stop;
    assert_eq!(
        openai(
            r#"{"choices":[{"message":{"content":null,"refusal":"no"},"finish_reason":"stop"}]}"#
        ),
        Stop::Refusal("no".into())
    );
    assert_eq!(
        openai(r#"{"choices":[{"message":{"content":"{"},"finish_reason":"length"}]}"#),
        Stop::Length
    );
    assert!(matches!(
        openai(r#"{"choices":[{"message":{"content":""},"finish_reason":"content_filter"}]}"#),
        Stop::Refusal(_)
    ));
    let anthropic = |text: &str| decode(Wire::Anthropic, 200, text.as_bytes()).unwrap().stop;
    assert_eq!(
        anthropic(r#"{"content":[],"stop_reason":"refusal"}"#),
        Stop::Refusal(String::new())
    );
    assert_eq!(
        anthropic(r#"{"content":[{"type":"text","text":"{"}],"stop_reason":"max_tokens"}"#),
        Stop::Length
    );
    assert_eq!(
        anthropic(r#"{"content":[{"type":"text","text":"{"}],"stop_reason":"brand_new"}"#),
        Stop::End
    );
}

#[test]
fn a_200_without_an_answer_is_a_server_failure() {
    for body in [
        "<html>",
        "{\"error\":{\"message\":\"overloaded\"}}",
        "",
        "[]",
        "{\"choices\":[]}",
    ] {
        for wire in [Wire::OpenAi, Wire::Anthropic] {
            let failure = decode(wire, 200, body.as_bytes()).unwrap_err();
            assert!(failure.retry, "{body}");
        }
    }
}

#[test]
fn what_questions_share_gives_the_keys_and_records_of_their_fields() {
    let llm = llm(Wire::OpenAi, Structured::Schema);
    let fields = KeyFields {
        llm: &llm,
        system: "s",
        question: "q",
        schema: "{}",
        sample: 0,
    };
    let base = KeyBase::new(&fields);
    let other = KeyFields {
        question: "other",
        sample: 3,
        ..fields
    };
    for (fields, question, sample) in [(fields, "q", 0), (other, "other", 3)] {
        assert_eq!(base.key(question, sample), fields.key());
        assert_eq!(base.record(question, sample), fields.record());
    }
}

#[test]
fn every_field_of_the_request_changes_the_key_and_transport_does_not() {
    let base = llm(Wire::OpenAi, Structured::Schema);
    let key = |llm: &Llm, system: &str, question: &str, schema: &str, sample: u32| {
        KeyFields {
            llm,
            system,
            question,
            schema,
            sample,
        }
        .key()
    };
    let first = key(&base, "s", "q", "{}", 0);
    type Change = fn(&mut Llm);
    let matters: [Change; 8] = [
        |l| l.wire = Wire::Anthropic,
        |l| l.model = "n".into(),
        |l| l.base_url = "http://127.0.0.1:2/v1".into(),
        |l| l.structured = Structured::Json,
        |l| l.max_tokens = 101,
        |l| l.max_tokens_field = "max_completion_tokens".into(),
        |l| l.parameters = BTreeMap::new(),
        |l| l.parameters = BTreeMap::from([("temperature".into(), serde_json::json!(0.70001))]),
    ];
    for (n, change) in matters.iter().enumerate() {
        let mut changed = base.clone();
        change(&mut changed);
        assert_ne!(key(&changed, "s", "q", "{}", 0), first, "change {n}");
    }
    assert_ne!(key(&base, "s2", "q", "{}", 0), first);
    assert_ne!(key(&base, "s", "q2", "{}", 0), first);
    assert_ne!(key(&base, "s", "q", "{ }", 0), first);
    assert_ne!(key(&base, "s", "q", "{}", 1), first);
    // Moving a byte from one field to its neighbour is another key: fields carry their length.
    assert_ne!(key(&base, "sq", "", "{}", 0), key(&base, "s", "q", "{}", 0));
    let transport: [Change; 3] = [
        |l| l.key_env = None,
        |l| l.price = None,
        |l| l.traffic.timeout_seconds = 9,
    ];
    for change in transport {
        let mut changed = base.clone();
        change(&mut changed);
        assert_eq!(key(&changed, "s", "q", "{}", 0), first);
    }
}

#[test]
fn a_prefix_is_marked_where_it_is_long_enough() {
    let prompt = Prompt::built_in("impact").unwrap();
    let sent = |wire, least| {
        let mut llm = llm(wire, Structured::Schema);
        llm.traffic.prompt_cache_tokens = least;
        let turns = [Turn::User("Q".into())];
        let ask = Ask {
            system: prompt.system(),
            turns: &turns,
            schema: prompt.schema(),
            max_tokens: 100,
        };
        let prefix = PrefixCache::of(&llm, ask.system, ask.schema);
        (
            prefix,
            encode(&llm, &ask)["system"][0]["cache_control"].clone(),
        )
    };
    let (prefix, mark) = sent(Wire::Anthropic, 500);
    assert_eq!(prefix, PrefixCache::Marked);
    assert_eq!(mark, serde_json::json!({"type": "ephemeral"}));
    let (prefix, mark) = sent(Wire::Anthropic, 4096);
    assert!(
        matches!(
            prefix,
            PrefixCache::TooShort {
                about: 500..2000,
                least: 4096
            }
        ),
        "{prefix:?}"
    );
    assert!(mark.is_null());
    assert_eq!(sent(Wire::Anthropic, 0).0, PrefixCache::Off);
    assert_eq!(
        sent(Wire::OpenAi, 500),
        (PrefixCache::Unmarked, Value::Null)
    );
}
