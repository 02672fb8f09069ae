//! Jobs and wages in the files of a run: columns of `occupations.csv`, and the shares of jobs by band for people.

use super::Report;
use crate::labour::{Joined, Linked, Match, Part, Ranged, Totals, Wage};
use crate::reconcile::Reconciliation;
use crate::rubric::Band;
use std::borrow::Cow;

/// The columns that follow those of the raters where a run has labour data.
pub const LABOUR_COLUMNS: [&str; 14] = [
    "labour_code",
    "labour_match",
    "labour_among",
    "employment",
    "employment_share",
    "median_wage",
    "median_hourly_wage",
    "wage_note",
    "projection_code",
    "projection_match",
    "projected_change_percent",
    "annual_openings",
    "entry_education",
    "band_employment_share",
];

/// A figure or a text of [`labour_cells`].
#[derive(Debug, Clone, PartialEq)]
pub enum LabourCell<'a> {
    /// Text; empty where there is none.
    Text(Cow<'a, str>),
    /// A number, where there is one.
    Number(Option<f64>),
}

/// What the labour files say of an occupation (by its place in the run) in a dimension: the content of each of the
/// [`LABOUR_COLUMNS`]. `None` where the run has no labour data.
///
/// `employment` is in jobs and `annual_openings` in jobs a year, those of the row divided among `labour_among`
/// occupations; `employment_share` is of the jobs that the dimension covers, and `band_employment_share` the sum of these
/// in the band of this occupation, both 0–1 and empty without a score; wages are in dollars.
#[must_use]
pub fn labour_cells<'a>(
    report: &Report<'a>,
    occupation: usize,
    dimension: usize,
) -> Option<[LabourCell<'a>; LABOUR_COLUMNS.len()]> {
    use LabourCell::Number;
    let joined = report.labour?;
    let Linked { jobs, projection } = joined.occupations.get(occupation)?;
    let score = report.reconciled.dimensions.get(dimension)?;
    let band = score.occupations.get(occupation)?.band;
    let totals = joined.totals.get(dimension)?.as_ref().zip(band);
    let employment = jobs.and_then(|part| part.jobs());
    let share = employment.zip(totals).map(|(own, (all, _))| own / all.jobs);
    let in_band = totals.map(|(totals, band)| totals.band(band).share);
    let dollars = |wage: Option<Wage>| Number(wage.and_then(Wage::dollars));
    let row = jobs.map(|part| part.row);
    let ahead = projection.map(|part| part.row);
    let education = ahead.and_then(|row| row.education.as_deref());
    Some([
        code(*jobs),
        how(Some(*jobs)),
        Number(
            jobs.filter(|part| part.among > 0)
                .map(|part| part.among as f64),
        ),
        Number(employment),
        Number(share),
        dollars(row.and_then(|row| row.median_annual)),
        dollars(row.and_then(|row| row.median_hourly)),
        LabourCell::Text(jobs.map_or_else(String::new, wage_note).into()),
        code(*projection),
        how(joined.labour.projections().map(|_| *projection)),
        Number(ahead.and_then(|row| row.change_percent)),
        Number(projection.and_then(|part| part.openings())),
        LabourCell::Text(education.unwrap_or_default().into()),
        Number(in_band.map(|share| share.value)),
    ])
}

fn code(part: Option<Part<'_>>) -> LabourCell<'_> {
    LabourCell::Text(part.map_or("", |part| part.row.code.as_str()).into())
}

/// How a row was found; empty where there is no file to look in.
fn how<'a>(part: Option<Option<Part<'a>>>) -> LabourCell<'a> {
    let how = part.map(|part| part.map_or(Match::None, |part| part.how));
    LabourCell::Text(how.map_or("", Match::name).into())
}

/// What a reader of the wage must know.
fn wage_note(part: Part<'_>) -> String {
    let mut notes = Vec::new();
    if part.how == Match::Broader {
        notes.push(format!("of the broader group {}", part.row.code));
    }
    let (annual, hourly) = (part.row.median_annual, part.row.median_hourly);
    let bound = |wage, unit: &str| match wage {
        Some(Wage::AtLeast(Some(bound))) => Some(format!("at least {bound} {unit}")),
        Some(Wage::AtLeast(None)) => {
            Some("at or above the highest wage that the file gives".to_owned())
        }
        Some(Wage::Dollars(_)) | None => None,
    };
    notes.extend(bound(annual, "a year").or_else(|| bound(hourly, "an hour")));
    if annual.is_none() {
        notes.push(match hourly {
            Some(_) => "the file gives it by the hour alone".to_owned(),
            None => "the file gives none".to_owned(),
        });
    }
    notes.join("; ")
}

/// The shares of jobs for people: a table and what to know of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LabourText {
    /// Names of the columns.
    pub header: Vec<&'static str>,
    /// One row a dimension.
    pub rows: Vec<Vec<String>>,
    /// Where the figures come from, how many they cover and what is missing.
    pub lines: Vec<String>,
}

/// The shares of jobs by band and the mean score of a job; `None` where the run has no labour data.
#[must_use]
pub fn labour_text(report: &Report<'_>) -> Option<LabourText> {
    let joined = report.labour?;
    let mut header = vec!["dimension"];
    header.extend(Band::ALL.map(Band::name));
    header.push("mean score");
    let dimensions = || report.reconciled.dimensions.iter().zip(&joined.totals);
    let rows = dimensions()
        .filter_map(|(one, totals)| Some(row(one, totals.as_ref()?)))
        .collect();
    let mut lines = sources(joined);
    lines.push(matches(joined));
    let mut covered: Vec<(Vec<&str>, String)> = Vec::new();
    for (one, totals) in dimensions() {
        let id = one.dimension.id.as_str();
        let text = coverage(report, totals.as_ref());
        match covered.iter_mut().find(|(_, known)| *known == text) {
            Some((ids, _)) => ids.push(id),
            None => covered.push((vec![id], text)),
        }
    }
    lines.extend(
        covered
            .into_iter()
            .map(|(ids, text)| format!("{}: {text}", ids.join(", "))),
    );
    Some(LabourText {
        header,
        rows,
        lines,
    })
}

