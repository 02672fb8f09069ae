//! A whole review at the keyboard, in a browser.

use crate::browser::Browser;
use crate::{Open, Review};
use serde_json::{Value, json};
use thirtyfour::Key;

/// Waits until the page shows the task at this place, or the end.
#[track_caller]
pub(crate) fn shows(browser: &Browser, place: &str) {
    browser.until(&format!(
        "return document.documentElement.dataset.place === '{place}' && !document.documentElement.hasAttribute('aria-busy')"
    ));
}

#[track_caller]
pub(crate) fn begins(browser: &Browser, url: &str, name: &str) {
    browser.visit(url);
    browser.until("return document.activeElement.id === 'name-field'");
    browser.keys(name);
    browser.press(Key::Enter);
    browser.until("return document.documentElement.dataset.screen === 'work'");
}

fn is_quiet(browser: &Browser, origin: &str) {
    assert_eq!(browser.console(), [""; 0]);
    assert_eq!(browser.run("return window.hacked ?? null"), Value::Null);
    let elsewhere: Vec<String> = browser
        .requests()
        .into_iter()
        .filter(|url| !url.starts_with(origin) && url != "data:,")
        .collect();
    assert!(elsewhere.is_empty(), "{elsewhere:?}");
}

#[test]
fn a_review_from_the_first_task_to_the_last_without_a_pointer() {
    let Some(browser) = Browser::start() else {
        return;
    };
    let review = Review::new();
    let open = review.open(&[]);
    begins(&browser, &open.url, "Ana");
    shows(&browser, "0");
    first_task(&browser, &review);
    note_and_skip(&browser, &review);
    correct_take_back_and_reload(&browser, &review);
    browser.keys("25");
    browser.press(Key::Enter);
    for place in ["4", "5"] {
        shows(&browser, place);
        browser.keys("2");
        browser.keys("70");
        browser.press(Key::Enter);
    }
    shows(&browser, "none");
    assert!(
        browser
            .text("#end-yours")
            .contains("labelled 5 tasks and skipped 1")
    );
    assert_eq!(
        browser.text("#end-left"),
        "1 task has no label yet; 3 tasks want the label of a second person, so that it shows how far people agree."
    );
    someone_else(&browser, &review);
    is_quiet(&browser, &open.origin());
    browser.click("#show-help");
    browser.click("#help-done");
    browser.click("#done");
    browser.until("return document.documentElement.dataset.screen === 'over'");
    let done = open.running.end().ends(0);
    let shown: Vec<&str> = done.out.split_whitespace().collect();
    let shown = shown.join(" ");
    assert!(shown.contains("Ana 5 1 0"), "{shown}");
    assert!(shown.contains("Ben 1 0"), "{shown}");
}

/// The rubric beside it, an answer that lacks, a label and a score.
fn first_task(browser: &Browser, review: &Review) {
    assert_eq!(browser.text("#statement"), review.statement(0));
    // The rubric stands beside the task.
    let draw = review.draw();
    let meaning = draw["rubric"]["dimensions"][0]["scale"]["labels"][1]["meaning"]
        .as_str()
        .expect("a meaning");
    assert!(browser.text("#q-exposure").contains(meaning));
    assert!(browser.texts("#q-automation .anchors li").len() > 2);
    // Enter without an answer saves nothing and says what lacks.
    browser.press(Key::Enter);
    browser.until(
        "return document.querySelector('#lacks-exposure').textContent === 'Choose a label.'",
    );
    assert_eq!(review.labels().len(), 0);
    // A label leads on to the score.
    browser.keys("3");
    browser.keys("40");
    browser.press(Key::Up);
    browser.press(Key::Enter);
    shows(browser, "1");
    assert_eq!(browser.text("#status"), "Saved.");
    let saved = &review.labels()[0];
    assert_eq!(saved["reviewer"], "Ana");
    assert_eq!(saved["task_id"], draw["tasks"][0]["task_id"]);
    let third = &draw["rubric"]["dimensions"][0]["scale"]["labels"][2]["id"];
    assert_eq!(
        saved["values"],
        json!({ "exposure": third, "automation": 41.0 })
    );
    assert_eq!(browser.text("#count"), "1 of 6: 1 labelled, 0 skipped");
}

/// The second with a score that is none and a note, the third skipped.
fn note_and_skip(browser: &Browser, review: &Review) {
    // A note; letters in it are letters.
    browser.keys("1");
    browser.keys("101");
    browser.press(Key::Enter);
    browser.until(
        "return document.querySelector('#lacks-automation').textContent.includes('from 0 to 100')",
    );
    browser.type_into("#score-automation", "0");
    browser.keys("c");
    browser.keys("subs and bus?");
    browser.press(Key::Enter);
    shows(browser, "2");
    assert_eq!(review.labels()[1]["note"], "subs and bus?");
    // Skip with a reason; without one the dialog stays.
    browser.keys("s");
    browser.until("return document.querySelector('#skip-dialog').open");
    browser.press(Key::Enter);
    browser.until("return document.querySelector('#skip-lacks').textContent !== ''");
    browser.keys("A bakery without an oven?");
    browser.press(Key::Enter);
    shows(browser, "3");
    assert_eq!(review.labels()[2]["said"], "skip");
    assert_eq!(review.labels()[2]["reason"], "A bakery without an oven?");
}

