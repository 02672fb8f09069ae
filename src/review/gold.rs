//! `gold.csv`: what people said of each task, with the probability with which it came to be labelled.

use super::desk::Desk;
use super::draw::{Draw, DrawnTask};
use super::entry::{Answer, Entry, Said};
use crate::error::Result;
use crate::ratings::Part;
use crate::report::Table;
use crate::rubric::Dimension;
use serde::Serialize;
use std::io::Write;

/// How the labelled tasks stand for all tasks of the run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(into = "String")]
pub enum Standing {
    /// Every task had the same chance to be labelled.
    Random,
    /// Chances differ and are known; none is zero.
    Stratified,
    /// No task of a stratum is labelled, though the design has it: the labels stand for the tasks of the others.
    Covers {
        /// Tasks of the strata that have labels.
        tasks: usize,
        /// Tasks of all.
        of: usize,
    },
    /// The design leaves out what is not contested: nothing stands for those tasks, and no weight can mend that.
    ContestedOnly,
    /// People passed over more than a few of the tasks that they were given: nobody knows with which chance one was labelled.
    Picked,
}

impl From<Standing> for String {
    fn from(standing: Standing) -> Self {
        standing.name()
    }
}

impl Standing {
    /// Its name in files.
    #[must_use]
    pub fn name(self) -> String {
        match self {
            Self::Random => "random".to_owned(),
            Self::Stratified => "stratified".to_owned(),
            Self::Covers { tasks, of } => format!("stands for {tasks} of {of} tasks"),
            Self::ContestedOnly => "contested only".to_owned(),
            Self::Picked => "picked".to_owned(),
        }
    }

    /// Whether the labels stand for the other tasks of the run, or for all but a twentieth of them.
    #[must_use]
    pub fn calibrates(self) -> bool {
        match self {
            Self::Random | Self::Stratified => true,
            Self::Covers { tasks, of } => Part::covered(tasks, of).is_none(),
            Self::ContestedOnly | Self::Picked => false,
        }
    }
}

/// Labels of people, made into one judgement a task.
#[derive(Debug, Clone, PartialEq)]
pub struct Gold {
    /// How its tasks stand for all.
    pub standing: Standing,
    /// Labelled tasks of each stratum, in the order of the draw.
    pub labelled: Vec<usize>,
    /// A row a labelled task, in the order of the draw.
    rows: Vec<Row>,
}

/// One task.
#[derive(Debug, Clone, PartialEq)]
struct Row {
    place: usize,
    /// One answer a dimension asked.
    answers: Vec<Answer>,
    note: String,
    labels: usize,
    agreed: &'static str,
    reviewers: String,
    labelled: String,
}

/// Columns before and after those of the dimensions.
const FIRST: [&str; 2] = ["occupation_id", "task_id"];
const LAST: [&str; 11] = [
    "note",
    "probability",
    "stratum",
    "design",
    "n_labels",
    "agreed",
    "reviewers",
    "labelled",
    "draw",
    "run",
    "kind",
];

impl Gold {
    /// The labels of a desk. Of several people on a task, scores are averaged; of labels that of most counts, and where as
    /// many gave another, that of whoever of them labelled first: leaving such tasks out would leave the easy ones.
    #[must_use]
    pub fn of(desk: &Desk) -> Self {
        let draw = desk.draw();
        let rows: Vec<Row> = (0..draw.tasks.len())
            .filter_map(|place| row(desk, place))
            .collect();
        let mut labelled = vec![0; draw.strata.len()];
        for row in &rows {
            if let Some(count) = labelled.get_mut(draw.tasks[row.place].stratum) {
                *count += 1;
            }
        }
        Self {
            standing: match desk.is_picked() {
                true => Standing::Picked,
                false => standing(draw, &labelled),
            },
            labelled,
            rows,
        }
    }

    /// Number of labelled tasks.
    #[must_use]
    pub fn tasks(&self) -> usize {
        self.rows.len()
    }

