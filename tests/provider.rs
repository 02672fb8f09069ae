//! The provider simulator behaves as its documentation says.

#[path = "support/provider/mod.rs"]
mod provider;

use std::collections::BTreeMap;
use std::time::Duration;

use provider::{Fault, Kind, Limits, Provider, When, go_duration};
use reqwest::{Client, ClientBuilder, Response};
use serde_json::{Value, json};

const TASK: &str = "Write, edit &amp; review reports for R&amp;D if margins are &lt; 5%.";

fn schema() -> Value {
    json!({
        "type": "object",
        "properties": {
            "rationale": {"type": "string"},
            "tools": {"type": "array", "items": {"type": "string"}},
            "exposure": {"type": "string", "enum": ["E0", "E2", "E1"]},
            "automation": {"type": "integer"},
            "confidence": {"type": "integer"},
        },
        "required": ["rationale", "tools", "exposure", "automation", "confidence"],
        "additionalProperties": false,
    })
}

fn openai(model: &str, task: &str) -> Value {
    json!({
        "model": model,
        "messages": [
            {"role": "system", "content": "Rate the task."},
            {"role": "user", "content": format!("<task>{task}</task>")},
        ],
        "max_completion_tokens": 800,
        "response_format": {"type": "json_schema", "json_schema":
            {"name": "rating", "strict": true, "schema": schema()}},
    })
}

fn anthropic(model: &str, task: &str) -> Value {
    json!({
        "model": model,
        "max_tokens": 800,
        "system": [{"type": "text", "text": "Rate the task. ".repeat(400),
            "cache_control": {"type": "ephemeral"}}],
        "messages": [{"role": "user", "content": format!("<task>{task}</task>")}],
        "output_config": {"format": {"type": "json_schema", "schema": schema()}},
    })
}

/// The crate builds reqwest without a choice of cryptography: a client needs one, also for plain HTTP.
fn builder() -> ClientBuilder {
    // A second call finds it installed, which is as good.
    let _ = rustls::crypto::ring::default_provider().install_default();
    Client::builder()
}

fn client() -> Client {
    builder().build().expect("a client")
}

async fn post(url: &str, body: &Value) -> Response {
    let request = client().post(url).json(body);
    let request = request
        .header("authorization", "Bearer k")
        .header("x-api-key", "k");
    request
        .header("anthropic-version", "2023-06-01")
        .send()
        .await
        .expect("an answer")
}

async fn ask_openai(provider: &Provider, body: &Value) -> Value {
    let url = format!("{}/v1/chat/completions", provider.url());
    post(&url, body).await.json().await.expect("JSON")
}

async fn ask_anthropic(provider: &Provider, body: &Value) -> Value {
    let url = format!("{}/v1/messages", provider.url());
    post(&url, body).await.json().await.expect("JSON")
}

fn content(reply: &Value) -> &str {
    let text = &reply["choices"][0]["message"]["content"];
    text.as_str()
        .unwrap_or_else(|| panic!("no text content in {reply}"))
}

fn rating(reply: &Value) -> Value {
    serde_json::from_str(content(reply)).expect("a JSON rating")
}

fn keys(value: &Value) -> Vec<&str> {
    value
        .as_object()
        .expect("an object")
        .keys()
        .map(String::as_str)
        .collect()
}

#[tokio::test]
async fn openai_wire_answers_the_schema_in_its_order_and_says_it_is_simulated() {
    let provider = Provider::start();
    let url = format!("{}/chat/completions", provider.url());
    let response = post(&url, &openai("gpt-4o", TASK)).await;
    assert_eq!(response.headers()["x-simulated"], "true");
    assert!(response.headers().contains_key("x-request-id"));
    let reply: Value = response.json().await.expect("JSON");
    assert_eq!(reply["simulated"], true);
    assert_eq!(reply["system_fingerprint"], "simulated");
    assert_eq!(reply["model"], "simulated/gpt-4o");
    let rating = rating(&reply);
    assert_eq!(
        keys(&rating),
        ["rationale", "tools", "exposure", "automation", "confidence"]
    );
    assert!(
        rating["rationale"]
            .as_str()
            .expect("prose")
            .starts_with("[simulated] ")
    );
    assert!((0..=100).contains(&rating["automation"].as_i64().expect("a score")));
    assert_eq!(reply["usage"]["total_tokens"].as_u64(), {
        let part = |name: &str| reply["usage"][name].as_u64().expect("tokens");
        Some(part("prompt_tokens") + part("completion_tokens"))
    });
    let recorded = &provider.requests()[0];
    assert_eq!(recorded.path, "/chat/completions");
    assert_eq!(recorded.headers["authorization"], "Bearer k");
    assert_eq!(
        (recorded.model.as_str(), recorded.body["model"].as_str()),
        ("gpt-4o", Some("gpt-4o"))
    );
}

