//! Prices, estimates and the question before a costly run: the built command, and a provider on loopback.

#[path = "support/provider/mod.rs"]
mod provider;
mod support;

use std::io::Write as _;
use std::net::TcpListener;
use std::process::{Command, Stdio};

use provider::{Fault, Kind, Provider};
use serde_json::Value;
use support::{Done, Project, occupation};

const PRICES: &str = "\
[[prices]]
model = \"anna-1\"
host = \"127.0.0.1\"
from = 2026-01-01
input = 2.5
output = 10.0
cache_read = 1.25

[[prices]]
model = \"bert-1\"
host = \"127.0.0.1\"
from = 2026-01-01
input = 3.0
output = 15.0
cache_write = 3.75
cache_read = 0.3
";

/// A rater of each wire at this address; `more` is the head of the file.
fn config(url: &str, more: &str) -> String {
    format!(
        "{more}\npanel = \"two\"\ninventory = \"bakers.toml\"\n[panels]\ntwo = [\"anna\", \"bert\"]\n\
         [[raters]]\nid = \"anna\"\nwire = \"openai\"\nmodel = \"anna-1\"\nbase_url = \"{url}/v1\"\nkey_env = \"KEY\"\n\
         [[raters]]\nid = \"bert\"\nwire = \"anthropic\"\nmodel = \"bert-1\"\nbase_url = \"{url}/v1\"\nkey_env = \"KEY\"\n"
    )
}

/// Tasks of different lengths, from `first` on.
fn tasks(first: usize, count: usize) -> String {
    let verbs = [
        "Write",
        "Weld",
        "Answer",
        "Carry",
        "Calculate",
        "Inspect",
        "Translate",
    ];
    let statement = |n: usize| {
        let rest = "the orders, letters and price lists of the week, ".repeat(n % 5);
        format!("{} {rest}number {n}.", verbs[n % verbs.len()])
    };
    let statements: Vec<String> = (first..first + count).map(statement).collect();
    let statements: Vec<&str> = statements.iter().map(String::as_str).collect();
    occupation("b", "Bakers", &statements)
}

/// A project with a key, prices and these tasks.
fn project(url: &str, more: &str, tasks: &str) -> Project {
    let project = Project::new().env("KEY", "sk-canary-cost-1").asking();
    project.write("taskrater.toml", config(url, more));
    project.write("prices.toml", PRICES);
    project.write("bakers.toml", tasks);
    project
}

fn rate(project: &Project, more: &[&str]) -> Done {
    let mut args = vec!["rate", "Bakers", "--quiet"];
    args.extend(more);
    project.run(&args)
}

