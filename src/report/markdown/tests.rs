//! The page of a small run, and of one with many occupations.

use super::super::Report;
use super::super::fixtures::{with_report, with_report_of, with_samples};
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

#[test]
fn several_samples_show_their_spread_beside_that_of_the_raters() {
    let page = with_samples(markdown);
    let lines: Vec<&str> = page
        .lines()
        .filter(|line| line.contains("sample") || line.starts_with("- **") || line.contains("(1)"))
        .collect();
    assert_snapshot!(lines.join("\n"), @r###"
- **claude**: LLM, claude-sonnet-4-6; asked at temperature 0.
- **gpt\_4o**: LLM, gpt-4o.
- **surrogate**: surrogate, not an LLM, trained on published human labels; ridge on words.
- **augmentation** is left out: no rater of the panel covers it.
- **exposure**: rater-centred mean; raters above or below their common mean, over the 2 tasks that all of them rated: claude -0.23, gpt\_4o +0.40, surrogate -0.17 (from so few tasks the leniency that is taken off is uncertain: compare the median and the raters' own columns); over 2 tasks, two answers of two raters lie 0.46 apart on average and two answers of one rater to the same question lie 0.25 apart on average.
- **automation**: rater-centred mean; raters above or below their common mean, over the 2 tasks that all of them rated: claude -11.88, gpt\_4o +11.88 (from so few tasks the leniency that is taken off is uncertain: compare the median and the raters' own columns); over 2 tasks, two answers of two raters lie 36.2 apart on average and two answers of one rater to the same question lie 10.0 apart on average.
| task | consensus | range | sample spread | claude | gpt\_4o | surrogate | reasons |
| =Write \| sign letters. (1) | E1 (0.83) | 0.75–1.00 | 0.50 | 0.75 | E1 (1.00) | 0.75 | 2 of 3 raters say E1 (gpt\_4o, surrogate), in the words of gpt\_4o: “=SUM(A1) is drafted for them”. claude says E2: “It drafts with a file at hand”. |
| task | consensus | range | sample spread | claude | gpt\_4o | surrogate | reasons |
| =Write \| sign letters. (1) | 68.8 | 62.5–75.0 | 10.0 | 75.0 | 62.5 | – | Both raters are near 68.8 (62.5 to 75), in the words of claude: “It drafts with a file at hand”. |
| task | consensus | range | sample spread | claude | gpt\_4o | surrogate | reasons |
| task | consensus | range | sample spread | claude | gpt\_4o | surrogate | reasons |
- A rater that was asked several times is one opinion: the mean of its answers. The sample spread is how far two answers of one rater to the same question lie apart: the mean over the pairs of its answers, then over raters. Above, it stands beside how far two answers of two raters lie apart on the same tasks: what of that exceeds the sample spread is disagreement between raters, the rest is repeat noise.
"###);
}