#[tokio::test]
async fn answers_are_the_same_in_every_run_and_differ_between_models() {
    let (one, two) = (Provider::start(), Provider::start());
    let mut answers = Vec::new();
    for model in ["a", "b", "c", "d"] {
        let first = rating(&ask_openai(&one, &openai(model, TASK)).await);
        assert_eq!(first, rating(&ask_openai(&two, &openai(model, TASK)).await));
        answers.push(first["automation"].clone());
    }
    assert!(
        answers.iter().any(|answer| *answer != answers[0]),
        "{answers:?}"
    );
    let mut seeded = openai("a", TASK);
    let mut scores = Vec::new();
    for seed in 0..4 {
        seeded["seed"] = json!(seed);
        scores.push(rating(&ask_openai(&one, &seeded).await)["automation"].clone());
    }
    assert!(scores.iter().any(|score| *score != scores[0]), "{scores:?}");
}

#[tokio::test]
async fn anthropic_wire_caches_a_marked_prefix_in_disjoint_classes() {
    let provider = Provider::start();
    let first = ask_anthropic(&provider, &anthropic("claude", TASK)).await;
    assert_eq!(first["stop_reason"], "end_turn");
    assert_eq!(first["model"], "simulated/claude");
    let text = first["content"][0]["text"].as_str().expect("text");
    let rating: Value = serde_json::from_str(text).expect("a JSON rating");
    assert_eq!(keys(&rating), keys(&schema()["properties"]));
    let second = ask_anthropic(&provider, &anthropic("claude", "Weld pipes.")).await;
    let count = |reply: &Value, name: &str| reply["usage"][name].as_u64().expect("tokens");
    assert!(count(&first, "cache_creation_input_tokens") >= 1024);
    assert_eq!(count(&first, "cache_read_input_tokens"), 0);
    assert_eq!(count(&second, "cache_creation_input_tokens"), 0);
    assert!(count(&second, "cache_read_input_tokens") >= 1024);
    assert!(count(&second, "input_tokens") < 200);
}

#[tokio::test]
async fn a_forced_tool_is_called_on_both_wires() {
    let provider = Provider::start();
    let mut body = anthropic("claude", TASK);
    body.as_object_mut()
        .expect("an object")
        .remove("output_config");
    body["tools"] = json!([{"name": "rate", "input_schema": schema()}]);
    body["tool_choice"] = json!({"type": "tool", "name": "rate"});
    let reply = ask_anthropic(&provider, &body).await;
    assert_eq!(reply["stop_reason"], "tool_use");
    assert_eq!(
        keys(&reply["content"][0]["input"]),
        keys(&schema()["properties"])
    );
    let mut body = openai("gpt", TASK);
    body.as_object_mut()
        .expect("an object")
        .remove("response_format");
    body["tools"] =
        json!([{"type": "function", "function": {"name": "rate", "parameters": schema()}}]);
    body["tool_choice"] = json!({"type": "function", "function": {"name": "rate"}});
    let reply = ask_openai(&provider, &body).await;
    let call = &reply["choices"][0]["message"]["tool_calls"][0]["function"];
    let given: Value =
        serde_json::from_str(call["arguments"].as_str().expect("text")).expect("JSON");
    assert_eq!(keys(&given), keys(&schema()["properties"]));
}