    /// The labelled tasks: place in the draw, the chance that the task had to be labelled, and the answers, one a dimension
    /// that the draw asks for.
    pub fn answers<'a>(
        &'a self,
        draw: &'a Draw,
    ) -> impl Iterator<Item = (usize, f64, &'a [Answer])> {
        self.rows.iter().filter_map(|row| {
            let task = draw.tasks.get(row.place)?;
            let probability = self.probability(draw, task)?;
            Some((row.place, probability, row.answers.as_slice()))
        })
    }

    /// The chance of a task to be drawn, times the share of its stratum's drawn tasks that were labelled: labelled tasks of
    /// the stratum over all of them. Of what people picked nobody knows it.
    fn probability(&self, draw: &Draw, task: &DrawnTask) -> Option<f64> {
        if self.standing == Standing::Picked {
            return None;
        }
        let stratum = draw.strata.get(task.stratum)?;
        let labelled = self.labelled.get(task.stratum)?;
        (stratum.tasks > 0).then(|| *labelled as f64 / stratum.tasks as f64)
    }

    /// Writes `gold.csv`: the same labels give the same bytes.
    ///
    /// # Errors
    /// Writing fails.
    pub fn write(&self, draw: &Draw, out: &mut impl Write) -> Result<()> {
        let asked: Vec<&str> = draw.asked().map(|one| &*one.id).collect();
        let header = FIRST.into_iter().chain(asked).chain(LAST);
        let mut table = Table::new(out, "the gold", header)?;
        for row in &self.rows {
            let task = &draw.tasks[row.place];
            table.text(&task.occupation_id)?;
            table.text(&task.task_id)?;
            for answer in &row.answers {
                match answer {
                    Answer::Label(label) => table.text(label)?,
                    Answer::Score(score) => table.number(Some(*score))?,
                }
            }
            table.text(&row.note)?;
            table.number(self.probability(draw, task))?;
            table.text(draw.strata.get(task.stratum).map_or("", |one| &one.name))?;
            table.text(&self.standing.name())?;
            table.count(row.labels)?;
            table.text(row.agreed)?;
            for text in [&row.reviewers, &row.labelled, &draw.id, &draw.run] {
                table.text(text)?;
            }
            table.text(draw.kind.name())?;
            table.end_row()?;
        }
        table.finish()
    }
}

/// The block of `taskrater.toml` that makes such a file a rater of `rate`, marked gold.
#[must_use]
pub fn recording(draw: &Draw, file: &str) -> String {
    let text = |text: &str| toml::Value::String(text.to_owned()).to_string();
    let columns = draw.asked().map(|one| format!("{0} = {0:?}", one.id));
    let columns: Vec<String> = columns.collect();
    format!(
        "[[recordings]]\nfile = {}\ntask_id = \"task_id\"\noccupation_id = \"occupation_id\"\n\
         probability = \"probability\"\n\
         raters = [{{ id = \"people-{}\", columns = {{ {} }}, rationale = \"note\", gold = \"{}\" }}]\n",
        text(file),
        draw.id,
        columns.join(", "),
        draw.kind.name()
    )
}

fn standing(draw: &Draw, labelled: &[usize]) -> Standing {
    let strata = draw.strata.iter().map(|one| one.tasks).zip(labelled);
    let strata: Vec<(usize, usize)> = strata
        .map(|(tasks, labelled)| (tasks, *labelled))
        .filter(|(tasks, _)| *tasks > 0)
        .collect();
    let count = |covered: bool| {
        let own = strata
            .iter()
            .filter(|&&(_, labelled)| !covered || labelled > 0);
        own.map(|(tasks, _)| tasks).sum::<usize>()
    };
    let (tasks, of) = (count(true), count(false));
    if tasks < of {
        return match draw.design.contested >= 1.0 {
            true => Standing::ContestedOnly,
            false => Standing::Covers { tasks, of },
        };
    }
    // a/b = c/d without division.
    let even = |two: &[(usize, usize)]| two[0].1 * two[1].0 == two[1].1 * two[0].0;
    match strata.windows(2).all(even) {
        true => Standing::Random,
        false => Standing::Stratified,
    }
}

