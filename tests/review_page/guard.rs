//! Who gets in, and what they are told.

use crate::{Answer, Http, Open, Review};
use reqwest::Method;
use serde_json::{Value, json};
use std::net::TcpStream;
use support::Project;

use crate::support;

/// The page's own headers with one set otherwise, or left out where the value is empty.
fn with(open: &Open, name: &'static str, value: &str) -> Vec<(&'static str, String)> {
    let mut headers = open.own();
    headers.retain(|(one, _)| *one != name);
    if !value.is_empty() {
        headers.push((name, value.to_owned()));
    }
    headers
}

#[test]
fn nobody_without_the_key_from_another_site_or_under_another_name_gets_in() {
    let (review, http) = (Review::new(), Http::new());
    let open = review.open(&[]);
    let label = review.label("Ana", 0, 40.0).to_string();
    let foreign = format!("evil.test:{}", open.port);
    let site = format!("http://{foreign}");
    // DNS rebinding: the browser believes to be on the site's own host.
    let mut rebound = with(&open, "origin", &site);
    rebound.push(("host", foreign.clone()));
    let cases = [
        rebound,
        with(&open, "x-review-key", ""),
        with(&open, "x-review-key", &"0".repeat(48)),
        with(&open, "x-review-key", &open.key[1..]),
        with(&open, "host", "evil.test"),
        with(&open, "host", &foreign),
        with(&open, "origin", ""),
        with(&open, "origin", "null"),
        with(&open, "origin", "https://evil.test"),
        with(&open, "origin", &site),
    ];
    for headers in &cases {
        for path in ["/api/put", "/api/task", "/api/done"] {
            let answer = http.send(&open, Method::POST, path, headers, label.as_str());
            assert_eq!(answer.status, 403, "{path} {headers:?} {answer:?}");
            let sentence = answer.text.ends_with('.') && answer.text.len() < 120;
            assert!(sentence, "{answer:?}");
        }
    }
    let looks = |path: &str, headers: &[(&str, String)]| {
        http.send(&open, Method::GET, path, headers, "").status
    };
    assert_eq!(looks("/api/review", &[]), 403);
    assert_eq!(looks("/api/review", &with(&open, "host", &foreign)), 403);
    assert_eq!(looks("/api/review", &with(&open, "origin", &site)), 403);
    assert_eq!(looks("/", &[("host", foreign)]), 403);
    assert_eq!(review.labels().len(), 0);
}

#[test]
fn either_name_of_this_machine_will_do_and_a_label_sent_twice_is_one_line() {
    let (review, http) = (Review::new(), Http::new());
    let open = review.open(&[]);
    let label = review.label("Ana", 0, 40.0);
    let put = http.post(&open, "/api/put", &label);
    assert_eq!((put.status, put.json()), (200, json!({ "saved": true })));
    let local = [
        ("host", format!("localhost:{}", open.port)),
        ("origin", format!("http://localhost:{}", open.port)),
        ("x-review-key", open.key.clone()),
    ];
    let again = http.send(&open, Method::POST, "/api/put", &local, label.to_string());
    assert_eq!(
        (again.status, again.json()),
        (200, json!({ "saved": true }))
    );
    assert_eq!(review.labels().len(), 1);
    let other = http.post(&open, "/api/put", &review.label("Ana", 0, 41.0));
    assert_eq!((other.status, review.labels().len()), (200, 2));
}

