//! The engine under a virtual clock, against a provider without sockets.

use super::pace::Sign;
use super::*;
use crate::inventory::{Inventory, from_toml_files};
use crate::plan::Plan;
use crate::prompt::Prompt;
use crate::rater::{Config, Panel, Weights};
use crate::shell::cache;
use crate::shell::http::Exchange;
use http::{HeaderMap, HeaderName, HeaderValue};
use std::cell::{Cell, RefCell};
use std::fmt::Write as _;
use std::time::Duration;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

/// One limit of the provider: a token bucket of a sixth of a minute's limit, refilled continuously.
struct Limit {
    per_second: f64,
    most: f64,
    level: f64,
    at: Instant,
}

impl Limit {
    fn new(a_minute: f64) -> Self {
        Self {
            per_second: a_minute / 60.0,
            most: a_minute / 6.0,
            level: a_minute / 6.0,
            at: Instant::now(),
        }
    }

    fn refill(&mut self) {
        let now = Instant::now();
        let more = self.per_second * (now - self.at).as_secs_f64();
        self.level = (self.level + more).min(self.most);
        self.at = now;
    }
}

/// A provider with limits, at some distance, that counts what it lets in.
struct Provider {
    requests: RefCell<Option<Limit>>,
    tokens: RefCell<Option<Limit>>,
    /// Whether headers tell what remained when the call was let in, or when it is answered.
    tells_late: bool,
    /// Whether it says nothing of its limits.
    silent: bool,
    latency: Duration,
    /// Statuses of its answers, in order.
    answers: RefCell<Vec<u16>>,
    admitted: RefCell<Vec<Instant>>,
    in_flight: Cell<usize>,
    most_in_flight: Cell<usize>,
    /// What it answers to the nth request instead, from 0.
    script: Box<Script>,
}

