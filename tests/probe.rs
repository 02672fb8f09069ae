//! `eval SET --probe`: planted biases are found and a fair rater is not flagged, over the starter set and a provider on loopback
//! that rates a question by its text.

#[path = "support/provider/mod.rs"]
mod provider;
mod support;

use provider::Provider;
use serde_json::Value;
use std::collections::HashMap;
use std::sync::Mutex;
use support::{Done, Project, rater};

/// What a provider does beside judging; each in points.
#[derive(Clone, Copy, Default)]
struct Bias {
    title: f64,
    noise: f64,
    drift: f64,
    anchor: f64,
    verbosity: f64,
    /// From one request to the next, whatever is asked.
    clock: f64,
}

/// Noise of a fair rater.
const FAIR: f64 = 8.0;

/// 0 to 1, of a text.
fn share(text: &str) -> f64 {
    // FNV-1a, and a last mix, for short texts differ in few bits.
    let mut hash = 0xcbf2_9ce4_8422_2325_u64;
    for byte in text.bytes() {
        hash = (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
    }
    hash = (hash ^ (hash >> 33)).wrapping_mul(0xff51_afd7_ed55_8ccd);
    ((hash ^ (hash >> 33)) >> 11) as f64 / (1_u64 << 53) as f64
}

/// About normal, of a text: twelve uniform numbers have variance 1.
fn normal(text: &str) -> f64 {
    (0..12)
        .map(|n| share(&format!("{n} of {text}")))
        .sum::<f64>()
        - 6.0
}

fn between<'a>(text: &'a str, tag: &str) -> &'a str {
    let after = text.split_once(&format!("<{tag}>"));
    let inner = after.and_then(|(_, rest)| rest.split_once(&format!("</{tag}>")));
    inner.map_or("", |(inner, _)| inner)
}

/// A rater of that kind. The same question for the so-manieth time has noise of its own, and the same in every test.
fn provider(bias: Bias) -> Provider {
    slow_provider(bias, 0)
}

/// The same with a wait before each reply.
fn slow_provider(bias: Bias, delay_ms: u64) -> Provider {
    let asked: Mutex<HashMap<String, u32>> = Mutex::default();
    let points = move |question: &str| {
        let (round, before) = {
            let mut asked = asked.lock().expect("the counts");
            let before: u32 = asked.values().sum();
            let count = asked.entry(question.to_owned()).or_default();
            *count += 1;
            (*count - 1, before)
        };
        let (title, task) = (between(question, "occupation"), between(question, "task"));
        // A statement begins every padded form of it.
        let own: Vec<&str> = task.split_whitespace().take(4).collect();
        let mut points = 50.0 + 8.0 * normal(&own.join(" "));
        if title != "an occupation" {
            points += if share(title) < 0.5 {
                bias.title
            } else {
                -bias.title
            };
        }
        if question.contains("automation 80") {
            points += bias.anchor / 2.0;
        }
        if question.contains("automation 20") {
            points -= bias.anchor / 2.0;
        }
        let words = task.split_whitespace().count() as f64;
        points += bias.verbosity * (words / 16.0).log2() + bias.drift * f64::from(round);
        points += bias.clock * f64::from(before);
        let sd = if bias.noise > 0.0 { bias.noise } else { FAIR };
        points + sd * normal(&format!("{round} {question}"))
    };
    Provider::builder()
        .points(points)
        .delay_ms(delay_ms)
        .start()
}

/// A project whose panel is one hosted rater and an embedded one.
fn project(provider: &Provider) -> Project {
    let project = Project::new().env("ANNA_KEY", "sk-anna");
    let panel = "panel = \"both\"\n[panels]\nboth = [\"anna\", \"surrogate-human\"]\n";
    let price = "price = { input = 1, output = 4 }";
    let row = rater("anna", "openai", "anna-1", &provider.url(), price);
    project.write("taskrater.toml", format!("{panel}{row}"));
    project
}

fn probe(project: &Project, kinds: &[&str], more: &[&str]) -> Done {
    let mut args = vec!["eval", "starter", "--json", "--quiet", "--yes"];
    for kind in kinds {
        args.extend(["--probe", kind]);
    }
    args.extend(more);
    project.run(&args)
}

fn json(done: &Done) -> Value {
    serde_json::from_str(&done.out).expect("one document of JSON")
}

/// Which tests found something, with the dimensions: `halo automation`.
fn found(report: &Value) -> Vec<String> {
    let findings = report["findings"].as_array().expect("findings").iter();
    let found = findings.filter(|one| one["found"] == true);
    let name = |one: &Value| {
        let text = |key: &str| one[key].as_str().unwrap_or_default().to_owned();
        format!("{} {}", text("test"), text("dimension"))
    };
    found.map(name).collect()
}

