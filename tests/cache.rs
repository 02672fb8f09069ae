//! The reply cache as a user manages it: the built command, a project folder and a provider on loopback.

#[path = "support/provider/mod.rs"]
mod provider;
mod support;

use provider::{Fault, Kind, Provider};
use serde_json::{Value, json};
use std::fs;
use support::{Done, Project, occupation};

const IMPACT: &str = include_str!("../prompts/impact.md");
const TASKS: [&str; 3] = [
    "Write the weekly report on flour prices.",
    "Weld the broken oven door.",
    "Answer letters of customers.",
];
const QUESTIONS: u64 = 6;

fn raters(url: &str, more: &str) -> String {
    format!(
        "panel = \"two\"\ninventory = \"bakers.toml\"\n[panels]\ntwo = [\"anna\", \"bert\"]\n\
         [[raters]]\nid = \"anna\"\nwire = \"openai\"\nmodel = \"anna-1\"\nbase_url = \"{url}/v1\"\n\
         price = {{ input = 2.5, output = 10.0 }}\n{more}\n\
         [[raters]]\nid = \"bert\"\nwire = \"anthropic\"\nmodel = \"bert-1\"\nbase_url = \"{url}/v1\"\nkey_env = \"BERT_KEY\"\n"
    )
}

/// A project whose two raters have answered all questions into `first`.
struct Case {
    provider: Provider,
    project: Project,
}

impl Case {
    /// Nothing asked yet; `anna` has a price, `bert` has none.
    fn new(faults: impl IntoIterator<Item = Fault>) -> Self {
        let provider = faults
            .into_iter()
            .fold(Provider::builder(), |builder, fault| builder.fault(fault))
            .start();
        let project = Project::new().env("BERT_KEY", "sk-bert");
        let case = Self { provider, project };
        case.raters("key_env = \"BERT_KEY\"");
        case.project
            .write("bakers.toml", occupation("b", "Bakers", &TASKS));
        case
    }

    fn answered() -> Self {
        let case = Self::new([]);
        case.rate("first", &[]).ends(0);
        assert_eq!(case.provider.count(), QUESTIONS);
        case
    }

    /// Sets what else stands in anna's row.
    fn raters(&self, more: &str) {
        self.project
            .write("taskrater.toml", raters(&self.provider.url(), more));
    }

    fn rate(&self, out: &str, args: &[&str]) -> Done {
        self.project
            .rate(&format!("runs/{out}"), &[&["Bakers"], args].concat())
    }

    fn cache(&self, args: &[&str]) -> Done {
        self.project.run(&[&["cache"], args].concat())
    }

    fn json(&self, args: &[&str]) -> Value {
        let done = self.cache(&[args, &["--json"]].concat()).ends(0);
        serde_json::from_str(&done.out).unwrap_or_else(|error| panic!("{error}: {}", done.out))
    }

    fn lines(&self, args: &[&str]) -> Vec<Value> {
        let done = self.cache(args).ends(0);
        done.out
            .lines()
            .map(|line| serde_json::from_str(line).expect("JSON"))
            .collect()
    }

    fn forget(&self) {
        fs::remove_dir_all(self.project.path("cache")).expect("a cache");
    }

    /// The same command asks nothing and gives the same bytes.
    #[track_caller]
    fn asks_nothing(&self, out: &str) {
        let before = self.provider.count();
        self.rate(out, &[]).ends(0);
        assert_eq!(self.provider.count(), before, "questions were asked again");
        let name = |out: &str| format!("runs/{out}");
        assert_eq!(
            self.project.stable(&name("first")),
            self.project.stable(&name(out))
        );
    }

    /// Rates and returns how many questions were asked.
    #[track_caller]
    fn asks(&self, out: &str, args: &[&str], code: i32) -> (u64, Done) {
        let before = self.provider.count();
        let done = self.rate(out, args).ends(code);
        (self.provider.count() - before, done)
    }
}

