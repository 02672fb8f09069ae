//! Keys: they reach the provider they are meant for, and nothing and nobody else.

#[path = "support/provider/mod.rs"]
mod provider;
mod support;

use std::fs;

use provider::{Fault, Kind, Provider, When};
use serde_json::json;
use support::{ANNA_KEY, BERT_KEY, Done, Project, letters, rater};

const BRISK: &str = "first_byte_seconds = 1\nconcurrency = 4";

fn holds(bytes: &[u8], text: &str) -> bool {
    bytes
        .windows(text.len())
        .any(|part| part == text.as_bytes())
}

/// No key in any file of the project, nor in anything that was said.
#[track_caller]
fn keeps_its_keys(project: &Project, said: &[Done]) {
    let files = project.all_files();
    assert!(files.len() > 7, "{files:?}");
    for (path, bytes) in &files {
        for key in [ANNA_KEY, BERT_KEY] {
            assert!(!holds(bytes, key), "{} holds {key}", path.display());
        }
    }
    for done in said {
        for text in [&done.out, &done.err] {
            assert!(!text.contains("sk-canary"), "{text}");
        }
    }
}

/// Servers that repeat the key wherever they can, and everything else that goes wrong.
fn echoes() -> Vec<Fault> {
    let keys = [("anna", ANNA_KEY), ("bert", BERT_KEY)];
    let of = |(model, key): (&str, &str)| {
        let about = |fault: Fault, task: &str| {
            let soon = fault.header("retry-after-ms", "10");
            soon.model(model).contains(task).when(When::First(2))
        };
        let error =
            json!({"error": {"type": key, "code": key, "message": format!("no {key} here")}});
        let text = json!({"rationale": format!("The key {key} says so."), "tools": [key], "exposure": "E1",
            "automation": 40, "augmentation": 50, "confidence": 60});
        let answer = json!({"id": key, "model": key, "type": "message", "role": "assistant",
            "stop_reason": "end_turn", "content": [{"type": "text", "text": text.to_string()}],
            "choices": [{"finish_reason": "stop", "message": {"role": "assistant", "content": text.to_string()}}]});
        vec![
            about(Fault::status(500).body(&error.to_string()), "number 1 "),
            about(
                Fault::status(200).body(&format!("<h1>Bearer {key}</h1>")),
                "number 2 ",
            ),
            about(Fault::status(200).body(&answer.to_string()), "number 3 "),
            about(Fault::status(503).header("x-request-id", key), "number 4 "),
            about(
                Fault::status(503).header("request-id", &format!("of {key}")),
                "number 5 ",
            ),
            about(Fault::status(400).body(key), "number 6 "),
            about(
                Fault::status(200).body(&format!("{{\"error\": \"{key}")),
                "number 7 ",
            ),
            about(Fault::new(Kind::Reset), "number 8 "),
            about(Fault::new(Kind::Hang), "number 9 "),
            about(Fault::new(Kind::CutBody), "number 10 "),
            about(
                Fault::status(429).header("location", key).retry_after(key),
                "number 11 ",
            ),
            about(
                Fault::status(500).body(&format!("\u{fffd}é{key}\"\\")),
                "number 12 ",
            ),
        ]
    };
    keys.into_iter().flat_map(of).collect()
}

/// A run through all of it, one that is interrupted, one that is killed, one that goes on, one whose key is refused.
fn ordeal(more: &[(&str, &str)]) -> (Project, Vec<Done>) {
    let builder = echoes()
        .into_iter()
        .fold(Provider::builder(), provider::Builder::fault);
    let provider = builder.delay_ms(20).start();
    let project = Project::two(&provider.url(), [BRISK, BRISK], &letters(40))
        .env("RUST_BACKTRACE", "full")
        .env("RUST_LOG", "trace");
    let set = |project: Project, (name, value): &(&str, &str)| project.env(name, value);
    let project = more.iter().fold(project, set);
    let mut said = Vec::new();
    let running = project.start(&["rate", "Jobs", "--out", "interrupted"]);
    provider.until_requests(20);
    let command = fs::read(format!("/proc/{}/cmdline", running.id())).unwrap_or_default();
    assert!(!holds(&command, "sk-canary"));
    running.signal("INT");
    said.push(running.end().ends(130));
    let running = project.start(&["rate", "Jobs", "--out", "killed"]);
    provider.until_requests(provider.count() + 8);
    running.kill();
    said.push(project.rate("whole", &["Jobs"]));
    let refused = ["anna", "bert"].map(|model| {
        let key = if model == "anna" { ANNA_KEY } else { BERT_KEY };
        let body = json!({"error": {"message": format!("Incorrect API key provided: {key}.")}});
        Fault::status(401).body(&body.to_string()).model(model)
    });
    provider.set_faults(refused);
    said.push(project.rate("refused", &["Jobs", "--refresh"]).ends(6));
    provider.set_faults([]);
    said.push(project.rate("last", &["Jobs"]).ends(0));
    for args in [
        &["raters"][..],
        &["runs"],
        &["cache", "ls"],
        &["cache", "export", "replies.jsonl"],
        &["explain", "last", "j-t3"],
        &["explain", "whole", "j-t4"],
    ] {
        said.push(project.run(args).ends(0));
    }
    let reached = |key: &str| {
        let requests = provider.requests();
        let mut headers = requests.iter().flat_map(|request| request.headers.values());
        headers.any(|value| value.contains(key))
    };
    assert!(reached(ANNA_KEY) && reached(BERT_KEY));
    (project, said)
}

#[test]
fn a_key_is_found_in_no_file_and_no_line_whatever_goes_wrong() {
    let (project, said) = ordeal(&[]);
    keeps_its_keys(&project, &said);
    let ledger = project.read("whole/ledger.jsonl") + &project.read("interrupted/ledger.jsonl");
    assert!(ledger.contains("[key]"), "no server has repeated a key");
    assert!(said.iter().any(|done| done.err.contains("[key]")));
}

