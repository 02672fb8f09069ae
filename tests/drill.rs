//! The fault drill: the built command is killed, interrupted, starved of disk and lied to, and nothing that was paid for
//! is lost or asked twice.

#[path = "support/provider/mod.rs"]
mod provider;
mod support;

use std::collections::BTreeMap;
use std::fs;
use std::process::Stdio;
use std::thread;
use std::time::{Duration, Instant};

use provider::{Fault, Kind, Provider, Stats};
use serde_json::{Value, json};
use support::{Done, Project, full_disk, occupation};

/// A project that asks a rater of each wire about these tasks, each with so many calls in flight.
fn project(provider: &Provider, concurrency: u64, tasks: &[String]) -> Project {
    let url = provider.url();
    let rater = |id: &str, wire: &str| {
        format!(
            "[[raters]]\nid = \"{id}\"\nwire = \"{wire}\"\nmodel = \"{id}-1\"\nbase_url = \"{url}/v1\"\n\
             key_env = \"DRILL_KEY\"\nconcurrency = {concurrency}\nprice = {{ input = 1.0, output = 2.0 }}\n"
        )
    };
    let project = Project::new().env("DRILL_KEY", "sk-drill-0123456789");
    let panel =
        "panel = \"two\"\ninventory = \"jobs.toml\"\n[panels]\ntwo = [\"anna\", \"bert\"]\n";
    let raters = rater("anna", "openai") + &rater("bert", "anthropic");
    project.write("taskrater.toml", panel.to_owned() + &raters);
    let tasks: Vec<&str> = tasks.iter().map(String::as_str).collect();
    project.write("jobs.toml", occupation("j", "Jobs", &tasks));
    project
}

fn letters(count: usize) -> Vec<String> {
    let letter = |n| format!("Write letter number {n} about the price of bread.");
    (1..=count).map(letter).collect()
}

/// A small seeded generator: a drill that fails can be repeated.
fn seeded(seed: u64) -> impl FnMut(u64) -> u64 {
    let mut state = seed;
    move |below| {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) % below
    }
}

/// All ledgers of a run folder, as bytes, in the order of its runs; none before the folder is there.
fn ledger_files(project: &Project, run: &str) -> Vec<Vec<u8>> {
    let number = |name: &str| match name.strip_prefix("ledger")? {
        // The last run's has no number.
        ".jsonl" => Some(u64::MAX),
        rest => rest.strip_prefix('-')?.strip_suffix(".jsonl")?.parse().ok(),
    };
    let entries = fs::read_dir(project.path(run)).into_iter().flatten();
    let mut files: Vec<(u64, Vec<u8>)> = entries
        .filter_map(|entry| {
            let entry = entry.expect("an entry");
            let number = number(entry.file_name().to_str()?)?;
            Some((number, fs::read(entry.path()).expect("a ledger")))
        })
        .collect();
    files.sort();
    files.into_iter().map(|(_, bytes)| bytes).collect()
}

/// The whole lines of each ledger of a run folder. A line that a kill has torn is no line.
fn ledgers(project: &Project, run: &str) -> Vec<Vec<Value>> {
    let read = |bytes: Vec<u8>| {
        let whole = bytes.split_inclusive(|byte| *byte == b'\n');
        let whole = whole.filter(|line| line.ends_with(b"\n"));
        let line = |line| serde_json::from_slice(line).expect("a line of JSON");
        whole.map(line).collect()
    };
    let files = ledger_files(project, run).into_iter();
    files.map(read).collect()
}

/// How many whole lines the ledgers hold.
fn lines_on_disk(project: &Project, run: &str) -> u64 {
    let lines = |bytes: Vec<u8>| bytes.into_iter().filter(|byte| *byte == b'\n').count() as u64;
    ledger_files(project, run).into_iter().map(lines).sum()
}