#[test]
fn stats_count_entries_costs_and_what_is_unknown() {
    let case = Case::answered();
    let stats = case.json(&["stats"]);
    assert_eq!(stats["entries"], QUESTIONS);
    assert_eq!(stats["damaged"], 0);
    assert_eq!(stats["by_rater"], json!({"anna": 3, "bert": 3}));
    assert_eq!(stats["by_model"], json!({"anna-1": 3, "bert-1": 3}));
    assert_eq!(stats["by_outcome"], json!({"rated": 6}));
    assert_eq!(
        stats["cost"]["entries_of_unknown_cost"], 3,
        "bert has no price"
    );
    let manifest = case.project.manifest("runs/first");
    assert_eq!(
        stats["cost"]["nanodollars"],
        manifest["cost"]["spent_now"]["nanodollars"]
    );
    assert!(stats["tokens"]["input"].as_u64() > Some(0));
    assert!(stats["bytes_on_disk"].as_u64() > Some(0));
    assert!(stats["oldest"].as_str() < stats["newest"].as_str());
    case.cache(&["stats"]).ends(0).prints(&[
        "6 entries",
        "and 3 of unknown cost",
        "by model:",
        "bert-1",
    ]);
}

#[test]
fn ls_lists_what_the_filters_leave() {
    let case = Case::answered();
    let rows = case.cache(&["ls"]).ends(0).out;
    assert_eq!(rows.lines().count(), 7, "{rows}");
    let listed = |args: &[&str]| case.lines(&[&["ls", "--json"], args].concat());
    assert_eq!(listed(&[]).len(), 6);
    let anna = listed(&["--rater", "anna"]);
    assert_eq!(anna.len(), 3);
    assert!(
        anna.iter()
            .all(|entry| entry["model"] == "anna-1" && entry["sample"] == 0)
    );
    assert_eq!(listed(&["--occupation", "b", "--task", "b-t2"]).len(), 2);
    assert_eq!(listed(&["--occupation", "a"]).len(), 0);
    assert_eq!(listed(&["--model", "bert-1", "--task", "b-t2"]).len(), 1);
    assert_eq!(
        listed(&["--occupation", "b", "--outcome", "rated"]).len(),
        6
    );
    assert_eq!(listed(&["--outcome", "refused"]).len(), 0);
    assert_eq!(listed(&["--after", "1h"]).len(), 6);
    assert_eq!(listed(&["--before", "1h"]).len(), 0);
    assert_eq!(listed(&["--before", "2020-01-01"]).len(), 0);
    assert_eq!(
        listed(&["--after", "2020-01-01T00:00:00Z", "--limit", "2"]).len(),
        2
    );
    case.cache(&["ls", "--limit", "1"])
        .ends(0)
        .says(&["there are more"]);
    case.cache(&["ls", "--before", "soon"])
        .ends(2)
        .says(&["is no time", "30d"]);
    case.cache(&["ls", "--outcome", "lost"])
        .ends(2)
        .says(&["rated or refused"]);
}

#[test]
fn an_exported_and_imported_cache_asks_nothing() {
    let case = Case::answered();
    case.cache(&["export", "replies.jsonl"])
        .ends(0)
        .says(&["6 entries exported"]);
    let piped = case.cache(&["export"]).ends(0).out;
    assert_eq!(piped, case.project.read("replies.jsonl"));
    case.forget();
    case.cache(&["import", "replies.jsonl"])
        .ends(0)
        .prints(&["6 new", "0 bad"]);
    case.asks_nothing("second");
    assert_eq!(case.cache(&["export"]).ends(0).out, piped);
    case.cache(&["import", "replies.jsonl"])
        .ends(0)
        .prints(&["0 new", "6 already there"]);
}

