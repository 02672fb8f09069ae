//! From two trained levels to the shipped bundle: compose, round, remember, report.

use std::collections::{BTreeMap, BTreeSet};

use super::super::bundle::{About, Bundle, Surrogate};
use super::super::features::Task;
use super::super::figures::figures;
use super::super::logit::softmax;
use super::super::memory::{Memory, step_of};
use super::super::scale::{Answer, Scale, mean, spread};
use super::super::space::{Space, Vectors};
use super::corpus::Corpus;
use super::folds::FOLDS;
use super::levels::{Levels, Shares};
use super::{FoldReport, Material, Spec, SurrogateReport, Target, TrainingReport};

/// The bundle and its report.
pub(super) fn assemble(
    material: &Material<'_>,
    corpus: &Corpus,
    levels: &Levels,
    spec: &Spec,
) -> (Bundle, TrainingReport) {
    let maps = Maps::compose(levels);
    let mut surrogates: Vec<Surrogate> = Vec::new();
    for (t, target) in spec.targets.iter().enumerate() {
        let first = surrogates.iter().map(Surrogate::maps).sum();
        surrogates.push(surrogate(material, levels, t, target, &maps, first));
    }
    let space = Space::new(corpus.keys.clone(), levels.first.idf.clone());
    let mut bundle = Bundle {
        name: spec.name.clone(),
        attribution: spec.attribution.clone(),
        seed: spec.seed.clone(),
        weights: maps.steps(space.len()),
        space,
        surrogates,
        memory: Memory::default(),
    };
    bundle.memory = remember(material, levels, spec, &bundle);
    let rounding = rounding(material, corpus, &bundle, &maps);
    let report = report(material, &bundle, rounding);
    (bundle, report)
}

/// Both levels as one: the logits of all anchors but the lowest, linear in the features.
struct Maps {
    /// Map × feature.
    weights: Vec<Vec<f64>>,
    intercepts: Vec<f64>,
    /// Size of one weight step of each map.
    sizes: Vec<f64>,
}

impl Maps {
    fn compose(levels: &Levels) -> Self {
        let first = &levels.first;
        let mut maps = Self {
            weights: Vec::new(),
            intercepts: Vec::new(),
            sizes: Vec::new(),
        };
        for coefficients in levels.heads.iter().flat_map(|head| &head.coefficients) {
            let mut weights = vec![0.0; first.idf.len()];
            let mut intercept = coefficients[0];
            for (column, factor) in coefficients[1..].iter().enumerate() {
                intercept += factor * f64::from(first.intercepts[column]);
                for (weight, part) in weights.iter_mut().zip(&first.weights[column]) {
                    *weight += factor * f64::from(*part);
                }
            }
            let largest = weights
                .iter()
                .fold(0.0, |largest: f64, w| largest.max(w.abs()));
            maps.sizes
                .push(if largest > 0.0 { largest / 127.0 } else { 1.0 });
            maps.weights.push(weights);
            maps.intercepts.push(intercept);
        }
        maps
    }

    /// Weights in steps, features × maps.
    fn steps(&self, features: usize) -> Vec<i8> {
        let step = |f: usize, map: usize| (self.weights[map][f] / self.sizes[map]).round() as i8;
        let maps = self.weights.len();
        (0..features)
            .flat_map(|f| (0..maps).map(move |map| step(f, map)))
            .collect()
    }
}

fn surrogate(
    material: &Material<'_>,
    levels: &Levels,
    t: usize,
    target: &Target,
    maps: &Maps,
    first: usize,
) -> Surrogate {
    let (values, answers) = (target.scale.values(), &material.shares[t]);
    let range = first..first + values.len() - 1;
    let groups: BTreeSet<&str> = material.rows.iter().map(|row| row.group.as_str()).collect();
    let share = |anchor: usize| {
        answers.iter().map(|a| f64::from(a[anchor])).sum::<f64>() / answers.len() as f64
    };
    Surrogate {
        shares: (0..values.len()).map(share).collect(),
        intercepts: maps.intercepts[range.clone()].to_vec(),
        steps: maps.sizes[range].to_vec(),
        widening: widening(&levels.out_of_fold[t], answers, &values),
        first,
        about: About {
            id: target.id.clone(),
            dimension: target.dimension.clone(),
            scale: target.scale.clone(),
            source: target.source.clone(),
            figures: figures(&levels.out_of_fold[t], answers, &values, groups.len()),
        },
    }
}

/// Root of the squared held-out residuals over the variance the probabilities claim.
fn widening(predicted: &[Vec<f64>], answers: &Shares, values: &[f64]) -> f64 {
    let (mut seen, mut claimed) = (0.0, 0.0);
    for (p, answer) in predicted.iter().zip(answers) {
        let answer: Vec<f64> = answer.iter().map(|share| f64::from(*share)).collect();
        seen += (mean(&answer, values) - mean(p, values)).powi(2);
        claimed += spread(p, values).powi(2);
    }
    if claimed > 0.0 {
        (seen / claimed).sqrt()
    } else {
        1.0
    }
}

