//! Calls that are not answered as they should be: how each ends, what it costs, and that it is asked again.

#[path = "support/provider/mod.rs"]
mod provider;
mod support;

use std::collections::BTreeMap;
use std::net::TcpListener;
use std::thread;
use std::time::{Duration, Instant};

use provider::{Fault, Kind, Provider};
use serde_json::Value;
use support::{Project, letters};

const BRISK: &str = "concurrency = 1\nfirst_byte_seconds = 1\ntimeout_seconds = 2\n\
                     price = { input = 1.0, output = 2.0 }";

/// How a call goes wrong, and what has to come of it.
struct Case {
    name: &'static str,
    fault: Fault,
    outcome: &'static str,
    /// Whether it may have been charged.
    may_cost: bool,
    says: &'static str,
}

fn cases() -> [Case; 9] {
    let case = |name, fault, outcome, may_cost, says| Case {
        name,
        fault,
        outcome,
        may_cost,
        says,
    };
    let kind = Fault::new;
    let slow = Kind::Dribble { ms: 300, bytes: 40 };
    let (status, page) = ("HTTP 200 without an answer", "Please sign in");
    [
        case(
            "hang",
            kind(Kind::Hang),
            "timeout",
            true,
            "no answer began within 1 s",
        ),
        case(
            "late",
            kind(Kind::Delay { ms: 4000 }),
            "timeout",
            true,
            "no answer began within 1 s",
        ),
        case(
            "dribble",
            kind(slow),
            "timeout",
            true,
            "no whole answer within 2 s",
        ),
        case("reset", kind(Kind::Reset), "network", true, "127.0.0.1"),
        case("cut", kind(Kind::CutBody), "network", true, "127.0.0.1"),
        case(
            "error in 200",
            kind(Kind::ErrorIn200),
            "server",
            true,
            status,
        ),
        case("html", kind(Kind::Html), "server", true, page),
        case("500", Fault::status(500), "server", false, "HTTP 500"),
        case("429", Fault::status(429), "rate_limited", false, "HTTP 429"),
    ]
}

/// Waits until this holds.
#[track_caller]
fn until(what: impl Fn() -> bool) {
    let start = Instant::now();
    while !what() {
        assert!(start.elapsed() < Duration::from_secs(30), "it never came");
        thread::sleep(Duration::from_millis(5));
    }
}

/// The whole lines of a ledger that is being written.
fn lines(project: &Project, run: &str) -> Vec<Value> {
    let text = std::fs::read_to_string(project.path(&format!("{run}/ledger.jsonl")));
    let text = text.unwrap_or_default();
    let whole = text
        .split_inclusive('\n')
        .filter(|line| line.ends_with('\n'));
    whole
        .map(|line| serde_json::from_str(line).expect("JSON"))
        .collect()
}

/// How each line of a rater ended.
fn ends(ledger: &[Value], rater: &str) -> Vec<String> {
    let mine = ledger.iter().filter(|line| line["rater"] == rater);
    mine.map(|line| line["outcome"].as_str().expect("an outcome").to_owned())
        .collect()
}

/// Whether each rater has been tried.
fn both(ledger: &[Value]) -> bool {
    ["anna", "bert"]
        .iter()
        .all(|rater| !ends(ledger, rater).is_empty())
}

/// Its first attempt goes wrong: it is written down with what is known of its cost, tried again, and paid for once more.
fn once(case: &Case) {
    let name = case.name;
    let faults = ["anna", "bert"].map(|model| case.fault.clone().first(1).model(model));
    let provider = faults
        .into_iter()
        .fold(Provider::builder(), provider::Builder::fault)
        .start();
    let project = Project::two(&provider.url(), [BRISK, BRISK], &letters(1));
    project.rate("run", &["Jobs"]).ends(0);
    let ledger = project.ledger("run");
    assert_eq!(provider.count(), 4, "{name}");
    for rater in ["anna", "bert"] {
        assert_eq!(ends(&ledger, rater), [case.outcome, "rated"], "{name}");
    }
    for line in ledger.iter().filter(|line| line["attempt"] == 1) {
        let cost = line["cost_nanodollars"].as_u64();
        let expected = if case.may_cost { None } else { Some(0) };
        assert_eq!(cost, expected, "{name}: {line}");
        let error = line["error"].as_str().expect("a reason");
        assert!(error.contains(case.says), "{name}: {error}");
    }
    let unknown = &project.manifest("run")["cost"]["attempts_of_unknown_cost"];
    assert_eq!(unknown, if case.may_cost { 2 } else { 0 }, "{name}");
}