#[test]
fn bad_lines_are_named_and_the_rest_is_taken() {
    let case = Case::answered();
    let exported = case.cache(&["export"]).ends(0).out;
    let lines: Vec<&str> = exported.lines().collect();
    let changed = lines[1].replace("\"status\":200", "\"status\":201");
    assert_ne!(changed, lines[1]);
    let invalid = lines[2].replace("\"outcome\":\"rated\"", "\"outcome\":\"invalid\"");
    let torn = &lines[3][..lines[3].len() / 2];
    case.project.write(
        "mixed.jsonl",
        [lines[0], &changed, &invalid, "", torn].join("\n"),
    );
    case.forget();
    let done = case
        .cache(&["import", "mixed.jsonl"])
        .ends(3)
        .prints(&["1 new", "3 bad lines"]);
    done.says(&[
        "mixed.jsonl:2: the checksum",
        "mixed.jsonl:3: the outcome is 'invalid'",
        "mixed.jsonl:5:",
    ]);
    assert_eq!(case.json(&["stats"])["entries"], 1);
}

#[test]
fn an_import_keeps_the_older_reply_unless_told_otherwise() {
    let case = Case::answered();
    let mut theirs: Value =
        serde_json::from_str(case.cache(&["export"]).out.lines().next().expect("a line"))
            .expect("JSON");
    theirs["rater"] = json!("other");
    theirs
        .as_object_mut()
        .expect("an object")
        .remove("checksum");
    case.project.write("theirs.jsonl", theirs.to_string());
    case.cache(&["import", "theirs.jsonl"])
        .ends(0)
        .prints(&["1 already there"]);
    assert_eq!(case.lines(&["ls", "--json", "--rater", "other"]).len(), 0);
    case.cache(&["import", "theirs.jsonl", "--replace"])
        .ends(0)
        .prints(&["1 replaced"]);
    assert_eq!(case.lines(&["ls", "--json", "--rater", "other"]).len(), 1);
    assert_eq!(case.json(&["stats"])["entries"], 6);
}

#[test]
fn rm_says_what_goes_and_takes_only_that() {
    let case = Case::answered();
    case.cache(&["rm"])
        .ends(2)
        .says(&["no entry is named", "--all"]);
    case.cache(&["rm", "--rater", "anna"])
        .ends(2)
        .says(&["3 entries, paid $", "--yes"]);
    case.cache(&["rm", "--rater", "anna", "--dry-run"])
        .ends(0)
        .prints(&["3 entries", "would be removed"]);
    assert_eq!(case.json(&["stats"])["entries"], 6);
    case.cache(&["rm", "--rater", "anna", "--task", "b-t1", "--yes"])
        .ends(0)
        .prints(&["1 entries", ": removed"]);
    let (asked, _) = case.asks("second", &[], 0);
    assert_eq!(asked, 1);
    case.cache(&["rm", "--all", "--yes"])
        .ends(0)
        .prints(&["6 entries"]);
    assert_eq!(case.json(&["stats"])["entries"], 0);
    assert_eq!(case.asks("third", &[], 0).0, QUESTIONS);
}

#[test]
fn verify_reads_everything_and_a_cache_that_is_not_there_is_said_to_be() {
    let case = Case::answered();
    case.cache(&["verify"])
        .ends(0)
        .prints(&["6 entries are whole, 0 damaged"]);
    case.forget();
    for command in [
        &["stats"][..],
        &["ls"],
        &["verify"],
        &["export"],
        &["rm", "--all"],
    ] {
        case.cache(command)
            .ends(3)
            .says(&["there is no reply cache"]);
    }
    assert!(
        !case.project.path("cache").exists(),
        "looking makes nothing"
    );
}