#[tokio::test]
async fn a_skeleton_in_the_prompt_takes_the_place_of_a_schema() {
    let provider = Provider::start();
    let skeleton = r#"Answer with JSON like
        {
          "rationale": "one to three sentences, no lists",
          "tools": ["..."],
          "exposure": "E0|E2|E1",   // one of them
          "automation": 0-100,
          "augmentation": "<integer 0 to 100>",
          "confidence": 1..5
        }"#;
    let body = json!({"model": "local", "messages": [
        {"role": "system", "content": skeleton},
        {"role": "user", "content": "<task>Use {\"a\": 1, \"b\": 2} well.</task>"},
    ]});
    let rating = rating(&ask_openai(&provider, &body).await);
    let names = [
        "rationale",
        "tools",
        "exposure",
        "automation",
        "augmentation",
        "confidence",
    ];
    assert_eq!(keys(&rating), names);
    assert!(rating["rationale"].is_string() && rating["tools"].is_array());
    assert!(
        ["E0", "E2", "E1"]
            .iter()
            .any(|label| rating["exposure"] == *label),
        "{rating}"
    );
    assert!(rating["augmentation"].is_i64());
    assert!((1..=5).contains(&rating["confidence"].as_i64().expect("a number")));
    let bare = json!({"model": "local", "messages": [{"role": "user", "content": "Hello"}]});
    assert!(content(&ask_openai(&provider, &bare).await).starts_with("[simulated] "));
}

#[tokio::test]
async fn requests_are_checked_like_the_vendors_check_them() {
    let provider = Provider::start();
    let change = |mut body: Value, pointer: &str, value: Value| {
        *body.pointer_mut(pointer).expect("a place in the body") = value;
        body
    };
    let at = "/response_format/json_schema/schema";
    for body in [
        change(openai("gpt", TASK), "/messages", json!([])),
        change(
            openai("gpt", TASK),
            &format!("{at}/required"),
            json!(["rationale"]),
        ),
        change(
            openai("gpt", TASK),
            &format!("{at}/additionalProperties"),
            json!(true),
        ),
        change(
            openai("gpt", TASK),
            "/response_format/type",
            json!("json_schemas"),
        ),
        change(openai("o3", TASK), "/max_completion_tokens", json!(null)),
    ] {
        let mut body = body;
        if body["model"] == "o3" {
            body["temperature"] = json!(0);
        }
        let reply = ask_openai(&provider, &body).await;
        assert_eq!(
            reply["error"]["type"], "invalid_request_error",
            "{body} {reply}"
        );
    }
    let mut bounded = anthropic("claude", TASK);
    bounded["output_config"]["format"]["schema"]["properties"]["automation"]["minimum"] = json!(0);
    let mut endless = anthropic("claude", TASK);
    endless
        .as_object_mut()
        .expect("an object")
        .remove("max_tokens");
    let prefilled = change(
        anthropic("claude", TASK),
        "/messages/0/role",
        json!("assistant"),
    );
    for body in [bounded, endless, prefilled] {
        let reply = ask_anthropic(&provider, &body).await;
        assert_eq!(reply["type"], "error");
        assert_eq!(reply["error"]["type"], "invalid_request_error", "{body}");
    }
    assert_eq!(provider.stats().by_status["400"], 8);
}

#[tokio::test]
async fn keys_are_asked_for() {
    let provider = Provider::builder().key("right-key-0123456789").start();
    let url = format!("{}/v1/messages", provider.url());
    assert_eq!(post(&url, &anthropic("claude", TASK)).await.status(), 401);
    let url = format!("{}/v1/chat/completions", provider.url());
    let bare = client().post(&url).json(&openai("gpt", TASK));
    let none = bare
        .try_clone()
        .expect("a copy")
        .send()
        .await
        .expect("an answer");
    assert_eq!(none.status(), 401);
    let right = bare
        .bearer_auth("right-key-0123456789")
        .send()
        .await
        .expect("an answer");
    assert_eq!(right.status(), 200);
}

