//! Employment Projections: the table of occupations (1.2, or 1.10) of `occupation.xlsx`.

use super::cell;
use super::columns::{Columns, at, title};
use super::soc::is_code;
use super::table::{Kind, Level, Row, TOTAL, Table};
use crate::error::{Error, Result};
use crate::inventory::{self, Grid};

/// The sheets in the order in which they are worth opening; a workbook has a dozen, and one is needed.
pub fn put_first(sheets: &mut [String]) {
    let first = ["Table 1.2", "Table 1.10"];
    sheets.sort_by_key(|sheet| {
        first
            .iter()
            .position(|name| sheet.trim() == *name)
            .unwrap_or(first.len())
    });
}

/// Reads the table from the first of these sheets that is one ([`put_first`]); the rest is not asked for. `name` is the
/// file as the user named it, `digest` a hash of its bytes.
///
/// The file counts employment in thousands; a [`Row`] has jobs. Line items are occupations, summaries are groups.
///
/// # Errors
/// A sheet cannot be read, none is such a table, a code is there twice, nothing in it can be used.
pub fn projections(
    name: &str,
    digest: &str,
    sheets: impl Iterator<Item = Result<Grid>>,
) -> Result<Table> {
    for grid in sheets {
        let grid = grid?;
        if let Some(columns) = Columns::find(&grid, is_header) {
            return read(name, digest, &grid, &columns);
        }
    }
    Err(Error::input(format!(
        "{name}: not an Employment Projections table: no sheet has the columns of a matrix code, an occupation type and \
         employment in two years"
    ))
    .hint("`projections` names occupation.xlsx from bls.gov/emp/tables.htm"))
}

fn is_header(names: &[String]) -> bool {
    let years = names.iter().filter(|name| employment_year(name).is_some());
    years.count() == 2
        && names.iter().any(|name| is_kind(name))
        && names.iter().any(|name| is_code_name(name))
}

fn is_code_name(name: &str) -> bool {
    name.ends_with("matrix code") || name == "occupation code"
}

fn is_kind(name: &str) -> bool {
    name == "occupation type"
}

/// The year of a column such as "employment, 2024".
fn employment_year(name: &str) -> Option<u16> {
    let year = name.strip_prefix("employment, ")?;
    (year.len() == 4).then(|| year.parse().ok())?
}

/// Where the columns are.
struct Places {
    code: usize,
    title: Option<usize>,
    kind: usize,
    now: usize,
    then: usize,
    change: Option<usize>,
    openings: Option<usize>,
    wage: Option<usize>,
    education: Option<usize>,
}

fn read(name: &str, digest: &str, grid: &Grid, columns: &Columns) -> Result<Table> {
    let is_employment = |name: &str| employment_year(name).is_some();
    let mut years: Vec<(Option<u16>, usize)> = columns
        .positions(&is_employment)
        .map(|at| (employment_year(columns.name(at)), at))
        .collect();
    years.sort_unstable();
    let [(Some(first), now), (Some(last), then)] = years[..] else {
        return Err(Error::input(format!(
            "{}: not two years of employment",
            grid.place()
        )));
    };
    let places = Places {
        code: columns.required("matrix code", is_code_name)?,
        title: columns.one(|name| name.ends_with("matrix title") || name == "occupation title")?,
        kind: columns.required("occupation type", is_kind)?,
        now,
        then,
        change: columns.one(|name| name.starts_with("employment change, percent"))?,
        openings: columns.one(|name| {
            name.starts_with("occupational openings") && name.ends_with("annual average")
        })?,
        wage: columns.one(|name| name.starts_with("median annual wage"))?,
        education: columns.one(|name| name.starts_with("typical education needed for entry"))?,
    };
    let mut table = Table::new(Kind::Projections, name, digest);
    table.period = Some(format!("{first}–{last}"));
    for row in grid.rows().skip(columns.rows) {
        // Footnotes stand in the first cell alone.
        if row.cells().skip(1).any(|cell| cell.is_some()) {
            table.enter(grid.place(), row.line, places.read(row))?;
        }
    }
    table.checked(grid.place())
}

impl Places {
    fn read(&self, row: inventory::Row<'_>) -> std::result::Result<(Level, Row), String> {
        let code = row.get(self.code).unwrap_or_default();
        if !is_code(code) {
            return Err(format!("'{}' is not a SOC code", cell::short(code)));
        }
        let kind = row.get(self.kind).unwrap_or_default();
        let level = match kind.to_lowercase().as_str() {
            "line item" => Level::Detailed,
            "summary" if code == TOTAL => Level::Total,
            "summary" => Level::Group,
            _ => {
                let kind = cell::short(kind);
                return Err(format!(
                    "'{kind}' is no occupation type of {code} (Line item, Summary)"
                ));
            }
        };
        let named = |what: &str, why: String| format!("{what} of {code}: {why}");
        let jobs = |column, what| {
            let thousands = cell::count(at(row, column)).map_err(|why| named(what, why))?;
            // The file gives a tenth of a thousand: what is finer is of the arithmetic.
            Ok::<_, String>(thousands.map(|number| (number * 1000.0).round()))
        };
        let row = Row {
            code: code.to_owned(),
            title: title(row, self.title)?,
            employment: jobs(Some(self.now), "employment")?,
            median_annual: cell::wage(at(row, self.wage))
                .map_err(|why| named("median annual wage", why))?,
            projected: jobs(Some(self.then), "projected employment")?,
            change_percent: cell::number(at(row, self.change))
                .map_err(|why| named("employment change", why))?,
            openings: jobs(self.openings, "openings")?,
            education: at(row, self.education)
                .filter(|text| !matches!(*text, "—" | "–" | "-"))
                .map(str::to_owned),
            ..Row::default()
        };
        Ok((level, row))
    }
}
