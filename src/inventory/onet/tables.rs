//! The tables that are read: what their files are called from release to release, what each gives, and by what it is read.

use super::release::Release;
use super::table::{Column, Done, Table};
use crate::inventory::{FoundTable, MissingTable, Problem, Wanted};

pub(super) const READ_ME: &str = "Read Me.txt";
pub(super) const OCCUPATIONS: &str = "Occupation Data";
pub(super) const TASKS: &str = "Task Statements";

/// The column that nearly every table has.
pub(super) const CODE: Column = Column::of(&["O*NET-SOC Code"]);
pub(super) const TASK_ID: Column = Column::of(&["Task ID"]);

/// How much depends on a table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Rank {
    /// Without it there is no inventory.
    Must,
    /// It may be missing, but one that cannot be used is an error: it decides what is rated and with what weight.
    Core,
    /// One that cannot be used is a problem among others.
    Aside,
}

/// A table of a release.
pub(super) struct Spec {
    /// What it is called without `.txt` or `.xlsx`, the name that most releases use first.
    pub(super) names: &'static [&'static str],
    /// Whether each name is a table of its own, to be read beside the others.
    pub(super) parts: bool,
    pub(super) rank: Rank,
    /// What it gives, in the plural.
    pub(super) gives: &'static str,
    pub(super) wanted: fn(Wanted) -> bool,
    pub(super) read: for<'a> fn(&mut Release<'a>, &Table<'a>) -> Result<Done, Problem>,
}

/// Every table that is read, in the order of reading: occupations before tasks, tasks before what is said of them, and
/// last what stands in their place.
///
/// The names since release 30.3 are those of its data dictionary (onetcenter.org/dictionary/30.3).
pub(super) const TABLES: &[Spec] = &[
    Spec {
        names: &[OCCUPATIONS],
        parts: false,
        rank: Rank::Must,
        gives: "occupations with their titles and descriptions",
        wanted: |_| true,
        read: |release, table| release.occupations(table),
    },
    Spec {
        names: &[TASKS],
        parts: false,
        rank: Rank::Must,
        gives: "tasks with their types",
        wanted: |_| true,
        read: |release, table| release.tasks(table),
    },
    Spec {
        names: &["Task Ratings"],
        parts: false,
        rank: Rank::Core,
        gives: "importance, relevance and frequency of tasks",
        wanted: |_| true,
        read: |release, table| release.ratings(table),
    },
    Spec {
        names: &["Alternate Titles", "Job Titles"],
        parts: false,
        rank: Rank::Aside,
        gives: "other titles to find occupations by",
        wanted: |wanted| wanted.titles,
        read: |release, table| release.alternate_titles(table),
    },
    Spec {
        names: &["Sample of Reported Titles"],
        parts: false,
        rank: Rank::Aside,
        gives: "titles that people gave themselves",
        wanted: |wanted| wanted.titles,
        read: |release, table| release.reported_titles(table),
    },
    Spec {
        names: &["Job Zones"],
        parts: false,
        rank: Rank::Aside,
        gives: "the preparation that occupations need",
        wanted: |wanted| wanted.background,
        read: |release, table| release.job_zones(table),
    },
    Spec {
        names: &["Related Occupations"],
        parts: false,
        rank: Rank::Aside,
        gives: "related occupations",
        wanted: |wanted| wanted.background,
        read: |release, table| release.related(table),
    },
    Spec {
        names: &["Technology Skills", "Software Skills"],
        parts: false,
        rank: Rank::Aside,
        gives: "software and equipment in use",
        wanted: |wanted| wanted.background,
        read: |release, table| release.technology(table),
    },
    Spec {
        names: &["Skills", "Essential Skills", "Transferable Skills"],
        parts: true,
        rank: Rank::Aside,
        gives: "skills by importance",
        wanted: |wanted| wanted.background,
        read: |release, table| release.skills(table),
    },
    Spec {
        names: &["Tasks to DWAs"],
        parts: false,
        rank: Rank::Aside,
        gives: "detailed work activities of tasks",
        wanted: |wanted| wanted.background,
        read: |release, table| release.task_activities(table),
    },
    Spec {
        names: &["DWA Reference", "GWAs to IWAs to DWAs"],
        parts: false,
        rank: Rank::Aside,
        gives: "titles of detailed work activities",
        wanted: |wanted| wanted.background,
        read: |release, table| release.activities(table),
    },
    Spec {
        names: &["Emerging Tasks"],
        parts: false,
        rank: Rank::Core,
        gives: "tasks that are new or revised and not among the statements yet (taken with --emerging)",
        wanted: |wanted| wanted.emerging,
        read: |release, table| release.emerging(table),
    },
];

