//! A file of gold that needs no configuration: its columns say what it is.

use super::provenance::{DESIGNS, is_design, part_of};
use super::{Provenance, Recording, Recordings};
use crate::error::{Error, Result};
use crate::inventory::LabelTable;
use crate::rater::row::check_id;
use crate::rater::{GoldKind, Rater, Source};
use crate::ratings::Part;
use crate::rubric::Rubric;
use std::collections::BTreeMap;

/// The columns without which it is none.
const NEEDED: [&str; 6] = [
    "occupation_id",
    "task_id",
    "probability",
    "design",
    "draw",
    "kind",
];
/// The columns that are no dimension beside these.
const OTHERS: [&str; 7] = [
    "note",
    "stratum",
    "n_labels",
    "agreed",
    "reviewers",
    "labelled",
    "run",
];
/// The columns that a gold file has beside these as a part of an eval set, which reads them itself.
const OF_SETS: [&str; 4] = ["half", "text", "occupation", "statement"];
/// The columns that no other file has together: where they are, the rows say with which probability they were drawn.
const MARKS: [&str; 4] = ["probability", "design", "draw", "kind"];
/// What the rater is called: `gold` is a column of the results already.
const ID: &str = "gold-labels";

/// A file of gold, as a rater that is read from it.
#[derive(Debug, Clone)]
pub struct GoldFile {
    /// The rater, marked gold.
    pub rater: Rater,
    /// The file.
    pub recordings: Recordings,
    /// Whose labels its rows are.
    pub provenance: Provenance,
    /// Columns of dimensions that the rubric does not have: none of them counts.
    pub foreign: Vec<String>,
}

impl GoldFile {
    /// Reads a file for a run on `rubric` whose raters are called `taken`; `name` is how errors call it. Its rater is `gold-labels`,
    /// or what the file is called where that is taken.
    ///
    /// # Errors
    /// It lacks a column of a gold file, has no column of the rubric's dimensions, is gold of several kinds or of none.
    pub fn read(name: &str, bytes: &[u8], rubric: &Rubric, taken: &[&str]) -> Result<Self> {
        let table = LabelTable::read(name, bytes)?;
        let kind = Self::check(&table)?;
        let has = |column: &&str| table.columns().iter().any(|own| own == column);
        let asked = table.columns().iter();
        let asked = asked.filter(|column| Self::is_dimension(column));
        let (own, foreign): (Vec<&String>, Vec<&String>) =
            asked.partition(|column| rubric.position(column).is_some());
        if own.is_empty() {
            let dimensions: Vec<&str> = rubric.dimensions().iter().map(|one| &*one.id).collect();
            let message = format!("{name} has no column of a dimension of this run");
            return Err(Error::input(message).hint(format!(
                "the run rates {}; the columns of the file are: {}",
                dimensions.join(", "),
                table.list()
            )));
        }
        let provenance = Provenance::of(&table);
        let columns: BTreeMap<String, String> =
            own.into_iter().map(|id| (id.clone(), id.clone())).collect();
        let recording = Recording {
            file: name.to_owned(),
            place: name.to_owned(),
            task_id: Some("task_id".to_owned()),
            occupation_id: Some("occupation_id".to_owned()),
            columns,
            rationale: has(&"note").then(|| "note".to_owned()),
            confidence: None,
            only: BTreeMap::new(),
            fold: BTreeMap::new(),
            multiply: BTreeMap::new(),
            probability: Some("probability".to_owned()),
            description: String::new(),
            gold: Some(kind),
        };
        let mut recordings = Recordings::default();
        recordings.add(name, bytes)?;
        Ok(Self {
            rater: Rater {
                id: id(name, taken),
                source: Source::Recording(Box::new(recording)),
            },
            recordings,
            provenance,
            foreign: foreign.into_iter().cloned().collect(),
        })
    }