#[test]
fn what_does_not_fit_is_refused_with_its_reason_and_not_written() {
    let review = Review::new();
    let open = review.open(&[]);
    let http = Http::new();
    let changed = |change: &dyn Fn(&mut Value)| {
        let mut body = review.label("Ana", 0, 40.0);
        change(&mut body);
        body
    };
    let cases = [
        (
            changed(&|body| body["draw"] = json!("00000000")),
            "it answers draw 00000000",
        ),
        (changed(&|body| body["place"] = json!(6)), "no task 6"),
        (
            changed(&|body| body["reviewer"] = json!(" ")),
            "a reviewer has a name",
        ),
        (
            changed(&|body| body["values"]["automation"] = json!(101)),
            "no number from 0 to 100",
        ),
        (
            changed(&|body| body["values"]["exposure"] = json!("E9")),
            "none of",
        ),
        (
            changed(&|body| body["said"] = json!("guess")),
            "not understood",
        ),
        (
            changed(&|body| body["note"] = json!("n".repeat(2001))),
            "longer than 2000",
        ),
        (
            json!({ "draw": review.draw()["id"], "reviewer": "Ana", "place": 0, "said": "skip", "reason": " " }),
            "needs a reason",
        ),
    ];
    for (body, why) in cases {
        let answer = http.post(&open, "/api/put", &body);
        assert_eq!(answer.status, 400, "{body} {answer:?}");
        let said = answer.json()["error"]
            .as_str()
            .expect("a reason")
            .to_owned();
        assert!(said.contains(why), "{said}");
    }
    let long = http.post(
        &open,
        "/api/put",
        &changed(&|body| body["note"] = json!("n".repeat(70_000))),
    );
    assert_eq!(long.status, 413);
    assert_eq!(http.get(&open, "/draw.json").status, 404);
    assert_eq!(http.get(&open, "/api/put").status, 405);
    assert_eq!(review.labels().len(), 0);
}

/// One of each kind: files, answers to Ana after Ben has labelled the first task, refusals.
fn answers(review: &Review, open: &Open) -> Vec<Answer> {
    let http = Http::new();
    http.post(open, "/api/put", &review.label("Ben", 0, 77.125));
    let ana = |place| json!({ "reviewer": "Ana", "place": place });
    vec![
        http.get(open, "/"),
        http.get(open, "/page.css"),
        http.get(open, "/page.js"),
        http.get(open, "/api/review"),
        http.post(open, "/api/task", &ana(None::<usize>)),
        http.post(open, "/api/task", &ana(Some(0))),
        http.get(open, "/nowhere"),
        http.send(open, Method::GET, "/api/review", &[], ""),
    ]
}

#[test]
fn every_answer_carries_the_rules_and_none_the_key() {
    let review = Review::new();
    let open = review.open(&[]);
    for answer in answers(&review, &open) {
        let header = |name: &str| match answer.headers.get(name) {
            Some(value) => value.to_str().expect("text").to_owned(),
            None => String::new(),
        };
        let policy = header("content-security-policy");
        for part in [
            "default-src 'none'",
            "script-src 'self'",
            "frame-ancestors 'none'",
        ] {
            assert!(policy.contains(part), "{policy}");
        }
        assert!(
            !policy.contains("unsafe") && !policy.contains('*'),
            "{policy}"
        );
        assert_eq!(header("x-content-type-options"), "nosniff");
        assert_eq!(header("referrer-policy"), "no-referrer");
        assert_eq!(header("cache-control"), "no-store");
        assert_eq!(header("set-cookie"), "");
        assert!(!answer.text.contains(&open.key));
        assert!(!answer.text.contains("http://") && !answer.text.contains("https://"));
    }
}

#[test]
fn it_is_blind() {
    let review = Review::new();
    let open = review.open(&[]);
    let answers = answers(&review, &open);
    let draw = review.project.read("rev/draw.json");
    let words = [
        "stratum",
        "strata",
        "probability",
        "contested",
        "codes",
        "design",
    ];
    for word in words {
        assert!(draw.contains(word), "the draw has {word}");
    }
    let ratings = review.project.read("run/ratings.jsonl");
    assert!(ratings.contains("surrogate"));
    for answer in &answers[3..6] {
        assert_eq!(answer.status, 200);
        for word in words
            .iter()
            .chain(&["surrogate", "consensus", "spread", "77.125"])
        {
            assert!(!answer.text.contains(word), "{word} is in {}", answer.text);
        }
    }
    let task = &answers[5].json()["task"];
    assert_eq!(task["statement"], review.statement(0));
    assert_eq!(task["said"], Value::Null, "what Ben said is his");
}

