//! Occupational Employment and Wage Statistics, the national table of any year.

use super::cell::{self, Wage};
use super::columns::{Columns, at, title};
use super::soc::is_code;
use super::table::{Kind, Level, Row, Table};
use crate::error::{Error, Result};
use crate::inventory::{self, Grid};

/// Reads the table from the sheets of a file (a CSV file is one sheet). `name` is the file as the user named it,
/// `digest` a hash of its bytes.
///
/// Employment is in jobs, without the self-employed; wages are in dollars. Columns go by name, as they were called
/// since 2003; rows of other areas than the nation and of single industries are passed over.
///
/// # Errors
/// No sheet is such a table, a column it cannot do without is missing, a code is there twice, nothing in it can be
/// used.
pub fn oews(name: &str, digest: &str, sheets: &[Grid]) -> Result<Table> {
    let has = |names: &[String], wanted: &[&str]| {
        names.iter().any(|name| wanted.contains(&name.as_str()))
    };
    let header = |grid: &Grid| {
        Columns::find(grid, |names| {
            has(names, CODE) && (has(names, JOBS) || has(names, LEVEL))
        })
    };
    let (grid, columns) = sheets
        .iter()
        .find_map(|grid| Some((grid, header(grid)?)))
        .ok_or_else(|| not_oews(name))?;
    let places = Places::of(&columns)?;
    let others = sheets.iter().filter(|other| other.place() != grid.place());
    let texts: Vec<&str> = others
        .flat_map(Grid::rows)
        .flat_map(|row| row.cells().flatten())
        .collect();
    let top = texts.iter().find(|text| text.starts_with('#'));
    let top = top.map_or((None, None), |text| cell::bounds(text));
    let mut table = Table::new(Kind::Oews, name, digest);
    table.period = texts
        .into_iter()
        .chain([grid.place(), name])
        .find_map(period);
    let rows = || grid.rows().skip(columns.rows).filter(|row| !row.is_empty());
    for row in rows().filter(|row| places.is_national(*row)) {
        table.enter(grid.place(), row.line, places.read(row, top))?;
    }
    if rows().next().is_some() && !rows().any(|row| places.is_national(row)) {
        return Err(Error::input(format!(
            "{name}: all {} rows are of single areas or industries; national figures across industries are needed",
            rows().count()
        ))
        .hint("download the national file of that year from bls.gov/oes/tables.htm"));
    }
    table.checked(grid.place())
}

const CODE: &[&str] = &["occ code"];
const JOBS: &[&str] = &["tot emp"];
const LEVEL: &[&str] = &["o group", "occ group", "group"];

fn not_oews(name: &str) -> Error {
    Error::input(format!(
        "{name}: not an OEWS table: none of its sheets has the columns OCC_CODE and TOT_EMP"
    ))
    .hint("`oews` names the national file from bls.gov/oes/tables.htm (national_M2024_dl.xlsx, for example)")
}

/// Where the columns are.
struct Places {
    code: usize,
    title: Option<usize>,
    level: usize,
    jobs: usize,
    mean_annual: Option<usize>,
    median_annual: Option<usize>,
    mean_hourly: Option<usize>,
    median_hourly: Option<usize>,
    area: Option<usize>,
    area_type: Option<usize>,
    industry: Option<usize>,
    industry_level: Option<usize>,
}

