//! Budgets as a user meets them: whatever happens on the way, no more is spent than was allowed.

#[path = "support/provider/mod.rs"]
mod provider;
mod support;

use std::collections::{BTreeMap, BTreeSet};
use std::thread;
use std::time::{Duration, Instant};

use provider::{Fault, Kind, Provider, When};
use serde_json::{Value, json};
use support::{Done, Project, letters};

/// Nano-dollars a token: input, the dearest input, output.
const PRICE: [u64; 3] = [3000, 3750, 15_000];
const PRICED: &str = "price = { input = 3.0, cache_write = 3.75, cache_read = 0.3, output = 15.0 }";
/// Output tokens of a call, and of the larger resend.
const MAX_TOKENS: [u64; 2] = [1000, 4000];

/// What a ledger's calls have cost: those that are known, and those of unknown cost at the most they can have cost.
fn spent(ledger: &[Value]) -> [u64; 2] {
    let mut larger = BTreeSet::new();
    let mut sums = [0, 0];
    for line in ledger {
        let key = line["key"].as_str().expect("a key");
        if line["purpose"] == "resend" {
            larger.insert(key);
        }
        let output = MAX_TOKENS[usize::from(larger.contains(key))];
        let bytes = line["request_bytes"].as_u64().expect("bytes");
        match line["cost_nanodollars"].as_u64() {
            Some(cost) => sums[0] += cost,
            None => sums[1] += (bytes + 1000) * PRICE[1] + output * PRICE[2],
        }
    }
    sums
}

/// What a call can cost: that of the first line of a ledger.
fn most(ledger: &[Value]) -> u64 {
    let bytes = ledger[0]["request_bytes"].as_u64().expect("bytes");
    (bytes + 1000) * PRICE[1] + MAX_TOKENS[0] * PRICE[2]
}

fn outcomes(project: &Project, run: &str) -> BTreeMap<String, u64> {
    let mut counts = BTreeMap::new();
    for rating in project.ratings(run) {
        let outcome = rating["outcome"].as_str().expect("an outcome").to_owned();
        *counts.entry(outcome).or_default() += 1;
    }
    counts
}

/// Keys of the questions that were settled by a line of this ledger.
fn settled(ledger: &[Value]) -> BTreeSet<&str> {
    let done = ledger.iter().filter(|line| line["outcome"] == "rated");
    done.map(|line| line["key"].as_str().expect("a key"))
        .collect()
}

/// Everything that makes a call dearer, free or of unknown cost.
fn trouble() -> Vec<Fault> {
    let share = |kind, share| Fault::new(kind).when(When::Share(share));
    let soon = |fault: Fault| fault.header("retry-after-ms", "20");
    vec![
        soon(Fault::status(500)).when(When::Share(0.05)),
        soon(Fault::status(200).body("<h1>Please sign in</h1>")).when(When::Share(0.04)),
        Fault::new(Kind::Hang).first(3),
        share(Kind::Reset, 0.01),
        share(Kind::BadJson, 0.08),
        Fault::new(Kind::TruncatedBelow { max_tokens: 2000 }).contains("7 "),
    ]
}

/// Everything that can make a bill larger is in this ledger, and a failed call is free.
#[track_caller]
fn was_troubled(ledger: &[Value]) {
    let seen = |field: &str, value: Value| ledger.iter().any(|line| line[field] == value);
    for purpose in ["first", "re-ask", "resend"] {
        assert!(seen("purpose", json!(purpose)), "{purpose}");
    }
    for outcome in [
        "timeout",
        "server",
        "network",
        "invalid",
        "truncated",
        "rated",
    ] {
        assert!(seen("outcome", json!(outcome)), "{outcome}");
    }
    for line in ledger.iter().filter(|line| line["status"] == 500) {
        assert_eq!(line["cost_nanodollars"], 0, "{line}");
    }
}