fn row(desk: &Desk, place: usize) -> Option<Row> {
    let labels: Vec<&Entry> = desk.labels(place).collect();
    let latest = desk.latest(place)?;
    let said = |entry: &Entry, dimension: &Dimension| match &entry.said {
        Said::Label { values, .. } => values.get(&dimension.id).cloned(),
        Said::Skip { .. } | Said::Withdraw | Said::Pass => None,
    };
    let given: Vec<Vec<Answer>> = desk
        .draw()
        .asked()
        .map(|dimension| {
            labels
                .iter()
                .filter_map(|one| said(one, dimension))
                .collect()
        })
        .collect();
    let same = |answers: &Vec<Answer>| answers.windows(2).all(|two| two[0] == two[1]);
    let names: Vec<&str> = labels.iter().map(|one| one.reviewer.as_str()).collect();
    Some(Row {
        place,
        note: notes(&labels),
        labels: labels.len(),
        agreed: match (labels.len(), given.iter().all(same)) {
            (1, _) => "one label",
            (_, true) => "yes",
            (_, false) => "no",
        },
        reviewers: names.join("; "),
        labelled: latest.time.clone(),
        answers: given
            .iter()
            .map(|answers| merged(answers))
            .collect::<Option<_>>()?,
    })
}

/// One answer of those of several people, in the order in which they labelled.
fn merged(answers: &[Answer]) -> Option<Answer> {
    let scores: Vec<f64> = answers
        .iter()
        .filter_map(|answer| match answer {
            Answer::Score(score) => Some(*score),
            Answer::Label(_) => None,
        })
        .collect();
    if !scores.is_empty() {
        return Some(Answer::Score(
            scores.iter().sum::<f64>() / scores.len() as f64,
        ));
    }
    let count = |answer: &Answer| answers.iter().filter(|other| *other == answer).count();
    let most = answers.iter().map(count).max()?;
    answers.iter().find(|answer| count(answer) == most).cloned()
}