fn row(one: &Reconciliation, totals: &Totals) -> Vec<String> {
    let mut cells = vec![one.dimension.id.clone()];
    cells.extend(totals.bands.map(|band| ranged(band.share, &percent)));
    cells.push(ranged(totals.mean, &|score| format!("{score:.1}")));
    cells
}

/// A share in percent: with a decimal where it is small.
fn percent(share: f64) -> String {
    match 100.0 * share {
        small if small < 10.0 => format!("{small:.1} %"),
        large => format!("{large:.0} %"),
    }
}

/// "31 % (24–38)"; without the brackets where there is no range.
fn ranged(figure: Ranged, shown: &dyn Fn(f64) -> String) -> String {
    let bare = |value| shown(value).trim_end_matches(" %").to_owned();
    let range = figure.range.map_or_else(String::new, |(low, high)| {
        format!(" ({}–{})", bare(low), bare(high))
    });
    format!("{}{range}", shown(figure.value))
}

fn sources(joined: &Joined<'_>) -> Vec<String> {
    let line = |table: &crate::labour::Table| {
        let period = table
            .period
            .as_deref()
            .unwrap_or("of a period that it does not name");
        let jobs = table.all_jobs.map_or_else(
            || "no total".to_owned(),
            |all| format!("{} in all", jobs(all)),
        );
        let notes: String = table.notes.iter().map(|note| format!("; {note}")).collect();
        let out = match table.problems.len() {
            0 => String::new(),
            n => format!("; {n} of its rows could not be used"),
        };
        format!(
            "{}, {period} ({}): {jobs}{notes}{out}",
            table.kind.name(),
            table.name
        )
    };
    joined.labour.tables().map(line).collect()
}

fn matches(joined: &Joined<'_>) -> String {
    let [own, combined, broader, none] = joined.matches().map(|(_, n)| n);
    let why = match none {
        0 => "",
        _ => " (the id is no SOC code, or one that the file lacks)",
    };
    format!(
        "{} occupations by their row: {own} detailed, {combined} combined, {broader} broader group (its wages, not its jobs), \
         {none} none{why}",
        joined.occupations.len()
    )
}

/// How much the shares of a dimension cover, and why a range is missing.
fn coverage(report: &Report<'_>, totals: Option<&Totals>) -> String {
    let Some(totals) = totals else {
        return "no share of jobs, for no occupation with a score has any".to_owned();
    };
    let all = totals.coverage().map_or_else(String::new, |share| {
        format!(" ({:.1} % of all)", 100.0 * share)
    });
    let by_band = totals.bands.iter().filter(|band| band.occupations > 0);
    let by_band: Vec<String> = by_band
        .map(|band| format!("{} {}", band.occupations, band.band.name()))
        .collect();
    let mut text = format!(
        "{}{all} in {} of {} occupations with a score: {}",
        jobs(totals.jobs),
        totals.occupations,
        totals.scored,
        by_band.join(", ")
    );
    let fewer = report.raters.iter().zip(&totals.raters);
    for (rater, own) in fewer.filter_map(|(rater, own)| Some((rater, (*own)?))) {
        if own.occupations < totals.occupations {
            text.push_str(&format!(
                "; {} of these scored by {}",
                own.occupations, rater.id
            ));
        }
    }
    if let Some(why) = totals.mean.interval.name().strip_prefix("none: ") {
        text.push_str(&format!("; no model range: {why}"));
    }
    text
}

/// "141.2 million jobs", "9,530 jobs".
fn jobs(number: f64) -> String {
    if number >= 1e6 {
        return format!("{:.1} million jobs", number / 1e6);
    }
    let whole = number.round() as u64;
    match (whole / 1000, whole % 1000) {
        (0, rest) => format!("{rest} jobs"),
        (thousands, rest) => format!("{thousands},{rest:03} jobs"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::labour::Row;

    #[test]
    fn a_note_says_why_a_wage_is_empty() {
        use Wage::{AtLeast, Dollars};
        let note = |how, median_annual, median_hourly| {
            let row = Row {
                code: "27-2000".to_owned(),
                median_annual,
                median_hourly,
                ..Row::default()
            };
            wage_note(Part {
                how,
                row: &row,
                among: 1,
            })
        };
        let hour = "the file gives it by the hour alone";
        for (annual, hourly, expected) in [
            (Some(Dollars(5.0)), None, String::new()),
            (
                Some(AtLeast(Some(5.0))),
                Some(AtLeast(Some(2.0))),
                "at least 5 a year".to_owned(),
            ),
            (None, Some(Dollars(2.0)), hour.to_owned()),
            (
                None,
                Some(AtLeast(Some(2.5))),
                format!("at least 2.5 an hour; {hour}"),
            ),
            (None, None, "the file gives none".to_owned()),
        ] {
            assert_eq!(note(Match::Detailed, annual, hourly), expected);
        }
        let group = note(Match::Broader, None, Some(AtLeast(None)));
        assert_eq!(
            group,
            format!(
                "of the broader group 27-2000; at or above the highest wage that the file gives; {hour}"
            )
        );
    }
}