#[tokio::test]
async fn status_faults_follow_their_plan() {
    let provider = Provider::builder()
        .fault(
            Fault::status(429)
                .retry_after("0.25")
                .header("retry-after-ms", "250")
                .first(2),
        )
        .fault(Fault::new(Kind::Quota).first(1))
        .fault(Fault::status(529).path("messages"))
        .start();
    let url = format!("{}/v1/chat/completions", provider.url());
    let mut seen = Vec::new();
    for _ in 0..4 {
        let response = post(&url, &openai("gpt", TASK)).await;
        let wait = response
            .headers()
            .get("retry-after")
            .map(|value| value.to_str().map(str::to_owned));
        let (status, wait) = (response.status().as_u16(), wait.and_then(Result::ok));
        let reply: Value = response.json().await.expect("JSON");
        seen.push((
            status,
            wait,
            reply["error"]["code"].as_str().map(str::to_owned),
        ));
    }
    let (limited, wait) = (
        Some("rate_limit_exceeded".to_owned()),
        Some("0.25".to_owned()),
    );
    assert_eq!(seen[0], (429, wait.clone(), limited.clone()));
    assert_eq!(seen[1], (429, wait, limited));
    assert_eq!(seen[2], (429, None, Some("insufficient_quota".to_owned())));
    assert_eq!(seen[3], (200, None, None));
    let reply = ask_anthropic(&provider, &anthropic("claude", TASK)).await;
    assert_eq!(reply["error"]["type"], "overloaded_error");
    assert!(reply["request_id"].is_string());
    provider.reset();
    assert_eq!(provider.count(), 0);
    assert_eq!(post(&url, &openai("gpt", TASK)).await.status(), 429);
}

/// The rate limit headers of an answer, by name.
fn limit_headers(response: &Response) -> BTreeMap<String, String> {
    let text = |value: &[u8]| String::from_utf8_lossy(value).into_owned();
    let all = response.headers().iter();
    all.filter(|(name, _)| name.as_str().contains("ratelimit"))
        .map(|(name, value)| (name.to_string(), text(value.as_bytes())))
        .collect()
}

fn header<'a>(response: &'a Response, name: &str) -> Option<&'a str> {
    response.headers().get(name)?.to_str().ok()
}

#[tokio::test]
async fn without_limits_there_are_no_limit_headers() {
    let provider = Provider::start();
    for path in ["chat/completions", "messages"] {
        let url = format!("{}/v1/{path}", provider.url());
        let body = match path {
            "messages" => anthropic("claude", TASK),
            _ => openai("gpt", TASK),
        };
        let response = post(&url, &body).await;
        assert_eq!(response.status(), 200);
        assert!(limit_headers(&response).is_empty());
    }
}

#[tokio::test]
async fn a_sixth_of_the_limit_is_there_at_once_and_a_429_says_when_more_will_be() {
    let limits = Limits {
        requests_per_minute: Some(60),
        tokens_per_minute: Some(600_000),
        ..Limits::default()
    };
    let provider = Provider::builder().limits(limits).start();
    let url = format!("{}/v1/chat/completions", provider.url());
    for left in (0..10).rev() {
        let response = post(&url, &openai("gpt", TASK)).await;
        assert_eq!(response.status(), 200);
        let headers = limit_headers(&response);
        assert_eq!(headers.len(), 6, "{headers:?}");
        assert_eq!(headers["x-ratelimit-limit-requests"], "60");
        assert_eq!(
            headers["x-ratelimit-remaining-requests"],
            left.to_string(),
            "{headers:?}"
        );
        assert_eq!(headers["x-ratelimit-limit-tokens"], "600000");
        assert!(headers["x-ratelimit-reset-requests"].ends_with('s'));
    }
    let refused = post(&url, &openai("gpt", TASK)).await;
    assert_eq!(refused.status(), 429);
    assert_eq!(header(&refused, "retry-after"), Some("1"));
    let ms: u64 = header(&refused, "retry-after-ms")
        .and_then(|ms| ms.parse().ok())
        .expect("milliseconds");
    assert!(ms <= 1001, "{ms}");
    assert_eq!(
        limit_headers(&refused)["x-ratelimit-remaining-requests"],
        "0"
    );
    let error: Value = refused.json().await.expect("JSON");
    assert_eq!(error["error"]["code"], "rate_limit_exceeded");
    assert_eq!(error["error"]["type"], "requests");
    // Another model has buckets of its own.
    assert_eq!(post(&url, &openai("gpt-2", TASK)).await.status(), 200);
    tokio::time::sleep(Duration::from_millis(ms)).await;
    assert_eq!(post(&url, &openai("gpt", TASK)).await.status(), 200);
    let stats = provider.stats();
    assert_eq!(stats.limited["gpt"], 1);
    assert_eq!(
        (stats.admitted["gpt"].len(), stats.admitted["gpt-2"].len()),
        (11, 1)
    );
    let share = stats.share_used("gpt", 60, |_| 1);
    assert!(share <= 1.05, "{share}");
    provider.reset();
    assert_eq!(post(&url, &openai("gpt", TASK)).await.status(), 200);
}