#[test]
fn a_hundred_kills_over_a_thousand_calls_lose_and_repeat_only_what_was_in_flight() {
    const KILLS: u64 = 100;
    const CALLS: u64 = 1000;
    const CONCURRENCY: u64 = 8;
    const IN_FLIGHT: u64 = 2 * CONCURRENCY;
    let provider = Provider::builder().delay_ms(15).forget_requests().start();
    let project = project(&provider, CONCURRENCY, &letters(500));
    let mut random = seeded(4);
    for kill in 0..KILLS {
        let before = provider.count();
        let running = project.start(&["rate", "Jobs", "--out", "run", "--quiet"]);
        if random(6) == 0 {
            // While it starts, opens the cache and makes its folder.
            thread::sleep(Duration::from_millis(random(80)));
        } else {
            // Nine calls on disk a life are wanted: whoever is ahead is killed sooner.
            let answered = |stats: &Stats| stats.by_status.get("200").copied().unwrap_or(0);
            let so_far = answered(&provider.stats());
            let ahead = lines_on_disk(&project, "run") > 9 * kill;
            let wanted = if ahead { random(8) } else { 16 + random(16) };
            let enough = |stats: &Stats| answered(stats) >= so_far + wanted;
            provider.until(|stats| stats.requests > before && enough(stats));
            thread::sleep(Duration::from_millis(random(12)));
        }
        running.kill();
        provider.until(|stats| stats.in_flight == 0);
    }
    let killed = provider.stats();
    let answered = killed.by_status["200"];
    let unanswered = killed.by_status["none"];
    let lines = ledgers(&project, "run");
    let written: u64 = lines.iter().map(|run| run.len() as u64).sum();
    assert_eq!(killed.requests, answered + unanswered);
    assert!(
        (CALLS / 2..CALLS).contains(&written),
        "{written} calls were done before the last kill: it came too early or too late"
    );
    // Whatever is answered and not written was in flight too: its slot is held until it is on disk.
    let in_flight = killed.requests - written;
    assert!(
        in_flight >= unanswered && in_flight <= KILLS * IN_FLIGHT,
        "{in_flight}"
    );

    project.rate("run", &["Jobs", "--quiet"]).ends(0);
    let lines = ledgers(&project, "run");
    let written: u64 = lines.iter().map(|run| run.len() as u64).sum();
    assert_eq!(
        provider.count(),
        written + in_flight,
        "an attempt without a line"
    );
    let twice = written_twice(&lines, usize::try_from(IN_FLIGHT).expect("small"));
    assert_eq!(written, CALLS + twice);
    println!(
        "{KILLS} kills: {in_flight} calls in flight lost, {twice} written to the ledger alone"
    );

    let stable = project.stable("run");
    provider.reset();
    fs::remove_dir_all(project.path("cache")).expect("the cache");
    project.rate("whole", &["Jobs", "--quiet"]).ends(0);
    assert_eq!(provider.count(), CALLS);
    assert_eq!(project.stable("whole"), stable);
}

/// How many questions have more than one line. All but the last line of each must be among the last of their ledger: they
/// were in flight, on disk in the ledger and not yet in the cache, when their run was killed.
fn written_twice(ledgers: &[Vec<Value>], in_flight: usize) -> u64 {
    let mut lines: BTreeMap<&str, Vec<(usize, usize)>> = BTreeMap::new();
    for (run, ledger) in ledgers.iter().enumerate() {
        for (at, line) in ledger.iter().enumerate() {
            assert_eq!(line["outcome"], "rated", "{line}");
            let key = line["key"].as_str().expect("a key");
            lines.entry(key).or_default().push((run, at));
        }
    }
    let mut twice = 0;
    for places in lines.values() {
        for (run, at) in &places[..places.len() - 1] {
            assert!(
                at + in_flight >= ledgers[*run].len(),
                "asked again although saved"
            );
            twice += 1;
        }
    }
    twice
}

/// `rate` under a limit on the size of every file, as a full disk would have it: writes fail, nothing is signalled.
fn starved(project: &Project, kilobytes: u32, args: &[&str]) -> Done {
    let mut rate = project.command(&["rate", "Jobs", "--quiet"]);
    rate.args(args);
    let mut shell = full_disk(kilobytes, &rate);
    shell.current_dir(project.path("")).stdin(Stdio::null());
    Done::of(&shell.output().expect("bash"))
}

#[test]
fn a_full_disk_stops_the_run_before_the_next_call() {
    const IN_FLIGHT: u64 = 8;
    let cases: [(u32, &[&str], &str); 2] = [(64, &["--no-cache"], "ledger"), (1600, &[], "cache")];
    for (kilobytes, args, what) in cases {
        let provider = Provider::builder().delay_ms(5).start();
        let project = project(&provider, IN_FLIGHT / 2, &letters(400));
        let mut all = vec!["--out", "run"];
        all.extend(args);
        let done = starved(&project, kilobytes, &all).ends(7);
        let done = done.says(&[what, "free some space and run the same command again"]);
        assert!(!done.err.contains("panicked"), "{}", done.err);
        let asked = provider.count();
        let written = ledgers(&project, "run").concat().len() as u64;
        assert!((1..700).contains(&asked), "{asked} requests, {what}");
        assert!(
            asked <= written + IN_FLIGHT,
            "{asked} requests, {written} lines in the ledger: {what}"
        );
        let done = project.rate("run", &["Jobs", "--quiet"]).ends(0);
        assert!(!done.err.contains("panicked"), "{}", done.err);
        let again = provider.count() - asked;
        let saved = if what == "cache" {
            written.saturating_sub(IN_FLIGHT)
        } else {
            0
        };
        assert!(
            again <= 800 - saved,
            "{again} asked again, {saved} were saved"
        );
        let ratings = project.ratings("run");
        assert!(ratings.iter().all(|rating| rating["outcome"] == "rated"));
    }
}

