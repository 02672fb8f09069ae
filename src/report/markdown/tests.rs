//! The page of a small run, and of one with many occupations.

use super::super::Report;
use super::super::fixtures::{with_report, with_report_of};
use super::write_report_md;
use insta::assert_snapshot;

fn markdown(report: &Report<'_>) -> String {
    let mut bytes = Vec::new();
    write_report_md(report, &mut bytes).unwrap();
    String::from_utf8(bytes).unwrap()
}

#[test]
fn a_small_run() {
    assert_snapshot!("report", with_report(markdown));
}

#[test]
fn many_occupations_show_their_most_contested_tasks_only() {
    // Of 3 × 30 tasks, two of each three have raters that differ.
    let page = with_report_of(30, markdown);
    assert!(page.contains("These are 50 of 90 tasks; `consensus.csv` holds all of them."));
    assert!(!page.contains("### "));
    let (_, contested) = page.split_once("## Most contested tasks").unwrap();
    let rows: Vec<&str> = contested
        .lines()
        .filter(|line| line.starts_with("| Clerks"))
        .collect();
    assert_eq!(rows.len(), 50);
    // Task 2 comes first (the labels E0 and E1: the whole range), in the order of the ids.
    let first = "| Clerks &lt;all&gt; (11-1) | Do what task 2 says. (2) | exposure | ";
    assert!(rows[0].starts_with(first), "{}", rows[0]);
    assert!(rows[1].contains("(11-1-1)") && rows[2].contains("(11-1-10)"));
    // After 30 of them, task 1 (the labels E1 and a surrogate's 0.75: a quarter).
    assert!(rows[30].contains("(1) | exposure |"), "{}", rows[30]);
}