#[tokio::test]
async fn tokens_are_taken_as_the_answer_counts_them() {
    let limits = Limits {
        tokens_per_minute: Some(60_000),
        ..Limits::default()
    };
    let provider = Provider::builder().limits(limits).start();
    let url = format!("{}/v1/chat/completions", provider.url());
    let response = post(&url, &openai("gpt", TASK)).await;
    let headers = limit_headers(&response);
    let reply: Value = response.json().await.expect("JSON");
    let used = reply["usage"]["total_tokens"].as_u64().expect("tokens");
    let left: u64 = headers["x-ratelimit-remaining-tokens"]
        .parse()
        .expect("a number");
    assert_eq!(left, 10_000 - used);
    assert!(!headers.contains_key("x-ratelimit-limit-requests"));
    let taken = provider.stats().admitted["gpt"][0];
    assert_eq!(taken.input + taken.output, used);
    let huge = openai("gpt", &"word ".repeat(9_000));
    let refused = post(&url, &huge).await;
    assert_eq!(refused.status(), 429);
    assert_eq!(header(&refused, "retry-after"), None, "no wait would help");
    let error: Value = refused.json().await.expect("JSON");
    assert_eq!(error["error"]["type"], "tokens");
}

#[tokio::test]
async fn anthropic_counts_in_and_out_apart_and_what_is_cached_is_free() {
    let limits = Limits {
        requests_per_minute: Some(600),
        input_tokens_per_minute: Some(12_000),
        output_tokens_per_minute: Some(60_000),
        ..Limits::default()
    };
    let provider = Provider::builder().limits(limits).start();
    let url = format!("{}/v1/messages", provider.url());
    let mut inputs = Vec::new();
    for _ in 0..2 {
        let response = post(&url, &anthropic("claude", TASK)).await;
        assert_eq!(response.status(), 200);
        let headers = limit_headers(&response);
        assert_eq!(headers.len(), 9, "{headers:?}");
        let reset = &headers["anthropic-ratelimit-input-tokens-reset"];
        let reset: jiff::Timestamp = reset.parse().expect("a time");
        let seconds = (reset - jiff::Timestamp::now()).get_seconds();
        assert!((0..=11).contains(&seconds), "{seconds}");
        let usage = response.json::<Value>().await.expect("JSON")["usage"].clone();
        let count = |name: &str| usage[name].as_u64().expect("tokens");
        inputs.push(count("input_tokens") + count("cache_creation_input_tokens"));
    }
    let taken: Vec<u64> = provider.stats().admitted["claude"]
        .iter()
        .map(|admission| admission.input)
        .collect();
    assert_eq!(taken, inputs);
    assert!(taken[1] < taken[0] / 4, "{taken:?}");
    // 2,000 at most are there, and another prefix costs 1,500 again.
    let mut other = anthropic("claude", TASK);
    other["system"][0]["text"] = json!("Rate the chore. ".repeat(400));
    let refused = post(&url, &other).await;
    assert_eq!(refused.status(), 429);
    assert!(header(&refused, "retry-after").is_some());
    assert_eq!(header(&refused, "retry-after-ms"), None);
    let error: Value = refused.json().await.expect("JSON");
    assert_eq!(error["error"]["type"], "rate_limit_error");
}

#[test]
fn durations_are_printed_as_go_prints_them() {
    let cases = [
        (0.0, "0s"),
        (0.012, "12ms"),
        (1.0, "1s"),
        (1.5, "1.5s"),
        (90.5, "1m30.5s"),
        (360.0, "6m0s"),
        (3723.0, "1h2m3s"),
    ];
    for (seconds, text) in cases {
        assert_eq!(go_duration(seconds), text);
    }
}

