//! The page of an audit in a real browser: it opens from disk, asks nobody for anything, and shows what was counted here.

#[path = "../support/browser.rs"]
mod browser;
mod command;
mod made_up;
#[path = "../support/mod.rs"]
mod support;

use std::fs;
use std::path::PathBuf;

use browser::Browser;
use made_up::{HOSTILE, MadeUp, RATERS, audit};
use serde_json::{Value, json};
use taskrater::inventory::{Occupation, Task};
use tempfile::TempDir;
use thirtyfour::Key;

const CELL: &str = "#pairs .cell[data-a='gpt-4o'][data-b='claude-sonnet']";

/// A page that is open in a browser.
struct Opened {
    run: MadeUp,
    browser: Browser,
    path: PathBuf,
    _folder: TempDir,
}

impl Opened {
    /// That of the made-up run; `None` where there is no browser.
    fn new() -> Option<Self> {
        Self::with(RATERS.len(), &audit(RATERS.len()), usize::MAX)
    }

    fn with(raters: usize, audit: &Value, rationale_bytes: usize) -> Option<Self> {
        let browser = Browser::start()?;
        let folder = tempfile::tempdir().expect("a temporary folder");
        let (run, path) = (MadeUp::new(raters), folder.path().join("report.html"));
        run.write(&path, audit, rationale_bytes);
        browser.open(&path, "");
        Some(Self {
            run,
            browser,
            path,
            _folder: folder,
        })
    }

    /// Ids of the tasks in view, in their order.
    fn shown(&self) -> Vec<String> {
        self.browser.attributes("#rows .task", "data-task")
    }

    /// The page shows these tasks, and these first.
    #[track_caller]
    fn shows(&self, tasks: &[usize]) {
        let all = self.run.tasks().count();
        assert_eq!(
            self.browser.text("#count"),
            format!("{} of {all} tasks", tasks.len())
        );
        let shown = self.shown();
        assert!(shown.len() >= tasks.len().min(10), "{shown:?}");
        let expected: Vec<String> = tasks.iter().map(|task| format!("t{task}")).collect();
        assert_eq!(shown, expected[..shown.len()]);
    }

    /// Numbers of the tasks that fit.
    fn tasks(&self, fits: impl Fn(usize, &Occupation, &Task) -> bool) -> Vec<usize> {
        let tasks = self.run.tasks().enumerate();
        tasks
            .filter(|(n, (occupation, task))| fits(*n, occupation, task))
            .map(|(n, _)| n)
            .collect()
    }

    /// Sorts by a number, the largest first; none last, ties in the order of the run.
    fn sorted(mut tasks: Vec<usize>, key: impl Fn(usize) -> Option<f64>) -> Vec<usize> {
        let of = |task| key(task).unwrap_or(f64::NEG_INFINITY);
        tasks.sort_by(|&a, &b| of(b).total_cmp(&of(a)));
        tasks
    }

    /// Nothing went wrong in the page.
    #[track_caller]
    fn is_quiet(&self) {
        assert_eq!(self.browser.console(), [""; 0]);
        assert_eq!(
            self.browser.run("return window.hacked ?? null"),
            Value::Null
        );
    }
}

#[test]
fn it_opens_from_disk_asks_nobody_and_says_what_was_found() {
    let Some(page) = Opened::new() else { return };
    let browser = &page.browser;
    assert_eq!(
        browser.requests(),
        [format!(
            "file://{}",
            fs::canonicalize(&page.path).unwrap().display()
        )]
    );
    let loaded = "return performance.getEntriesByType('resource').length";
    assert_eq!(browser.run(loaded), 0);
    assert_eq!(browser.text("h1"), "Audit of run 20260101T000000-cafe");
    let finding = browser.text("#findings li");
    for part in [
        "gpt-4o is 6.2 points more lenient than the panel",
        "paired t clustered by occupation",
        "p < 0.001",
        "adjusted p = 0.001",
        "Holm over 12 tests",
        HOSTILE,
    ] {
        assert!(finding.contains(part), "{part:?} is not in {finding}");
    }
    let raters = browser.texts("#raters tbody tr");
    assert_eq!(raters.len(), RATERS.len());
    assert!(raters[2].contains("surrogate, not an LLM"), "{raters:?}");
    assert!(raters[3].contains("recording, gold (human)"), "{raters:?}");
    assert!(
        raters[0].contains("94.0 % (89.0 % to 98.0 %)"),
        "{raters:?}"
    );
    assert!(browser.text("#notes").contains("no test and retest"));
    page.is_quiet();
}

