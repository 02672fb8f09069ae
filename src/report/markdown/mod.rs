//! `report.md`: the run on a page, for people.

mod adjudication;
mod head;
mod tasks;
mod text;

pub use adjudication::write_adjudication_md;

use super::{Report, ends_text, gold_text, labour_text, overall_text};
use crate::error::{Error, Result};
use crate::reconcile::{OccupationScore, Shares, Weighting};
use head::{left_out, methods, outcomes, panel};
use std::io::Write;
pub(crate) use text::{escape, table};
use text::{head, interval, line, share};

/// A run of more occupations shows only its most contested tasks.
const MANY: usize = 20;
/// Number of tasks that such a run shows.
const SHOWN: usize = 50;

/// Writes `report.md`, the report of a run as Markdown (GitHub flavour). Text from files and from raters is escaped: it
/// cannot break a table, open a tag or make a link.
///
/// # Errors
/// Writing fails, or the ratings cannot be read.
pub fn write_report_md(report: &Report<'_>, out: &mut impl Write) -> Result<()> {
    let mut page = Page(out);
    let title = format!("# Task ratings: {}", escape(report.inventory));
    page.lines([title, String::new()])?;
    page.lines(rated(report))?;
    page.lines(panel(report))?;
    page.lines(outcomes(report))?;
    page.lines(left_out(report))?;
    page.lines(methods(report))?;
    page.lines(gold(report))?;
    occupations(report, &mut page)?;
    page.lines(labour(report))?;
    if report.occupations.len() > MANY {
        page.lines(tasks::most_contested(report, SHOWN)?)?;
    } else {
        tasks::by_occupation(report, &mut page)?;
    }
    page.lines(how_to_read(report))?;
    page.0
        .flush()
        .map_err(|error| Error::io("cannot write the report", error))
}

/// A page that is written line by line.
struct Page<'a, W: Write>(&'a mut W);

impl<W: Write> Page<'_, W> {
    fn lines(&mut self, lines: impl IntoIterator<Item = String>) -> Result<()> {
        for line in lines {
            writeln!(self.0, "{line}")
                .map_err(|error| Error::io("cannot write the report", error))?;
        }
        Ok(())
    }
}

/// What was rated.
fn rated(report: &Report<'_>) -> Vec<String> {
    let tasks = report.tasks().count();
    let mut lines = vec![format!(
        "{tasks} {} of {} {} from {}, rated under the rubric {} (prompt fingerprint {}).",
        if tasks == 1 { "task" } else { "tasks" },
        report.occupations.len(),
        if report.occupations.len() == 1 {
            "occupation"
        } else {
            "occupations"
        },
        escape(report.inventory),
        escape(report.rubric.id()),
        escape(report.prompt),
    )];
    lines.extend(
        report
            .notes
            .iter()
            .map(|note| format!("Note: {}.", escape(note.trim_end_matches('.')))),
    );
    lines.extend(carried(report));
    lines.push(String::new());
    lines
}

/// How many ratings are those of an earlier run. Which, `ratings.jsonl` says: a page names no run.
fn carried(report: &Report<'_>) -> Option<String> {
    let count = report.carried?.cells().count();
    let all = report.ratings.outcomes().len();
    (count > 0).then(|| {
        format!(
            "{count} of {all} ratings are carried over from an earlier run, in which these tasks read the same; \
             ratings.jsonl marks them."
        )
    })
}

fn has_shares(report: &Report<'_>) -> bool {
    let mut dimensions = report.reconciled.dimensions.iter();
    dimensions.any(|one| Shares::apply_to(&one.dimension))
}

/// The scores of the occupations.
fn occupations<W: Write>(report: &Report<'_>, page: &mut Page<'_, W>) -> Result<()> {
    let shares = has_shares(report);
    let mut header = vec![
        "occupation",
        "dimension",
        "score",
        ends_text(report),
        "band",
    ];
    if shares {
        header.extend(["alpha", "beta", "gamma"]);
    }
    header.push("rated tasks");
    page.lines(["## Occupations".to_owned(), String::new()])?;
    page.lines(head(&header))?;
    for (n, occupation) in report.occupations.iter().enumerate() {
        for one in &report.reconciled.dimensions {
            let Some(score) = one.occupations.get(n) else {
                continue;
            };
            let mut row = vec![
                format!("{} ({})", escape(&occupation.title), escape(&occupation.id)),
                escape(&one.dimension.id),
            ];
            row.extend(scored(score, shares));
            page.lines([line(&row)])?;
        }
    }
    page.lines([String::new()])?;
    let overall = overall_text(report);
    let gap = (!overall.is_empty()).then(String::new);
    let item = |line: &String| format!("- {}", escape(line));
    page.lines(overall.iter().map(item).chain(gap))
}