#[tokio::test]
async fn connections_break_as_asked() {
    let provider = Provider::start();
    let url = format!("{}/v1/chat/completions", provider.url());
    let client = builder()
        .timeout(Duration::from_millis(300))
        .build()
        .expect("a client");
    let send = || {
        client
            .post(&url)
            .bearer_auth("k")
            .json(&openai("gpt", TASK))
            .send()
    };
    assert_eq!(send().await.expect("an answer").status(), 200);
    provider.set_faults([Fault::new(Kind::Reset).first(1)]);
    let error = send().await.expect_err("a reset");
    assert!(!error.is_timeout() && error.status().is_none(), "{error:?}");
    assert_eq!(send().await.expect("an answer").status(), 200);
    provider.set_faults([Fault::new(Kind::CutBody)]);
    let response = send().await.expect("a head");
    assert_eq!(response.status(), 200);
    let error = response.bytes().await.expect_err("half a body");
    assert!(error.is_body() || error.is_decode(), "{error:?}");
    provider.set_faults([Fault::new(Kind::Hang)]);
    assert!(send().await.expect_err("no answer").is_timeout());
    provider.set_faults([Fault::new(Kind::Html)]);
    assert!(
        send()
            .await
            .expect("a page")
            .text()
            .await
            .expect("text")
            .contains("<h1>")
    );
    tokio::time::sleep(Duration::from_millis(50)).await;
    let stats = provider.stats();
    assert_eq!((stats.in_flight, stats.by_status["none"]), (0, 2));
}

#[tokio::test]
async fn a_dribbled_body_arrives_whole_and_late() {
    let kind = Kind::Dribble { ms: 10, bytes: 100 };
    let provider = Provider::builder().fault(Fault::new(kind)).start();
    let url = format!("{}/v1/chat/completions", provider.url());
    let start = std::time::Instant::now();
    let response = post(&url, &openai("gpt", TASK)).await;
    let head = start.elapsed();
    let length = response.content_length().expect("a length");
    let reply: Value = response.json().await.expect("JSON");
    let pause = Duration::from_millis(10 * (length / 100));
    assert!(start.elapsed() - head >= pause, "{:?}", start.elapsed());
    assert!(rating(&reply).is_object());
}

#[tokio::test]
async fn a_redirect_names_another_place() {
    let other = Provider::start();
    let kind = Kind::Redirect { to: other.url() };
    let provider = Provider::builder().fault(Fault::new(kind)).start();
    let url = format!("{}/v1/messages", provider.url());
    let none = reqwest::redirect::Policy::none();
    let client = builder().redirect(none).build().expect("a client");
    let request = client.post(&url).header("x-api-key", "k").body("{}");
    let response = request.send().await.expect("an answer");
    assert_eq!(response.status(), 307);
    let place = format!("{}/v1/messages", other.url());
    assert_eq!(header(&response, "location"), Some(place.as_str()));
    assert_eq!(other.count(), 0);
}

#[tokio::test]
async fn a_wrong_id_is_that_of_the_answer_before() {
    let provider = Provider::start();
    let first = ask_openai(&provider, &openai("gpt", "Write a letter.")).await;
    provider.set_faults([Fault::new(Kind::WrongId)]);
    let wrong = ask_openai(&provider, &openai("gpt", "Weld the door.")).await;
    assert_eq!(wrong, first);
    let other = ask_openai(&provider, &openai("gpt-2", "Weld the door.")).await;
    assert_ne!(
        other["id"], first["id"],
        "another model's answers are its own"
    );
    provider.set_faults([]);
    let right = ask_openai(&provider, &openai("gpt", "Weld the door.")).await;
    assert_ne!(right["id"], first["id"]);
    assert_ne!(content(&right), content(&first));
}

