//! Crashes and full disks: what the page called saved is on disk, and nothing stands there by halves.

use crate::browser::Browser;
use crate::keys::{begins, shows};
use crate::{Http, Open, Review, client};
use serde_json::Value;
use std::collections::HashSet;
use std::io::Write as _;
use std::net::TcpStream;
use std::process::Command;
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};
use thirtyfour::Key;

#[test]
fn a_label_is_on_disk_once_the_page_says_so_and_a_new_start_goes_on() {
    let Some(browser) = Browser::start() else {
        return;
    };
    let review = Review::new();
    let open = review.open(&[]);
    begins(&browser, &open.url, "Ana");
    shows(&browser, "0");
    browser.keys("3");
    browser.keys("40");
    browser.press(Key::Enter);
    browser.until("return document.querySelector('#status').textContent === 'Saved.'");
    open.running.kill();
    let saved = review.labels();
    assert_eq!(saved.len(), 1);
    assert_eq!(saved[0]["values"]["automation"], 40.0);
    let again = review.open(&[]);
    begins(&browser, &again.url, "Ana");
    shows(&browser, "1");
    assert_eq!(browser.text("#count"), "1 of 6: 1 labelled, 0 skipped");
}

#[test]
fn what_reaches_nobody_stays_entered_until_the_page_is_served_again() {
    let Some(browser) = Browser::start() else {
        return;
    };
    let review = Review::new();
    let open = review.open(&[]);
    begins(&browser, &open.url, "Ana");
    shows(&browser, "0");
    open.running.kill();
    browser.keys("2");
    browser.keys("60");
    browser.press(Key::Enter);
    browser.until("return document.querySelector('#alert').textContent.startsWith('Not saved: taskrater does not answer')");
    let score = "return document.querySelector('#score-automation').value";
    assert_eq!(browser.run(score), "60");
    assert_eq!(browser.text("#status"), "");
    assert_eq!(review.labels().len(), 0);
    // At the same port with a new key the page goes on, with what was entered.
    let again = review.open(&["--port", &open.port.to_string()]);
    assert_ne!(again.key, open.key);
    browser.visit(&again.url);
    shows(&browser, "0");
    assert_eq!(browser.run(score), "60");
    browser.press(Key::Enter);
    shows(&browser, "1");
    assert_eq!(review.labels()[0]["values"]["automation"], 60.0);
}

#[test]
fn a_full_disk_is_said_what_was_entered_stays_and_is_saved_once_there_is_room() {
    let Some(browser) = Browser::start() else {
        return;
    };
    let review = Review::new();
    review.open(&[]).running.kill();
    let open = Open::of(
        review
            .project
            .start_on_a_full_disk(1, &["review", "run", "--out", "rev"]),
    );
    begins(&browser, &open.url, "Ana");
    shows(&browser, "0");
    let note = "n".repeat(300);
    let failed = labels_until_it_fails(&browser, &note);
    let alert = browser.text("#alert");
    assert!(
        alert.starts_with("Not saved: cannot write to rev") && alert.contains("File too large"),
        "{alert}"
    );
    assert_eq!(browser.text("#status"), "");
    assert_eq!(
        browser.run("return document.querySelector('#note').value"),
        note.as_str()
    );
    assert_eq!(review.labels().len(), failed);
    assert!(failed > 0, "one label has room");
    reason_is_kept(&browser);
    assert_eq!(review.labels().len(), failed);
    let pid = open.running.id().to_string();
    let status = Command::new("prlimit")
        .args(["--fsize=unlimited", "--pid", &pid])
        .status();
    assert!(status.expect("prlimit").success());
    browser.press(Key::Enter);
    shows(&browser, &(failed + 1).to_string());
    assert_eq!(review.labels().len(), failed + 1);
    assert_eq!(
        browser
            .console()
            .iter()
            .filter(|line| !line.contains("500"))
            .count(),
        0
    );
}

/// Labels task after task with a note, until one is not saved; its place.
fn labels_until_it_fails(browser: &Browser, note: &str) -> usize {
    for place in 0..5 {
        browser.keys("3");
        browser.keys("40");
        browser.keys("c");
        browser.keys(note);
        browser.press(Key::Enter);
        browser.until(&format!(
            "return document.documentElement.dataset.place !== '{place}' || !document.querySelector('#alert').hidden"
        ));
        if browser.run("return document.querySelector('#alert').hidden") == Value::Bool(false) {
            return place;
        }
    }
    panic!("it never was full");
}