#[test]
fn explain_names_both_values_of_what_differs() {
    let case = Case::new([]);
    case.raters("key_env = \"BERT_KEY\"\nparameters = { temperature = 0, seed = 5 }");
    let explain = ["explain", "b-t1", "--rater", "anna"];
    case.rate("first", &[]).ends(0);
    case.cache(&explain)
        .ends(0)
        .prints(&["hit", "rated of", "anna-1"]);
    case.raters("key_env = \"BERT_KEY\"\nparameters = { temperature = 0.7, seed = 5 }");
    case.cache(&explain)
        .ends(0)
        .prints(&["miss", "nearest entry", "temperature 0 → 0.7"]);
    let told = case.json(&explain);
    assert_eq!(told["state"], "miss");
    let apart = json!([{"field": "temperature", "before": "0", "now": "0.7", "what": "temperature 0 → 0.7"}]);
    assert_eq!(told["differences"], apart);

    case.project.write(
        "mine.md",
        IMPACT.replace("You rate one task", "You judge one task"),
    );
    let done = case
        .cache(&[&explain[..], &["--prompt", "mine.md", "--sample", "2"]].concat())
        .ends(0);
    done.prints(&[
        ": another system text (prompt)",
        "sample 0 → 2",
        "temperature 0 → 0.7",
    ]);
    case.cache(&["explain", "b-t9", "--rater", "anna"])
        .ends(3)
        .says(&["no task 'b-t9'"]);
    case.cache(&["explain", "b-t1", "--rater", "surrogate-human"])
        .ends(2)
        .says(&["not a hosted rater"]);
}

#[test]
fn a_cache_rebuilt_from_ledgers_asks_nothing() {
    // One reply is re-asked, one is cut off: the history comes back too.
    let case = Case::new([
        Fault::new(Kind::BadJson).first(1).model("anna"),
        Fault::new(Kind::Truncated).first(1).model("bert"),
    ]);
    case.rate("first", &[]).ends(0);
    let before = case.lines(&["export"]);
    // A run that was killed while it wrote.
    let ledger = "runs/first/ledger.jsonl";
    case.project
        .write(ledger, case.project.read(ledger) + "{\"time\":\"2026-");
    case.forget();
    let done = case.cache(&["rebuild"]).ends(0);
    done.prints(&["1 ledgers", "6 entries new", "1 torn", "0 bad"]);
    case.asks_nothing("second");
    let without_time = |mut lines: Vec<Value>| {
        for line in &mut lines {
            let fields = line.as_object_mut().expect("an object");
            fields.remove("time");
            fields.remove("checksum");
        }
        lines
    };
    assert_eq!(without_time(case.lines(&["export"])), without_time(before));
    case.cache(&["rebuild"])
        .ends(0)
        .prints(&["0 entries new", "6 already there"]);
    case.cache(&["rebuild", "nowhere"])
        .ends(3)
        .says(&["there is no run 'nowhere'"]);
}

#[test]
fn what_a_killed_run_has_in_its_ledger_alone_is_not_paid_for_again() {
    let case = Case::answered();
    // As a kill between the two writes leaves it: the ledger has the line, the cache lacks the entry, the manifest runs on.
    case.cache(&["rm", "--task", "b-t2", "--yes"]).ends(0);
    let manifest = case.project.read("runs/first/manifest.json");
    let running = manifest.replace("\"status\": \"complete\"", "\"status\": \"running\"");
    assert_ne!(manifest, running);
    case.project.write("runs/first/manifest.json", running);
    case.rate("second", &[])
        .ends(0)
        .says(&["2 replies of a run that did not end"]);
    assert_eq!(case.provider.count(), QUESTIONS);
    assert_eq!(
        case.project.stable("runs/first"),
        case.project.stable("runs/second")
    );
    // Read once is enough.
    let again = case.rate("third", &[]).ends(0);
    assert!(!again.err.contains("did not end"), "{}", again.err);
}

#[test]
fn a_damaged_ledger_line_is_named_and_the_rest_is_taken() {
    let case = Case::answered();
    let ledger = case.project.read("runs/first/ledger.jsonl");
    case.project.write(
        "runs/first/ledger.jsonl",
        ledger.replacen("{\"time\"", "{{time", 1),
    );
    case.forget();
    case.cache(&["rebuild"])
        .ends(3)
        .prints(&["5 entries new", "1 bad"])
        .says(&["ledger.jsonl:1:"]);
}