fn is_calibrated(report: &Report<'_>) -> bool {
    let mut dimensions = report.reconciled.dimensions.iter();
    dimensions.any(|one| one.calibrated.is_some())
}

/// What gold did.
fn gold(report: &Report<'_>) -> Vec<String> {
    let mut lines: Vec<String> = gold_text(report)
        .iter()
        .map(|line| format!("- {}.", escape(line)))
        .collect();
    if !lines.is_empty() {
        lines.push(String::new());
    }
    lines
}

/// The cells of a score.
fn scored(score: &OccupationScore, shares: bool) -> Vec<String> {
    let mut row = vec![
        score
            .score
            .map_or_else(|| "–".to_owned(), |score| format!("{score:.1}")),
        interval(score.range, score.interval, 1),
        score.band.map_or("–", |band| band.name()).to_owned(),
    ];
    if shares {
        row.extend([
            share(score.shares.map(|s| s.alpha)),
            share(score.shares.map(|s| s.beta)),
            share(score.shares.map(|s| s.gamma)),
        ]);
    }
    row.push(format!("{} of {}", score.n_rated, score.n_tasks));
    row
}

/// The shares of jobs by band.
fn labour(report: &Report<'_>) -> Vec<String> {
    let Some(text) = labour_text(report) else {
        return Vec::new();
    };
    let mut lines = vec!["## Share of US jobs by band".to_owned(), String::new()];
    let escaped = |cells: &Vec<String>| cells.iter().map(|cell| escape(cell)).collect();
    let rows: Vec<Vec<String>> = text.rows.iter().map(escaped).collect();
    if !rows.is_empty() {
        lines.extend(table(&text.header, &rows));
    }
    lines.extend(text.lines.iter().map(|line| format!("- {}", escape(line))));
    lines.push(String::new());
    lines
}

/// What the numbers mean and what they do not.
fn how_to_read(report: &Report<'_>) -> Vec<String> {
    let weighting = match report.reconciled.options.weighting {
        Weighting::CoreTwice => "core tasks counting twice",
        Weighting::Importance => "weighted by the importance of the tasks",
        Weighting::Equal => "all tasks counting the same",
    };
    let percent = 100.0 * report.reconciled.options.contested_share;
    let mut lines = vec![
        "## How to read this".to_owned(),
        String::new(),
        "- A range is a model range: the smallest and the largest value that the raters gave. It says how far they differ. It is not a confidence interval, and it does not say how far they are from the truth: raters can share an error, and no comparison among them shows it. Where a rater is missing, the leniency of those present is taken off, so a value can lie outside its range.".to_owned(),
        format!("- Contested: the raters are apart by at least {percent:.0} % of the scale (for labels, by more than that). Agreement makes a number repeatable, not right."),
        format!("- The score of an occupation is 0–100: the mean of its rated tasks, {weighting} (label values times 100). Its range holds the raters' own scores, each over the tasks it rated; where ratings are missing, the score can lie outside. Bands: under 20 very low, under 40 low, under 60 moderate, under 80 high, else very high."),
        "- A missing rating is missing: it counts as nothing, not as 0.".to_owned(),
    ];
    if is_calibrated(report) {
        lines.push("- With gold, values are moved to where its labels say they belong, each gold task by a model that never saw its label. An interval of a task covers the next gold label of such a task, with the chance that it names; it is wide because one label is. An interval of an occupation or of all tasks covers the mean of such labels, with the error of the calibration in it, so more raters do not make it narrower: more gold does. Both are cut to the scale.".to_owned());
    }
    if report.labour.is_some() {
        lines.push("- A share of jobs counts the jobs of an occupation in the band of its score, and the mean score is that of a job. The jobs of a SOC code are divided equally among the occupations of the inventory that share it; the source does not say how they are spread. In brackets is the model range: the smallest and the largest of the same figure from each rater's own scores. A panel's mean is less extreme than its raters, so a share can lie outside.".to_owned());
    }
    if report.ratings.slots().repeated() {
        lines.push("- A rater that was asked several times is one opinion: the mean of its answers. The sample spread is how far two answers of one rater to the same question lie apart: the mean over the pairs of its answers, then over raters. Above, it stands beside how far two answers of two raters lie apart on the same tasks: what of that exceeds the sample spread is disagreement between raters, the rest is repeat noise.".to_owned());
    }
    if has_shares(report) {
        lines.push("- For labels valued 0, ½ and 1, alpha is the share of the highest label, gamma adds the middle one and beta adds half of it: beta = (alpha + gamma) / 2. Raters that give probabilities count with them.".to_owned());
    }
    if report
        .raters
        .iter()
        .any(|rater| rater.kind == super::RaterKind::Surrogate)
    {
        lines.push("- A surrogate is a statistical model of published labels. It predicts what those labels would be and knows nothing else of the task; it is not a language model.".to_owned());
    }
    lines
}

#[cfg(test)]
mod tests;