fn effect(report: &Value, test: &str, dimension: &str) -> f64 {
    let findings = report["findings"].as_array().expect("findings").iter();
    let mut own = findings.filter(|one| one["test"] == test && one["dimension"] == dimension);
    own.next()
        .and_then(|one| one["effect"].as_f64())
        .expect("an effect")
}

#[test]
fn a_fair_rater_is_not_flagged_by_any_probe() {
    let provider = provider(Bias::default());
    let project = project(&provider);
    let kinds = ["title", "repeat", "anchor", "verbosity"];
    let done = probe(&project, &kinds, &[]).ends(0);
    let report = json(&done);
    assert_eq!(found(&report), Vec::<String>::new(), "{}", done.out);
    // Seven tests in each of three dimensions, every one with an effect, a p and an interval.
    let findings = report["findings"].as_array().expect("findings");
    assert_eq!((findings.len(), &report["tests"]), (21, &Value::from(21)));
    for one in findings {
        assert!(one["p_holm"].as_f64().is_some_and(|p| p > 0.05), "{one}");
        let number = |key: &str| one[key].as_f64().unwrap_or_else(|| panic!("{key}: {one}"));
        assert!(number("low") <= number("effect"), "{one}");
        assert!(number("effect") <= number("high"), "{one}");
        assert!(one["mde"].is_f64() && one["n"] == 60, "{one}");
    }
    assert_eq!(report["left_out"], serde_json::json!(["surrogate-human"]));
    assert!(
        done.err.contains("left out of the probe: surrogate-human"),
        "{}",
        done.err
    );
    // Seven arms of 60 tasks, and two more rounds: the first is the question as it is.
    assert_eq!(provider.count(), 7 * 60 + 2 * 60);
    // Again: nothing is asked, and the same is found.
    let again = json(&probe(&project, &kinds, &[]).ends(0));
    assert_eq!(provider.count(), 540);
    assert_eq!(again["findings"], report["findings"]);
    let text = project
        .run(&["eval", "starter", "--probe", "title", "--quiet"])
        .ends(0);
    text.prints(&[
        "60 tasks of 10 occupations",
        "not found (MDE = ",
        "p adjusted over 9 tests",
    ]);
}

#[test]
fn every_arm_is_an_ordinary_run_that_says_what_it_is() {
    let provider = provider(Bias::default());
    let project = project(&provider);
    let report = json(&probe(&project, &["title"], &["--probe-tasks", "20"]).ends(0));
    let runs = report["runs"].as_array().expect("runs");
    let arms: Vec<&str> = runs.iter().filter_map(|run| run["arm"].as_str()).collect();
    let (own, none, other) = ("as it is", "title masked", "title of another occupation");
    assert_eq!(arms, [own, none, other, other, none, own]);
    let manifests: Vec<Value> = runs
        .iter()
        .map(|run| project.manifest(&format!("runs/{}", run["run"].as_str().expect("a run"))))
        .collect();
    let probe = &manifests[1]["probe"];
    let about = ["set", "half", "kind", "arm"].map(|key| probe[key].as_str().unwrap_or_default());
    assert_eq!(about, ["starter", "dev", "title", "title masked"]);
    assert_eq!(manifests[0]["probe"]["kind"], "control");
    let mut plans: Vec<&str> = manifests
        .iter()
        .filter_map(|one| one["plan"].as_str())
        .collect();
    plans.sort_unstable();
    plans.dedup();
    assert_eq!(plans.len(), 6);
    for run in runs {
        let folder = format!("runs/{}", run["run"].as_str().expect("a run"));
        assert_eq!(
            project.ledger(&folder).len() as u64,
            run["tasks"].as_u64().expect("tasks")
        );
    }
    let audit = format!("runs/{}", runs[0]["run"].as_str().expect("a run"));
    project.run(&["audit", &audit]).ends(0);
    // Other tasks on the other half, the same on the same.
    let other = json(
        &self::probe(
            &project,
            &["title"],
            &["--probe-tasks", "20", "--half", "test"],
        )
        .ends(0),
    );
    assert_ne!(other["probe"]["seed"], report["probe"]["seed"]);
}

#[test]
fn a_planted_halo_is_found() {
    let provider = provider(Bias {
        title: 15.0,
        ..Bias::default()
    });
    let report = json(&probe(&project(&provider), &["title"], &[]).ends(0));
    let found = found(&report);
    // With ten occupations the test of borrowed titles is not sure to find it in each dimension.
    let of_titles = |one: &String| one.starts_with("halo ") || one.starts_with("swap ");
    assert!(found.iter().all(of_titles), "{found:?}\n{report:#}");
    for what in ["halo automation", "halo augmentation"] {
        assert!(found.contains(&what.to_owned()), "{found:?}\n{report:#}");
    }
    // Two-sided ±15 has an SD of 15; a borrowed title does what it does.
    assert!(
        (effect(&report, "halo", "automation") - 15.0).abs() < 4.0,
        "{report:#}"
    );
    assert!(
        (effect(&report, "swap", "automation") - 1.0).abs() < 0.4,
        "{report:#}"
    );
}