#[test]
fn two_people_at_once_are_given_different_tasks_and_told_apart() {
    let review = Review::new();
    let open = review.open(&[]);
    let http = Http::new();
    // The second, fourth and sixth want two labels.
    assert_eq!(http.place(&open, "Ana"), Some(0));
    assert_eq!(http.place(&open, "Ben"), Some(1));
    assert_eq!(
        http.place(&open, "Ana"),
        Some(0),
        "a reload does not move her"
    );
    for (name, place) in [("Ana", 0), ("Ben", 1), ("Ana", 1)] {
        assert_eq!(
            http.post(&open, "/api/put", &review.label(name, place, 10.0))
                .status,
            200
        );
    }
    assert_eq!(http.place(&open, "Ana"), Some(2));
    assert_eq!(http.place(&open, "Ben"), Some(3));
    let told = http.get(&open, "/api/review").json();
    let names: Vec<(&str, u64)> = told["reviewers"]
        .as_array()
        .expect("people")
        .iter()
        .map(|one| {
            (
                one["name"].as_str().expect("a name"),
                one["labelled"].as_u64().expect("a number"),
            )
        })
        .collect();
    assert_eq!(names, [("Ana", 2), ("Ben", 1)]);
    let withdrawn =
        json!({ "draw": review.draw()["id"], "reviewer": "Ana", "place": 1, "said": "withdraw" });
    assert_eq!(http.post(&open, "/api/put", &withdrawn).status, 200);
    let who: Vec<Value> = review
        .labels()
        .iter()
        .map(|line| line["reviewer"].clone())
        .collect();
    assert_eq!(who, ["Ana", "Ben", "Ana", "Ana"]);
    assert_eq!(http.place(&open, "Ana"), Some(1));
}

/// Addresses on which this port is listened to, from the tables of the system.
#[cfg(target_os = "linux")]
fn listening(port: u16) -> Vec<String> {
    let tables = ["/proc/net/tcp", "/proc/net/tcp6"]
        .map(|table| std::fs::read_to_string(table).unwrap_or_default());
    let lines = tables.iter().flat_map(|table| table.lines().skip(1));
    lines
        .filter_map(|line| {
            let cells: Vec<&str> = line.split_whitespace().collect();
            let (address, own) = cells.get(1)?.split_once(':')?;
            (own == format!("{port:04X}") && cells.get(3) == Some(&"0A"))
                .then(|| address.to_owned())
        })
        .collect()
}

#[test]
fn it_listens_on_this_machine_alone_to_one_process_and_a_name_is_checked_first() {
    let review = Review::new();
    let open = review.open(&[]);
    assert_eq!(open.key.len(), 48);
    #[cfg(target_os = "linux")]
    assert_eq!(listening(open.port), ["0100007F"]);
    assert!(TcpStream::connect(("127.0.0.1", open.port)).is_ok());
    let args = ["review", "run", "--out", "rev"];
    let second = review.project.run(&args).ends(8);
    second.says(&["open in another process"]);
    let port = open.port.to_string();
    let status = review
        .project
        .run(&["review", "run", "--out", "rev", "--status"])
        .ends(0);
    assert!(status.out.contains('6'), "{}", status.out);
    let taken = review
        .project
        .run(&["review", "run", "--out", "other", "--port", &port])
        .ends(7);
    taken.says(&["cannot listen on 127.0.0.1, port", "without --port"]);
    open.running.signal("TERM");
    open.running.end().ends(0);
    let nameless = review
        .project
        .run(&["review", "run", "--out", "rev", "--reviewer", " "])
        .ends(2);
    nameless.says(&["a reviewer has a name"]);
}

/// The review of the starter inventory: a whole small review by HTTP, to its end.
#[test]
fn a_review_of_the_starter_inventory_ends_when_the_page_says_done() {
    let project = Project::new();
    project
        .rate("run", &["Cooks", "--panel", "free", "--rubric", "exposure"])
        .ends(0);
    let open = Open::of(project.start(&[
        "review",
        "run",
        "--tasks",
        "4",
        "--double",
        "0",
        "--reviewer",
        "Ana",
    ]));
    let http = Http::new();
    let review = http.get(&open, "/api/review").json();
    assert_eq!(
        (review["reviewer"].clone(), review["tasks"].clone()),
        (json!("Ana"), json!(4))
    );
    for place in 0..4 {
        assert_eq!(http.place(&open, "Ana"), Some(place));
        let said = json!({ "draw": review["draw"], "reviewer": "Ana", "place": place, "said": "label", "values": { "exposure": "E0" } });
        assert_eq!(http.post(&open, "/api/put", &said).status, 200);
    }
    assert_eq!(http.place(&open, "Ana"), None);
    assert_eq!(
        http.post(&open, "/api/done", &json!({})).json(),
        json!({ "ended": true })
    );
    open.running
        .end()
        .ends(0)
        .says(&["4 tasks to label"])
        .prints(&["4 have all their labels", "gold.csv"]);
}
