//! A made-up run with its audit: three raters and gold over six occupations in three major groups, a refusal now and then,
//! and hostile text in one of the tasks. Its numbers come from a small generator, so that tests can count them.

use std::collections::BTreeMap;
use std::fs::File;
use std::path::Path;

use serde_json::{Value, json};
use taskrater::inventory::{Occupation, Task};
use taskrater::prompt::Prompt;
use taskrater::rater::GoldKind;
use taskrater::rating::{Outcome, Rating, Value as Answer};
use taskrater::ratings::Sheet;
use taskrater::reconcile::{Options, Reconciliation, reconcile};
use taskrater::report::{AuditPage, RaterKind, RaterLine, Report, write_audit_page};
use taskrater::rubric::Rubric;

/// The statement of the first task.
pub const HOSTILE: &str = "</script><script>window.hacked = 1</script><img src=x onerror=\"window.hacked = 1\"> \
                           {{nonce}} \u{202e}desrever\u{202c} & <b>bold</b>";
pub const RATERS: [&str; 4] = ["gpt-4o", "claude-sonnet", "surrogate-human", "people"];
/// Tasks of each occupation.
const EACH: usize = 30;
const OCCUPATIONS: [(&str, &str); 6] = [
    ("43-4051.00", "Customer Service Representatives"),
    ("43-6014.00", "Secretaries"),
    ("15-1252.00", "Software Developers"),
    ("15-2051.00", "Data Scientists"),
    ("35-2014.00", "Cooks, Restaurant"),
    ("35-3031.00", "Waiters and \"Waitresses\" <all>"),
];

/// The run: values by dimension, rater and task, as they went into it.
pub struct MadeUp {
    pub rubric: Rubric,
    pub occupations: Vec<Occupation>,
    pub values: Vec<Vec<Vec<Option<f64>>>>,
    ratings: Vec<Rating>,
}

impl MadeUp {
    /// With so many of the raters.
    pub fn new(raters: usize) -> Self {
        let rubric = Prompt::built_in("impact").expect("impact").rubric().clone();
        let (mut occupations, mut ratings) = (Vec::new(), Vec::new());
        let mut values = vec![vec![Vec::new(); raters]; rubric.dimensions().len()];
        let mut seed = 7_u64;
        for (o, (id, title)) in OCCUPATIONS.iter().enumerate() {
            let tasks = (0..EACH).map(|n| task(o * EACH + n)).collect();
            occupations.push(Occupation {
                id: (*id).to_owned(),
                title: (*title).to_owned(),
                tasks,
                ..Occupation::default()
            });
            for _ in 0..EACH {
                let base = next(&mut seed, 101);
                for rater in 0..raters {
                    let rating = rating(rater, base, &mut seed);
                    for (dimension, own) in values.iter_mut().zip(&rating.values) {
                        dimension[rater].push(own.as_ref().map(|answer| answer.value));
                    }
                    ratings.push(rating);
                }
            }
        }
        Self {
            rubric,
            occupations,
            values,
            ratings,
        }
    }

    /// Its consensus in each dimension that was rated.
    pub fn consensus(&self) -> Vec<Reconciliation> {
        let sheet = Sheet::of(&self.rubric, self.values[0].len(), &self.ratings).expect("a sheet");
        let occupations: Vec<&Occupation> = self.occupations.iter().collect();
        reconcile(&occupations, &sheet, &Options::default())
            .expect("a consensus")
            .dimensions
    }

    /// Writes its page.
    pub fn write(&self, path: &Path, audit: &Value, rationale_bytes: usize) {
        let raters: Vec<RaterLine> = lines().into_iter().take(self.values[0].len()).collect();
        let sheet = Sheet::of(&self.rubric, raters.len(), &self.ratings).expect("a sheet");
        let occupations: Vec<&Occupation> = self.occupations.iter().collect();
        let reconciled = reconcile(&occupations, &sheet, &Options::default()).expect("a consensus");
        let report = Report {
            inventory: "a made-up inventory",
            notes: &["made up for a test".to_owned()],
            rubric: &self.rubric,
            prompt: "0123abcd",
            raters: &raters,
            occupations: &occupations,
            ratings: &sheet,
            carried: None,
            reconciled: &reconciled,
            labour: None,
        };
        let page = AuditPage {
            report: &report,
            audit,
            activities: &BTreeMap::new(),
            rationale_bytes,
        };
        write_audit_page(&page, &mut File::create(path).expect("a file")).expect("a page");
    }