#[test]
fn a_store_that_lost_its_replies_stops_the_run_before_anything_is_paid_again() {
    let case = Case::answered();
    case.project.write("cache/replies.sled/db", "");
    let before = case.provider.count();
    let done = case.rate("second", &[]).ends(7);
    done.says(&["6 were written to it", "cache rebuild"]);
    assert_eq!(case.provider.count(), before);
    case.cache(&["rebuild"]).ends(0).prints(&["6 entries new"]);
    case.asks_nothing("third");
}

#[test]
fn what_no_ledger_gives_back_is_lost_only_when_somebody_says_so() {
    let case = Case::answered();
    case.asks("second", &["--refresh"], 0);
    let ledger = case.project.read("runs/first/ledger.jsonl");
    let some: Vec<&str> = ledger.split_inclusive('\n').take(4).collect();
    case.project.write("runs/first/ledger.jsonl", some.concat());
    fs::remove_dir_all(case.project.path("runs/second")).expect("a run");
    case.project.write("cache/replies.sled/db", "");
    for _ in 0..2 {
        case.cache(&["rebuild"]).ends(3).says(&[
            "2 of ",
            "lost replies are in no ledger",
            "--accept-loss",
        ]);
        let verified = case.cache(&["verify", "--json"]).ends(3);
        verified.prints(&["\"written\": 12"]);
        case.cache(&["stats", "--json"]).ends(3);
        assert_eq!(case.asks("third", &[], 7).0, 0);
    }
    // What others bring does not stand for what is lost.
    let other = Case::answered();
    other.project.run(&["cache", "export", "all.jsonl"]).ends(0);
    let lines = other.project.read("all.jsonl").replace("\"b-t", "\"c-t");
    let foreign: String = lines
        .lines()
        .enumerate()
        .map(|(n, line)| {
            let mut line: Value = serde_json::from_str(line).expect("JSON");
            line["key"] = json!(format!("{n:02x}").repeat(32));
            line.as_object_mut().expect("an object").remove("checksum");
            format!("{line}\n")
        })
        .collect();
    case.project.write("foreign.jsonl", foreign);
    case.cache(&["import", "foreign.jsonl"]).ends(0);
    case.cache(&["rebuild"])
        .ends(3)
        .says(&["2 of 2 lost replies are in no ledger"]);
    case.cache(&["rebuild", "--accept-loss"]).ends(0);
    assert_eq!(case.asks("third", &[], 0).0, 2);
    case.cache(&["verify"]).ends(0);
}

#[test]
fn a_rebuild_leaves_entries_that_are_there_and_runs_without_the_cache() {
    let case = Case::answered();
    let before = case.cache(&["export"]).ends(0).out;
    case.asks("second", &["--no-cache"], 0);
    let done = case.cache(&["rebuild"]).ends(0);
    done.prints(&["1 ledgers", "6 already there", "1 runs with --no-cache"]);
    case.cache(&["rebuild", "second"])
        .ends(0)
        .prints(&["6 already there"]);
    assert_eq!(case.cache(&["export"]).ends(0).out, before);
    case.cache(&["rebuild", "second", "--replace"])
        .ends(0)
        .prints(&["6 replaced by later replies"]);
    assert_ne!(case.cache(&["export"]).ends(0).out, before);
}

#[test]
fn a_deleted_cache_is_named_before_it_is_paid_for_again() {
    let case = Case::answered();
    case.forget();
    let (asked, done) = case.asks("second", &["--dry-run"], 0);
    assert_eq!(asked, 0);
    done.says(&[
        "no reply cache in",
        "1 ledgers are in runs/",
        "cache rebuild",
    ]);
}

