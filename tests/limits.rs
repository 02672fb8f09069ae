//! Rate limits as a user meets them: over sockets, in real time, without a line of configuration.

#[path = "support/provider/mod.rs"]
mod provider;
mod support;

use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant, SystemTime};

use provider::{Admission, Builder, Fault, Limits, Provider};
use serde_json::{Value, json};
use support::{Project, Running, letters, rater};

const RATERS: [&str; 2] = ["anna", "bert"];

/// Asks these raters about so many tasks, nothing configured: nearly all of the limit is used, and hardly a call is
/// refused. The limits that the manifest tells are returned.
#[track_caller]
fn is_used(
    raters: &[&str],
    limits: Limits,
    tasks: usize,
    limit: u64,
    counts: impl Fn(&Admission) -> u64,
) -> Vec<Value> {
    let provider = Provider::builder()
        .limits(limits)
        .delay_ms(100)
        .forget_requests()
        .start();
    let project = Project::two(&provider.url(), ["", ""], &letters(tasks));
    let mut args = vec!["Jobs", "--quiet"];
    args.extend(raters.iter().flat_map(|rater| ["--rater", *rater]));
    project.rate("run", &args).ends(0);
    let stats = provider.stats();
    for rater in raters {
        let model = format!("{rater}-1");
        let used = stats.share_used(&model, limit, &counts);
        assert!((0.95..=1.01).contains(&used), "{model} used {used}");
        let refused = stats.limited.get(&model).copied().unwrap_or(0);
        let asked = stats.by_model[&model];
        assert!(
            refused * 100 < asked,
            "{model}: {refused} of {asked} refused"
        );
    }
    let manifest = project.manifest("run");
    let raters = manifest["raters"].as_array().expect("raters").iter();
    raters.map(|rater| rater["limits"].clone()).collect()
}

fn six_hundred_requests_a_minute_are_used() {
    let limits = Limits {
        requests_per_minute: Some(600),
        ..Limits::default()
    };
    for told in is_used(&RATERS, limits, 300, 600, |_| 1) {
        assert_eq!(told["requests"], 600, "{told}");
        assert!(told["tokens"].is_null(), "{told}");
    }
}

fn sixty_thousand_tokens_a_minute_are_used() {
    let limits = Limits {
        tokens_per_minute: Some(60_000),
        ..Limits::default()
    };
    for told in is_used(&RATERS, limits, 30, 60_000, |call| call.input + call.output) {
        assert_eq!(told["tokens"], 60_000, "{told}");
    }
}

/// As Anthropic counts: what comes in and what goes out, each for itself.
fn sixty_thousand_tokens_of_input_are_used() {
    let limits = Limits {
        requests_per_minute: Some(1000),
        input_tokens_per_minute: Some(60_000),
        output_tokens_per_minute: Some(20_000),
        ..Limits::default()
    };
    for told in is_used(&["bert"], limits, 30, 60_000, |call| call.input) {
        let wanted = json!({"requests": 1000, "tokens": null, "input_tokens": 60_000, "output_tokens": 20_000});
        assert_eq!(told, wanted);
    }
}

#[test]
fn limits_are_used_on_both_wires_without_configuration() {
    // Together, because both take their time by the clock.
    thread::scope(|scope| {
        scope.spawn(six_hundred_requests_a_minute_are_used);
        scope.spawn(sixty_thousand_tokens_of_input_are_used);
        sixty_thousand_tokens_a_minute_are_used();
    });
}

#[test]
fn a_configured_limit_is_kept_though_headers_say_more() {
    let limits = Limits {
        requests_per_minute: Some(60_000),
        ..Limits::default()
    };
    let provider = Provider::builder().limits(limits).start();
    let own = "limits = { requests = 240 }";
    let project = Project::two(&provider.url(), [own, own], &letters(22));
    let start = Instant::now();
    project.rate("run", &["Jobs"]).ends(0);
    let took = start.elapsed().as_secs_f64();
    // Four a second, of which four may come at once: the other 18 take 4.5 seconds.
    assert!(took >= 4.4, "{took}");
    let manifest = project.manifest("run");
    for rater in 0..2 {
        let told = &manifest["raters"][rater]["limits"];
        assert_eq!(told["requests"], 240, "{told}");
    }
}

/// Two raters of one key, with these models and these lines of configuration.
fn twins(provider: &Provider, models: [&str; 2], more: [&str; 2]) -> Project {
    let project = Project::two(&provider.url(), ["", ""], &letters(6));
    let url = provider.url();
    let [cold, warm] = [("anna-cold", 0), ("anna-warm", 1)];
    let row = |(id, temperature): (&str, u8), model, more| {
        let more = format!("parameters = {{ temperature = {temperature} }}\n{more}");
        rater(id, "openai", model, &url, &more)
    };
    let panel = "panel = \"twins\"\ninventory = \"jobs.toml\"\n[panels]\ntwins = [\"anna-cold\", \"anna-warm\"]\n";
    let rows = row(cold, models[0], more[0]) + &row(warm, models[1], more[1]);
    project.write("taskrater.toml", panel.to_owned() + &rows);
    project
}

#[test]
fn raters_of_one_key_and_model_share_a_pace_and_two_models_do_not() {
    let both = ["concurrency = 2"; 2];
    for (models, alone, together) in [(["one", "one"], 1, 2), (["one", "two"], 2, 4)] {
        let provider = Provider::builder().delay_ms(500).start();
        let project = twins(&provider, models, both);
        let running = project.start(&["rate", "Jobs", "--out", "run"]);
        provider.until_requests(alone);
        thread::sleep(Duration::from_millis(250));
        assert_eq!(
            provider.count(),
            alone,
            "the first call of a pace goes alone"
        );
        running.end().ends(0);
        let stats = provider.stats();
        assert_eq!((stats.requests, stats.max_in_flight), (12, together));
    }
}