/// The file of a table, by its name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct TableFile {
    /// Which of [`TABLES`].
    pub(super) table: usize,
    /// Which of its names.
    pub(super) name: usize,
    pub(super) excel: bool,
}

impl TableFile {
    /// What a file is. Folders in front of its name do not count (a zip of a release holds one), nor does case.
    pub(super) fn of(file: &str) -> Option<Self> {
        let (stem, ending) = base(file).rsplit_once('.')?;
        let excel = ending.eq_ignore_ascii_case("xlsx");
        if !excel && !ending.eq_ignore_ascii_case("txt") {
            return None;
        }
        TABLES.iter().enumerate().find_map(|(table, spec)| {
            let called = |name: &&str| name.eq_ignore_ascii_case(stem);
            let name = spec.names.iter().position(called)?;
            Some(Self { table, name, excel })
        })
    }

    /// Whether the other is the same table, in another format or under the name of another release.
    pub(super) fn rivals(self, other: Self) -> bool {
        let parts = TABLES.get(self.table).is_some_and(|spec| spec.parts);
        self.table == other.table && (!parts || self.name == other.name)
    }

    /// The order of preference: text before Excel, and the name of most releases first.
    pub(super) fn rank(self) -> (bool, usize) {
        (self.excel, self.name)
    }

    /// The name as the release writes it.
    pub(super) fn stem(self) -> &'static str {
        let names = TABLES.get(self.table).map_or(&[][..], |spec| spec.names);
        names.get(self.name).copied().unwrap_or_default()
    }

    /// The same with its ending.
    pub(super) fn file(self) -> String {
        format!(
            "{}.{}",
            self.stem(),
            if self.excel { "xlsx" } else { "txt" }
        )
    }
}

/// Whether a file says what release it is.
pub(super) fn is_read_me(file: &str) -> bool {
    base(file).eq_ignore_ascii_case(READ_ME)
}

fn base(file: &str) -> &str {
    file.rsplit(['/', '\\']).next().unwrap_or(file)
}

impl Spec {
    pub(super) fn missing(&self) -> MissingTable {
        let (first, others) = self.names.split_first().unwrap_or((&"", &[]));
        MissingTable {
            name: (*first).to_owned(),
            also_called: others.iter().map(|name| (*name).to_owned()).collect(),
            gives: self.gives.to_owned(),
        }
    }

    pub(super) fn found(&self, file: String, rows: Option<usize>) -> FoundTable {
        FoundTable {
            file,
            rows,
            gives: self.gives.to_owned(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_known_by_every_name_they_go_by() {
        let known = |file: &str| TableFile::of(file).map(TableFile::file);
        assert_eq!(
            known("db_30_2_text/task statements.TXT").as_deref(),
            Some("Task Statements.txt")
        );
        assert_eq!(
            known("db\\GWAs to IWAs to DWAs.xlsx").as_deref(),
            Some("GWAs to IWAs to DWAs.xlsx")
        );
        for file in ["Read Me.txt", "Skills.csv", "~$Skills.xlsx", "Skills", ""] {
            assert_eq!(known(file), None, "{file}");
        }
        assert!(is_read_me("db/read me.txt") && !is_read_me("Read Me.xlsx"));
        for spec in TABLES {
            for name in spec.names {
                let file = TableFile::of(&format!("{name}.txt")).unwrap();
                assert_eq!((file.stem(), file.excel), (*name, false));
            }
        }
    }
}