    /// All tasks, with the id and title of the occupation.
    pub fn tasks(&self) -> impl Iterator<Item = (&Occupation, &Task)> {
        self.occupations
            .iter()
            .flat_map(|one| one.tasks.iter().map(move |task| (one, task)))
    }
}

fn next(seed: &mut u64, below: u64) -> u64 {
    *seed = seed
        .wrapping_mul(6_364_136_223_846_793_005)
        .wrapping_add(1_442_695_040_888_963_407);
    (*seed >> 33) % below
}

fn task(number: usize) -> Task {
    let verbs = ["Write", "Check", "File", "Explain", "Order"];
    let objects = [
        "letters to customers",
        "accounts",
        "schedules of the week",
        "contracts",
    ];
    let statement = match number {
        0 => HOSTILE.to_owned(),
        1 => "Explain the very long list of steps of this task, again and again. ".repeat(60),
        _ => format!(
            "{} {} in matter {number}.",
            verbs[number % 5],
            objects[number % 4]
        ),
    };
    Task {
        id: format!("t{number}"),
        statement,
        ..Task::default()
    }
}

fn lines() -> Vec<RaterLine> {
    let line = |(id, kind, gold): (&str, RaterKind, Option<GoldKind>)| RaterLine {
        id: id.to_owned(),
        kind,
        source: format!("where {id} <comes> from"),
        description: String::new(),
        gold,
        drawn: None,
    };
    let kinds = [
        RaterKind::Llm,
        RaterKind::Llm,
        RaterKind::Surrogate,
        RaterKind::Recording,
    ];
    let gold = [None, None, None, Some(GoldKind::Human)];
    RATERS
        .into_iter()
        .zip(kinds)
        .zip(gold)
        .map(|((id, kind), gold)| line((id, kind, gold)))
        .collect()
}

/// What a rater says of a task whose worth is `base` of 100. The surrogate covers exposure alone; the first refuses one in
/// twenty.
fn rating(rater: usize, base: u64, seed: &mut u64) -> Rating {
    if rater == 0 && next(seed, 20) == 0 {
        return Rating::missing(Outcome::Refused, 3);
    }
    let noise = next(seed, 61);
    let score = (base + noise)
        .saturating_sub(30 - 6 * u64::from(rater == 0))
        .min(100) as f64;
    let label = match score {
        low if low < 34.0 => 0,
        middle if middle < 67.0 => 1,
        _ => 2,
    };
    let exposure = Answer {
        value: [0.0, 0.5, 1.0][label],
        label: Some(label),
        probabilities: None,
    };
    let automation = Answer {
        value: score,
        label: None,
        probabilities: None,
    };
    Rating {
        values: vec![Some(exposure), (rater != 2).then_some(automation), None],
        rationale: format!(
            "{} gives {score} because of the words. {}",
            RATERS[rater], HOSTILE
        ),
        confidence: Some(50.0 + rater as f64),
        ..Rating::missing(Outcome::Rated, 3)
    }
}

/// An audit of it in the form of `audit --json`, its numbers as made up as the run's.
pub fn audit(raters: usize) -> Value {
    let ids = &RATERS[..raters];
    let rater = |id: &&str| {
        let gold = if *id == "people" {
            json!("human")
        } else {
            Value::Null
        };
        json!({ "id": id, "kind": "llm", "source": "", "gold": gold, "questions": 180,
                "outcomes": { "rated": 170, "refused": 10 }, "coverage": figure(0.94), "confidence": figure(51.0),
                "repairs": { "direct": 100, "fence": 3 }, "refusals": figure(0.06) })
    };
    let labels = json!(["E0", "E2", "E1"]);
    json!({
        "runs": [{ "run": "20260101T000000-cafe", "prompt": "0123abcd", "inventory": "a made-up inventory", "tasks": 180, "occupations": 6 }],
        "level": 0.9, "seed": 1, "draws": 1000,
        "raters": ids.iter().map(rater).collect::<Vec<_>>(),
        "dimensions": [dimension("exposure", &labels, ids), dimension("automation", &Value::Null, ids)],
        "findings": [{ "text": format!("gpt-4o is 6.2 points more lenient than the panel {HOSTILE}"), "dimension": "automation",
                       "raters": ["gpt-4o"], "kind": "leniency", "test": "paired t clustered by occupation", "p": 0.0001,
                       "p_adjusted": 0.0012, "adjustment": "Holm over 12 tests" }],
        "nothing_found": null,
        "notes": ["no test and retest: every rater has one sample"],
    })
}