#[test]
fn with_64_in_flight_and_every_trouble_no_more_is_spent_than_allowed() {
    const CAP: u64 = 1_000_000_000;
    let builder = trouble()
        .into_iter()
        .fold(Provider::builder(), provider::Builder::fault);
    let provider = builder.delay_ms(60).forget_requests().start();
    let more = format!("{PRICED}\nconcurrency = 32\nfirst_byte_seconds = 1");
    let project = Project::two(&provider.url(), [&more, &more], &letters(200));
    let done = project.rate("run", &["Jobs", "--max-usd", "1.00"]).ends(9);
    done.says(&[
        "the budget is used up: a call can cost $0.0",
        "more than what is left of --max-usd",
        " budget",
        "the budget is used up: the same command again, with more, asks only what is missing",
    ]);
    let first = project.ledger("run");
    let [known, unknown] = spent(&first);
    assert!(known + unknown <= CAP, "{known} and {unknown}");
    assert!(
        unknown > 0 && known + unknown > CAP / 10 * 9,
        "{known} and {unknown}"
    );
    assert_eq!(first.len() as u64, provider.count());
    was_troubled(&first);
    let manifest = project.manifest("run");
    assert_eq!(manifest["cost"]["spent_now"]["nanodollars"], known);
    assert_eq!(manifest["budget"]["max_usd"]["nanodollars"], CAP);
    let why = manifest["budget"]["used_up"].as_str().expect("a reason");
    assert!(why.contains("--max-usd"), "{why}");
    let left = outcomes(&project, "run");
    assert!(left["budget"] > 50 && left["rated"] > 100, "{left:?}");

    provider.set_faults([]);
    project
        .rate("rest", &["Jobs", "--max-usd", "$20", "--yes"])
        .ends(0);
    assert_eq!(outcomes(&project, "rest")["rated"], 400);
    let second = project.ledger("rest");
    assert!(settled(&first).is_disjoint(&settled(&second)));
    let asked: BTreeSet<&str> = second
        .iter()
        .filter_map(|line| line["key"].as_str())
        .collect();
    assert!(
        settled(&first).is_disjoint(&asked),
        "only the rest is paid for"
    );
    assert_eq!(settled(&first).len() + settled(&second).len(), 400);
}

#[test]
fn no_more_calls_are_made_than_allowed_retries_included() {
    let builder = trouble()
        .into_iter()
        .fold(Provider::builder(), provider::Builder::fault);
    let provider = builder.delay_ms(60).forget_requests().start();
    let more = "concurrency = 32\nfirst_byte_seconds = 1";
    let project = Project::two(&provider.url(), [more, more], &letters(100));
    project
        .rate("run", &["Jobs", "--max-calls", "150"])
        .ends(9)
        .says(&["all 150 calls of --max-calls are made"]);
    assert_eq!(provider.count(), 150);
    let manifest = project.manifest("run");
    assert_eq!(manifest["budget"]["max_calls"], 150);
    assert_eq!(project.ledger("run").len(), 150);
    let again = |fault: &Value| fault["attempt"].as_u64() > Some(1);
    assert!(project.ledger("run").iter().any(again), "no retry is in it");
    provider.set_faults([]);
    let rated = outcomes(&project, "run")["rated"];
    project
        .rate("rest", &["Jobs", "--max-calls", "200"])
        .ends(0);
    assert_eq!(provider.count(), 150 + 200 - rated);
}

#[test]
fn calls_of_unknown_cost_are_kept_at_the_most_they_can_have_cost() {
    let provider = Provider::builder().fault(Fault::new(Kind::Hang)).start();
    let more = format!("{PRICED}\nfirst_byte_seconds = 1");
    let project = Project::two(&provider.url(), [&more, &more], &letters(8));
    let probe = Provider::start();
    let other = Project::two(&probe.url(), [PRICED, PRICED], &letters(1));
    other.rate("run", &["Jobs"]).ends(0);
    // Room for two and a half of them, and nobody ever says what they cost.
    let cap = most(&other.ledger("run")) * 5 / 2;
    let cap = format!("0.{cap:09}");
    project.rate("run", &["Jobs", "--max-usd", &cap]).ends(9);
    assert_eq!(provider.count(), 2);
    let ledger = project.ledger("run");
    assert!(ledger.iter().all(|line| line["cost_nanodollars"].is_null()));
    assert_eq!(
        project.manifest("run")["cost"]["attempts_of_unknown_cost"],
        2
    );
}