#[test]
fn of_two_raters_that_share_a_pace_the_tighter_limit_holds() {
    let tight = "limits = { requests = 120 }";
    let takes = |more: [&str; 2]| {
        let provider = Provider::start();
        let project = twins(&provider, ["one", "one"], more);
        let start = Instant::now();
        project.rate("run", &["Jobs"]).ends(0);
        let took = start.elapsed().as_secs_f64();
        // Two a second, of which two may come at once: the other ten take five seconds.
        assert!(took >= 4.9, "{more:?}: {took}");
    };
    thread::scope(|scope| {
        scope.spawn(|| takes(["", tight]));
        takes([tight, "limits = { requests = 6000 }"]);
    });
}

/// Which model was answered with which status, and when.
type Notes = Arc<Mutex<Vec<(String, u16, Instant)>>>;

/// A provider that notes its answers.
fn noting(builder: Builder) -> (Provider, Notes) {
    let notes = Notes::default();
    let taken = Arc::clone(&notes);
    let provider = builder
        .log(move |exchange| {
            let status = exchange.status.unwrap_or(0);
            let note = (exchange.model.clone(), status, Instant::now());
            taken.lock().expect("the notes").push(note);
        })
        .start();
    (provider, notes)
}

#[test]
fn retry_after_in_all_its_forms_delays_its_own_call() {
    let date = httpdate::fmt_http_date(SystemTime::now() + Duration::from_secs(4));
    let told = || Fault::status(429).contains("number 1 ").first(1);
    let forms = [
        ("seconds", told().retry_after("1"), 1.0),
        ("decimals", told().retry_after("0.6"), 0.6),
        ("milliseconds", told().header("retry-after-ms", "700"), 0.7),
        ("date", told().retry_after(&date), 1.0),
    ];
    let rows = |url: &str| -> String {
        forms
            .iter()
            .map(|(name, ..)| rater(&format!("anna-{name}"), "openai", name, url, ""))
            .collect()
    };
    let faults = forms
        .iter()
        .map(|(name, fault, _)| fault.clone().model(name));
    let builder = faults.fold(Provider::builder(), Builder::fault);
    let (provider, notes) = noting(builder);
    let project = Project::two(&provider.url(), ["", ""], &letters(3));
    let panel = json!(forms.each_ref().map(|(name, ..)| format!("anna-{name}")));
    let head = format!("panel = \"all\"\ninventory = \"jobs.toml\"\n[panels]\nall = {panel}\n");
    project.write("taskrater.toml", head + &rows(&provider.url()));
    project.rate("run", &["Jobs"]).ends(0);
    let notes = notes.lock().expect("the notes");
    for (name, _, seconds) in forms {
        let mine: Vec<_> = notes.iter().filter(|(model, ..)| model == name).collect();
        let statuses: Vec<u16> = mine.iter().map(|(_, status, _)| *status).collect();
        // The others go on; the one that was refused comes last.
        assert_eq!(statuses, [429, 200, 200, 200], "{name}");
        let waited = (mine[3].2 - mine[0].2).as_secs_f64();
        assert!(
            waited >= seconds && waited < seconds + 5.0,
            "{name}: {waited}"
        );
        assert!(mine[2].2 < mine[3].2, "{name}");
    }
}

/// Interrupts a run that waits, and it ends at once, with its folder written.
#[track_caller]
fn ends_at_once(project: &Project, running: Running, rated: usize) {
    let start = Instant::now();
    running.signal("INT");
    running.end().ends(130);
    let took = start.elapsed();
    assert!(took < Duration::from_secs(2), "{took:?}");
    assert_eq!(project.manifest("run")["status"], "interrupted");
    let ratings = project.ratings("run");
    let done = ratings.iter().filter(|r| r["outcome"] == "rated").count();
    assert_eq!(done, rated);
}

#[test]
fn ctrl_c_does_not_wait_for_a_limit() {
    let limits = Limits {
        requests_per_minute: Some(36),
        ..Limits::default()
    };
    let provider = Provider::builder().limits(limits).start();
    let project = Project::two(&provider.url(), ["", ""], &letters(20));
    let running = project.start(&["rate", "Jobs", "--out", "run"]);
    // Six of each go at once, but for the reserve; the next one is due two seconds later.
    provider.until_requests(10);
    thread::sleep(Duration::from_millis(500));
    let answered = provider.count();
    assert!(answered <= 12, "{answered} {:?}", provider.stats());
    ends_at_once(&project, running, usize::try_from(answered).expect("few"));
}

#[test]
fn ctrl_c_does_not_wait_for_a_far_retry_after() {
    // Three in a row make everything rest, besides the calls that were told to wait.
    let provider = Provider::builder()
        .fault(Fault::status(429).retry_after("60"))
        .start();
    let project = Project::two(&provider.url(), ["", ""], &letters(20));
    let running = project.start(&["rate", "Jobs", "--out", "run"]);
    provider.until_requests(6);
    thread::sleep(Duration::from_millis(500));
    ends_at_once(&project, running, 0);
    let ratings = project.ratings("run");
    let limited = ratings.iter().filter(|r| r["outcome"] == "rate_limited");
    assert_eq!(limited.count() as u64, provider.count());
}