#[test]
fn sigterm_ends_like_ctrl_c_and_keeps_what_was_in_flight() {
    for signal in ["TERM", "INT"] {
        let provider = Provider::builder().delay_ms(80).start();
        let project = project(&provider, 3, &letters(30));
        let running = project.start(&["rate", "Jobs", "--out", "run"]);
        provider.until(|stats| stats.requests >= 9 && stats.in_flight >= 3);
        running.signal(signal);
        running
            .end()
            .ends(130)
            .says(&["finishing the calls in flight"]);
        let stats = provider.stats();
        assert!(
            stats.requests < 60,
            "{signal} came too late to show anything"
        );
        assert_eq!(
            stats.by_status.get("none"),
            None,
            "{signal}: a call was given up"
        );
        let ledger = project.ledger("run");
        assert_eq!(ledger.len() as u64, stats.requests);
        assert_eq!(project.manifest("run")["status"], "interrupted");
        project.rate("run", &["Jobs"]).ends(0);
        assert_eq!(provider.count(), 60);
    }
}

#[test]
fn a_second_ctrl_c_leaves_within_a_second_and_loses_nothing_answered() {
    let provider = Provider::builder()
        .fault(Fault::new(Kind::Hang).contains("never"))
        .start();
    let mut tasks = letters(6);
    tasks.extend((1..=4).map(|n| format!("Wait for reply {n} that never comes.")));
    let project = project(&provider, 8, &tasks);
    let running = project.start(&["rate", "Jobs", "--out", "run"]);
    let answered = |stats: &Stats| stats.by_status.get("200") == Some(&12);
    provider.until(|stats| answered(stats) && stats.in_flight == 8);
    running.signal("INT");
    running.hear("finishing the calls in flight");
    let start = Instant::now();
    running.signal("INT");
    let done = running.end();
    let took = start.elapsed();
    done.ends(130);
    assert!(took < Duration::from_secs(1), "{took:?}");
    assert_eq!(project.ledger("run").len(), 12);
    provider.set_faults([]);
    let before = provider.count();
    project.rate("run", &["Jobs"]).ends(0);
    assert_eq!(
        provider.count() - before,
        8,
        "only the calls that hung are asked again"
    );
}

/// Flips a bit of one stored reply. A store that has been opened `reopened` times since holds a snapshot besides the log.
/// sled cannot go on beyond damage in its log: the run says so and stops before it would pay for what is lost, and the
/// cache is made again from the ledgers.
fn a_flipped_byte(reopened: usize) {
    let provider = Provider::start();
    let project = project(&provider, 4, &letters(40));
    for _ in 0..=reopened {
        project.rate("runs/one", &["Jobs"]).ends(0);
    }
    let stable = project.stable("runs/one");
    assert_eq!(provider.count(), 80);
    let body = ledgers(&project, "runs/one").concat()[17]["body"].clone();
    let reply: Value = serde_json::from_str(body.as_str().expect("a body")).expect("JSON");
    flip(&project, reply["id"].as_str().expect("an id"));
    let done = project.rate("runs/two", &["Jobs"]).ends(7);
    let done = done.says(&["cache rebuild"]);
    assert!(!done.err.contains("panicked"), "{}", done.err);
    assert_eq!(provider.count(), 80, "asked although the damage was known");
    project.run(&["cache", "rebuild"]).ends(0);
    project.rate("runs/three", &["Jobs"]).ends(0);
    assert!(
        provider.count() <= 81,
        "more than what is damaged was asked again"
    );
    assert_eq!(project.stable("runs/three"), stable);
}

#[test]
fn a_flipped_byte_in_a_new_store_costs_one_call_at_most() {
    a_flipped_byte(0);
}

#[test]
fn a_flipped_byte_in_a_store_in_use_costs_one_call_at_most() {
    a_flipped_byte(2);
}