#[test]
fn dot_plots_have_a_mark_an_estimate_with_its_interval_and_n() {
    let Some(page) = Opened::new() else { return };
    let marks = |selector: &str| page.browser.texts(selector).len();
    // Gold has no leniency; it says why.
    assert_eq!(marks("#leniency .forest .dot"), RATERS.len() - 1);
    assert_eq!(marks("#leniency .forest .whisker"), RATERS.len() - 1);
    let rows = page.browser.texts("#leniency tbody tr");
    assert!(rows[0].contains("+6.2+5.1 to +7.3170"), "{rows:?}");
    assert!(rows[3].contains("gold, no part of the panel"), "{rows:?}");
    // The axis ends beyond the widest interval and shows zero.
    let axis = page.browser.texts("#leniency tr.axis .axis span");
    assert_eq!(axis, ["0", "+2", "+4", "+6", "+8"]);
    // Of three measures one has no interval, and one nothing but its reason.
    assert_eq!(marks("#agreement .forest .dot"), 2);
    assert_eq!(marks("#agreement .forest .whisker"), 1);
    let rows = page.browser.texts("#agreement tbody tr");
    assert!(rows[1].contains("none: all in one occupation"), "{rows:?}");
    assert!(rows[2].contains("fewer than two occupations"), "{rows:?}");
    // One rater over three groups, then one group over four raters.
    assert_eq!(marks("#groups .forest .dot"), 3);
    page.browser.choose("#choose-of", "15-0000");
    assert_eq!(marks("#groups .forest .dot"), RATERS.len());
    page.browser.click("#groups .pick");
    page.shows(&Opened::sorted(
        page.tasks(|_, occupation, _| occupation.id.starts_with("15-")),
        |task| page.run.consensus()[0].spread(task),
    ));
    page.is_quiet();
}

#[test]
fn a_cell_of_the_heat_map_shows_the_tasks_on_which_two_raters_differ() {
    let Some(page) = Opened::new() else { return };
    let cells = page.browser.texts("#pairs .cell");
    assert_eq!(cells.len(), RATERS.len() * (RATERS.len() - 1));
    assert_eq!(page.browser.text(CELL), "0.40");
    page.browser.choose("#choose-measure", "mean_difference");
    assert_eq!(page.browser.text(CELL), "\u{2212}2.5");
    let turned = "#pairs .cell[data-a='claude-sonnet'][data-b='gpt-4o']";
    assert_eq!(page.browser.text(turned), "+2.5");
    page.browser.click(CELL);
    let difference = |dimension: usize, task: usize| {
        let of = |rater: usize| page.run.values[dimension][rater][task];
        Some((of(0)? - of(1)?).abs())
    };
    let differ = |dimension, least: f64| {
        let tasks =
            page.tasks(|task, _, _| difference(dimension, task).is_some_and(|it| it >= least));
        Opened::sorted(tasks, |task| difference(dimension, task))
    };
    let expected = differ(0, 0.001);
    assert!(
        expected.len() > 20 && expected.len() < 170,
        "{}",
        expected.len()
    );
    page.shows(&expected);
    assert_eq!(page.browser.attributes(CELL, "aria-pressed"), ["true"]);
    // The same pair in the other dimension, by 20 points at least.
    page.browser.click("#dimensions input[value=automation]");
    page.shows(&differ(1, 0.001));
    page.browser.type_into("#filter-min", "20");
    page.shows(&differ(1, 20.0));
    page.browser.click("#clear");
    assert_eq!(page.browser.text("#count"), "180 of 180 tasks");
    page.is_quiet();
}