    /// That a table has the columns of a gold file and says of every row how it was drawn; the one kind of its labels.
    ///
    /// # Errors
    /// It lacks a column, has a row of an unknown design, gold of several kinds or none, or no row.
    pub(crate) fn check(table: &LabelTable) -> Result<GoldKind> {
        let name = table.name();
        let has = |column: &&str| table.columns().iter().any(|own| own == column);
        let lacking: Vec<&str> = NEEDED.into_iter().filter(|one| !has(one)).collect();
        if !lacking.is_empty() {
            let message = format!(
                "{name} is no gold file: it has no column {}",
                lacking.join(", ")
            );
            return Err(Error::input(message).hint(format!(
                "a gold file has {}, and a column a dimension, as `review` writes it; other files are read by [[recordings]]; its \
                 columns are: {}",
                NEEDED.join(", "),
                table.list()
            )));
        }
        check_designs(name, table)?;
        kind(name, table)
    }

    /// Whether a column of a gold file holds answers of a dimension: it is none of those that every such file has.
    pub(crate) fn is_dimension(column: &str) -> bool {
        let known = NEEDED.iter().chain(&OTHERS).chain(&OF_SETS);
        !column.is_empty() && !known.into_iter().any(|one| *one == column)
    }

    /// Whether labels of this design were picked by people, so that nobody knows with which probability.
    pub(crate) fn is_picked(design: &str) -> bool {
        part_of(design) == Some(Some(Part::Picked))
    }
}

/// Whether a table is that of a gold file, whatever a configuration says of it: its probabilities are not to be overlooked.
pub(super) fn is_gold_file(table: &LabelTable) -> bool {
    let has = |mark: &&str| table.columns().iter().any(|own| own == mark);
    MARKS.iter().all(has)
}

/// That every row names a design that is known: of another word nobody knows whether a part of the tasks was left out.
fn check_designs(name: &str, table: &LabelTable) -> Result<()> {
    let at = table.columns().iter().position(|column| column == "design");
    for row in table.rows() {
        let cell = at.and_then(|at| row.get(at)).unwrap_or_default().trim();
        if !is_design(cell) {
            let message = format!("{name}, line {}: '{cell}' is no design of a draw", row.line);
            return Err(Error::input(message).hint(DESIGNS));
        }
    }
    Ok(())
}

/// The one kind of gold that all rows name.
fn kind(name: &str, table: &LabelTable) -> Result<GoldKind> {
    let at = table.columns().iter().position(|column| column == "kind");
    let mut found: Option<(GoldKind, usize)> = None;
    for row in table.rows() {
        let cell = at.and_then(|at| row.get(at)).unwrap_or_default();
        let place = format!("{name}, line {}", row.line);
        let Some(kind) = GoldKind::ALL.into_iter().find(|one| one.name() == cell) else {
            let known = GoldKind::ALL.map(GoldKind::name).join(", ");
            return Err(
                Error::input(format!("{place}: '{cell}' is no kind of gold"))
                    .hint(format!("known: {known}")),
            );
        };
        match found {
            Some((known, line)) if known != kind => {
                let (kind, known) = (kind.name(), known.name());
                let message = format!("{place}: {kind} labels, and {known} ones on line {line}");
                return Err(Error::input(message).hint("a gold file is of one kind: split it"));
            }
            _ => found = found.or(Some((kind, row.line))),
        }
    }
    let none =
        || Error::input(format!("{name} has no row")).hint("label a task first: `review RUN`");
    found.map(|(kind, _)| kind).ok_or_else(none)
}