#[test]
fn a_key_is_found_in_no_log() {
    let everything = "trace,async_openai::client=trace,hyper=trace,hyper_util=trace,reqwest=trace";
    for wanted in ["trace", everything] {
        let (project, said) = ordeal(&[("TASKRATER_LOG", wanted)]);
        keeps_its_keys(&project, &said);
        let logged = |target: &str| said.iter().any(|done| done.err.contains(target));
        assert!(logged("TRACE") && logged("hyper"), "the log is empty");
    }
}

#[test]
fn a_key_is_asked_for_by_name_and_never_written_into_the_configuration() {
    let project = Project::two("http://127.0.0.1:1", ["", ""], &letters(1));
    let row = rater("anna", "openai", "anna-1", "http://127.0.0.1:1", "");
    project.write("taskrater.toml", row.replace("ANNA_KEY", ANNA_KEY));
    let done = project.rate("run", &["Jobs", "--rater", "anna"]).ends(3);
    let done = done.says(&[
        "taskrater.toml:1",
        "not the name of an environment variable",
    ]);
    assert!(!done.err.contains("sk-canary"), "{}", done.err);
}

#[test]
fn a_redirect_is_not_followed_on_either_wire() {
    let other = Provider::start();
    let to = other.url();
    let provider = Provider::builder()
        .fault(Fault::new(Kind::Redirect { to }))
        .start();
    let project = Project::two(&provider.url(), ["", ""], &letters(1));
    let done = project.rate("run", &["Jobs"]);
    assert!([5, 6].contains(&done.code), "{}", done.err);
    let done = done.says(&["HTTP 307"]);
    assert_eq!((other.count(), provider.count()), (0, 2));
    keeps_its_keys(&project, &[done]);
}

#[test]
fn a_key_with_a_slash_is_known_in_json_too() {
    let key = "sk-canary/with/slashes";
    let body = r#"{"error": {"message": "no such key: sk-canary\/with\/slashes"}}"#;
    let provider = Provider::builder()
        .fault(Fault::status(401).body(body))
        .start();
    let project = Project::two(&provider.url(), ["", ""], &letters(1)).env("ANNA_KEY", key);
    let done = project.rate("run", &["Jobs", "--rater", "anna"]).ends(6);
    let done = done.says(&["no such key: [key]"]);
    let ledger = project.read("run/ledger.jsonl");
    assert!(
        !ledger.contains("slashes") && !done.err.contains("slashes"),
        "{ledger}"
    );
}

/// A project whose one rater has this address, with `more` lines.
fn at(address: &str, more: &str) -> Project {
    let project = Project::two("http://127.0.0.1:1", ["", ""], &letters(1));
    let row = rater("anna", "openai", "anna-1", "URL", more).replace("URL/v1", address);
    let head = "inventory = \"jobs.toml\"\n";
    project.write("taskrater.toml", head.to_owned() + &row);
    project
}

#[test]
fn plain_http_leads_to_this_machine_alone_unless_allowed() {
    let args = ["Jobs", "--rater", "anna", "--dry-run"];
    for address in [
        "http://models.example/v1",
        "http://10.1.2.3:8000/v1",
        "http://127.0.0.1.models.example/v1",
        "http://localhost.models.example:80/v1",
        "http://[2001:db8::1]/v1",
    ] {
        at(address, "").rate("run", &args).ends(3).says(&[
            "taskrater.toml:2: base_url of 'anna' is plain http to another machine",
            "use https, or set allow_http = true",
        ]);
        at(address, "allow_http = true").rate("run", &args).ends(0);
    }
    for address in [
        "https://models.example/v1",
        "http://localhost:9/v1",
        "http://127.8.8.8/v1",
        "http://[::1]:9/v1",
    ] {
        at(address, "").rate("run", &args).ends(0);
    }
}

#[test]
fn a_vendor_s_key_goes_to_that_vendor_alone() {
    let args = ["Jobs", "--rater", "anna", "--dry-run"];
    let named = |address: &str, variable: &str| {
        let project = at(address, "allow_http = true");
        let text = project.read("taskrater.toml");
        project.write("taskrater.toml", text.replace("ANNA_KEY", variable));
        project.rate("run", &args)
    };
    let vendors = [
        ("OPENAI_API_KEY", "api.openai.com"),
        ("ANTHROPIC_API_KEY", "api.anthropic.com"),
    ];
    for (variable, host) in vendors {
        for foreign in ["https://models.example/v1", "http://10.0.0.1/v1"] {
            let done = named(foreign, variable).ends(3);
            done.says(&["taskrater.toml:2", host, "a variable of its own"]);
        }
        for lookalike in [
            format!("https://{host}.models.example/v1"),
            format!("https://models.example/{host}/v1"),
            format!("https://not{host}/v1"),
        ] {
            named(&lookalike, variable).ends(3);
        }
        named(&format!("https://{host}/v1"), variable).ends(0);
        named("http://127.0.0.1:9/v1", variable).ends(0);
    }
}

#[test]
fn no_proxy_stands_between_a_program_and_its_own_machine() {
    let proxy = Provider::start();
    let provider = Provider::start();
    let names = ["HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"];
    let project = Project::two(&provider.url(), ["", ""], &letters(2));
    let project = names.into_iter().fold(project, |project, name| {
        let low = name.to_lowercase();
        project.env(name, &proxy.url()).env(&low, &proxy.url())
    });
    project.rate("run", &["Jobs"]).ends(0);
    assert_eq!((proxy.count(), provider.count()), (0, 4));
}