#[test]
fn planted_noise_is_found() {
    let provider = provider(Bias {
        noise: 18.0,
        ..Bias::default()
    });
    let report = json(&probe(&project(&provider), &["repeat"], &[]).ends(0));
    let found = found(&report);
    let wanted = ["noise exposure", "noise automation", "noise augmentation"];
    assert_eq!(found, wanted, "{report:#}");
    assert!(
        (effect(&report, "noise", "automation") - 18.0).abs() < 3.0,
        "{report:#}"
    );
}

#[test]
fn planted_drift_is_found() {
    let provider = provider(Bias {
        drift: 6.0,
        ..Bias::default()
    });
    let project = project(&provider);
    let report = json(&probe(&project, &["repeat"], &["--samples", "4"]).ends(0));
    let found = found(&report);
    // Rounds that lie far apart are not the same, either.
    let of_repeat = |one: &String| one.starts_with("drift ") || one.starts_with("noise ");
    assert!(found.iter().all(of_repeat), "{found:?}\n{report:#}");
    for what in ["drift exposure", "drift automation", "drift augmentation"] {
        assert!(found.contains(&what.to_owned()), "{found:?}\n{report:#}");
    }
    assert!(
        (effect(&report, "drift", "automation") - 6.0).abs() < 2.0,
        "{report:#}"
    );
    assert_eq!(provider.count(), 4 * 60);
}

#[test]
fn a_rater_that_drifts_from_request_to_request_is_found_by_repeat_alone() {
    let provider = provider(Bias {
        noise: 2.0,
        clock: 0.1,
        ..Bias::default()
    });
    let kinds = ["title", "repeat", "anchor", "verbosity"];
    let report = json(&probe(&project(&provider), &kinds, &[]).ends(0));
    let found = found(&report);
    assert!(found.contains(&"drift automation".to_owned()), "{found:?}");
    // Rounds that lie far apart are not the same, either.
    let of_repeat = |one: &String| one.starts_with("drift ") || one.starts_with("noise ");
    assert!(found.iter().all(of_repeat), "{found:?}\n{report:#}");
}

#[test]
fn a_planted_anchor_is_found() {
    let provider = provider(Bias {
        anchor: 12.0,
        ..Bias::default()
    });
    let report = json(&probe(&project(&provider), &["anchor"], &[]).ends(0));
    let found = found(&report);
    let wanted = [
        "anchor exposure",
        "anchor automation",
        "anchor augmentation",
    ];
    assert_eq!(found, wanted, "{report:#}");
    assert!(
        (effect(&report, "anchor", "automation") - 12.0).abs() < 4.0,
        "{report:#}"
    );
}

#[test]
fn planted_verbosity_is_found() {
    let provider = provider(Bias {
        verbosity: 8.0,
        ..Bias::default()
    });
    let report = json(&probe(&project(&provider), &["verbosity"], &[]).ends(0));
    let found = found(&report);
    let wanted = [
        "verbosity exposure",
        "verbosity automation",
        "verbosity augmentation",
    ];
    assert_eq!(found, wanted, "{report:#}");
    assert!(
        (effect(&report, "verbosity", "automation") - 8.0).abs() < 2.5,
        "{report:#}"
    );
}

#[test]
fn answers_that_were_cached_long_before_are_compared_with_those_of_now() {
    let provider = provider(Bias {
        drift: 10.0,
        ..Bias::default()
    });
    let before = project(&provider);
    probe(&before, &["repeat"], &[]).ends(0);
    let lines = before.run(&["cache", "export"]).ends(0).out;
    let first = lines.lines().filter_map(|line| {
        let mut line: Value = serde_json::from_str(line).expect("a line of JSON");
        line["time"] = "2026-01-05T08:00:00Z".into();
        line.as_object_mut()?.remove("checksum");
        (line["request"]["sample"] == "0").then(|| format!("{line}\n"))
    });
    let now = project(&provider);
    now.write("old.jsonl", first.collect::<String>());
    now.run(&["cache", "import", "old.jsonl"]).ends(0);
    let asked = provider.count();
    let report = json(&probe(&now, &["repeat"], &[]).ends(0));
    assert_eq!(provider.count() - asked, 2 * 60);
    // Asked for the fourth and the fifth time: 30 and 40 points more than the first, and 10 apart.
    let found = found(&report);
    assert!(found.contains(&"since automation".to_owned()), "{found:?}");
    assert!(
        (effect(&report, "since", "automation") - 35.0).abs() < 5.0,
        "{report:#}"
    );
    assert!(
        (effect(&report, "drift", "automation") - 10.0).abs() < 4.0,
        "{report:#}"
    );
    let text = now
        .run(&["eval", "starter", "--probe", "repeat", "--quiet"])
        .ends(0);
    text.prints(&[
        "now − cached earlier",
        "were cached from 2026-01-05 08:00 UTC on",
        "--refresh",
    ]);
}