/// `gold-labels`, or the name of the file without folder and ending; where both are taken, with a number.
fn id(name: &str, taken: &[&str]) -> String {
    let file = name.rsplit(['/', '\\']).next().unwrap_or(name);
    let stem = file.split('.').next().unwrap_or(file);
    let stem = if check_id(stem).is_ok() { stem } else { ID };
    let free = |id: &String| !taken.contains(&id.as_str());
    let named = [ID, stem].map(str::to_owned).into_iter();
    let numbered = (2..).map(|n| format!("{ID}-{n}"));
    named.chain(numbered).find(free).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ratings::fixtures::rubric;

    const HEAD: &str = "occupation_id,task_id,exposure,other,note,probability,stratum,design,n_labels,agreed,reviewers,\
                        labelled,draw,run,kind\n";

    fn read(rows: &str) -> Result<GoldFile> {
        GoldFile::read(
            "r/gold.csv",
            format!("{HEAD}{rows}").as_bytes(),
            &rubric(),
            &[],
        )
    }

    #[test]
    fn a_file_says_by_itself_what_it_is() {
        let found = read(
            "j,1,E1,9,,0.5,all,random,2,yes,ann; bob,2026-11-21T10:00:00Z,1a2b,r1,human\n\
             j,2,E0,9,,0.5,all,random,1,one label,ann,2026-11-23T10:00:00Z,1a2b,r1,human\n",
        )
        .unwrap();
        assert_eq!(
            (found.rater.id.as_str(), found.foreign),
            ("gold-labels", vec!["other".to_owned()])
        );
        assert_eq!(found.rater.gold(), Some(GoldKind::Human));
        assert_eq!(
            found.provenance.words(),
            "labelled by ann and bob, 2026-11-21 to 2026-11-23; draw 1a2b (random) of run r1; 2 rows, 1 by two people or more"
        );
        assert_eq!(found.provenance.part(), None);
    }

    #[test]
    fn what_the_labels_stand_for_is_read_back() {
        let part = |design: &str| {
            let row = format!("j,1,E1,9,,0.5,s,{design},1,one label,ann,,1a2b,r1,human\n");
            read(&row).unwrap().provenance.part()
        };
        assert_eq!(part("stratified"), None);
        assert_eq!(part("contested only"), Some(Part::Contested));
        assert_eq!(part("picked"), Some(Part::Picked));
        // 13 of 265 are under a twentieth, 14 are over it.
        assert_eq!(part("stands for 252 of 265 tasks"), None);
        let less = Part::Covered {
            tasks: 251,
            of: 265,
        };
        assert_eq!(part("stands for 251 of 265 tasks"), Some(less));
    }

    #[test]
    fn what_is_no_gold_file_is_refused_with_the_reason() {
        let wrong = |rows: &str| read(rows).unwrap_err().to_string();
        let row =
            |kind: &str| format!("j,1,E1,9,,0.5,all,random,1,one label,ann,,1a2b,r1,{kind}\n");
        assert_eq!(
            wrong(&row("crowd")),
            "r/gold.csv, line 2: 'crowd' is no kind of gold"
        );
        assert_eq!(
            wrong(&(row("human") + &row("expert"))),
            "r/gold.csv, line 3: expert labels, and human ones on line 2"
        );
        assert_eq!(wrong(""), "r/gold.csv has no row");
        assert_eq!(
            wrong(&row("human").replace(",all,random,", ",all,chosen,")),
            "r/gold.csv, line 2: 'chosen' is no design of a draw"
        );
        // A word is the same in capitals: this one leaves a part of the tasks out.
        let part = read(&row("human").replace(",all,random,", ",all,Contested Only,")).unwrap();
        assert!(part.provenance.part().is_some());
        let plain = GoldFile::read("x.csv", b"task_id,exposure\n1,E1\n", &rubric(), &[]);
        assert_eq!(
            plain.unwrap_err().to_string(),
            "x.csv is no gold file: it has no column occupation_id, probability, design, draw, kind"
        );
    }

    #[test]
    fn its_id_is_free() {
        assert_eq!(id("a/b/mine.csv", &["one"]), "gold-labels");
        assert_eq!(id("a/b/mine.csv", &["gold-labels"]), "mine");
        assert_eq!(id("a/b/gold.csv", &["gold-labels"]), "gold-labels-2");
    }
}