/// It goes wrong until the user gives up: nothing of it is cached, and a healthy server is asked again, once.
fn always(case: &Case) {
    let name = case.name;
    let provider = Provider::builder().fault(case.fault.clone()).start();
    let project = Project::two(&provider.url(), [BRISK, BRISK], &letters(2));
    let running = project.start(&["rate", "Jobs", "--out", "broken"]);
    until(|| both(&lines(&project, "broken")));
    running.signal("INT");
    let start = Instant::now();
    running
        .end()
        .ends(130)
        .says(&["the same command again asks only what is missing"]);
    assert!(start.elapsed() < Duration::from_secs(3), "{name}");
    let attempts = lines(&project, "broken").len() as u64;
    assert_eq!(provider.count(), attempts, "{name}");
    let mut outcomes = BTreeMap::new();
    for rating in project.ratings("broken") {
        let outcome = rating["outcome"].as_str().expect("an outcome").to_owned();
        *outcomes.entry(outcome).or_insert(0) += 1;
    }
    assert!(!outcomes.contains_key("rated"), "{name}: {outcomes:?}");
    assert!(outcomes[case.outcome] >= 2, "{name}: {outcomes:?}");
    provider.set_faults([]);
    project.rate("healthy", &["Jobs"]).ends(0);
    assert_eq!(provider.count(), attempts + 4, "{name}");
    project.rate("cached", &["Jobs"]).ends(0);
    assert_eq!(provider.count(), attempts + 4, "{name}");
    assert_eq!(project.stable("healthy"), project.stable("cached"));
}

#[test]
fn a_call_that_goes_wrong_once_is_tried_again_and_its_cost_is_said_as_it_is() {
    thread::scope(|scope| {
        for case in cases() {
            scope.spawn(move || once(&case));
        }
    });
}

#[test]
fn what_goes_wrong_is_never_cached_and_asked_again() {
    thread::scope(|scope| {
        for case in cases() {
            scope.spawn(move || always(&case));
        }
    });
}

#[test]
fn the_answer_to_another_question_is_not_taken() {
    let faults = ["anna", "bert"].map(|model| {
        let fault = Fault::new(Kind::WrongId).contains("number 2 ");
        fault.first(1).model(model)
    });
    let provider = faults
        .into_iter()
        .fold(Provider::builder(), provider::Builder::fault)
        .start();
    let project = Project::two(&provider.url(), [BRISK, BRISK], &letters(3));
    project
        .rate("run", &["Jobs"])
        .ends(5)
        .says(&["its answer was given to another question too"]);
    let ledger = project.ledger("run");
    for rater in ["anna", "bert"] {
        let mut ends = ends(&ledger, rater);
        ends.sort_unstable();
        assert_eq!(ends, ["rated", "rated", "rated", "server"]);
    }
    // Whose it was nobody knows: the question that had it first keeps it as little, and is asked again.
    let asked = provider.count();
    project.rate("again", &["Jobs"]).ends(0);
    assert_eq!(provider.count(), asked + 2);
    for line in ledger.iter().filter(|line| line["outcome"] == "server") {
        assert_eq!(line["task_id"], "j-t2");
        assert!(line["cost_nanodollars"].is_null(), "{line}");
        let error = line["error"].as_str().expect("a reason");
        assert!(
            error.contains("was given to another question before"),
            "{error}"
        );
    }
    let whole = Provider::start();
    let other = Project::two(&whole.url(), [BRISK, BRISK], &letters(3));
    other.rate("run", &["Jobs"]).ends(0);
    let verdicts = |project: &Project| -> Vec<Value> {
        let run = if project.path("again").exists() {
            "again"
        } else {
            "run"
        };
        let ratings = project.ratings(run).into_iter();
        ratings.map(|rating| rating["values"].clone()).collect()
    };
    assert_eq!(verdicts(&project), verdicts(&other));
}

#[test]
fn nobody_at_the_address_costs_nothing() {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = listener.local_addr().expect("an address");
    drop(listener);
    let project = Project::two(&format!("http://{address}"), [BRISK, BRISK], &letters(2));
    let running = project.start(&["rate", "Jobs", "--out", "broken"]);
    until(|| both(&lines(&project, "broken")));
    running.signal("INT");
    running.end().ends(130).says(&[" network", "refused"]);
    let ledger = project.ledger("broken");
    assert!(ledger.iter().all(|line| line["cost_nanodollars"] == 0));
    assert_eq!(
        project.manifest("broken")["cost"]["attempts_of_unknown_cost"],
        0
    );
    // Somebody moves in: everything is asked.
    let provider = Provider::builder().port(address.port()).start();
    project.rate("healthy", &["Jobs"]).ends(0);
    assert_eq!(provider.count(), 4);
}