/// From the fourth task back to the second and on again; ends at the fourth with a label chosen.
fn correct_take_back_and_reload(browser: &Browser, review: &Review) {
    browser.keys("b");
    shows(browser, "2");
    assert!(browser.text("#said").contains("A bakery without an oven?"));
    browser.keys("b");
    shows(browser, "1");
    let chosen = "return document.querySelector('#q-exposure :checked')?.value ?? null";
    let labels = review.draw()["rubric"]["dimensions"][0]["scale"]["labels"].clone();
    assert_eq!(browser.run(chosen), labels[0]["id"]);
    browser.keys("2");
    browser.press(Key::Enter);
    shows(browser, "3");
    let corrected = review.labels().pop().expect("a line");
    assert_eq!(corrected["values"]["exposure"], labels[1]["id"]);
    assert_eq!(corrected["note"], "subs and bus?");
    // Nothing is said of the fourth: what was saved last is taken back.
    browser.keys("u");
    shows(browser, "1");
    assert_eq!(review.labels().pop().expect("a line")["said"], "withdraw");
    assert_eq!(browser.run(chosen), Value::Null);
    assert_eq!(browser.text("#count"), "2 of 6: 1 labelled, 1 skipped");
    browser.keys("1");
    browser.keys("5");
    browser.press(Key::Enter);
    shows(browser, "3");
    // What was entered and not saved is there after a reload, and so is the place.
    browser.keys("3");
    let lines = review.labels().len();
    browser.reload();
    shows(browser, "3");
    assert_eq!(browser.text("#name"), "Ana");
    assert_eq!(browser.run(chosen), labels[2]["id"]);
    assert_eq!(review.labels().len(), lines);
}

/// Another person at the same page is asked what still wants a label, and sees nothing of the first.
fn someone_else(browser: &Browser, review: &Review) {
    browser.click("#end-change");
    browser.until("return document.documentElement.dataset.screen === 'start'");
    assert_eq!(
        browser.texts("#people button"),
        ["Go on as Ana5 labelled, 1 skipped, 0 open"]
    );
    browser.keys("Ben");
    browser.press(Key::Enter);
    shows(browser, "1");
    assert_eq!(browser.text("#count"), "0 of 4: 0 labelled, 0 skipped");
    assert_eq!(
        browser.run("return document.querySelectorAll('#work :checked').length"),
        0
    );
    browser.click("#q-exposure input[value=E0]");
    browser.click("#q-automation [data-at]:first-child");
    browser.click("#save");
    shows(browser, "2");
    let last = review.labels().pop().expect("a line");
    assert_eq!(
        (last["reviewer"].clone(), last["values"]["exposure"].clone()),
        (json!("Ben"), json!("E0"))
    );
}

#[test]
fn markup_in_a_task_stays_text_and_a_wrong_key_shows_nothing() {
    let Some(browser) = Browser::start() else {
        return;
    };
    let review = Review::new();
    // All tasks are drawn, and with --reviewer nobody is asked for a name.
    let args = ["review", "run", "--out", "rev", "--reviewer", "Ana"];
    let asked = ["--dimension", "exposure", "--dimension", "automation"];
    let open = Open::of(review.project.start(&[&args[..], &asked[..]].concat()));
    let tasks = review.draw()["tasks"].as_array().expect("tasks").clone();
    let hostile = tasks
        .iter()
        .position(|task| task["task"] == crate::HOSTILE)
        .expect("it is drawn");
    browser.visit(&open.url);
    shows(&browser, "0");
    for place in 0..hostile {
        browser.keys("1");
        browser.keys("5");
        browser.press(Key::Enter);
        shows(&browser, &(place + 1).to_string());
    }
    assert_eq!(browser.text("#statement"), crate::HOSTILE);
    assert_eq!(
        browser.run("return document.querySelectorAll('main img, main script').length"),
        0
    );
    is_quiet(&browser, &open.origin());
    browser.visit(&format!("{}/#{}", open.origin(), "0".repeat(48)));
    assert!(
        browser
            .text("#alert")
            .contains("The key of this review is missing or wrong")
    );
    assert_eq!(browser.text("#statement"), "");
}

#[test]
fn two_people_label_at_once_in_two_tabs() {
    let Some(browser) = Browser::start() else {
        return;
    };
    let review = Review::new();
    let open = review.open(&[]);
    let label = |score: &str| {
        browser.keys("1");
        browser.keys(score);
        browser.press(Key::Enter);
    };
    begins(&browser, &open.url, "Ana");
    shows(&browser, "0");
    browser.new_tab();
    begins(&browser, &open.url, "Ben");
    // Ana has the first before her.
    shows(&browser, "1");
    label("20");
    shows(&browser, "2");
    browser.first_tab();
    label("10");
    shows(&browser, "1");
    browser.reload();
    shows(&browser, "1");
    assert_eq!(browser.text("#name"), "Ana");
    label("30");
    // Ben has the third before him.
    shows(&browser, "3");
    let said: Vec<(Value, Value)> = review
        .labels()
        .iter()
        .map(|line| {
            (
                line["reviewer"].clone(),
                line["values"]["automation"].clone(),
            )
        })
        .collect();
    let expected = [("Ben", 20.0), ("Ana", 10.0), ("Ana", 30.0)];
    assert_eq!(
        said,
        expected.map(|(name, score)| (json!(name), json!(score)))
    );
}