fn figure(point: f64) -> Value {
    json!({ "point": point, "low": point - 0.05, "high": point + 0.04, "n": 170 })
}

fn dimension(id: &str, labels: &Value, ids: &[&str]) -> Value {
    let kappa = |b: usize| {
        if labels.is_null() {
            Value::Null
        } else {
            figure(0.3 + 0.1 * b as f64)
        }
    };
    let pair = |(a, b): (usize, usize)| {
        json!({ "a": ids[a], "b": ids[b], "n": 170, "kappa": kappa(b), "pearson": figure(0.5), "ccc": figure(0.45),
                "mean_difference": figure(-2.5), "exact_agreement": figure(0.6) })
    };
    let both = (0..ids.len()).flat_map(|a| (a + 1..ids.len()).map(move |b| (a, b)));
    let own = |id: &&str| {
        let gold = *id == "people";
        let leniency = if gold {
            Value::Null
        } else {
            json!({ "point": 6.2, "low": 5.1, "high": 7.3, "n": 170 })
        };
        json!({ "id": id, "gold": gold, "n": 170, "mean": figure(0.5), "leniency": leniency, "leniency_p": 0.0004, "sd_ratio": figure(0.8),
                "c_b": figure(0.97), "round_share": null, "used": { "min": 0, "max": 1, "distinct": 3 },
                "histogram": [{ "value": 0, "count": 60 }, { "value": 0.5, "count": 50 }, { "value": 1, "count": 60 }],
                "test_retest": null, "drift": null, "vs_gold": null })
    };
    let group = |(key, id): (&&str, &&str)| {
        json!({ "by": "major_group", "key": key, "title": format!("Group {key}"), "rater": id, "n": 60, "occupations": 2,
                "leniency": { "point": 3.0, "low": -1.0, "high": 7.0, "n": 60 }, "p": 0.2, "q": 0.4, "beyond": null, "beyond_q": null })
    };
    let keys = ["43-0000", "15-0000", "35-0000"];
    let groups = keys
        .iter()
        .flat_map(|key| ids.iter().map(move |id| (key, id)));
    let agreement = match ids {
        [_] => {
            json!([{ "name": "krippendorff_alpha", "metric": "ordinal", "of": "panel", "raters": 1, "estimate": null, "method": "",
                        "why_none": "one rater has nobody to agree with" }])
        }
        _ => json!([
            { "name": "krippendorff_alpha", "metric": "ordinal", "of": "panel", "raters": 3, "estimate": figure(0.52), "method": "cluster bootstrap", "why_none": null },
            { "name": "gwet_ac2", "metric": "quadratic", "of": "panel and gold", "raters": 4, "estimate": { "point": 0.61, "low": null, "high": null, "n": 180,
              "no_interval": "all in one occupation" }, "method": "", "why_none": null },
            { "name": "icc_a1", "metric": null, "of": "panel", "raters": 3, "estimate": null, "method": "", "why_none": "fewer than two occupations" },
        ]),
    };
    json!({ "id": id, "labels": labels, "bounds": if labels.is_null() { [0, 100] } else { [0, 1] }, "n_tasks": 180, "agreement": agreement,
            "raters": ids.iter().map(own).collect::<Vec<_>>(), "pairs": both.map(pair).collect::<Vec<_>>(),
            "groups": groups.filter(|_| ids.len() > 1).map(group).collect::<Vec<_>>(), "errors": null, "contested": [], "contested_total": 0 })
}