fn remember(material: &Material<'_>, levels: &Levels, spec: &Spec, bundle: &Bundle) -> Memory {
    let mut memory = Memory {
        texts: material.folds.texts.clone(),
        folds: material.folds.of.clone(),
        ..Memory::default()
    };
    let (mut task, mut vectors) = (Task::default(), Vectors::new(&bundle.space));
    for (i, row) in material.rows.iter().enumerate() {
        memory.ids.push(&row.task_id);
        for predicted in &levels.out_of_fold {
            memory
                .probabilities
                .extend(predicted[i][1..].iter().map(|p| step_of(*p)));
        }
        let answers = spec.targets.iter().zip(&row.answers);
        memory
            .answers
            .extend(answers.map(|(target, answer)| stored(&target.scale, answer)));
        task.read(&row.title, &row.statement);
        vectors.read(&bundle.space, &task);
        memory.sketches.push(bundle.sketch(&vectors.hits));
    }
    memory
}

/// An answer as the memory keeps it: number of the label, or score in hundredths.
fn stored(scale: &Scale, answer: &Answer) -> u16 {
    match (scale, answer) {
        (Scale::Labels(labels), Answer::Label(given)) => labels
            .iter()
            .position(|(name, _)| name == given)
            .unwrap_or(0) as u16,
        (_, Answer::Score(score)) => (score * 100.0).round() as u16,
        (Scale::Score, Answer::Label(_)) => 0,
    }
}

/// Root mean square change of each surrogate's value by rounding its weights.
fn rounding(material: &Material<'_>, corpus: &Corpus, bundle: &Bundle, maps: &Maps) -> Vec<f64> {
    let all: Vec<usize> = (0..material.rows.len()).collect();
    let vectors = corpus.vectors(&all, &bundle.space.idf);
    let mut squares = vec![0.0; bundle.surrogates.len()];
    for i in 0..all.len() {
        for (square, surrogate) in squares.iter_mut().zip(&bundle.surrogates) {
            let values = surrogate.about.scale.values();
            let logits = |weight: &dyn Fn(usize, usize) -> f64| -> Vec<f64> {
                let one = |map: usize| {
                    let terms = vectors.row(i).iter();
                    maps.intercepts[map]
                        + terms
                            .map(|(f, x)| f64::from(*x) * weight(map, *f as usize))
                            .sum::<f64>()
                };
                (surrogate.first..surrogate.first + surrogate.maps())
                    .map(one)
                    .collect()
            };
            let count = maps.weights.len();
            let exact = logits(&|map, f| maps.weights[map][f]);
            let rounded =
                logits(&|map, f| f64::from(bundle.weights[f * count + map]) * maps.sizes[map]);
            *square +=
                (mean(&softmax(&exact), &values) - mean(&softmax(&rounded), &values)).powi(2);
        }
    }
    squares
        .iter()
        .map(|square| (square / all.len() as f64).sqrt())
        .collect()
}

fn report(material: &Material<'_>, bundle: &Bundle, rounding: Vec<f64>) -> TrainingReport {
    let mut of_text: BTreeMap<u64, BTreeSet<&str>> = BTreeMap::new();
    for (row, text) in material.rows.iter().zip(&material.folds.texts) {
        of_text.entry(*text).or_default().insert(&row.group);
    }
    let shared = material
        .folds
        .texts
        .iter()
        .filter(|text| of_text[text].len() > 1)
        .count();
    let groups: BTreeSet<&str> = material.rows.iter().map(|row| row.group.as_str()).collect();
    let surrogate = |(s, rounding): (&Surrogate, f64)| SurrogateReport {
        id: s.about.id.clone(),
        figures: s.about.figures.clone(),
        rounding,
    };
    TrainingReport {
        rows: material.rows.len(),
        groups: groups.len(),
        shared_texts: shared,
        features: bundle.features(),
        folds: (0..FOLDS).map(|fold| fold_report(material, fold)).collect(),
        surrogates: bundle
            .surrogates
            .iter()
            .zip(rounding)
            .map(surrogate)
            .collect(),
    }
}

fn fold_report(material: &Material<'_>, fold: u8) -> FoldReport {
    let rows = material.folds.held_out(&[fold]);
    let groups: BTreeSet<&str> = rows
        .iter()
        .map(|i| material.rows[*i].group.as_str())
        .collect();
    let line = |i: &usize| {
        format!(
            "{}\t{:016x}\n",
            material.rows[*i].task_id, material.folds.texts[*i]
        )
    };
    let mut lines: Vec<String> = rows.iter().map(line).collect();
    lines.sort_unstable();
    FoldReport {
        rows: rows.len(),
        groups: groups.len(),
        left_out: material.rows.len() - rows.len() - material.folds.training(&[fold]).len(),
        digest: blake3::hash(lines.concat().as_bytes()).to_hex().to_string(),
    }
}