/// A reason to skip a task that cannot be saved stays in its dialog.
fn reason_is_kept(browser: &Browser) {
    browser.press(Key::Escape);
    browser.keys("s");
    browser.until("return document.querySelector('#skip-dialog').open");
    browser.type_into("#reason-words", &"w".repeat(800));
    browser.press(Key::Enter);
    browser.until("return document.querySelector('#skip-lacks').textContent.startsWith('Not saved: cannot write')");
    assert_eq!(
        browser.run("return document.querySelector('#reason-words').value.length"),
        800
    );
    browser.press(Key::Escape);
    browser.until("return !document.querySelector('#skip-dialog').open");
}

/// Labels as fast as it goes, by two people; the scores whose labels were called saved.
fn hammer(
    review: &Review,
    open: &Open,
    name: &'static str,
) -> (Arc<Mutex<Vec<u64>>>, thread::JoinHandle<()>) {
    let saved = Arc::new(Mutex::new(Vec::new()));
    let (heard, origin, own) = (Arc::clone(&saved), open.origin(), open.own());
    let bodies: Vec<(u64, String)> = (0..100)
        .map(|n: u64| (n, review.label(name, n as usize % 6, n as f64).to_string()))
        .collect();
    let thread = thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .expect("a runtime");
        let client = client();
        for (n, body) in bodies {
            let mut request = client.post(format!("{origin}/api/put")).body(body);
            for (header, value) in &own {
                request = request.header(*header, value);
            }
            let said = runtime.block_on(async { request.send().await?.text().await });
            match said {
                Ok(text) if text.contains("\"saved\":true") => {
                    heard.lock().expect("what was heard").push(n)
                }
                Ok(text) => panic!("{text}"),
                Err(_) => return,
            }
        }
    });
    (saved, thread)
}

/// Every label that was called saved is in the file, and nothing was sent that is there twice.
fn all_there(review: &Review, name: &str, saved: &Mutex<Vec<u64>>) -> usize {
    let lines = review.labels();
    let of = lines.iter().filter(|line| line["reviewer"] == name);
    let scores: Vec<u64> = of
        .map(|line| line["values"]["automation"].as_f64().expect("a score") as u64)
        .collect();
    let there: HashSet<u64> = scores.iter().copied().collect();
    assert_eq!(there.len(), scores.len());
    let saved = saved.lock().expect("what was heard");
    assert!(
        saved.iter().all(|n| there.contains(n)),
        "{saved:?} {there:?}"
    );
    // At most the one in flight is there without having been called saved.
    assert!(there.len() <= saved.len() + 1);
    saved.len()
}

#[test]
fn killed_or_ended_at_any_moment_it_loses_nothing_that_it_called_saved() {
    for (signal, after) in [
        ("KILL", 1),
        ("KILL", 6),
        ("KILL", 20),
        ("TERM", 5),
        ("INT", 11),
    ] {
        let review = Review::new();
        let open = review.open(&[]);
        let (ana, one) = hammer(&review, &open, "Ana");
        let (ben, other) = hammer(&review, &open, "Ben");
        while ana.lock().expect("what was heard").len() < after {
            thread::sleep(Duration::from_millis(1));
        }
        open.running.signal(signal);
        let done = open.running.end();
        one.join().expect("no label was refused");
        other.join().expect("no label was refused");
        if signal != "KILL" {
            done.ends(0).says(&["6 tasks to label"]);
        }
        // A new start reads it, and cuts off what was written by half.
        let again = review.open(&[]);
        let sum = all_there(&review, "Ana", &ana) + all_there(&review, "Ben", &ben);
        assert!(
            (after..200).contains(&sum),
            "{sum} labels, {signal} after {after}"
        );
        let told = Http::new().get(&again, "/api/review").json();
        assert!(
            told["reviewers"][0]["labelled"].as_u64() > Some(0),
            "{told}"
        );
    }
}

#[test]
fn whoever_sends_half_a_request_does_not_hold_up_the_end() {
    let review = Review::new();
    let open = review.open(&[]);
    let mut stalled = TcpStream::connect(("127.0.0.1", open.port)).expect("a connection");
    let head = format!(
        "POST /api/put HTTP/1.1\r\nHost: 127.0.0.1:{}\r\nContent-Length: 100\r\n",
        open.port
    );
    stalled.write_all(head.as_bytes()).expect("half a request");
    let silent = TcpStream::connect(("127.0.0.1", open.port)).expect("a connection");
    let put = Http::new().post(&open, "/api/put", &review.label("Ana", 0, 1.0));
    assert_eq!(put.status, 200, "others are served meanwhile");
    let begun = Instant::now();
    open.running.signal("TERM");
    open.running.end().ends(0).prints(&["1 a label"]);
    assert!(
        begun.elapsed() < Duration::from_secs(20),
        "{:?}",
        begun.elapsed()
    );
    drop((stalled, silent));
}