impl Places {
    fn of(columns: &Columns) -> Result<Self> {
        let one = |names: &'static [&'static str]| columns.one(|name| names.contains(&name));
        Ok(Self {
            code: columns.required("OCC_CODE", |name| CODE.contains(&name))?,
            title: one(&["occ title"])?,
            level: columns.required("O_GROUP", |name| LEVEL.contains(&name))?,
            jobs: columns.required("TOT_EMP", |name| JOBS.contains(&name))?,
            mean_annual: one(&["a mean"])?,
            median_annual: one(&["a median"])?,
            mean_hourly: one(&["h mean"])?,
            median_hourly: one(&["h median"])?,
            area: one(&["area"])?,
            area_type: one(&["area type"])?,
            industry: one(&["naics"])?,
            industry_level: one(&["i group"])?,
        })
    }

    /// Whether a row is of the nation and all industries. What a file has no column for, it does not divide by.
    fn is_national(&self, row: inventory::Row<'_>) -> bool {
        let nation = match at(row, self.area_type) {
            Some(kind) => kind == "1",
            None => at(row, self.area).is_none_or(|area| area == "99"),
        };
        let across = match at(row, self.industry_level) {
            Some(level) => level.eq_ignore_ascii_case("cross-industry"),
            None => at(row, self.industry).is_none_or(|code| code.bytes().all(|byte| byte == b'0')),
        };
        nation && across
    }

    fn read(
        &self,
        row: inventory::Row<'_>,
        top: (Option<f64>, Option<f64>),
    ) -> std::result::Result<(Level, Row), String> {
        let code = row.get(self.code).unwrap_or_default();
        if !is_code(code) {
            return Err(format!("'{}' is not a SOC code", cell::short(code)));
        }
        let level = level(row.get(self.level), code)?;
        let named = |what: &str, why: String| format!("{what} of {code}: {why}");
        let wage = |column, what: &str, bound: Option<f64>| {
            let wage = cell::wage(at(row, column)).map_err(|why| named(what, why))?;
            Ok::<_, String>(wage.map(|wage: Wage| wage.bounded(bound)))
        };
        let employment = cell::count(row.get(self.jobs)).map_err(|why| named("TOT_EMP", why))?;
        let row = Row {
            code: code.to_owned(),
            title: title(row, self.title)?,
            employment,
            mean_annual: wage(self.mean_annual, "A_MEAN", top.1)?,
            median_annual: wage(self.median_annual, "A_MEDIAN", top.1)?,
            mean_hourly: wage(self.mean_hourly, "H_MEAN", top.0)?,
            median_hourly: wage(self.median_hourly, "H_MEDIAN", top.0)?,
            ..Row::default()
        };
        Ok((level, row))
    }
}

/// The level of a row. Files up to 2011 leave it empty for detailed occupations.
fn level(text: Option<&str>, code: &str) -> std::result::Result<Level, String> {
    let text = text.unwrap_or("detailed");
    let known = [
        ("total", Level::Total),
        ("major", Level::Group),
        ("minor", Level::Group),
        ("broad", Level::Group),
        ("detailed", Level::Detailed),
    ];
    let found = known
        .iter()
        .find(|(name, _)| text.eq_ignore_ascii_case(name));
    found.map(|(_, level)| *level).ok_or_else(|| {
        format!(
            "'{}' is no level of {code} (total, major, minor, broad, detailed)",
            cell::short(text)
        )
    })
}

/// "May 2024" of a text that names a month of survey: "May 2024 OEWS Estimates", "national_M2024_dl".
fn period(text: &str) -> Option<String> {
    let months = [("May", "May"), ("M", "May"), ("Nov", "November")];
    let year = |rest: &str| {
        let rest = rest.trim_start_matches([' ', '_']);
        let year = rest.get(..4)?;
        let digits = year.bytes().all(|byte| byte.is_ascii_digit());
        (digits && (year.starts_with("19") || year.starts_with("20"))).then(|| year.to_owned())
    };
    months.iter().find_map(|(mark, month)| {
        let mut ends = text.match_indices(mark).map(|(at, _)| at + mark.len());
        ends.find_map(|end| Some(format!("{month} {}", year(text.get(end..)?)?)))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_month_of_the_survey_is_found() {
        for text in [
            "May 2024 OEWS Estimates",
            "x/national_M2024_dl.xlsx",
            "national_May2024_dl.csv",
        ] {
            assert_eq!(period(text).as_deref(), Some("May 2024"), "{text}");
        }
        for text in ["", "M", "May 20", "Mé2024", "2024", "M9999"] {
            assert_eq!(period(text), None, "{text}");
        }
    }
}
