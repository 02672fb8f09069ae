//! The page as `audit` writes it, of runs that `rate` made.

use std::path::{Path, PathBuf};
use std::time::Duration;

use serde_json::Value;

use crate::browser::Browser;
use crate::support::Project;

#[test]
fn audit_writes_its_page_beside_the_ratings_and_rate_takes_an_old_one_away() {
    let project = Project::new();
    project.rate("run", &["Cooks", "Lawyers"]).ends(0);
    project.run(&["audit", "run", "--json"]).ends(0);
    assert!(
        !project.path("run/report.html").exists(),
        "JSON alone was asked for"
    );
    let done = project.run(&["audit", "run"]).ends(0);
    done.prints(&["Written to", "report.html"]);
    let page = project.read("run/report.html");
    assert!(page.starts_with("<!doctype html>") && page.ends_with("</html>\n"));
    // The same bytes again, elsewhere and beside JSON, which is all that stdout has.
    let done = project
        .run(&["audit", "run", "--json", "--html", "other.html"])
        .ends(0);
    assert!(
        serde_json::from_str::<Value>(&done.out).is_ok(),
        "{}",
        done.out
    );
    done.says(&["Written to other.html"]);
    assert_eq!(project.read("other.html"), page);
    let done = project
        .run(&["audit", "run", "--html", "none/here.html"])
        .ends(7);
    done.says(&["cannot write none/here.html", "--html FILE"]);
    assert!(!project.path("none").exists());
    project.rate("run", &["Cooks", "Lawyers"]).ends(0);
    assert!(
        !project.path("run/report.html").exists(),
        "it showed other ratings"
    );
}

#[test]
fn the_page_of_a_run_of_embedded_raters_never_calls_them_language_models() {
    let Some(browser) = Browser::start() else {
        return;
    };
    let project = Project::new();
    project.rate("run", &["Cooks", "Lawyers"]).ends(0);
    project.run(&["audit", "run"]).ends(0);
    browser.open(&project.path("run/report.html"), "");
    let rows = browser.texts("#raters tbody tr");
    assert_eq!(rows.len(), 4);
    assert!(
        rows.iter().all(|row| row.contains("surrogate, not an LLM")),
        "{rows:?}"
    );
    let tasks = project.column("run/tasks.csv", "task_id").len();
    assert_eq!(browser.text("#count"), format!("{tasks} of {tasks} tasks"));
    assert!(browser.text("#findings .body").len() > 20);
    browser.click("#dimensions input[value=automation]");
    assert!(browser.text("#pairs").contains("No two raters"));
    assert_eq!(browser.console(), [""; 0]);
}

/// Types into the search and returns how long the page took to show what fits, in milliseconds.
fn search(browser: &Browser, words: &str) -> f64 {
    let script = "const box = document.querySelector('#filter-q'), begun = performance.now();
        box.value = arguments[0];
        box.dispatchEvent(new Event('input'));
        document.querySelector('#rows').getBoundingClientRect();
        return performance.now() - begun";
    browser.run_with(script, words).as_f64().expect("a time")
}

/// A count with commas.
fn count(n: usize) -> String {
    if n < 1000 {
        n.to_string()
    } else {
        format!("{},{:03}", n / 1000, n % 1000)
    }
}

#[test]
fn a_whole_release_opens_and_answers_at_once() {
    let Some(data) = std::env::var_os("TASKRATER_DATA").map(PathBuf::from) else {
        println!("skipped: TASKRATER_DATA is not set");
        return;
    };
    let Some(browser) = Browser::start() else {
        return;
    };
    let project = Project::new();
    let release = data.join("onet_30_2");
    let release = release.to_str().expect("a path in UTF-8");
    project
        .rate("run", &["--all", "--inventory", release])
        .ends(0);
    project.run(&["audit", "run"]).ends(0);
    let page = project.path("run/report.html");
    let megabytes = page.metadata().expect("a page").len() as f64 / 1e6;
    let opened = browser.open(&page, "");
    let all = project.column("run/tasks.csv", "task_id").len();
    assert_eq!(all, 18_796);
    assert_eq!(browser.text("#count"), "18,796 of 18,796 tasks");
    let slowest = searches(&project, &browser, all);
    search(&browser, "");
    contested(&project, &browser);
    browser.run("document.querySelector('#list').scrollTop = 500000");
    browser.until("return document.querySelectorAll('#rows .task').length > 5 && Number(document.querySelector('#rows .task').dataset.place) > 5000");
    browser.click("#rows .task:nth-child(9) .open");
    assert_eq!(
        browser.texts("#rows .card .words").len(),
        4,
        "every rationale fits"
    );
    assert_eq!(browser.requests().len(), 1);
    assert_eq!(browser.console(), [""; 0]);
    println!("{megabytes:.1} MB, opened in {opened:?}, slowest search {slowest:.0} ms");
    pictures(&browser);
    assert!(megabytes < 30.0, "{megabytes} MB");
    assert!(opened < Duration::from_secs(10), "{opened:?}");
    assert!(slowest < 500.0, "{slowest} ms");
}