#[test]
fn a_refresh_that_ended_early_says_how_to_go_on_with_the_rest() {
    let case = Case::answered();
    let (asked, done) = case.asks("second", &["--refresh", "--max-calls", "4"], 9);
    assert_eq!(asked, 4);
    let after = done.err.split("--max-age ").nth(1).expect("advice");
    let moment = after.split_whitespace().next().expect("a moment");
    assert_eq!(case.asks("third", &["--max-age", moment], 0).0, 2);
    assert_eq!(case.asks("fourth", &["--max-age", moment], 0).0, 0);
}

#[test]
fn flipped_bytes_in_the_store_cost_no_reply() {
    let case = Case::answered();
    // Opened once more, sled has written a snapshot and reads pages by it; before, it reads its whole log.
    for (round, reopened) in [(0, false), (1, true)] {
        if reopened {
            case.cache(&["stats"]).ends(0);
        }
        let path = "cache/replies.sled/db";
        let mut bytes = fs::read(case.project.path(path)).expect("the store");
        let some = bytes.len() / 2;
        bytes
            .iter_mut()
            .skip(round)
            .step_by(some / 40)
            .for_each(|byte| *byte ^= 1);
        case.project.write(path, &bytes);
        let done = case.cache(&["rebuild"]).ends(0);
        assert!(!done.err.contains("panicked"), "{}", done.err);
        case.asks_nothing(if reopened { "third" } else { "second" });
    }
}

#[test]
fn a_read_only_cache_is_read_and_not_written() {
    let case = Case::answered();
    assert_eq!(case.asks("second", &["--cache-read-only"], 0).0, 0);
    case.cache(&["rm", "--rater", "bert", "--yes"]).ends(0);
    let before = case.cache(&["export"]).ends(0).out;
    assert_eq!(case.asks("third", &["--cache-read-only"], 0).0, 3);
    assert_eq!(case.cache(&["export"]).ends(0).out, before);
    assert_eq!(case.asks("fourth", &["--cache-read-only"], 0).0, 3);
    case.forget();
    assert_eq!(case.asks("fifth", &["--cache-read-only"], 0).0, 6);
    assert!(!case.project.path("cache").exists());
}

#[test]
fn entries_of_too_great_an_age_are_asked_again_and_replaced() {
    let case = Case::answered();
    assert_eq!(case.asks("second", &["--max-age", "1h"], 0).0, 0);
    let old = case.cache(&["export"]).ends(0).out;
    // One answer is made two days old.
    let mut lines: Vec<Value> = old
        .lines()
        .map(|line| serde_json::from_str(line).expect("JSON"))
        .collect();
    let two_days = jiff::Timestamp::now() - jiff::SignedDuration::from_hours(48);
    lines[0]["time"] = json!(two_days.to_string());
    lines[0]
        .as_object_mut()
        .expect("an object")
        .remove("checksum");
    case.project.write("old.jsonl", lines[0].to_string());
    case.cache(&["import", "old.jsonl", "--replace"]).ends(0);
    assert_eq!(case.asks("third", &["--max-age", "7d"], 0).0, 0);
    let (asked, done) = case.asks("fourth", &["--max-age", "36h"], 0);
    assert_eq!(asked, 1);
    done.says(&["1 were cached longer ago than --max-age"]);
    assert_eq!(case.asks("fifth", &["--max-age", "36h"], 0).0, 0);
    assert_eq!(case.json(&["stats"])["entries"], QUESTIONS);
    case.rate("sixth", &["--max-age", "soon"]).ends(2);
}