#[test]
fn all_arms_share_one_estimate_and_one_budget() {
    let provider = provider(Bias::default());
    let project = project(&provider);
    let small = ["--probe-tasks", "20"];
    let kinds = ["title", "repeat"];
    let dry = json(&probe(&project, &kinds, &["--probe-tasks", "20", "--dry-run"]).ends(0));
    assert_eq!(
        (&dry["estimate"]["questions"], &dry["tasks"]),
        (&Value::from(100), &Value::from(20))
    );
    assert!(provider.count() == 0 && !project.path("runs").exists());
    let few = ["--probe-tasks", "20", "--max-calls", "50"];
    let stopped = probe(&project, &kinds, &few)
        .ends(9)
        .says(&["the probe was cut short"]);
    let report = json(&stopped);
    assert_eq!(
        (&report["cut_short"], provider.count()),
        (&Value::Bool(true), 50)
    );
    assert_eq!(report["findings"], serde_json::json!([]));
    // What is left is asked, and no more.
    let done = json(&probe(&project, &kinds, &small).ends(0));
    assert_eq!(
        (&done["cut_short"], provider.count()),
        (&Value::Bool(false), 100)
    );
}

#[test]
fn an_interrupted_probe_goes_on_from_the_cache() {
    let provider = slow_provider(Bias::default(), 20);
    let project = project(&provider);
    let args = [
        "eval",
        "starter",
        "--probe",
        "title",
        "--probe-tasks",
        "20",
        "--quiet",
        "--yes",
    ];
    let running = project.start(&args);
    provider.until_requests(25);
    running.signal("INT");
    running.end().ends(130).says(&["the same command goes on"]);
    let before = provider.count();
    assert!(
        before < 60,
        "{before}: the signal came too late to show anything"
    );
    project.run(&args).ends(0).prints(&["20 tasks of"]);
    // At most what was in flight is asked twice.
    assert!(
        (60..=68).contains(&provider.count()),
        "{}",
        provider.count()
    );
}

#[test]
fn who_cannot_be_probed_is_told_before_anything_is_asked() {
    let provider = provider(Bias::default());
    let project = project(&provider);
    let free = ["eval", "starter", "--probe", "title", "--panel", "free"];
    project.run(&free).ends(4).says(&["no question to vary"]);
    let few = ["eval", "starter", "--probe", "title", "--probe-tasks", "8"];
    project
        .run(&few)
        .ends(3)
        .says(&["6 occupations with two tasks"]);
    assert!(provider.count() == 0 && !project.path("runs").exists());
    // What would be dropped in silence is refused.
    for more in [
        ["--max-drop", "kappa=0"],
        ["--gate", "shown"],
        ["--junit", "a"],
        ["--card", "a"],
        ["--markdown", "a"],
    ] {
        probe(&project, &["anchor"], &more)
            .ends(2)
            .says(&["cannot be used with", more[0]]);
    }
}

/// Flags of a compressed scale that `eval SET` raises, of a rater whose points lie so wide about 50.
fn scale_flags(width: f64) -> Vec<String> {
    let points = move |question: &str| 50.0 + width * (share(between(question, "task")) - 0.5);
    let provider = Provider::builder().points(points).start();
    let project = project(&provider);
    let args = [
        "eval", "starter", "--rater", "anna", "--json", "--quiet", "--yes",
    ];
    let report = json(&project.run(&args).ends(0));
    let list = |value: &Value| value.as_array().cloned().unwrap_or_default();
    let mut flags = Vec::new();
    for dimension in list(&report["card"]["dimensions"]) {
        let mut judges = list(&dimension["judges"]).into_iter();
        let anna = judges.find(|judge| judge["judge"] == "anna");
        let said = anna.expect("she was asked")["flags"].clone();
        let said = list(&said).into_iter();
        let texts = said.filter_map(|flag| flag.as_str().map(str::to_owned));
        let compressed = texts.filter(|flag| flag.starts_with("compressed scale"));
        flags.extend(compressed.map(|flag| format!("{}: {flag}", dimension["dimension"])));
    }
    flags
}

#[test]
fn central_tendency_needs_no_probe() {
    let shy = scale_flags(20.0);
    for dimension in ["automation", "augmentation"] {
        let own = format!("\"{dimension}\": compressed scale");
        assert!(shy.iter().any(|flag| flag.starts_with(&own)), "{shy:?}");
    }
    assert_eq!(scale_flags(100.0), Vec::<String>::new());
}