/// Status and Retry-After.
type Script = dyn Fn(usize) -> Option<(u16, Option<&'static str>)>;

/// Tokens that every call takes: input and output.
const INPUT: f64 = 950.0;
const OUTPUT: f64 = 150.0;

impl Provider {
    fn new(requests: Option<f64>, tokens: Option<f64>) -> Self {
        Self {
            requests: RefCell::new(requests.map(Limit::new)),
            tokens: RefCell::new(tokens.map(Limit::new)),
            tells_late: false,
            silent: false,
            latency: Duration::from_millis(500),
            answers: RefCell::default(),
            admitted: RefCell::default(),
            in_flight: Cell::new(0),
            most_in_flight: Cell::new(0),
            script: Box::new(|_| None),
        }
    }

    fn scripted(script: impl Fn(usize) -> Option<(u16, Option<&'static str>)> + 'static) -> Self {
        Self {
            script: Box::new(script),
            ..Self::new(None, None)
        }
    }

    fn admit(&self) -> bool {
        let fits = |limit: &RefCell<Option<Limit>>, charge: f64| {
            limit.borrow_mut().as_mut().is_none_or(|limit| {
                limit.refill();
                limit.level >= charge
            })
        };
        let admitted = fits(&self.requests, 1.0) && fits(&self.tokens, INPUT + OUTPUT);
        if admitted {
            self.admitted.borrow_mut().push(Instant::now());
            for (limit, charge) in [(&self.requests, 1.0), (&self.tokens, INPUT + OUTPUT)] {
                if let Some(limit) = limit.borrow_mut().as_mut() {
                    limit.level -= charge;
                }
            }
        }
        admitted
    }

    fn headers(&self) -> HeaderMap {
        let mut headers = HeaderMap::new();
        if self.silent {
            return headers;
        }
        for (name, limit) in [("requests", &self.requests), ("tokens", &self.tokens)] {
            if let Some(limit) = limit.borrow_mut().as_mut() {
                limit.refill();
                let full = (limit.most - limit.level) / limit.per_second;
                let pairs = [
                    ("limit", format!("{}", limit.per_second * 60.0)),
                    ("remaining", format!("{}", limit.level.floor())),
                    ("reset", format!("{:.0}ms", full * 1000.0)),
                ];
                for (what, value) in pairs {
                    let name = format!("x-ratelimit-{what}-{name}").parse::<HeaderName>();
                    headers.insert(name.unwrap(), HeaderValue::from_str(&value).unwrap());
                }
            }
        }
        headers
    }

    /// Share of the limit that was used after the first bucket.
    fn used(&self, a_minute: f64, charge: f64) -> f64 {
        let admitted = self.admitted.borrow();
        let time = (*admitted.last().unwrap() - admitted[0]).as_secs_f64();
        let taken = charge * admitted.len() as f64 - a_minute / 6.0;
        taken / (a_minute / 60.0 * time)
    }

    fn share_of_429(&self) -> f64 {
        let answers = self.answers.borrow();
        let limited = answers.iter().filter(|status| **status == 429).count();
        limited as f64 / answers.len() as f64
    }
}

fn reply(serial: usize) -> Vec<u8> {
    let rating = r#"{"rationale":"Because.","tools":[],"exposure":"E1","automation":40,"augmentation":50,"confidence":60}"#;
    serde_json::json!({
        "id": format!("chat-{serial}"), "model": "m",
        "choices": [{"finish_reason": "stop", "message": {"content": rating}}],
        "usage": {"prompt_tokens": INPUT, "completion_tokens": OUTPUT},
    })
    .to_string()
    .into_bytes()
}

impl World for Provider {
    async fn send(&self, _: usize, _: &[u8]) -> std::result::Result<Exchange, Failure> {
        self.in_flight.set(self.in_flight.get() + 1);
        self.most_in_flight
            .set(self.most_in_flight.get().max(self.in_flight.get()));
        let on_the_way = (self.latency / 2).min(Duration::from_millis(50));
        tokio::time::sleep(on_the_way).await;
        let serial = self.answers.borrow().len();
        let (mut status, mut headers) = (429, HeaderMap::new());
        if let Some((scripted, retry_after)) = (self.script)(serial) {
            status = scripted;
            if let Some(seconds) = retry_after {
                headers.insert("retry-after", HeaderValue::from_static(seconds));
            }
        } else if self.admit() {
            status = 200;
        }
        self.answers.borrow_mut().push(status);
        if !self.tells_late {
            headers.extend(self.headers());
        }
        tokio::time::sleep(self.latency - 2 * on_the_way).await;
        if self.tells_late {
            headers.extend(self.headers());
        }
        tokio::time::sleep(on_the_way).await;
        self.in_flight.set(self.in_flight.get() - 1);
        Ok(Exchange {
            status,
            headers,
            body: reply(serial),
        })
    }

    async fn write(&self, _: Vec<u8>, _: Option<cache::Sealed>) -> Result<()> {
        Ok(())
    }

    async fn withdraw(&self, _: cache::Place) -> Result<()> {
        Ok(())
    }
}

struct Desk {
    inventory: Inventory,
    prompt: Prompt,
    panel: Panel,
    weights: Weights,
}

impl Desk {
    /// One rater and so many tasks.
    fn new(tasks: usize, more: &str) -> Self {
        let mut text = "id = \"o\"\ntitle = \"Clerks\"\n".to_owned();
        for n in 0..tasks {
            let _ = write!(
                text,
                "[[tasks]]\nid = \"t{n}\"\nstatement = \"File letter number {n}.\"\n"
            );
        }
        let rater = format!(
            "[[raters]]\nid = \"r\"\nwire = \"openai\"\nmodel = \"m\"\nbase_url = \"http://127.0.0.1:9/v1\"\n{more}\n"
        );
        let weights = Weights::embedded().unwrap();
        let config =
            Config::built_in(&weights.ids()).and_then(|config| config.with_file("t", &rater));
        Self {
            inventory: from_toml_files("clerks", &[("o.toml".into(), text)]).unwrap(),
            prompt: Prompt::built_in("impact").unwrap(),
            panel: config.unwrap().panel(None, &["r".into()]).unwrap(),
            weights,
        }
    }

    /// Asks everything, and returns how each question ended.
    async fn ask(&self, world: &impl World) -> Vec<Outcome> {
        let occupations = self.inventory.occupations().iter().collect();
        let plan = Plan::new(
            &self.inventory,
            &self.prompt,
            &self.panel,
            &self.weights,
            occupations,
        );
        let llm = self.panel.raters()[0].llm().unwrap();
        let job = |(cell, subject)| Job {
            cells: vec![cell],
            rater: 0,
            subject,
            sample: 0,
            key: plan.question(llm, subject, 0).unwrap().key,
        };
        let jobs = plan.items().enumerate().map(job).collect();
        let ended = RefCell::new(Vec::new());
        let settle = |settled: Settled<_>| {
            ended.borrow_mut().push(settled.outcome);
            Ok(())
        };
        let stop = CancellationToken::new();
        let engine = Engine {
            plan: &plan,
            lines: &lines(plan.asking(), &stop, None),
            world,
            budget: &Budget::new(Caps::default()),
            settle: &settle,
            report: &|_| {},
            answers: Answers::default(),
        };
        engine.run(jobs).await.unwrap();
        ended.into_inner()
    }
}

/// Every distance and both ways of telling, without configuration: at least 95 % of the limit, under 1 % of 429s.
async fn is_used(provider: impl Fn() -> Provider, a_minute: f64, charge: f64, tasks: usize) {
    let desk = Desk::new(tasks, "");
    for latency in [20, 500, 2000, 6000] {
        for tells_late in [false, true] {
            let provider = Provider {
                latency: Duration::from_millis(latency),
                tells_late,
                ..provider()
            };
            let ended = desk.ask(&provider).await;
            assert!(ended.iter().all(|outcome| *outcome == Outcome::Rated));
            let (used, limited) = (provider.used(a_minute, charge), provider.share_of_429());
            let case =
                format!("{latency} ms, late {tells_late}: {used:.4} used, {limited:.4} 429s");
            println!("{case}");
            assert!(used >= 0.95 && limited < 0.01, "{case}");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn sixty_requests_a_minute_are_used() {
    is_used(|| Provider::new(Some(60.0), None), 60.0, 1.0, 400).await;
}

#[tokio::test(start_paused = true)]
async fn twenty_thousand_tokens_a_minute_are_used() {
    is_used(
        || Provider::new(None, Some(20_000.0)),
        20_000.0,
        INPUT + OUTPUT,
        300,
    )
    .await;
}

#[tokio::test(start_paused = true)]
async fn the_tighter_of_two_limits_counts() {
    is_used(
        || Provider::new(Some(600.0), Some(20_000.0)),
        20_000.0,
        INPUT + OUTPUT,
        300,
    )
    .await;
}

#[tokio::test(start_paused = true)]
async fn every_status_is_asked_as_often_as_it_is_worth() {
    let statuses = [
        (9, &[429][..]),
        (6, &[408, 409, 500, 502, 503, 504, 529]),
        (1, &[400, 401, 402, 403, 404, 413, 422]),
    ];
    for (requests, statuses) in statuses {
        for &status in statuses {
            let provider = Provider::scripted(move |_| Some((status, None)));
            let ended = Desk::new(1, "").ask(&provider).await;
            assert_ne!(ended, [Outcome::Rated], "{status}");
            assert_eq!(provider.answers.borrow().len(), requests, "{status}");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn ten_minutes_are_all_that_a_call_gets() {
    let provider = Provider::scripted(|_| Some((503, Some("250"))));
    Desk::new(1, "").ask(&provider).await;
    assert_eq!(provider.answers.borrow().len(), 3);
}

#[tokio::test(start_paused = true)]
async fn single_failures_slow_nothing_and_waiting_calls_hold_no_place() {
    // Every tenth answer is a 429 or a 500 that asks for a second.
    let provider = Provider::scripted(|n| match n % 20 {
        9 => Some((429, Some("1"))),
        19 => Some((500, Some("1"))),
        _ => None,
    });
    let started = Instant::now();
    let ended = Desk::new(400, "concurrency = 8").ask(&provider).await;
    assert!(ended.iter().all(|outcome| *outcome == Outcome::Rated));
    assert_eq!(provider.most_in_flight.get(), 8);
    // 400 answers and 44 failures, 8 at a time, half a second each, after one call alone; the last ones wait a second.
    let ideal = 0.5 + 444.0 / 8.0 * 0.5;
    let took = started.elapsed().as_secs_f64();
    assert!(took < ideal + 3.0, "{took} s against {ideal} s");
}

#[tokio::test(start_paused = true)]
async fn a_server_that_says_nothing_gets_a_few_and_one_that_says_its_limits_more() {
    let silent = Provider::new(None, None);
    Desk::new(200, "").ask(&silent).await;
    assert_eq!(silent.most_in_flight.get(), 8);
    let telling = Provider {
        latency: Duration::from_secs(4),
        ..Provider::new(Some(600.0), None)
    };
    Desk::new(1200, "").ask(&telling).await;
    // 10 a second, 4 seconds each.
    assert!(
        telling.most_in_flight.get() >= 35,
        "{}",
        telling.most_in_flight.get()
    );
}

#[tokio::test(start_paused = true)]
async fn three_in_a_row_halve_what_is_in_flight_and_pause_all() {
    let traffic = Desk::new(1, "concurrency = 8").panel.raters()[0]
        .llm()
        .unwrap()
        .traffic
        .clone();
    let pace = pace::Pace::new(&traffic);
    let stop = CancellationToken::new();
    let pass = async || {
        pace.pass(&pace.turn(true).await, 100, 10, &stop)
            .await
            .unwrap()
    };
    let wait = Some(Duration::from_secs(30));
    // The first goes alone.
    pass().await.answered(Sign::Fine, &[None; 4], None, None);
    let mut eight = Vec::new();
    for _ in 0..8 {
        eight.push(pass().await);
    }
    for one in eight.drain(..2) {
        one.answered(Sign::TooMuch, &[None; 4], None, wait);
    }
    eight
        .pop()
        .unwrap()
        .answered(Sign::Fine, &[None; 4], None, None);
    // Two, then an answer: nothing happened.
    let started = Instant::now();
    for _ in 0..3 {
        eight.push(pass().await);
    }
    assert_eq!(started.elapsed(), Duration::ZERO);
    for one in eight.drain(..3) {
        one.answered(Sign::TooMuch, &[None; 4], None, wait);
    }
    // Three in a row: everything rests, and four of eight places are left, none of them free.
    eight.truncate(3);
    let _ninth = pass().await;
    assert_eq!(started.elapsed(), Duration::from_secs(30));
    assert!(futures_util::poll!(std::pin::pin!(pass())).is_pending());
}

#[tokio::test(start_paused = true)]
async fn a_limit_that_nobody_tells_is_found() {
    let provider = Provider {
        silent: true,
        ..Provider::new(Some(60.0), None)
    };
    let ended = Desk::new(600, "").ask(&provider).await;
    let lost = ended
        .iter()
        .filter(|outcome| **outcome != Outcome::Rated)
        .count();
    let (used, limited) = (provider.used(60.0, 1.0), provider.share_of_429());
    println!("{used:.3} used, {limited:.3} 429s, {lost} lost");
    assert_eq!(lost, 0);
    assert!(
        used > 0.5 && limited < 0.15,
        "{used:.3} used, {limited:.3} 429s"
    );
}

#[tokio::test(start_paused = true)]
async fn a_provider_that_asks_for_an_hour_is_left_alone() {
    let provider = Provider::scripted(|_| Some((429, Some("3600"))));
    let started = Instant::now();
    let ended = Desk::new(50, "").ask(&provider).await;
    assert!(ended.iter().all(|outcome| *outcome != Outcome::Rated));
    assert_eq!(provider.answers.borrow().len(), 1);
    assert!(started.elapsed() < Duration::from_secs(5));
}

#[tokio::test(start_paused = true)]
async fn what_is_refused_for_good_ends_a_rater_after_ten() {
    let provider = Provider::scripted(|_| Some((400, None)));
    Desk::new(200, "").ask(&provider).await;
    assert!(
        provider.answers.borrow().len() < 30,
        "{}",
        provider.answers.borrow().len()
    );
    // One request that a gateway dislikes is one rating less.
    let provider = Provider::scripted(|n| (n == 20).then_some((403, None)));
    let ended = Desk::new(100, "").ask(&provider).await;
    let rated = ended
        .iter()
        .filter(|outcome| **outcome == Outcome::Rated)
        .count();
    assert_eq!(rated, 99);
}