#[test]
fn a_budget_smaller_than_a_call_asks_nothing() {
    let provider = Provider::start();
    let project = Project::two(&provider.url(), [PRICED, PRICED], &letters(3));
    for cap in ["0", "0.01", ".000000001"] {
        project.rate(cap, &["Jobs", "--max-usd", cap]).ends(9);
        assert_eq!(outcomes(&project, cap)["budget"], 6, "{cap}");
    }
    project.rate("calls", &["Jobs", "--max-calls", "0"]).ends(9);
    assert_eq!(provider.count(), 0);
}

#[test]
fn amounts_are_read_exactly_or_refused() {
    let provider = Provider::start();
    let project = Project::two(&provider.url(), [PRICED, PRICED], &letters(1));
    for (text, nanos) in [
        ("0.1", 100_000_000),
        ("$5", 5_000_000_000_u64),
        ("0.3", 300_000_000),
    ] {
        project.rate("run", &["Jobs", "--max-usd", text]).ends(0);
        let cap = &project.manifest("run")["budget"]["max_usd"]["nanodollars"];
        assert_eq!(cap, &json!(nanos), "{text}");
    }
    for text in ["1e3", "-1", "five", "", "1,5", "0.0000000001", "NaN"] {
        let given = format!("--max-usd={text}");
        let done = project.rate("bad", &["Jobs", &given]).ends(2);
        done.says(&["--max-usd"]);
    }
    assert!(!project.path("bad").exists());
}

#[test]
fn a_price_that_nobody_knows_holds_no_budget() {
    let provider = Provider::start();
    let project = Project::two(&provider.url(), [PRICED, ""], &letters(2));
    let rate = |out: &str, more: &[&str]| -> Done {
        let mut all = vec!["Jobs", "--max-usd", "1"];
        all.extend(more);
        project.rate(out, &all)
    };
    rate("refused", &[]).ends(4).says(&[
        "--max-usd cannot hold for bert (its price is unknown)",
        "--max-calls",
        "--allow-unknown-price",
    ]);
    assert_eq!(provider.count(), 0);
    assert!(!project.path("refused").exists());
    rate("known", &["--rater", "anna"]).ends(0);
    rate("allowed", &["--allow-unknown-price"]).ends(0).says(&[
        "cannot hold for bert (its price is unknown): the budget may not hold all that this costs",
    ]);
    assert_eq!(provider.count(), 4);
    // All is cached: nothing is left that could cost anything.
    rate("cached", &[]).ends(0);
    assert_eq!(provider.count(), 4);
}

#[test]
fn a_provider_that_charges_more_than_a_request_can_be_is_noticed() {
    let text = json!({"rationale": "Because.", "tools": [], "exposure": "E1", "automation": 40,
        "augmentation": 50, "confidence": 60})
    .to_string();
    let openai = json!({"model": "anna-1", "usage": {"prompt_tokens": 9_000_000, "completion_tokens": 10},
        "choices": [{"index": 0, "finish_reason": "stop", "message": {"role": "assistant", "content": text}}]});
    let anthropic = json!({"type": "message", "role": "assistant", "model": "bert-1", "stop_reason": "end_turn",
        "usage": {"input_tokens": 9_000_000, "output_tokens": 10}, "content": [{"type": "text", "text": text}]});
    for (model, body) in [("anna", openai), ("bert", anthropic)] {
        let lie = Fault::status(200).body(&body.to_string()).model(model);
        let provider = Provider::builder().fault(lie).delay_ms(20).start();
        let more = format!("{PRICED}\nconcurrency = 4");
        let project = Project::two(&provider.url(), [&more, &more], &letters(40));
        let done = project.rate("run", &["Jobs", "--rater", model, "--max-usd", "5"]);
        done.ends(9)
            .says(&["more was charged than a request can cost: $"]);
        // The first goes alone; what the next can cost was set aside before it was answered.
        assert!(provider.count() <= 2, "{}", provider.count());
    }
}