#[tokio::test]
async fn a_prefix_is_cached_from_its_least_length_on() {
    let count = |reply: &Value, name: &str| reply["usage"][name].as_u64().expect("tokens");
    for (least, cached) in [(1024, true), (4096, false)] {
        let provider = Provider::builder().min_cache_tokens(least).start();
        let first = ask_anthropic(&provider, &anthropic("claude", TASK)).await;
        let second = ask_anthropic(&provider, &anthropic("claude", TASK)).await;
        assert_eq!(count(&first, "cache_creation_input_tokens") > 0, cached);
        assert_eq!(count(&second, "cache_read_input_tokens") > 0, cached);
        let all = |reply: &Value| {
            count(reply, "input_tokens")
                + count(reply, "cache_creation_input_tokens")
                + count(reply, "cache_read_input_tokens")
        };
        assert_eq!(all(&first), all(&second), "the classes are disjoint");
        let mut bare = anthropic("claude", TASK);
        bare["system"][0]
            .as_object_mut()
            .expect("an object")
            .remove("cache_control");
        let unmarked = ask_anthropic(&provider, &bare).await;
        assert_eq!(count(&unmarked, "cache_read_input_tokens"), 0);
    }
    let provider = Provider::start();
    let mut long = openai("gpt", TASK);
    long["messages"][0]["content"] = json!("Rate the task. ".repeat(400));
    let cached = |reply: &Value| reply["usage"]["prompt_tokens_details"]["cached_tokens"].clone();
    assert_eq!(cached(&ask_openai(&provider, &long).await), 0);
    let again = cached(&ask_openai(&provider, &long).await);
    let again = again.as_u64().expect("tokens");
    assert!(again >= 1024 && again.is_multiple_of(128), "{again}");
    let short = openai("gpt", TASK);
    ask_openai(&provider, &short).await;
    assert_eq!(cached(&ask_openai(&provider, &short).await), 0);
}

#[tokio::test]
async fn content_faults_change_good_answers() {
    let provider = Provider::start();
    let ask = async |kind: Kind| {
        provider.set_faults([Fault::new(kind)]);
        ask_openai(&provider, &openai("gpt", TASK)).await
    };
    let message = |reply: &Value| reply["choices"][0]["message"].clone();
    let finish = |reply: &Value| reply["choices"][0]["finish_reason"].clone();
    assert_eq!(content(&ask(Kind::EmptyContent).await), "");
    let refused = ask(Kind::Refusal).await;
    assert!(message(&refused)["refusal"].is_string() && message(&refused)["content"].is_null());
    assert_eq!(finish(&ask(Kind::ContentFilter).await), "content_filter");
    let cut = ask(Kind::Truncated).await;
    assert_eq!(finish(&cut), "length");
    assert!(serde_json::from_str::<Value>(content(&cut)).is_err());
    assert_eq!(
        finish(&ask(Kind::TruncatedBelow { max_tokens: 801 }).await),
        "length"
    );
    assert_eq!(
        finish(&ask(Kind::TruncatedBelow { max_tokens: 800 }).await),
        "stop"
    );
    assert!(content(&ask(Kind::Fenced).await).starts_with("```json\n{"));
    assert!(content(&ask(Kind::Chatty).await).starts_with("Sure!"));
    assert!(serde_json::from_str::<Value>(content(&ask(Kind::BadJson).await)).is_err());
    assert_eq!(
        rating(&ask(Kind::OutOfRange { value: 140 }).await)["automation"],
        140
    );
    assert_eq!(
        rating(&ask(Kind::UnknownLabel { label: "E9".into() }).await)["exposure"],
        "E9"
    );
    let less = rating(&ask(Kind::MissingField { field: None }).await);
    assert_eq!(
        keys(&less),
        ["rationale", "tools", "automation", "confidence"]
    );
    assert_eq!(
        keys(&rating(&ask(Kind::ExtraField).await)).last(),
        Some(&"note")
    );
    let parts = message(&ask(Kind::ContentParts).await)["content"].clone();
    let joined: String = (0..2).filter_map(|at| parts[at]["text"].as_str()).collect();
    assert!(serde_json::from_str::<Value>(&joined).is_ok());
    let minimal = ask(Kind::MinimalEnvelope).await;
    assert_eq!(
        keys(&minimal),
        ["created", "model", "choices", "usage", "simulated"]
    );
    assert_eq!(keys(&message(&minimal)), ["content"]);
    assert_eq!(finish(&minimal), "eos");
    assert!(ask(Kind::NoStructured).await["error"]["message"].is_string());
    assert!(ask(Kind::ErrorIn200).await["error"]["message"].is_string());
    provider.set_faults([Fault::new(Kind::Refusal)]);
    let refused = ask_anthropic(&provider, &anthropic("claude", TASK)).await;
    assert_eq!(refused["stop_reason"], "refusal");
}

