//! Rows from the ratings of one rater in a run: what a paid model said becomes what a free one learns.

use super::labels::gold_by_id;
use super::lesson::{self, GoldColumn, Lesson, group_rows};
use crate::error::{Error, Kind, Result};
use crate::rater::surrogate::train::{Row, Target};
use crate::rater::surrogate::{Answer, Scale};
use crate::rating::Rating;
use crate::ratings::fold;
use crate::report::{RatingLine, without_guard};
use crate::rubric::{self, Dimension, Label, Rubric};
use crate::shell::cli::TrainArgs;
use crate::shell::files;
use crate::shell::project::Project;
use crate::shell::run_folder::find_run;
use serde::Deserialize;
use serde_json::Value;
use std::collections::HashMap;
use std::path::{Path, PathBuf};

/// A run that has a rater to learn from.
pub(super) struct Run {
    folder: PathBuf,
    /// Its id.
    pub id: String,
    /// Id of its rubric, which is that of its prompt.
    pub rubric: String,
    /// Fingerprint of its prompt.
    pub prompt: String,
    rater: String,
}

impl Run {
    /// Finds the run and the rater in it.
    pub(super) fn find(project: &Project, name: &str, rater: &str) -> Result<Self> {
        let (folder, manifest) = find_run(project.folder(), name)?;
        check_teacher(&manifest, name, rater)?;
        let text = |pointer: &str| {
            let value = manifest.pointer(pointer).and_then(Value::as_str);
            value.unwrap_or_default().to_owned()
        };
        Ok(Self {
            folder,
            id: text("/run"),
            rubric: text("/prompt/id"),
            prompt: text("/prompt/fingerprint"),
            rater: rater.to_owned(),
        })
    }

    /// Whose labels these are.
    pub(super) fn source(&self) -> String {
        format!("ratings of {} in run {}", self.rater, self.id)
    }

    /// The ratings of the rater on the target's dimension, with gold from the label file where one is given.
    pub(super) fn lesson(&self, args: &TrainArgs, target: Target) -> Result<Lesson> {
        let texts = texts(&self.folder.join("consensus.csv"))?;
        let gold = match &args.labels {
            Some(path) => {
                let table = lesson::labels(path)?;
                Some(gold_by_id(args, &table, &target.scale, &target.dimension)?)
            }
            None => None,
        };
        let ratings = self.ratings(&target)?;
        let mut rows = Vec::new();
        for (key, answer) in ratings.given {
            let (title, statement) = texts.get(&key).ok_or_else(|| {
                Error::input(format!(
                    "{}: task {} of {} is rated, but its statement is not in consensus.csv",
                    self.folder.display(),
                    key.1,
                    key.0
                ))
            })?;
            rows.push(Row {
                group: key.0,
                task_id: key.1,
                title: title.clone(),
                statement: statement.clone(),
                answers: vec![answer],
            });
        }
        let mut notes = Vec::new();
        if ratings.missing > 0 {
            notes.push(format!(
                "{} tasks are left out: {} did not rate them on '{}'",
                ratings.missing, self.rater, target.dimension
            ));
        }
        let of_row = |answers: &HashMap<String, Answer>| {
            let found = rows.iter().map(|row| answers.get(&row.task_id).cloned());
            found.collect()
        };
        let gold = gold.map(|(name, answers)| GoldColumn {
            name,
            answers: of_row(&answers),
        });
        let held_out = group_rows(&mut rows, "occupation");
        Ok(Lesson {
            name: target.id.clone(),
            attribution: format!(
                "Labels: {}. The statements they were given to are not contained.",
                target.source
            ),
            targets: vec![target],
            rows,
            gold: vec![gold],
            held_out,
            notes,
        })
    }

    fn ratings(&self, target: &Target) -> Result<Ratings> {
        let path = self.folder.join("ratings.jsonl");
        if !path.is_file() {
            return Err(Error::input(format!("run {} has no ratings yet", self.id))
                .hint("the same `rate` command again finishes it; what was paid for is cached"));
        }
        let rubric = rubric_of(target)?;
        let mut samples = Samples::default();
        for (n, line) in files::read_text(&path)?.lines().enumerate() {
            let line = RatingLine::read(&rubric, line)
                .map_err(|error| Error::input(format!("{}:{}: {error}", path.display(), n + 1)))?;
            if line.rater == self.rater {
                samples.take(line);
            }
        }
        Ok(samples.ratings(&rubric, target))
    }
}