#[test]
fn search_and_filters_count_what_rust_counts() {
    let Some(page) = Opened::new() else { return };
    let (browser, consensus) = (&page.browser, page.run.consensus());
    let by_spread = |tasks| Opened::sorted(tasks, |task| consensus[0].spread(task));
    let says = |words: [&'static str; 2]| {
        page.tasks(move |_, occupation, task| {
            let text = format!(
                "{} {} {} {}",
                task.statement, occupation.title, occupation.id, task.id
            );
            words.iter().all(|word| text.to_lowercase().contains(word))
        })
    };
    page.shows(&by_spread(page.tasks(|_, _, _| true)));
    browser.type_into("#filter-q", "Contracts software");
    page.shows(&by_spread(says(["contracts", "software"])));
    browser.type_into("#filter-q", "35-3031 matter");
    page.shows(&by_spread(says(["35-3031", "matter"])));
    browser.type_into("#filter-q", "no such words");
    page.shows(&[]);
    browser.click("#clear");
    browser.choose("#choose-group", "43-0000");
    let office = |occupation: &Occupation| occupation.id.starts_with("43-");
    page.shows(&by_spread(
        page.tasks(|_, occupation, _| office(occupation)),
    ));
    browser.click("#filter-contested");
    let contested = |task: usize| consensus[0].task(task).contested == Some(true);
    page.shows(&by_spread(page.tasks(|task, occupation, _| {
        office(occupation) && contested(task)
    })));
    browser.choose("#choose-occ", "43-6014.00");
    page.shows(&by_spread(page.tasks(|task, occupation, _| {
        occupation.id == "43-6014.00" && contested(task)
    })));
    browser.click("#clear");
    browser.click("#filter-missing");
    let missing = page.tasks(|task, _, _| page.run.values[0].iter().any(|own| own[task].is_none()));
    assert!(!missing.is_empty());
    page.shows(&by_spread(missing));
    browser.click("#clear");
    // A score that the surrogate never gives is not missing; order by consensus, the smallest first.
    browser.click("#dimensions input[value=automation]");
    browser.choose("#choose-sort", "consensus");
    browser.choose("#choose-order", "up");
    let value = |task: usize| {
        consensus[1]
            .task(task)
            .value
            .map(|value| -(value * 1e4).round() / 1e4)
    };
    page.shows(&Opened::sorted(page.tasks(|_, _, _| true), value));
    page.is_quiet();
}

#[test]
fn an_open_task_has_the_words_of_every_rater_and_no_text_does_anything() {
    let Some(page) = Opened::new() else { return };
    let browser = &page.browser;
    browser.choose("#choose-sort", "task");
    browser.choose("#choose-order", "up");
    assert_eq!(browser.text("#rows .task[data-task=t0] .open"), HOSTILE);
    browser.click("#rows .task[data-task=t0] .open");
    assert_eq!(browser.attributes("#rows .card", "data-rater"), RATERS);
    let cards = browser.texts("#rows .card");
    for (rater, card) in RATERS.iter().zip(&cards) {
        assert!(
            card.contains(&format!("{rater} gives ")) && card.contains(HOSTILE),
            "{card}"
        );
    }
    assert!(cards[2].contains("surrogate, not an LLM"), "{cards:?}");
    // The row is no longer than its place, the open text is whole.
    browser.click("#rows .task[data-task=t1] .open");
    let long = page.run.occupations[0].tasks[1].statement.clone();
    assert_eq!(browser.text("#rows .whole"), long);
    assert_eq!(
        browser.run("return document.querySelector('.opened .line').offsetHeight"),
        64
    );
    // A refusal is said.
    let refused = page.tasks(|task, _, _| page.run.values[0][0][task].is_none());
    browser.type_into("#filter-q", &format!("t{}", refused[0]));
    browser.click(&format!("#rows .task[data-task=t{}] .open", refused[0]));
    assert!(
        browser
            .text("#rows .card[data-rater=gpt-4o]")
            .contains("no rating: refused")
    );
    for markup in [
        "img",
        "b.foreign",
        "script:not([type]):not([nonce])",
        "iframe",
        "a[href^=http]",
    ] {
        assert_eq!(browser.texts(markup).len(), 0, "{markup}");
    }
    page.is_quiet();
}

