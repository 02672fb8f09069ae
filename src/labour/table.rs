//! What a file says of each SOC code.

use super::cell::Wage;
use super::join::Match;
use super::soc;
use crate::error::{Error, Result};
use crate::inventory::Problem;
use std::collections::BTreeMap;

/// The code of the row over all occupations.
pub(super) const TOTAL: &str = "00-0000";

/// Which statistics a file holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Occupational Employment and Wage Statistics: employment without the self-employed, and wages.
    Oews,
    /// Employment Projections: employment with the self-employed, now and ten years on, and median wages.
    Projections,
}

impl Kind {
    /// Its name for people.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Oews => "OEWS",
            Self::Projections => "Employment Projections",
        }
    }

    /// Its key in `taskrater.toml` and in JSON.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            Self::Oews => "oews",
            Self::Projections => "projections",
        }
    }
}

/// Whether a row is an occupation of its own or a group of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Level {
    /// All occupations.
    Total,
    /// A broad, minor or major group.
    Group,
    /// A detailed occupation, or several that are published as one.
    Detailed,
}

/// What a file says of one code. A figure that it does not give is `None`.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Row {
    /// The code: a SOC code, or one of BLS's own for several that are published as one.
    pub code: String,
    /// Its title.
    pub title: String,
    /// Jobs.
    pub employment: Option<f64>,
    /// Mean wage of a year.
    pub mean_annual: Option<Wage>,
    /// Median wage of a year.
    pub median_annual: Option<Wage>,
    /// Mean wage of an hour.
    pub mean_hourly: Option<Wage>,
    /// Median wage of an hour.
    pub median_hourly: Option<Wage>,
    /// Jobs at the end of the projection.
    pub projected: Option<f64>,
    /// Projected change of employment from first to last year, percent.
    pub change_percent: Option<f64>,
    /// Projected openings a year (growth, and people who leave), jobs.
    pub openings: Option<f64>,
    /// Education typically needed for entry.
    pub education: Option<String>,
}

/// A file of labour statistics, read and checked: at most one row a code and level.
#[derive(Debug, Clone)]
pub struct Table {
    /// Which statistics it holds.
    pub kind: Kind,
    /// The file as the user named it.
    pub name: String,
    /// Hash of its bytes (hex).
    pub digest: String,
    /// The time its figures are of, as the file says it: `May 2024`, `2024–2034`.
    pub period: Option<String>,
    /// Jobs over all occupations: its total row.
    pub all_jobs: Option<f64>,
    /// What a reader should know of it.
    pub notes: Vec<String>,
    /// Rows that could not be used and were left out.
    pub problems: Vec<Problem>,
    detailed: BTreeMap<String, Row>,
    groups: BTreeMap<String, Row>,
}

impl Table {
    pub(super) fn new(kind: Kind, name: &str, digest: &str) -> Self {
        Self {
            kind,
            name: name.to_owned(),
            digest: digest.to_owned(),
            period: None,
            all_jobs: None,
            notes: Vec::new(),
            problems: Vec::new(),
            detailed: BTreeMap::new(),
            groups: BTreeMap::new(),
        }
    }

    /// Enters a row, or lists why it cannot be used.
    ///
    /// # Errors
    /// Its code is there already: which of the two is meant cannot be known.
    pub(super) fn enter(
        &mut self,
        place: &str,
        line: usize,
        row: std::result::Result<(Level, Row), String>,
    ) -> Result<()> {
        let (level, row) = match row {
            Ok(row) => row,
            Err(what) => {
                self.problems.push(Problem {
                    place: place.to_owned(),
                    line: Some(line),
                    what,
                });
                return Ok(());
            }
        };
        let rows = match level {
            Level::Detailed => &mut self.detailed,
            Level::Total | Level::Group => &mut self.groups,
        };
        if level == Level::Total {
            self.all_jobs = row.employment;
        }
        let code = row.code.clone();
        match rows.insert(code.clone(), row) {
            None => Ok(()),
            Some(_) => Err(Error::input(format!(
                "{place}, line {line}: code {code} is there twice"
            ))
            .hint(match self.kind {
                Kind::Oews => "take the national file across industries (oesm…nat), with one row an occupation",
                Kind::Projections => "take the table as BLS publishes it, with one row an occupation",
            })),
        }
    }

    /// Checks that there is something in it, once all rows are entered.
    pub(super) fn checked(mut self, place: &str) -> Result<Self> {
        if self.detailed.is_empty() {
            let why = match self.problems.first() {
                Some(problem) => format!("; the first row left out: {problem}"),
                None => String::new(),
            };
            return Err(Error::input(format!(
                "{place}: no row of a detailed occupation that can be used{why}"
            ))
            .hint("take the file as BLS publishes it"));
        }
        if self.all_jobs.is_none() {
            self.notes
                .push("it has no total over all occupations".to_owned());
        }
        let own = |code: &&String| !soc::is_detailed(code);
        let others = self.detailed.keys().filter(own).count();
        // A dozen codes stand for several in every edition of the 2018 classification; an older one differs in hundreds.
        if others > 50 {
            self.notes.push(format!(
                "{others} of its {} detailed codes are none of the SOC 2018: occupations whose code changed join a broader group or nothing",
                self.detailed.len()
            ));
        }
        Ok(self)
    }

    /// The rows of detailed occupations, by code.
    pub fn detailed(&self) -> impl Iterator<Item = &Row> {
        self.detailed.values()
    }

    /// The rows of groups and the total, by code.
    pub fn groups(&self) -> impl Iterator<Item = &Row> {
        self.groups.values()
    }

    /// The row for a SOC code, and how it was found: its own; the one row that combines the codes of its broad group
    /// which have none; else the nearest group above it.
    ///
    /// A row combines codes when it is marked detailed and its code is none of the SOC 2018: BLS gives such rows codes
    /// of its own within the broad group. Two of them in a group leave open which holds the code, so neither does.
    #[must_use]
    pub fn find(&self, code: &str) -> Option<(Match, &Row)> {
        if let Some(row) = self.detailed.get(code) {
            return Some((Match::Detailed, row));
        }
        if let Some(row) = self.combined(code) {
            return Some((Match::Combined, row));
        }
        // All occupations together are no group to take a wage from.
        let mut groups = soc::groups(code).filter(|group| group != TOTAL);
        let group = groups.find_map(|group| self.groups.get(&group))?;
        Some((Match::Broader, group))
    }

    fn combined(&self, code: &str) -> Option<&Row> {
        let broad = code.get(..6).filter(|_| soc::is_detailed(code))?;
        let group = self.detailed.range(broad.to_owned()..);
        let mut combined = group
            .take_while(|(other, _)| other.starts_with(broad))
            .filter(|(other, _)| !soc::is_detailed(other));
        match (combined.next(), combined.next()) {
            (Some((_, row)), None) => Some(row),
            _ => None,
        }
    }
}
