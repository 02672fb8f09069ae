//! The page of an audit in a real browser.

#[path = "../support/browser.rs"]
mod browser;
mod made_up;

use browser::Browser;
use made_up::{HOSTILE, MadeUp, RATERS, audit};
use serde_json::{Value, json};
use tempfile::TempDir;
use thirtyfour::Key;

/// The made-up run, its page open in a browser.
fn opened(fragment: &str) -> Option<(MadeUp, Browser, TempDir)> {
    let browser = Browser::start()?;
    let folder = tempfile::tempdir().unwrap();
    let run = MadeUp::new(RATERS.len());
    let path = folder.path().join("report.html");
    run.write(&path, &audit(RATERS.len()), usize::MAX);
    browser.open(&path, fragment);
    Some((run, browser, folder))
}

#[test]
fn pictures() {
    let Some((_, browser, _folder)) = opened("") else {
        return;
    };
    let out =
        std::path::PathBuf::from(std::env::var("PICTURES").unwrap_or_else(|_| "/tmp/pg".into()));
    println!("{:?}", browser.console());
    println!("{:?}", browser.requests());
    let h = browser
        .run("return document.documentElement.scrollHeight")
        .as_u64()
        .unwrap() as u32;
    browser.screen(1280, h, false);
    browser.picture(&out.join("light.png"));
    browser.screen(1280, 1000, true);
    browser.click("#list .task:nth-child(1) .open");
    browser.picture(&out.join("dark.png"));
    browser.screen(390, 844, false);
    let h = browser
        .run("return document.documentElement.scrollHeight")
        .as_u64()
        .unwrap() as u32;
    println!(
        "{}",
        browser.run("return document.documentElement.scrollWidth")
    );
    browser.screen(390, h, false);
    browser.picture(&out.join("phone.png"));
    let _ = (Key::Enter, json!(1), Value::Null, HOSTILE);
}