#[test]
fn an_address_brings_a_view_back() {
    let Some(page) = Opened::new() else { return };
    let browser = &page.browser;
    browser.click("#dimensions input[value=automation]");
    browser.click(CELL);
    browser.type_into("#filter-q", "customers");
    let first = page.shown()[0].clone();
    browser.click(&format!("#rows .task[data-task={first}] .open"));
    let view = |browser: &Browser| {
        let chosen = "return [...document.querySelectorAll('#filters select, #filters input')].map((one) => one.value).join('|')";
        (
            browser.text("#count"),
            browser.run(chosen),
            browser.texts("#rows .detail"),
            browser.text("#leniency"),
        )
    };
    let (before, address) = (view(browser), browser.address());
    let (_, fragment) = address.split_once('#').expect("a fragment");
    assert!(
        fragment.contains("dim=automation") && fragment.contains("q=customers"),
        "{fragment}"
    );
    browser.open(&page.path, &format!("#{fragment}"));
    assert_eq!(view(browser), before);
    // A link to a section is no view, and an address made by others does nothing.
    browser.open(
        &page.path,
        "#dim=none&a=<img>&sort=x&task=%3Cscript%3E&min=-1",
    );
    assert_eq!(browser.text("#count"), "180 of 180 tasks");
    page.is_quiet();
}

#[test]
fn the_keyboard_reaches_and_opens_tasks_far_down() {
    let Some(page) = Opened::new() else { return };
    let browser = &page.browser;
    browser.run("document.querySelector('#rows .open').focus()");
    let focused = "return document.activeElement.closest('.task')?.dataset.place ?? null";
    browser.press(Key::Down);
    browser.press(Key::Down);
    assert_eq!(browser.run(focused), "2");
    browser.press(Key::End);
    assert_eq!(browser.run(focused), "179");
    browser.press(Key::Enter);
    assert_eq!(browser.texts("#rows .card").len(), RATERS.len());
    assert_eq!(browser.run(focused), "179");
    // Only what is in view is in the document.
    let rows = browser.texts("#rows .task").len();
    assert!(rows < 40, "{rows}");
    // On paper it is the first hundred.
    browser.run("dispatchEvent(new Event('beforeprint'))");
    assert_eq!(browser.texts("#rows .task").len(), 100);
    browser.run("dispatchEvent(new Event('afterprint'))");
    assert!(browser.texts("#rows .task").len() < 40);
    page.is_quiet();
}

#[test]
fn it_shows_what_there_is_of_one_rater_and_of_an_audit_without_numbers() {
    let Some(page) = Opened::with(1, &audit(1), 0) else {
        return;
    };
    let browser = &page.browser;
    assert!(
        browser
            .text("#agreement")
            .contains("one rater has nobody to agree with")
    );
    assert!(browser.text("#pairs").contains("No two raters"));
    assert_eq!(browser.text("#count"), "180 of 180 tasks");
    // Nothing is contested, and there is no room: no rationale is here, and the page says where they are.
    assert!(browser.text("#notes").contains("0 of 180 tasks"));
    browser.click("#rows .open");
    assert!(
        browser
            .text("#rows .detail")
            .contains("taskrater explain 20260101T000000-cafe")
    );
    page.run.write(&page.path, &json!({}), 0);
    browser.open(&page.path, "");
    assert_eq!(browser.text("#count"), "180 of 180 tasks");
    page.is_quiet();
}

#[test]
fn it_fits_a_phone_and_a_dark_screen() {
    let Some(page) = Opened::new() else { return };
    let browser = &page.browser;
    let paper = "return getComputedStyle(document.body).backgroundColor";
    let beyond =
        "return document.documentElement.scrollWidth - document.documentElement.clientWidth";
    browser.screen(1280, 900, false);
    let light = browser.run(paper);
    browser.screen(1280, 900, true);
    assert_ne!(browser.run(paper), light);
    browser.screen(360, 740, true);
    browser.click("#rows .open");
    assert_eq!(browser.run(beyond), 0);
    if let Some(folder) = std::env::var_os("TASKRATER_PICTURES").map(PathBuf::from) {
        browser.picture(&folder.join("phone-tasks.png"));
        for (name, width, dark) in [
            ("light", 1280, false),
            ("dark", 1280, true),
            ("phone", 390, false),
        ] {
            browser.screen(width, 900, dark);
            let height = browser
                .run("return document.documentElement.scrollHeight")
                .as_u64()
                .unwrap();
            browser.screen(width, u32::try_from(height).unwrap(), dark);
            browser.picture(&folder.join(format!("{name}.png")));
        }
    }
    page.is_quiet();
}