/// A rater of the run, and none that is a model of labels itself.
fn check_teacher(manifest: &Value, run: &str, rater: &str) -> Result<()> {
    let raters = manifest["raters"].as_array().map_or(&[][..], Vec::as_slice);
    let id = |entry: &Value| entry["id"].as_str().unwrap_or_default().to_owned();
    let Some(entry) = raters.iter().find(|entry| id(entry) == rater) else {
        let known: Vec<String> = raters.iter().map(id).collect();
        return Err(Error::input(format!("run {run} has no rater '{rater}'"))
            .hint(format!("its raters are: {}", known.join(", "))));
    };
    if entry["kind"]
        .as_str()
        .unwrap_or_default()
        .starts_with("surrogate")
    {
        return Err(Error::new(
            Kind::Usage,
            format!(
                "'{rater}' is a surrogate: a surrogate of it would learn its guesses, mistakes included, as if they \
                 were labels, and agree with it by construction"
            ),
        )
        .hint("train on the labels it was made from, or name an LLM of the run"));
    }
    Ok(())
}

/// Occupation and task.
type Key = (String, String);

#[derive(Default)]
struct Ratings {
    given: Vec<(Key, Answer)>,
    missing: usize,
}

/// The rater's answers to each question, in the order of the file.
#[derive(Default)]
struct Samples {
    places: HashMap<Key, usize>,
    tasks: Vec<(Key, Vec<Rating>)>,
}

impl Samples {
    fn take(&mut self, mut line: RatingLine) {
        // Only the numbers are learned.
        line.rating.rationale = String::new();
        let key = (line.occupation_id, line.task_id);
        let place = *self.places.entry(key.clone()).or_insert_with(|| {
            self.tasks.push((key, Vec::new()));
            self.tasks.len() - 1
        });
        self.tasks[place].1.push(line.rating);
    }

    /// One answer a task: several samples are one opinion.
    fn ratings(self, rubric: &Rubric, target: &Target) -> Ratings {
        let mut ratings = Ratings::default();
        let labels = rubric.dimensions()[0].labels();
        for (key, samples) in self.tasks {
            let opinion = fold(rubric, &samples);
            let value = opinion.values.into_iter().next().flatten();
            let answer = value.and_then(|value| match target.scale {
                Scale::Labels(_) => Some(Answer::Label(labels.get(value.label?)?.id.clone())),
                Scale::Score => Some(Answer::Score(value.value)),
            });
            match answer {
                Some(answer) => ratings.given.push((key, answer)),
                None => ratings.missing += 1,
            }
        }
        ratings
    }
}

/// A rubric of the one dimension that is learned.
fn rubric_of(target: &Target) -> Result<Rubric> {
    let label = |(id, value): &(String, f64)| Label {
        id: id.clone(),
        value: *value,
        meaning: String::new(),
    };
    let scale = match &target.scale {
        Scale::Labels(labels) => rubric::Scale::Labels(labels.iter().map(label).collect()),
        Scale::Score => rubric::Scale::Score(Vec::new()),
    };
    let dimension = Dimension {
        id: target.dimension.clone(),
        question: String::new(),
        scale,
    };
    Rubric::new(target.dimension.clone(), vec![dimension])
}

#[derive(Deserialize)]
struct Named {
    occupation_id: String,
    occupation: String,
    task_id: String,
    task: String,
}

/// Title and statement of every task of a run.
fn texts(path: &Path) -> Result<HashMap<Key, (String, String)>> {
    let text = files::read_text(path)?;
    let mut texts = HashMap::new();
    for record in csv::Reader::from_reader(text.as_bytes()).into_deserialize() {
        let named: Named =
            record.map_err(|error| Error::input(format!("{}: {error}", path.display())))?;
        let plain = |text: &str| without_guard(text).to_owned();
        texts.insert(
            (plain(&named.occupation_id), plain(&named.task_id)),
            (plain(&named.occupation), plain(&named.task)),
        );
    }
    Ok(texts)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn samples_of_a_task_are_learned_as_one_opinion() {
        let target = Target {
            id: "x".into(),
            dimension: "exposure".into(),
            source: "a test".into(),
            scale: Scale::Labels(vec![("E0".into(), 0.0), ("E1".into(), 1.0)]),
        };
        let rubric = rubric_of(&target).unwrap();
        let mut samples = Samples::default();
        for (task, sample, values) in [
            ("1", 0, r#""exposure":{"value":0,"label":"E0"}"#),
            (
                "1",
                1,
                r#""exposure":{"value":1,"label":"E1"},"other":{"value":3}"#,
            ),
            ("1", 2, r#""exposure":{"value":1,"label":"E1"}"#),
            ("2", 0, ""),
        ] {
            let outcome = if values.is_empty() {
                "refused"
            } else {
                "rated"
            };
            let line = format!(
                r#"{{"occupation_id":"o","task_id":"{task}","rater":"r","sample":{sample},"outcome":"{outcome}","values":{{{values}}}}}"#
            );
            samples.take(RatingLine::read(&rubric, &line).unwrap());
        }
        let ratings = samples.ratings(&rubric, &target);
        assert_eq!(ratings.missing, 1);
        let [((_, task), Answer::Label(label))] = ratings.given.as_slice() else {
            panic!("one task is learned");
        };
        assert_eq!((task.as_str(), label.as_str()), ("1", "E1"));
    }
}