#[tokio::test]
async fn a_share_hits_the_same_requests_in_any_order_and_spares_some_retries() {
    let provider = Provider::start();
    let url = format!("{}/v1/chat/completions", provider.url());
    let mut runs: Vec<Vec<u16>> = Vec::new();
    for backwards in [false, true] {
        provider.set_faults([Fault::status(500).when(When::Share(0.3))]);
        let mut tasks: Vec<usize> = (0..60).collect();
        if backwards {
            tasks.reverse();
        }
        let mut statuses = vec![0; 60];
        for task in tasks {
            statuses[task] = post(&url, &openai("gpt", &format!("Task {task}")))
                .await
                .status()
                .as_u16();
        }
        runs.push(statuses);
    }
    assert_eq!(runs[0], runs[1]);
    let hits = runs[0].iter().filter(|status| **status == 500).count();
    assert!((8..=28).contains(&hits), "{hits} of 60");
}

#[tokio::test]
async fn faults_and_counts_are_served_over_http() {
    let provider = Provider::start();
    let plan = json!([{"kind": "status", "status": 503, "model": "o3", "when": {"nth": 1}}]);
    let response = post(&format!("{}/_faults", provider.url()), &plan).await;
    assert_eq!(
        response.json::<Value>().await.expect("JSON")["faults"],
        plan
    );
    for wrong in [
        json!([{"kind": "status", "status": 503, "whn": "always"}]),
        json!({"kind": "hangs"}),
        json!({"kind": "hang", "when": {"share": 2}}),
        json!({"kind": "status", "status": 99}),
        json!({"kind": "dribble", "ms": 1, "bytes": 0}),
        json!({"kind": "redirect"}),
    ] {
        assert_eq!(
            post(&format!("{}/_faults", provider.url()), &wrong)
                .await
                .status(),
            400,
            "{wrong}"
        );
    }
    let url = format!("{}/v1/chat/completions", provider.url());
    let mut statuses = Vec::new();
    for model in ["gpt", "o3", "o3"] {
        statuses.push(post(&url, &openai(model, TASK)).await.status().as_u16());
    }
    assert_eq!(statuses, [200, 503, 200]);
    let stats = client()
        .get(format!("{}/_stats", provider.url()))
        .send()
        .await;
    let stats: Value = stats.expect("an answer").json().await.expect("JSON");
    assert_eq!(
        (stats["requests"].as_u64(), stats["by_model"]["o3"].as_u64()),
        (Some(3), Some(2))
    );
    assert_eq!(stats["by_status"], json!({"200": 2, "503": 1}));
}

#[tokio::test]
async fn recorded_models_repeat_what_was_published() {
    let Some(folder) = std::env::var_os("TASKRATER_DATA") else {
        eprintln!("SKIPPED: TASKRATER_DATA names no folder with recorded labels");
        return;
    };
    let provider = Provider::builder().data(folder).start();
    assert!(provider.recorded() > 2000);
    let task = "direct or coordinate PRODUCTION, processing, distribution, or marketing activities \
                of industrial organizations";
    let mut labels = Vec::new();
    for model in ["gpt-4-turbo", "gpt-5.4", "simulated-o3"] {
        let rating = rating(&ask_openai(&provider, &openai(model, task)).await);
        let rationale = rating["rationale"].as_str().expect("prose").to_owned();
        assert!(rationale.starts_with("[recorded: "), "{rationale}");
        labels.push(rating["exposure"].clone());
    }
    assert_eq!(labels, ["E0", "E2", "E2"]);
    let other = rating(&ask_openai(&provider, &openai("o3", "Feed the dragon.")).await);
    assert!(
        other["rationale"]
            .as_str()
            .expect("prose")
            .starts_with("[simulated] ")
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn many_clients_are_served_at_once() {
    let provider = Provider::builder().forget_requests().delay_ms(200).start();
    let url = format!("{}/v1/chat/completions", provider.url());
    let client = client();
    let start = std::time::Instant::now();
    let send = |at: usize| {
        let body = openai("gpt", &format!("Task {at}"));
        tokio::spawn(client.post(&url).bearer_auth("k").json(&body).send())
    };
    for task in (0..96).map(send).collect::<Vec<_>>() {
        assert_eq!(
            task.await.expect("no panic").expect("an answer").status(),
            200
        );
    }
    assert!(
        start.elapsed() < Duration::from_secs(5),
        "one at a time would take 19 s"
    );
    assert!(
        provider.stats().max_in_flight >= 64,
        "{:?}",
        provider.stats()
    );
    assert!(provider.requests().is_empty());
}