/// The notes of a task: one as it is, several with the names before them.
fn notes(labels: &[&Entry]) -> String {
    let notes: Vec<(&str, String)> = labels
        .iter()
        .filter_map(|entry| match &entry.said {
            Said::Label { note, .. } if !note.trim().is_empty() => {
                let words: Vec<&str> = note.split_whitespace().collect();
                Some((entry.reviewer.as_str(), words.join(" ")))
            }
            _ => None,
        })
        .collect();
    match notes.as_slice() {
        [(_, only)] if labels.len() == 1 => only.clone(),
        several => {
            let named = several.iter().map(|(name, note)| format!("{name}: {note}"));
            named.collect::<Vec<_>>().join("; ")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rater::Config;
    use crate::review::fixtures::{desk, drawn, label, say, skip};
    use insta::assert_snapshot;

    fn csv(desk: &Desk) -> String {
        let mut bytes = Vec::new();
        Gold::of(desk).write(desk.draw(), &mut bytes).unwrap();
        String::from_utf8(bytes).unwrap()
    }

    #[test]
    fn labels_of_several_people_are_one_row() {
        let mut desk = desk(4, 2);
        say(&mut desk, "zoe", 0, label("E1", 40.0));
        say(&mut desk, "ana", 0, label("E0", 25.0));
        say(&mut desk, "ana", 1, label("E2", 10.0));
        say(&mut desk, "zoe", 1, label("E2", 10.0));
        say(&mut desk, "ben", 2, label("E1", 0.0));
        say(&mut desk, "ana", 2, label("E0", 50.0));
        say(&mut desk, "zoe", 2, label("E0", 100.0));
        say(&mut desk, "ana", 3, skip("unclear"));
        let text = csv(&desk).replace(&desk.draw().id, "DRAW");
        // A tie of zoe's E1 and ana's E0 is zoe's, who was first; two of three say E0. Three of four are labelled.
        let rows: Vec<&str> = text.lines().skip(1).collect();
        let ids: Vec<String> = desk.draw().tasks[..3]
            .iter()
            .map(|one| format!("{},{}", one.occupation_id, one.task_id))
            .collect();
        assert_eq!(
            rows,
            [
                format!(
                    "{},E1,32.5,,0.75,all,random,2,no,zoe; ana,2026-11-21T10:01:00Z,DRAW,run,human",
                    ids[0]
                ),
                format!(
                    "{},E2,10,,0.75,all,random,2,yes,ana; zoe,2026-11-21T10:03:00Z,DRAW,run,human",
                    ids[1]
                ),
                format!(
                    "{},E0,50,,0.75,all,random,3,no,ben; ana; zoe,2026-11-21T10:06:00Z,DRAW,run,human",
                    ids[2]
                ),
            ]
        );
        assert_snapshot!(text.lines().next().unwrap(), @"occupation_id,task_id,exposure,automation,note,probability,stratum,design,n_labels,agreed,reviewers,labelled,draw,run,kind");
        assert_eq!(csv(&desk), csv(&desk.clone()));
    }

    #[test]
    fn nothing_said_is_no_row() {
        let mut desk = desk(4, 2);
        assert_eq!(
            (Gold::of(&desk).tasks(), csv(&desk).lines().count()),
            (0, 1)
        );
        say(&mut desk, "ana", 0, skip("unclear"));
        assert_eq!(Gold::of(&desk).tasks(), 0);
        // One task of four: what was drawn stands for all.
        say(&mut desk, "ana", 1, label("E0", 3.0));
        let gold = Gold::of(&desk);
        let found: Vec<_> = gold.answers(desk.draw()).collect();
        assert_eq!((found[0].0, found[0].1), (1, 0.25));
    }

    #[test]
    fn a_design_is_what_was_labelled_and_not_what_was_wanted() {
        // 4 of the 8 contested tasks and 4 of the 32 others.
        let mut half = drawn(40, 8, 0.5, 8);
        let sizes: Vec<_> = half
            .draw()
            .strata
            .iter()
            .map(|one| (one.drawn, one.tasks))
            .collect();
        assert_eq!(sizes, [(4, 8), (4, 32)]);
        let of = |desk: &Desk, stratum: usize| -> Vec<usize> {
            let tasks = desk.draw().tasks.iter().enumerate();
            let own = tasks.filter(|(_, task)| task.stratum == stratum);
            own.map(|(place, _)| place).collect()
        };
        let (contested, rest) = (of(&half, 0), of(&half, 1));
        say(&mut half, "ana", contested[0], label("E0", 1.0));
        // Nobody came to the rest yet: the label stands for the 8 alone.
        assert_eq!(
            Gold::of(&half).standing,
            Standing::Covers { tasks: 8, of: 40 }
        );
        assert!(!Gold::of(&half).standing.calibrates());
        say(&mut half, "ana", rest[0], label("E0", 1.0));
        assert_eq!(Gold::of(&half).standing, Standing::Stratified);
        let chances: Vec<f64> = Gold::of(&half)
            .answers(half.draw())
            .map(|one| one.1)
            .collect();
        assert_eq!(chances.iter().sum::<f64>(), 1.0 / 8.0 + 1.0 / 32.0);
        // 1 of 8 and 4 of 32 are the same share.
        for &place in &rest[1..] {
            say(&mut half, "ana", place, label("E0", 1.0));
        }
        assert_eq!(Gold::of(&half).standing, Standing::Random);
        let mut only = drawn(40, 8, 1.0, 8);
        for place in 0..8 {
            say(&mut only, "ana", place, label("E0", 1.0));
        }
        assert_eq!(Gold::of(&only).standing, Standing::ContestedOnly);
        assert!(
            csv(&only)
                .lines()
                .skip(1)
                .all(|row| row.contains(",1,contested,contested only,"))
        );
    }

    #[test]
    fn the_configuration_takes_the_block() {
        let desk = desk(4, 2);
        let block = recording(desk.draw(), "reviews/a \"b\"/gold.csv");
        let ids = crate::rater::Weights::embedded().unwrap().ids();
        let config = Config::built_in(&ids)
            .unwrap()
            .with_file("taskrater.toml", &block)
            .unwrap();
        let id = format!("people-{}", desk.draw().id);
        let panel = config.panel(None, std::slice::from_ref(&id)).unwrap();
        let rater = &panel.raters()[0];
        assert_eq!(rater.gold(), Some(desk.draw().kind));
        let recording = rater.recording().unwrap();
        assert_eq!(recording.file, "reviews/a \"b\"/gold.csv");
        assert_eq!(recording.columns.len(), 2);
    }
}