/// Searches as somebody types, letter by letter, and compares the counts; returns the slowest answer in milliseconds.
fn searches(project: &Project, browser: &Browser, all: usize) -> f64 {
    let texts = [
        project.column("run/tasks.csv", "task"),
        project.column("run/tasks.csv", "occupation"),
    ];
    let mut slowest = 0.0_f64;
    for word in [
        "i",
        "in",
        "inv",
        "invoice",
        "invoices",
        "customer complaints",
        "zzz",
    ] {
        slowest = slowest.max(search(browser, word));
        let fits = |n: &usize| {
            let text = format!("{} {}", texts[0][*n], texts[1][*n]).to_lowercase();
            word.split(' ').all(|word| text.contains(word))
        };
        if word.len() > 3 {
            let expected = (0..all).filter(fits).count();
            assert_eq!(
                browser.text("#count"),
                format!("{} of 18,796 tasks", count(expected)),
                "{word}"
            );
        }
    }
    slowest
}

/// The filter keeps those that `consensus.csv` calls contested.
fn contested(project: &Project, browser: &Browser) {
    let flags = project.column("run/consensus.csv", "contested");
    let dimensions = project.column("run/consensus.csv", "dimension");
    let rows = flags.iter().zip(&dimensions);
    let expected = rows
        .filter(|(flag, dimension)| *flag == "true" && *dimension == "exposure")
        .count();
    browser.click("#filter-contested");
    assert_eq!(
        browser.text("#count"),
        format!("{} of 18,796 tasks", count(expected))
    );
    browser.click("#clear");
}

fn pictures(browser: &Browser) {
    let Some(folder) = std::env::var_os("TASKRATER_PICTURES") else {
        return;
    };
    browser.run("scrollTo(0, 0)");
    let height = browser
        .run("return document.documentElement.scrollHeight")
        .as_u64()
        .expect("a height");
    browser.screen(1280, u32::try_from(height).expect("a height"), false);
    browser.picture(&Path::new(&folder).join("release.png"));
}

/// A run of three recorded raters and of people, who are gold: 40 tasks of eight occupations in two major groups. `anna`
/// gives more than the others, and on every fifth task the opposite of what they give.
fn recorded() -> Project {
    let mut jobs = String::from("SOC code,occupation,task_id,task,task type\n");
    let mut labels = String::from("task_id,anna,bert,carl,people\n");
    for task in 0..40 {
        let occupation = task / 5;
        let group = [43, 15][occupation % 2];
        jobs += &format!(
            "{group}-10{:02}.00,Job {occupation},t{task},Do number {task}.,Core\n",
            11 + occupation
        );
        let truth = 20 + task * 7 % 60;
        let anna = if task % 5 == 0 {
            100 - truth
        } else {
            truth + 9 + task % 4
        };
        labels += &format!(
            "t{task},{anna},{},{},{}\n",
            truth + task % 3,
            truth + task % 2,
            (truth + 50) % 100
        );
    }
    let project = Project::new();
    project.write("jobs.csv", jobs);
    project.write("labels.csv", labels);
    project.write(
        "taskrater.toml",
        "inventory = \"jobs.csv\"\npanel = \"recorded\"\n[[recordings]]\nfile = \"labels.csv\"\ndimension = \"automation\"\n\
         panel = \"recorded\"\ngold = { people = \"human\" }\nraters = [\"anna\", \"bert\", \"carl\", \"people\"]\n",
    );
    project.rate("run", &["--all", "--quiet"]).ends(0);
    project
}

#[test]
fn gold_is_named_as_such_and_is_no_part_of_the_panel() {
    let Some(browser) = Browser::start() else {
        return;
    };
    let project = recorded();
    let done = project
        .run(&["audit", "run", "--json", "--html", "page.html"])
        .ends(0);
    let audit: Value = serde_json::from_str(&done.out).expect("JSON");
    browser.open(&project.path("page.html"), "");
    let findings = audit["findings"].as_array().expect("findings");
    let texts = findings
        .iter()
        .map(|one| one["text"].as_str().expect("a text").to_owned());
    let texts: Vec<String> = texts.collect();
    assert!(!texts.is_empty());
    assert_eq!(browser.texts("#findings li p:first-child"), texts);
    assert!(browser.texts("#raters tbody tr")[3].contains("recording, gold (human)"));
    assert_eq!(browser.texts("#leniency .dot").len(), 3);
    assert!(browser.text("#shape").contains("Against gold"));
    assert!(browser.text("#shape").contains("independent errors"));
    // Gold is far from all others everywhere, and makes no task contested.
    let total = audit["dimensions"][0]["contested_total"]
        .as_u64()
        .expect("a count");
    assert!(0 < total && total < 20, "{total}");
    browser.click("#filter-contested");
    assert_eq!(browser.text("#count"), format!("{total} of 40 tasks"));
    let first = &audit["dimensions"][0]["contested"][0];
    assert_eq!(
        browser.attributes("#rows .task", "data-task")[0],
        format!("t{first}")
    );
    project
        .run(&["audit", "run", "--no-gold", "--html", "page.html"])
        .ends(0);
    browser.open(&project.path("page.html"), "");
    assert!(!browser.text("#raters").contains("gold (human)"));
    assert_eq!(browser.texts("#leniency .dot").len(), 4);
    assert_eq!(browser.console(), [""; 0]);
}