#[test]
fn ctrl_c_does_not_wait_for_the_budget() {
    let provider = Provider::builder().delay_ms(1000).start();
    let project = Project::two(&provider.url(), [PRICED, PRICED], &letters(10));
    // Enough for one call at a time: what it can cost is set aside until it is answered.
    let running = project.start(&["rate", "Jobs", "--out", "run", "--max-usd", "0.05"]);
    provider.until_requests(1);
    thread::sleep(Duration::from_millis(200));
    assert_eq!(provider.count(), 1);
    let start = Instant::now();
    running.signal("INT");
    running.end().ends(130);
    let took = start.elapsed();
    assert!(took < Duration::from_millis(2500), "{took:?}");
    assert_eq!((provider.count(), project.ledger("run").len()), (1, 1));
    assert_eq!(project.manifest("run")["status"], "interrupted");
    let left = outcomes(&project, "run");
    assert_eq!((left["rated"], left["not_run"]), (1, 19), "{left:?}");
}

/// The bytes of a request before its question.
fn head(raw: &[u8]) -> &str {
    let text = std::str::from_utf8(raw).expect("UTF-8");
    let (head, _) = text.split_once("<task>").expect("a question");
    head
}

#[test]
fn the_rubric_is_cached_by_the_provider_and_paid_for_once() {
    let provider = Provider::builder()
        .min_cache_tokens(500)
        .delay_ms(400)
        .start();
    let marked = format!("{PRICED}\nprompt_cache_tokens = 500");
    let project = Project::two(&provider.url(), [PRICED, &marked], &letters(12));
    let running = project.start(&["rate", "Jobs", "--out", "run"]);
    provider.until_requests(2);
    thread::sleep(Duration::from_millis(200));
    assert_eq!(provider.count(), 2, "the first call of each goes alone");
    running.end().ends(0);

    let requests = provider.requests();
    for model in ["anna-1", "bert-1"] {
        let mine = || requests.iter().filter(|request| request.model == model);
        let heads: BTreeSet<&str> = mine().map(|request| head(&request.raw)).collect();
        assert_eq!((mine().count(), heads.len()), (12, 1), "{model}");
        for request in mine().filter(|_| model == "bert-1") {
            let mark = &request.body["system"][0]["cache_control"];
            assert_eq!(mark["type"], "ephemeral", "{}", request.body);
        }
    }
    let ledger = project.ledger("run");
    let usage = |rater: &str, class: &str| -> Vec<u64> {
        let mine = ledger.iter().filter(|line| line["rater"] == rater);
        mine.map(|line| line["usage"][class].as_u64().expect("tokens"))
            .collect()
    };
    let (written, read) = (usage("bert", "cache_write"), usage("bert", "cache_read"));
    assert!(
        written[0] >= 500 && written[1..].iter().all(|n| *n == 0),
        "{written:?}"
    );
    assert!(
        read[0] == 0 && read[1..].iter().all(|n| *n == written[0]),
        "{read:?}"
    );
    let sums = ["input", "cache_write", "cache_read", "output"].map(|class| {
        let sum: u64 = usage("bert", class).iter().sum();
        let manifest = project.manifest("run");
        assert_eq!(
            manifest["raters"][1]["actual"]["tokens"][class], sum,
            "{class}"
        );
        sum
    });
    // Input, writing, reading, output, each at its own price.
    let cost = sums[0] * 3000 + sums[1] * 3750 + sums[2] * 300 + sums[3] * 15_000;
    let told = &project.manifest("run")["raters"][1]["spent_now"]["nanodollars"];
    assert_eq!(told, &json!(cost));
}
