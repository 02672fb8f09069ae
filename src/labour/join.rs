//! Which row of a labour file an occupation has, and what part of its jobs.

use super::soc::soc_of;
use super::table::{Kind, Row, Table};
use super::totals::Totals;
use crate::inventory::{Inventory, Occupation};
use crate::reconcile::Reconciled;
use std::collections::HashMap;

/// How the row of an occupation was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Match {
    /// The row of its own SOC code.
    Detailed,
    /// A row that combines several codes, its own among them.
    Combined,
    /// The row of the nearest group above it: wages and rates of the group, and no jobs, which are those of others too.
    Broader,
    /// No row: its id is no SOC code, or one that the file knows nothing of.
    None,
}

impl Match {
    /// All of them, the nearest first.
    pub const ALL: [Self; 4] = [Self::Detailed, Self::Combined, Self::Broader, Self::None];

    /// What a file says.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Detailed => "detailed",
            Self::Combined => "combined",
            Self::Broader => "broader group",
            Self::None => "none",
        }
    }
}

/// The labour files of a run; at least one.
#[derive(Debug, Clone)]
pub struct Labour {
    jobs: Table,
    projections: Option<Table>,
}

/// The row of an occupation in one file.
#[derive(Debug, Clone, Copy)]
pub struct Part<'a> {
    /// How it was found; never [`Match::None`].
    pub how: Match,
    /// The row.
    pub row: &'a Row,
    /// Among how many occupations of the inventory its jobs are divided; 0 where the occupation has no part in them:
    /// the row is that of a broader group, or the occupation has no tasks.
    pub among: usize,
}

impl Part<'_> {
    /// The jobs of the occupation: those of the row, divided equally.
    #[must_use]
    pub fn jobs(&self) -> Option<f64> {
        self.part_of(self.row.employment)
    }

    /// Its openings a year, divided in the same way.
    #[must_use]
    pub fn openings(&self) -> Option<f64> {
        self.part_of(self.row.openings)
    }

    fn part_of(&self, whole: Option<f64>) -> Option<f64> {
        (self.among > 0).then(|| whole.map(|whole| whole / self.among as f64))?
    }
}

/// What the labour files say of an occupation.
#[derive(Debug, Clone, Copy, Default)]
pub struct Linked<'a> {
    /// Jobs and wages: from OEWS, or from the projections where there is no OEWS file.
    pub jobs: Option<Part<'a>>,
    /// From the projections.
    pub projection: Option<Part<'a>>,
}

impl Labour {
    /// From the files that are there; `None` where there are none.
    #[must_use]
    pub fn new(oews: Option<Table>, projections: Option<Table>) -> Option<Self> {
        let jobs = oews.or_else(|| projections.clone())?;
        Some(Self { jobs, projections })
    }

    /// The file that jobs and wages come from.
    #[must_use]
    pub fn jobs(&self) -> &Table {
        &self.jobs
    }

    /// The file of projections.
    #[must_use]
    pub fn projections(&self) -> Option<&Table> {
        self.projections.as_ref()
    }

    /// Every file, once.
    pub fn tables(&self) -> impl Iterator<Item = &Table> {
        let other = self.projections.iter();
        std::iter::once(&self.jobs).chain(other.filter(|_| self.jobs.kind == Kind::Oews))
    }

    /// Finds the rows of the occupations that were rated, which are some of the inventory's or all, and weighs their
    /// scores.
    ///
    /// The jobs of a row are divided equally among the occupations *of the inventory* that have tasks and share it. So
    /// what an occupation counts does not depend on who else is in the run, and the jobs of those that are not rated are
    /// not covered, instead of being counted under others.
    #[must_use]
    pub fn join<'a>(
        &'a self,
        inventory: &Inventory,
        rated: &[&Occupation],
        reconciled: &Reconciled,
    ) -> Joined<'a> {
        let inventory = inventory.occupations();
        let by_jobs = parts(&self.jobs, inventory, rated);
        let mut occupations: Vec<Linked<'a>> = by_jobs
            .into_iter()
            .map(|jobs| Linked {
                jobs,
                projection: None,
            })
            .collect();
        if let Some(table) = &self.projections {
            let parts = parts(table, inventory, rated);
            for (linked, projection) in occupations.iter_mut().zip(parts) {
                linked.projection = projection;
            }
        }
        let jobs: Vec<Option<f64>> = occupations
            .iter()
            .map(|linked| linked.jobs?.jobs())
            .collect();
        let totals = reconciled
            .dimensions
            .iter()
            .map(|one| {
                let gold = reconciled.options.gold.map(|gold| gold.rater);
                Totals::of(&jobs, &one.occupations, self.jobs.all_jobs, gold)
            })
            .collect();
        Joined {
            labour: self,
            occupations,
            totals,
        }
    }
}

/// The part of each of these occupations in a table.
fn parts<'a>(
    table: &'a Table,
    inventory: &[Occupation],
    rated: &[&Occupation],
) -> Vec<Option<Part<'a>>> {
    let find = |occupation: &Occupation| table.find(soc_of(&occupation.id)?);
    let mut sharing: HashMap<&str, usize> = HashMap::new();
    for occupation in inventory.iter().filter(|one| !one.tasks.is_empty()) {
        if let Some((Match::Detailed | Match::Combined, row)) = find(occupation) {
            *sharing.entry(&row.code).or_default() += 1;
        }
    }
    let part = |occupation: &&Occupation| {
        let (how, row) = find(occupation)?;
        let has_part = how != Match::Broader && !occupation.tasks.is_empty();
        let among = has_part.then(|| sharing.get(row.code.as_str()).copied());
        Some(Part {
            how,
            row,
            among: among.flatten().unwrap_or(0),
        })
    };
    rated.iter().map(part).collect()
}

/// The occupations of a run with their labour figures.
#[derive(Debug, Clone)]
pub struct Joined<'a> {
    /// The files.
    pub labour: &'a Labour,
    /// One an occupation, in the order of the run.
    pub occupations: Vec<Linked<'a>>,
    /// One a reconciled dimension, in their order; `None` where no occupation with a score has jobs.
    pub totals: Vec<Option<Totals>>,
}

impl Joined<'_> {
    /// Number of occupations whose row for jobs and wages was found in each way, in the order of [`Match::ALL`].
    #[must_use]
    pub fn matches(&self) -> [(Match, usize); 4] {
        let how = |linked: &Linked<'_>| linked.jobs.map_or(Match::None, |part| part.how);
        Match::ALL.map(|wanted| {
            let found = self.occupations.iter().filter(|one| how(one) == wanted);
            (wanted, found.count())
        })
    }
}