/// What `raters` lists, on a wide page and with one space between columns.
fn raters(project: &Project) -> String {
    let mut command = project.command(&["raters"]);
    let output = command
        .env("COLUMNS", "300")
        .output()
        .expect("the command runs");
    let text = String::from_utf8(output.stdout).expect("UTF-8");
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The dry run, as a program reads it.
fn forecast(project: &Project) -> Value {
    let done = rate(project, &["--dry-run", "--json"]).ends(0);
    serde_json::from_str(&done.out).expect("JSON")
}

/// The manifest of the latest run.
fn latest(project: &Project) -> Value {
    let mut manifests: Vec<Value> = std::fs::read_dir(project.path("runs"))
        .expect("runs")
        .map(|run| {
            let name = run
                .expect("a run")
                .file_name()
                .into_string()
                .expect("a name");
            project.manifest(&format!("runs/{name}"))
        })
        .collect();
    manifests.sort_by_key(|manifest| manifest["started"].as_str().map(str::to_owned));
    manifests.pop().expect("a run")
}

/// Every number that was spent lies in the range that was estimated.
#[track_caller]
fn inside(manifest: &Value) {
    let tokens = |of: &Value, classes: &[&str]| -> u64 {
        classes
            .iter()
            .filter_map(|class| of["tokens"][class].as_u64())
            .sum()
    };
    let mut seen = 0;
    let raters = manifest["raters"].as_array().expect("raters").iter();
    for (name, at) in raters
        .map(|rater| (&rater["id"], rater))
        .chain([(&Value::Null, manifest)])
    {
        let (estimate, actual) = (&at["estimate"], &at["actual"]);
        let input = tokens(actual, &["input", "cache_write", "cache_read"]);
        for (what, range, spent) in [
            (
                "cost",
                &estimate["cost"]["nanodollars"],
                actual["cost"]["nanodollars"].as_u64(),
            ),
            (
                "attempts",
                &estimate["attempts"],
                actual["attempts"].as_u64(),
            ),
            ("input", &estimate["input_tokens"], Some(input)),
            (
                "output",
                &estimate["output_tokens"],
                Some(tokens(actual, &["output"])),
            ),
        ] {
            let spent = spent.expect("a number");
            let end = |end: &str| range[end].as_u64().expect("a range");
            assert!(
                (end("low")..=end("high")).contains(&spent),
                "{what} of {name}: {spent} is not in {range}"
            );
            seen += 1;
        }
    }
    assert_eq!(seen, 12);
}

#[test]
fn a_dry_run_opens_no_socket_needs_no_key_and_leaves_nothing_behind() {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    listener.set_nonblocking(true).expect("no waiting");
    let url = format!("http://{}", listener.local_addr().expect("an address"));
    let project = Project::new();
    project.write("taskrater.toml", config(&url, ""));
    project.write("prices.toml", PRICES);
    project.write("bakers.toml", tasks(0, 7));
    let before = project.all_files();
    rate(&project, &["--dry-run"]).ends(0).prints(&[
        "nothing is sent",
        "anna",
        "bert",
        "assumed",
        "all",
    ]);
    let told = forecast(&project);
    assert_eq!(told["tasks"], 7);
    assert_eq!(told["estimate"]["questions"], 14);
    assert_eq!(told["raters"][0]["questions"], 7);
    assert_eq!(told["asks_first"], false);
    // All and each of nothing: the same files, and no folder besides.
    assert_eq!(project.all_files(), before);
    assert!(!project.path("cache").exists() && !project.path("runs").exists());
    let nobody = listener.accept().expect_err("nobody may connect");
    assert_eq!(nobody.kind(), std::io::ErrorKind::WouldBlock);
}

#[test]
fn a_dry_run_of_embedded_raters_costs_nothing() {
    let done = Project::new().run(&["rate", "Cooks", "--dry-run"]).ends(0);
    done.prints(&["no call, no cost"]);
}

#[test]
fn what_is_spent_lies_in_the_range_before_and_after_there_is_experience() {
    let provider = Provider::start();
    let project = project(&provider.url(), "", &tasks(0, 12));
    let guessed = forecast(&project);
    assert_eq!(provider.count(), 0);
    rate(&project, &[])
        .ends(0)
        .says(&["estimated $0.", "to $0.", "spent $0."]);
    let first = latest(&project);
    inside(&first);
    assert_eq!(
        first["estimate"], guessed["estimate"],
        "the run estimates as the dry run does"
    );

    // The same again costs nothing, and nothing needs to be said of it.
    let again = forecast(&project);
    assert_eq!(again["estimate"]["cached"], 24);
    assert_eq!(again["estimate"]["cost"]["nanodollars"]["high"], 0);
    let done = rate(&project, &[]).ends(0);
    assert!(!done.err.contains("estimated"), "{}", done.err);

    // Longer tasks of the same occupation: now the ledger has taught what they take.
    project.write("bakers.toml", tasks(100, 30));
    let learned = forecast(&project);
    let words = learned["raters"].to_string();
    assert!(words.contains("learned from 12 answers"), "{words}");
    assert!(!words.contains("assumed"), "{words}");
    let width = |told: &Value, rater: usize| {
        let range = &told["raters"][rater]["cost"]["nanodollars"];
        range["high"].as_f64().expect("high") / range["low"].as_f64().expect("low")
    };
    for rater in [0, 1] {
        assert!(
            width(&learned, rater) < width(&guessed, rater) / 2.0,
            "{learned:#}"
        );
    }
    rate(&project, &[]).ends(0);
    inside(&latest(&project));
}

#[test]
fn every_kind_of_request_lies_in_its_range() {
    let provider = Provider::start();
    for structured in ["schema", "none"] {
        let both = format!("key_env = \"KEY\"\nstructured = {structured:?}\n");
        let config = config(&provider.url(), "").replace("key_env = \"KEY\"\n", &both);
        let project = project(&provider.url(), "", &tasks(0, 6));
        project.write("taskrater.toml", config);
        rate(&project, &["--rubric", "exposure"]).ends(0);
        inside(&latest(&project));
        // Another rubric: tokens a byte are known by now, how long its replies are is not.
        rate(&project, &["--rubric", "impact"]).ends(0);
        let manifest = latest(&project);
        inside(&manifest);
        let words = &manifest["raters"][0]["estimate"]["assumptions"];
        let says = |at: usize, part: &str| words[at].as_str().is_some_and(|w| w.contains(part));
        assert!(says(0, "learned from 6") && says(1, "assumed"), "{words:#}");
    }
}

#[test]
fn repeats_are_in_the_range_and_all_replies_are_kept_apart_from_what_was_spent_now() {
    // The first answer to two questions of each rater cannot be used.
    let mut builder = Provider::builder();
    for model in ["anna", "bert"] {
        for task in ["number 3.", "number 4."] {
            let fault = Fault::new(Kind::BadJson).model(model).contains(task);
            builder = builder.fault(fault.first(1));
        }
    }
    let provider = builder.start();
    let project = project(&provider.url(), "", &tasks(0, 10));
    rate(&project, &[]).ends(0);
    let first = latest(&project);
    inside(&first);
    assert_eq!(first["raters"][0]["actual"]["attempts"], 12);
    let spent = first["actual"]["cost"]["nanodollars"].as_u64();
    assert_eq!(
        spent,
        first["actual"]["all_replies"]["cost"]["nanodollars"].as_u64()
    );

    rate(&project, &[]).ends(0);
    let second = latest(&project);
    assert_eq!(second["actual"]["cost"]["nanodollars"], 0);
    assert_eq!(
        second["actual"]["all_replies"],
        first["actual"]["all_replies"]
    );
    let used = &second["actual"]["all_replies"]["tokens"];
    assert_eq!(used, &first["actual"]["tokens"]);
    assert!(used["output"].as_u64() > Some(0));
}

#[test]
fn replies_that_are_cut_short_and_asked_for_again_are_in_the_range() {
    let provider = Provider::builder()
        .fault(Fault::new(Kind::TruncatedBelow { max_tokens: 100 }))
        .start();
    let project = project(&provider.url(), "", &tasks(0, 10));
    let config = config(&provider.url(), "").replace("key_env", "max_tokens = 60\nkey_env");
    project.write("taskrater.toml", config);
    rate(&project, &[]).ends(0);
    let manifest = latest(&project);
    inside(&manifest);
    assert_eq!(manifest["actual"]["attempts"], 40, "each question twice");
    // So is what is learned of them.
    project.write("bakers.toml", tasks(100, 10));
    rate(&project, &[]).ends(0);
    inside(&latest(&project));
}

#[test]
fn two_raters_of_one_model_learn_from_their_own_replies_and_share_bytes_a_token() {
    let provider = Provider::start();
    let project = project(&provider.url(), "", &tasks(0, 6));
    let config = config(&provider.url(), "").replace("bert-1", "anna-1");
    let config = config.replace("\"anthropic\"", "\"openai\"\nmax_tokens = 500");
    project.write("taskrater.toml", config);
    rate(&project, &[]).ends(0);
    project.write("bakers.toml", tasks(100, 6));
    let told = forecast(&project);
    for rater in [0, 1] {
        let words = &told["raters"][rater]["assumptions"];
        let says = |at: usize, part: &str| words[at].as_str().is_some_and(|w| w.contains(part));
        assert!(says(0, "learned from 12 answers"), "{words:#}");
        assert!(says(1, "learned from 6 answers"), "{words:#}");
        assert!(says(2, "learned from 6 attempts"), "{words:#}");
    }
}

#[test]
fn an_answer_for_several_tasks_was_paid_for_once() {
    let provider = Provider::start();
    let same = ["Write a letter.", "Write a letter.", "Weld a door."];
    let project = project(&provider.url(), "", &occupation("b", "Bakers", &same));
    rate(&project, &[]).ends(0);
    let cold = latest(&project);
    rate(&project, &[]).ends(0);
    let warm = latest(&project);
    assert_eq!(provider.count(), 4);
    assert_eq!(warm["actual"]["all_replies"], cold["actual"]["all_replies"]);
    assert_eq!(warm["estimate"]["cached"], 4);
}

#[test]
fn limits_that_a_run_learned_make_the_time_of_the_next() {
    let provider = Provider::start();
    let project = project(&provider.url(), "", &tasks(0, 6));
    rate(&project, &[]).ends(0);
    let run = project.only_run();
    let mut manifest = project.manifest(&run);
    manifest["raters"][0]["limits"] = serde_json::json!({ "requests": 2 });
    manifest["raters"][1]["limits"] = Value::Null;
    project.write(&format!("{run}/manifest.json"), manifest.to_string());
    project.write("bakers.toml", tasks(50, 6));
    let told = forecast(&project);
    let pace = told["raters"][0]["pace"].as_str().expect("words");
    assert!(
        pace.starts_with("2 requests a minute (learned in run 2"),
        "{pace}"
    );
    assert_eq!(told["raters"][0]["seconds"]["expected"], 180);
    // The rater's own row goes first.
    let own = config(&provider.url(), "").replacen(
        "key_env = \"KEY\"\n",
        "key_env = \"KEY\"\nlimits = { requests = 1 }\n",
        1,
    );
    project.write("taskrater.toml", own);
    let told = forecast(&project);
    assert_eq!(told["raters"][0]["pace"], "1 requests a minute (its row)");
    assert_eq!(told["estimate"]["seconds"]["expected"], 360);
}

#[test]
fn a_torn_or_foreign_ledger_teaches_what_it_can() {
    let provider = Provider::start();
    let project = project(&provider.url(), "", &tasks(0, 6));
    rate(&project, &[]).ends(0);
    let run = project.only_run();
    let ledger = project.read(&format!("{run}/ledger.jsonl"));
    project.write(
        &format!("{run}/ledger.jsonl"),
        format!("not a line\n{ledger}{}", &ledger[..100]),
    );
    project.write("runs/20990101T000000Z-00000000/manifest.json", "{");
    project.write("runs/stray.txt", "nothing");
    project.write("bakers.toml", tasks(50, 6));
    let told = forecast(&project);
    assert!(
        told["raters"][0]
            .to_string()
            .contains("learned from 6 answers"),
        "{told:#}"
    );
}

#[test]
fn a_costly_run_without_a_terminal_stops_before_the_first_call() {
    let provider = Provider::start();
    let project = project(&provider.url(), "confirm_above = 0.001", &tasks(0, 3));
    rate(&project, &[]).ends(4).says(&[
        "may cost more than $0.0010",
        "no terminal",
        "--yes",
        "--max-usd",
        "--dry-run",
    ]);
    assert_eq!(provider.count(), 0);
    assert!(!project.path("runs").exists(), "no half a run");
    rate(
        &project,
        &["--dry-run", "--max-usd", "0.05", "--max-calls", "3"],
    )
    .ends(0)
    .prints(&[
        "--max-usd $0.0500: ",
        "--max-calls 3: too little",
        "asks before it begins",
    ]);
    // So few calls cannot cost so much, whatever they are: there is nothing to ask.
    let config = project.read("taskrater.toml");
    project.write("taskrater.toml", config.replace("= 0.001", "= 0.2"));
    let asks = |more: &[&str]| -> Value {
        let all = [&["--dry-run", "--json"], more].concat();
        let told = rate(&project, &all).ends(0);
        serde_json::from_str::<Value>(&told.out).expect("JSON")["asks_first"].clone()
    };
    assert_eq!(
        (asks(&[]), asks(&["--max-calls", "1"])),
        (true.into(), false.into())
    );
    project.write("taskrater.toml", config);
    // A budget no larger than the sum answers the question, a larger one does not.
    rate(&project, &["--max-usd", "0.01"]).ends(4);
    assert_eq!(provider.count(), 0);
    rate(&project, &["--max-usd", "0.001"]);
    rate(&project, &["--yes"]).ends(0);
    assert_eq!(provider.count(), 6);
    // What is cached costs nothing: there is nothing to ask.
    rate(&project, &[]).ends(0);
}

/// The command on a terminal of its own, with this answer typed; `None` where no terminal can be made.
fn on_a_terminal(project: &Project, answer: &str) -> Option<(i32, String)> {
    // That of util-linux; others take other arguments.
    let version = Command::new("script").arg("--version").output().ok()?;
    version.status.success().then_some(())?;
    let command = format!("{} rate Bakers", env!("CARGO_BIN_EXE_taskrater"));
    let mut child = Command::new("script")
        .args(["-qec", &command, "/dev/null"])
        .env("KEY", "sk-canary-cost-1")
        .env("TERM", "xterm")
        .current_dir(project.path(""))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("a terminal");
    let mut stdin = child.stdin.take().expect("stdin");
    stdin.write_all(answer.as_bytes()).expect("an answer");
    let output = child.wait_with_output().expect("its end");
    drop(stdin);
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    Some((output.status.code().unwrap_or(-1), said))
}

#[test]
fn on_a_terminal_it_asks_and_only_a_yes_goes_on() {
    let provider = Provider::start();
    let project = project(&provider.url(), "confirm_above = 0.001", &tasks(0, 3));
    let Some((code, said)) = on_a_terminal(&project, "n\n") else {
        return;
    };
    assert_eq!(code, 4, "{said}");
    assert!(
        said.contains("[y/N]") && said.contains("declined"),
        "{said}"
    );
    assert_eq!(provider.count(), 0);
    let (code, said) = on_a_terminal(&project, "y\n").expect("a terminal");
    assert_eq!(code, 0, "{said}");
    assert_eq!(provider.count(), 6);
}

#[test]
fn an_unknown_price_is_unknown_everywhere() {
    let provider = Provider::start();
    let project = project(&provider.url(), "confirm_above = 0", &tasks(0, 2));
    project.write("prices.toml", PRICES.replace("bert-1", "other"));
    rate(&project, &["--dry-run", "--max-usd", "1"])
        .ends(0)
        .prints(&[
            "unknown",
            "The price of bert is unknown",
            "--allow-unknown-price",
        ]);
    let told = forecast(&project);
    assert_eq!(told["estimate"]["cost"], Value::Null);
    assert_eq!(told["raters"][1]["cost"], Value::Null);
    assert_eq!(told["estimate"]["unpriced"][0], "bert");
    // What takes a key on this machine may pass calls on to those who send bills.
    rate(&project, &["--rater", "bert"]).ends(4).says(&[
        "may cost any sum: the price of bert is unknown",
        "input = 0",
    ]);
    rate(&project, &["--rater", "bert", "--yes"])
        .ends(0)
        .says(&[
            "no estimate, the price of bert is unknown; spent $0.00 and 2 attempts of unknown cost",
        ]);
    let listed = raters(&project);
    assert!(listed.contains("prices.toml, since 2026-01-01"), "{listed}");
    assert!(listed.contains("bert unknown Panels"), "{listed}");
    let manifest = latest(&project);
    assert_eq!(
        manifest["raters"][0]["price_nanodollars_per_token"],
        Value::Null
    );
    assert_eq!(manifest["raters"][0]["price_source"], Value::Null);
}

#[test]
fn a_server_on_this_machine_without_a_key_or_for_nothing_is_not_asked_about() {
    let provider = Provider::start();
    let project = project(&provider.url(), "", &tasks(0, 1));
    project.write("prices.toml", "");
    let raters = config(&provider.url(), "");
    project.write("taskrater.toml", raters.replace("key_env = \"KEY\"\n", ""));
    let told = forecast(&project);
    assert_eq!(told["asks_first"], false);
    let free = "key_env = \"KEY\"\nprice = { input = 0, output = 0 }\n";
    project.write(
        "taskrater.toml",
        raters.replace("key_env = \"KEY\"\n", free),
    );
    rate(&project, &[]).ends(0);
    assert_eq!(provider.count(), 2);
}

#[test]
fn an_unknown_price_elsewhere_is_asked_about() {
    // A name that no resolver knows; the run stops long before it would be looked up.
    let project = project("https://gateway.invalid", "", &tasks(0, 1));
    rate(&project, &[]).ends(4).says(&[
        "may cost any sum: the price of anna, bert is unknown",
        "--yes",
    ]);
    rate(&project, &["--dry-run"])
        .ends(0)
        .prints(&["asks before it begins"]);
}

#[test]
fn prices_are_those_of_the_day_and_say_where_they_come_from() {
    let provider = Provider::start();
    let project = project(&provider.url(), "", &tasks(0, 1));
    let dated = |day: &str, output: u32| {
        format!(
            "[[prices]]\nmodel = \"anna-1\"\nhost = \"127.0.0.1\"\nfrom = {day}\ninput = 1\noutput = {output}\n"
        )
    };
    let later = [
        dated("2999-01-01", 9),
        dated("2026-02-01", 7),
        dated("2026-01-01", 5),
    ]
    .concat();
    project.write("prices.toml", later);
    let own = config(&provider.url(), "") + "price = { input = 1, output = 3 }\n";
    project.write("taskrater.toml", own);
    let listed = raters(&project);
    for row in [
        "anna 1 7 1 1 prices.toml, since 2026-02-01",
        "bert 1 3 1.25 1 its row",
        "gpt-4o 2.5 10 2.5 1.25 built in, since 2024-10-01",
    ] {
        assert!(listed.contains(row), "{row} is not in\n{listed}");
    }
    rate(&project, &[]).ends(0);
    let manifest = latest(&project);
    let price = |at: usize| &manifest["raters"][at]["price_nanodollars_per_token"]["output"];
    assert_eq!(
        (price(0).as_u64(), price(1).as_u64()),
        (Some(7000), Some(3000))
    );
    let source = |at: usize| &manifest["raters"][at]["price_source"];
    assert_eq!(source(0)["from"], "prices.toml");
    assert_eq!(source(0)["since"], "2026-02-01");
    assert_eq!(source(1)["from"], "row");
}

#[test]
fn a_bad_row_of_prices_is_named_by_file_and_line() {
    let project = project("http://127.0.0.1:9", "", &tasks(0, 1));
    project.write(
        "prices.toml",
        format!("{PRICES}\n[[prices]]\nmodel = \"x\"\n"),
    );
    let done = rate(&project, &["--dry-run"]).ends(3);
    done.says(&[
        "prices.toml:18: missing field",
        "[[prices]] with model, host, from",
    ]);
}