/// Flips a bit in the last copy of a text in the store's files: sled keeps older copies until it needs their place.
fn flip(project: &Project, text: &str) {
    for (path, mut bytes) in project.all_files() {
        if !path.starts_with(project.path("cache")) {
            continue;
        }
        let mut windows = bytes.windows(text.len());
        if let Some(at) = windows.rposition(|window| window == text.as_bytes()) {
            bytes[at + text.len() / 2] ^= 1;
            return fs::write(&path, bytes).expect("a file of the store");
        }
    }
    panic!("{text} is not in the store as text");
}

#[test]
fn a_redirect_is_not_followed_with_the_key() {
    let other = Provider::start();
    let to = other.url();
    let provider = Provider::builder()
        .fault(Fault::new(Kind::Redirect { to }))
        .start();
    let project = project(&provider, 2, &letters(2));
    let done = project.rate("run", &["Jobs"]);
    assert!([5, 6].contains(&done.code), "{}", done.err);
    done.says(&["HTTP 307"]);
    assert_eq!((other.count(), provider.count()), (0, 4));
    provider.set_faults([]);
    project.rate("run", &["Jobs"]).ends(0);
    assert_eq!((other.count(), provider.count()), (0, 8));
}

#[test]
fn a_body_that_dribbles_is_waited_for() {
    let provider = Provider::builder()
        .fault(Fault::new(Kind::Dribble { ms: 5, bytes: 60 }))
        .start();
    let project = project(&provider, 4, &letters(4));
    project.rate("run", &["Jobs"]).ends(0);
    assert_eq!(provider.count(), 8);
}

#[test]
fn eight_poisoned_replies_then_a_healthy_server_and_all_eight_are_asked_again() {
    let broken = |body: &str| Fault::status(200).header("retry-after-ms", "1").body(body);
    let error = json!({"error": {"type": "server_error", "message": "overloaded", "code": null}});
    let label = "E9".to_owned();
    let poison = [
        broken(&error.to_string()),
        broken("<!doctype html><title>Please sign in</title>"),
        Fault::new(Kind::BadJson),
        Fault::new(Kind::EmptyContent),
        Fault::new(Kind::Truncated),
        Fault::new(Kind::OutOfRange { value: 140 }),
        Fault::new(Kind::UnknownLabel { label }),
        Fault::new(Kind::MissingField { field: None }),
    ];
    let name = |n: usize| format!("poison {n}.");
    let faults = poison.into_iter().enumerate();
    let provider = faults
        .fold(Provider::builder(), |builder, (n, fault)| {
            builder.fault(fault.contains(&name(n)))
        })
        .start();
    let mut tasks = letters(8);
    tasks.extend((0..8).map(|n| format!("Stir the pot and add {}", name(n))));
    // One at a time, healthy and poisoned in turns: eight failures in a row are no reason to stop a rater, but close.
    let project = project(&provider, 2, &tasks);
    project.rate("poisoned", &["Jobs"]).ends(5);
    let outcomes = |run: &str| {
        let ratings = project.ratings(run);
        ratings.iter().filter(|r| r["outcome"] == "rated").count()
    };
    assert_eq!(outcomes("poisoned"), 16);
    provider.set_faults([]);
    let before = provider.count();
    project.rate("healthy", &["Jobs"]).ends(0);
    assert_eq!((outcomes("healthy"), provider.count() - before), (32, 16));
    project.rate("cached", &["Jobs"]).ends(0);
    assert_eq!(provider.count() - before, 16);
    assert_eq!(project.stable("cached"), project.stable("healthy"));
}

#[test]
fn one_poisoned_row_of_a_thousand_leaves_999_rated_and_is_listed() {
    let provider = Provider::builder()
        .fault(Fault::new(Kind::BadJson).contains("poison"))
        .forget_requests()
        .start();
    let mut tasks = letters(1000);
    tasks[616] = "Stir the pot and add poison.".to_owned();
    let project = project(&provider, 8, &tasks);
    let done = project.rate("run", &["Jobs", "--rater", "anna"]).ends(5);
    done.says(&["1 invalid", "j-t617"]);
    assert_eq!(provider.count(), 1001, "one re-ask");
    let ratings = project.ratings("run");
    let missing: Vec<&Value> = ratings.iter().filter(|r| r["outcome"] != "rated").collect();
    assert_eq!((ratings.len(), missing.len()), (1000, 1));
    assert_eq!(missing[0]["task_id"], "j-t617");
    assert_eq!(missing[0]["outcome"], "invalid");
}
