//! What the page looks like: on a phone, magnified, light and dark.

use crate::Review;
use crate::browser::Browser;
use crate::keys::{begins, shows};
use serde_json::{Value, json};
use std::path::Path;
use thirtyfour::Key;

/// The least ratio of contrast of the texts in view with what they stand on (WCAG 2), and where it is.
const CONTRAST: &str = "
const parse = (text) => { const [r, g, b, a = 1] = text.match(/[\\d.]+/g).map(Number); return { rgb: [r, g, b], a }; };
const light = (rgb) => { const [r, g, b] = rgb.map((v) => (v /= 255) <= .04045 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4); return .2126 * r + .7152 * g + .0722 * b; };
const behind = (element) => { for (let one = element; one; one = one.parentElement) { const c = parse(getComputedStyle(one).backgroundColor); if (c.a === 1) return c.rgb; } return [255, 255, 255]; };
let least = [99, ''];
for (const element of document.querySelectorAll('body *')) {
  const own = [...element.childNodes].some((node) => node.nodeType === 3 && node.textContent.trim());
  if (!own || !element.checkVisibility() || element.closest(':disabled, .hidden')) continue;
  const [a, b] = [light(parse(getComputedStyle(element).color).rgb), light(behind(element))].sort((x, y) => y - x);
  const ratio = (a + .05) / (b + .05);
  if (ratio < least[0]) least = [ratio, element.outerHTML.slice(0, 120)];
}
return least;";

/// Nothing reaches beyond the width, and every text stands out from what is behind it.
#[track_caller]
fn is_fit(browser: &Browser, what: &str) {
    for (width, height) in [(360, 740), (640, 400), (1280, 800)] {
        for dark in [false, true] {
            browser.screen(width, height, dark);
            let wide = browser.run("return [document.documentElement.scrollWidth, ...[...document.querySelectorAll('dialog[open]')].map((one) => one.scrollWidth)]");
            let widths: Vec<u32> = serde_json::from_value(wide).expect("widths");
            assert!(
                widths.iter().all(|&one| one <= width),
                "{what} at {width}: {widths:?}"
            );
            let least: (f64, String) =
                serde_json::from_value(browser.run(CONTRAST)).expect("a ratio");
            assert!(least.0 >= 4.5, "{what}, dark {dark}: {least:?}");
            if let Ok(folder) = std::env::var("TASKRATER_PICTURES") {
                let name = format!(
                    "review-{what}-{width}-{}.png",
                    if dark { "dark" } else { "light" }
                );
                browser.picture(&Path::new(&folder).join(name));
            }
        }
    }
    browser.screen(1280, 800, false);
}

#[test]
fn it_fits_a_phone_twice_the_size_and_both_schemes() {
    let Some(browser) = Browser::start() else {
        return;
    };
    let review = Review::new();
    let open = review.open(&[]);
    browser.visit(&open.url);
    is_fit(&browser, "start");
    begins(
        &browser,
        &open.url,
        "Ana-with-a-rather-long-name-and-not-one-space-in-it-at-all",
    );
    shows(&browser, "0");
    browser.keys("2");
    is_fit(&browser, "task");
    browser.keys("?");
    // The score has the focus: letters are keys there, too.
    browser.until("return document.querySelector('#help').open");
    is_fit(&browser, "help");
    browser.press(Key::Escape);
    browser.keys("s");
    browser.until("return document.querySelector('#skip-dialog').open");
    is_fit(&browser, "skip");
    browser.press(Key::Escape);
    for place in 0..6 {
        shows(&browser, &place.to_string());
        browser.keys("s");
        browser.until("return document.querySelector('#skip-dialog').open");
        browser.keys("1");
        browser.press(Key::Enter);
    }
    shows(&browser, "none");
    is_fit(&browser, "end");
    assert_eq!(browser.console(), [""; 0]);
}

#[test]
fn every_control_has_a_name_and_the_focus_is_seen() {
    let Some(browser) = Browser::start() else {
        return;
    };
    let review = Review::new();
    let open = review.open(&[]);
    begins(&browser, &open.url, "Ana");
    shows(&browser, "0");
    let nameless = "return [...document.querySelectorAll('input, textarea, button')].filter((one) =>
      !(one.labels?.length || one.getAttribute('aria-label') || one.textContent.trim())).map((one) => one.outerHTML)";
    assert_eq!(browser.run(nameless), json!([]));
    let legends = "return [...document.querySelectorAll('fieldset')].every((one) => one.querySelector('legend')?.textContent.trim())";
    assert_eq!(browser.run(legends), Value::Bool(true));
    assert_eq!(browser.attributes("#status", "role"), ["status"]);
    assert_eq!(browser.attributes("#alert", "role"), ["alert"]);
    // From the statement on by the Tab key alone: every stop has an outline.
    let mut stops = Vec::new();
    for _ in 0..8 {
        browser.press(Key::Tab);
        let stop = browser.run(
            "const one = document.activeElement; return [one.id || one.name || one.dataset.at || one.tagName, getComputedStyle(one).outlineStyle]",
        );
        let (name, outline): (String, String) = serde_json::from_value(stop).expect("a stop");
        assert_eq!(outline, "solid", "{name}");
        stops.push(name);
    }
    assert_eq!(stops[..2], ["exposure", "score-automation"]);
    assert!(stops.iter().any(|stop| stop == "note"), "{stops:?}");
}
