//! How exposed a task is, by keywords: crude on purpose, and the same in every run.

use super::hash::around_zero;

/// Word beginnings of work that text models help with.
const WRITTEN: &str = "\
    analy answer budget calculat code compil comput correspond data develop document draft edit \
    email forecast interpret letter model plan prepar program proofread record report research \
    review schedul software statistic summar teach translat transcrib writ";

/// Word beginnings of work that needs hands, presence or answering for people.
const PHYSICAL: &str = "\
    apply assembl bend build carry clean climb cook counsel cut deliver dig drill drive \
    equipment examin feed fight grind install inspect lift load machine mix mount move operat \
    paint patient physical repair supervis weld";

/// What one simulated rater thinks of one task.
#[derive(Debug, Clone, PartialEq)]
pub struct Judgement {
    /// From 0, nothing for a model to do, to 1, nearly all of it.
    pub level: f64,
    /// The first word that speaks for exposure.
    pub written: Option<String>,
    /// The first word that speaks against it.
    pub physical: Option<String>,
}

/// Judges a task. Each model has its own leniency; task and sample add a little noise.
pub fn judge(model: &str, task: &str, seed: Option<i64>) -> Judgement {
    let task_lower = task.to_lowercase();
    let words: Vec<&str> = task_lower
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .collect();
    let hits = |stems: &str| -> Vec<&str> {
        let any = |word: &&str| stems.split(' ').any(|stem| word.starts_with(stem));
        words.iter().copied().filter(any).collect()
    };
    let (written, physical) = (hits(WRITTEN), hits(PHYSICAL));
    let weight = |hits: &[&str]| hits.len().min(3) as f64;
    let (model, task) = (model.as_bytes(), task_lower.as_bytes());
    let leniency = around_zero(0.10, &[b"leniency", model]);
    let taste = around_zero(0.09, &[b"taste", model, task]);
    let nature = around_zero(0.10, &[b"nature", task]);
    let luck = seed.map_or(0.0, |seed| {
        around_zero(0.06, &[&seed.to_le_bytes(), model, task])
    });
    let level = 0.42 + 0.13 * weight(&written) - 0.14 * weight(&physical);
    Judgement {
        level: (level + leniency + taste + nature + luck).clamp(0.02, 0.98),
        written: written.first().map(|word| (*word).to_owned()),
        physical: physical.first().map(|word| (*word).to_owned()),
    }
}

/// The middle of a label's band, for answers that must fit a recorded label.
pub fn level_of_label(label: &str) -> Option<f64> {
    match label {
        "E0" => Some(0.18),
        "E2" => Some(0.50),
        "E1" => Some(0.80),
        _ => None,
    }
}

/// The label of a level.
pub fn label_of_level(level: f64) -> &'static str {
    match level {
        l if l < 0.36 => "E0",
        l if l < 0.64 => "E2",
        _ => "E1",
    }
}