#[test]
fn a_run_says_why_questions_are_asked_again() {
    let case = Case::new([]);
    case.raters("key_env = \"BERT_KEY\"\nparameters = { temperature = 0 }");
    let first = case.rate("first", &[]).ends(0);
    assert!(!first.err.contains("questions are new"), "{}", first.err);
    assert_eq!(
        case.project.manifest("runs/first")["misses"],
        json!({"new": 6})
    );
    case.rate("again", &[]).ends(0);
    assert_eq!(case.project.manifest("runs/again")["misses"], json!({}));

    case.raters("key_env = \"BERT_KEY\"\nparameters = { temperature = 0.7 }");
    let tasks = [&TASKS[..], &["Sweep the floor."]].concat();
    case.project
        .write("bakers.toml", occupation("b", "Bakers", &tasks));
    let (asked, done) = case.asks("second", &[], 0);
    assert_eq!(asked, 5);
    done.says(&["2 questions are new; 3 were asked before with temperature 0 → 0.7"]);
    let misses = &case.project.manifest("runs/second")["misses"];
    assert_eq!(
        *misses,
        json!({"new": 2, "were asked before with temperature 0 → 0.7": 3})
    );
    let (asked, done) = case.asks("third", &["--refresh"], 0);
    assert_eq!(asked, 8);
    done.says(&["8 are asked again (--refresh)"]);
}

#[test]
fn the_same_question_under_another_task_id_is_a_hit() {
    let case = Case::answered();
    let renamed = occupation("c", "Bakers", &TASKS);
    case.project.write("bakers.toml", renamed);
    assert_eq!(case.asks("second", &[], 0).0, 0);
}

#[test]
fn a_second_process_learns_who_holds_the_cache() {
    let case = Case::new([Fault::new(Kind::Hang)]);
    let running = case.project.start(&["rate", "Bakers", "--out", "slow"]);
    while case.provider.count() == 0 {
        std::thread::sleep(std::time::Duration::from_millis(20));
    }
    let holder = format!("process {}", running.id());
    for command in [
        &["stats"][..],
        &["ls"],
        &["export"],
        &["verify"],
        &["rebuild"],
    ] {
        case.cache(command).ends(8).says(&[&holder]);
    }
    running.kill();
}

#[test]
fn a_reader_that_goes_away_ends_a_list_cleanly() {
    let case = Case::answered();
    for args in [["cache", "ls"], ["cache", "export"]] {
        let (reader, writer) = std::io::pipe().expect("a pipe");
        drop(reader);
        let output = case
            .project
            .command(&args)
            .stdout(writer)
            .output()
            .expect("it runs");
        let said = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(0), "{said}");
        assert!(!said.contains("error"), "{said}");
    }
}

#[test]
fn a_flipped_byte_is_found_and_never_leads_to_another_rating() {
    let case = Case::answered();
    // Opened once more: pages are read by a snapshot.
    case.cache(&["stats"]).ends(0);
    let path = "cache/replies.sled/db";
    let bytes = fs::read(case.project.path(path)).expect("the store");
    let used = bytes.iter().rposition(|byte| *byte != 0).expect("entries");
    case.project.run(&["cache", "export", "all.jsonl"]).ends(0);
    for (n, at) in (16..used).step_by(used / 10).enumerate() {
        case.forget();
        case.cache(&["import", "all.jsonl"]).ends(0);
        case.cache(&["stats"]).ends(0);
        let mut bytes = fs::read(case.project.path(path)).expect("the store");
        bytes[at] ^= 1;
        case.project.write(path, &bytes);
        let run = format!("flipped-{n}");
        let before = case.provider.count();
        let done = case.rate(&run, &[]);
        assert!(!done.err.contains("panicked"), "byte {at}: {}", done.err);
        if done.code == 7 {
            assert_eq!(case.provider.count(), before);
            done.says(&["cache rebuild"]);
            case.cache(&["rebuild"]).ends(0);
            case.asks_nothing(&format!("rebuilt-{n}"));
        } else {
            let done = done.ends(0);
            let asked = case.provider.count() - before;
            assert!(
                asked == 0 || done.err.contains("damaged"),
                "byte {at}: {}",
                done.err
            );
            let name = format!("runs/{run}");
            assert_eq!(
                case.project.stable("runs/first"),
                case.project.stable(&name)
            );
            case.asks_nothing(&format!("again-{n}"));
        }
    }
}
