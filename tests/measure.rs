//! Score cards of runs whose figures are known from elsewhere, or must not change.

use proptest::prelude::*;
use serde_json::Value as Json;
use std::collections::BTreeMap;
use taskrater::eval::{
    Baseline, Card, JudgeScores, MODEL_RANGE, Measured, Metric, Number, PanelLine, PromptLine,
    SetLine, SetTask, measure,
};
use taskrater::inventory::{Occupation, Task};
use taskrater::rater::GoldKind;
use taskrater::rating::{Outcome, Rating, Value};
use taskrater::ratings::{Drawn, Sheet};
use taskrater::reconcile::{Gold, Method, Options};
use taskrater::report::{RaterKind, RaterLine};
use taskrater::rubric::{Dimension, Label, Rubric, Scale};

fn rubric() -> Rubric {
    let label = |id: &str, value| Label {
        id: id.into(),
        value,
        meaning: String::new(),
    };
    let labels = vec![label("E0", 0.0), label("E2", 0.5), label("E1", 1.0)];
    let dimension = |id: &str, scale| Dimension {
        id: id.into(),
        question: String::new(),
        scale,
    };
    let exposure = dimension("exposure", Scale::Labels(labels));
    Rubric::new(
        "r".into(),
        vec![exposure, dimension("automation", Scale::Score(Vec::new()))],
    )
    .expect("known")
}

fn rating(exposure: Option<Value>, automation: Option<f64>) -> Rating {
    let score = automation.map(|value| Value {
        value,
        label: None,
        probabilities: None,
    });
    Rating {
        values: vec![exposure, score],
        ..Rating::missing(Outcome::Rated, 2)
    }
}

fn label(position: usize) -> Option<Value> {
    Some(Value {
        value: position as f64 / 2.0,
        label: Some(position),
        probabilities: None,
    })
}

fn missing() -> Rating {
    Rating::missing(Outcome::Refused, 2)
}

/// A run: the occupation of each task, and its ratings by rater; gold is the last of them.
#[derive(Clone)]
struct World {
    tasks: Vec<(String, String, String)>,
    raters: Vec<String>,
    ratings: Vec<Vec<Rating>>,
    probabilities: Option<Vec<f64>>,
    baselines: Vec<Baseline>,
}

impl World {
    fn new(occupations: &[usize], raters: &[&str], ratings: Vec<Vec<Rating>>) -> Self {
        let tasks = occupations.iter().enumerate().map(|(task, occupation)| {
            (
                format!("o{occupation:03}"),
                format!("{task}"),
                "Do it.".to_owned(),
            )
        });
        Self {
            tasks: tasks.collect(),
            raters: raters.iter().map(|&id| id.to_owned()).collect(),
            ratings,
            probabilities: None,
            baselines: Vec::new(),
        }
    }

    fn line(id: &str, gold: Option<GoldKind>) -> RaterLine {
        RaterLine {
            id: id.to_owned(),
            kind: RaterKind::Llm,
            source: "a model".to_owned(),
            description: String::new(),
            gold,
            drawn: None,
        }
    }

    fn occupations(&self) -> Vec<Occupation> {
        let mut all: Vec<Occupation> = Vec::new();
        for (occupation, task, statement) in &self.tasks {
            if all.last().is_none_or(|last| last.id != *occupation) {
                all.push(Occupation {
                    id: occupation.clone(),
                    title: occupation.clone(),
                    ..Occupation::default()
                });
            }
            all.last_mut().expect("known").tasks.push(Task {
                id: task.clone(),
                statement: statement.clone(),
                ..Task::default()
            });
        }
        all
    }

    fn card(&self) -> Card {
        let occupations = self.occupations();
        let occupations: Vec<&Occupation> = occupations.iter().collect();
        let gold = self.raters.len();
        let flat: Vec<Rating> = self.ratings.iter().flatten().cloned().collect();
        let mut sheet = Sheet::of(&rubric(), gold + 1, &flat).expect("known");
        if let Some(probabilities) = &self.probabilities {
            let mut drawn = Drawn::new(self.tasks.len(), None);
            for (task, probability) in probabilities.iter().enumerate() {
                drawn.set(task, Some(*probability));
            }
            sheet.set_drawn(gold, drawn);
        }
        let mut raters: Vec<RaterLine> =
            self.raters.iter().map(|id| Self::line(id, None)).collect();
        raters.push(Self::line("gold", Some(GoldKind::Human)));
        let tasks: Vec<SetTask<'_>> = self
            .tasks
            .iter()
            .map(|(occupation_id, task_id, _)| SetTask {
                occupation_id,
                task_id,
                text: "00",
            })
            .collect();
        let kind = GoldKind::Human;
        measure(&Measured {
            occupations: &occupations,
            sheet: &sheet,
            raters: &raters,
            gold: Gold { rater: gold, kind },
            options: Options {
                method: Method::Mean,
                ..Options::default()
            },
            set: set(self.tasks.len()),
            prompt: prompt(),
            panel: PanelLine {
                fingerprint: String::new(),
                raters: self.raters.clone(),
            },
            samples: 1,
            cost: BTreeMap::new(),
            tasks: &tasks,
            baselines: &self.baselines,
        })
        .expect("known")
    }
}

fn set(tasks: usize) -> SetLine {
    SetLine {
        id: "s".into(),
        digest: String::new(),
        half: "dev".into(),
        kind: GoldKind::Human,
        source: String::new(),
        tasks,
        gone: 0,
        changed: 0,
        inventory: String::new(),
        primary: Vec::new(),
        margin: BTreeMap::new(),
    }
}

fn prompt() -> PromptLine {
    PromptLine {
        id: "p".into(),
        version: "1".into(),
        fingerprint: String::new(),
        schema: String::new(),
        text: String::new(),
    }
}

fn scores<'a>(card: &'a Card, dimension: &str, judge: &str) -> &'a JudgeScores {
    let mut dimensions = card.dimensions.iter();
    let found = dimensions
        .find(|one| one.dimension == dimension)
        .expect("known");
    found
        .judges
        .iter()
        .find(|one| one.judge == judge)
        .expect("known")
}

fn close(number: &Number, wanted: &Json) {
    let near = |own: f64, wanted: &Json| {
        let wanted = wanted.as_f64().expect("known");
        assert!((own - wanted).abs() < 1e-9, "{own} {wanted}");
    };
    match wanted.as_array() {
        Some(three) => {
            near(number.point, &three[0]);
            near(number.low.expect("known"), &three[1]);
            near(number.high.expect("known"), &three[2]);
        }
        None => near(number.point, wanted),
    }
}

/// The judge of the reference, and one whose probabilities they are.
fn reference() -> (Json, World) {
    let text = include_str!("fixtures/eval_judge.json");
    let known: Json = serde_json::from_str(text).expect("known");
    let numbers = |name: &str| -> Vec<f64> {
        let list = known["input"][name].as_array().expect("known");
        list.iter()
            .map(|one| one.as_f64().expect("known"))
            .collect()
    };
    let whole =
        |name: &str| -> Vec<usize> { numbers(name).iter().map(|one| *one as usize).collect() };
    let (gold, said) = (whole("gold"), whole("said"));
    let chances = known["input"]["chances"].as_array().expect("known");
    let rows = chances
        .iter()
        .zip(gold.iter().zip(&said))
        .map(|(chances, (gold, said))| {
            let chances: Vec<f64> = chances
                .as_array()
                .expect("known")
                .iter()
                .map(|p| p.as_f64().expect("known"))
                .collect();
            let best = (0..3).max_by(|a, b| chances[*a].total_cmp(&chances[*b]));
            let graded = Value {
                value: chances[1] / 2.0 + chances[2],
                label: best,
                probabilities: Some(chances),
            };
            vec![
                rating(label(*said), None),
                rating(Some(graded), None),
                rating(label(*gold), None),
            ]
        });
    let mut world = World::new(&whole("occupation"), &["judge", "graded"], rows.collect());
    world.probabilities = Some(numbers("probability"));
    (known, world)
}

#[test]
fn figures_are_those_of_independent_packages() {
    let (known, mut world) = reference();
    let wanted = &known["expected"];
    let card = world.card();
    let judge = scores(&card, "exposure", "judge");
    for metric in [
        Metric::Kappa,
        Metric::Accuracy,
        Metric::Mae,
        Metric::Bias,
        Metric::Pearson,
        Metric::Spread,
        Metric::Slope,
    ] {
        close(&judge.figures[&metric], &wanted[metric.name()]);
        let number = &judge.figures[&metric];
        assert!(
            number.low < Some(number.point) && number.high > Some(number.point),
            "{metric:?}"
        );
    }
    close(&judge.more["intercept"], &wanted["intercept"]);
    let graded = scores(&card, "exposure", "graded");
    close(&graded.more["brier"], &wanted["brier"]);
    close(&graded.more["log_loss"], &wanted["log_loss"]);
    close(&graded.figures[&Metric::Mae], &wanted["p_mae"]);
    assert!(
        !judge.more.contains_key("brier"),
        "plain labels are no probabilities"
    );
    world.probabilities = None;
    let card = world.card();
    let judge = scores(&card, "exposure", "judge");
    close(&judge.figures[&Metric::Kappa], &wanted["kappa_equal"]);
    close(&judge.figures[&Metric::Mae], &wanted["mae_equal"]);
}

fn near(one: &Number, other: &Number) {
    let close = |one: Option<f64>, other: Option<f64>| match (one, other) {
        (Some(one), Some(other)) => (one - other).abs() < 1e-9,
        (one, other) => one == other,
    };
    assert!(
        close(Some(one.point), Some(other.point)),
        "{one:?} {other:?}"
    );
    assert!(
        close(one.low, other.low) && close(one.high, other.high),
        "{one:?} {other:?}"
    );
}

#[test]
fn neither_occupations_nor_tasks_nor_raters_have_an_order() {
    let (_, world) = reference();
    let card = world.card();
    let mut turned = world.clone();
    turned.tasks.reverse();
    turned.ratings.reverse();
    turned.probabilities.as_mut().expect("known").reverse();
    turned.raters.reverse();
    turned.ratings.iter_mut().for_each(|row| row.swap(0, 1));
    let other = turned.card();
    for judge in &card.dimensions[0].judges {
        let own = scores(&other, "exposure", &judge.judge);
        assert_eq!((own.n, &own.flags), (judge.n, &judge.flags));
        near(&own.coverage, &judge.coverage);
        let groups = [
            (&own.more, &judge.more),
            (&own.interval_coverage, &judge.interval_coverage),
        ];
        for (own, theirs) in groups {
            assert!(own.keys().eq(theirs.keys()));
            own.values()
                .zip(theirs.values())
                .for_each(|(one, other)| near(one, other));
        }
        assert!(own.figures.keys().eq(judge.figures.keys()));
        own.figures
            .values()
            .zip(judge.figures.values())
            .for_each(|(one, other)| near(one, other));
    }
}

#[test]
fn a_task_drawn_half_as_often_counts_twice() {
    let (_, mut world) = reference();
    world.raters.truncate(1);
    world.ratings.iter_mut().for_each(|row| {
        row.remove(1);
    });
    let mut twice = world.clone();
    twice.probabilities = None;
    let n = world.tasks.len();
    world.probabilities = Some(
        (0..n)
            .map(|task| if task % 3 == 0 { 0.5 } else { 1.0 })
            .collect(),
    );
    let mut at = 0;
    for task in 0..n {
        at += 1;
        if task % 3 == 0 {
            let (occupation, id, text) = twice.tasks[at - 1].clone();
            twice
                .tasks
                .insert(at, (occupation, format!("{id}-again"), text));
            let row = twice.ratings[at - 1].clone();
            twice.ratings.insert(at, row);
            at += 1;
        }
    }
    let (weighted, twice) = (world.card(), twice.card());
    for judge in ["judge", "majority"] {
        let own = scores(&weighted, "exposure", judge);
        let theirs = scores(&twice, "exposure", judge);
        assert_eq!(own.n + n.div_ceil(3), theirs.n);
        for (metric, number) in &own.figures {
            // The error of a mean knows of occupations alone, so that it is the same, too.
            near(number, &theirs.figures[metric]);
        }
    }
}

/// A rater that says gold moved to the middle, one that says it as it is, both with noise; scores.
fn compressed(shrink: f64, noise: f64) -> World {
    let mut state = 12_345_u64;
    let mut uniform = move || {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (state >> 11) as f64 / (1_u64 << 53) as f64
    };
    let mut normal = move || (0..12).map(|_| uniform()).sum::<f64>() - 6.0;
    let occupations: Vec<usize> = (0..240).map(|task| task / 6).collect();
    let mut rows = Vec::new();
    for _ in 0..240 {
        let truth = 50.0 + 15.0 * normal();
        let mut say = |shrink: f64| {
            let value = 50.0 + shrink * (truth - 50.0) + noise * normal();
            rating(None, Some(value.clamp(0.0, 100.0)))
        };
        rows.push(vec![say(shrink), say(1.0), say(1.0)]);
    }
    World::new(&occupations, &["shy", "plain"], rows)
}

#[test]
fn a_compressed_scale_is_flagged_and_a_plain_one_is_not() {
    let card = compressed(0.4, 4.0).card();
    let flag = |judge: &str| {
        let mut flags = scores(&card, "automation", judge).flags.iter();
        flags
            .find(|flag| flag.starts_with("compressed scale"))
            .cloned()
    };
    let shy = flag("shy").expect("known");
    assert!(
        shy.contains("more than noise in gold explains") && shy.contains("p < .001"),
        "{shy}"
    );
    assert_eq!(flag("plain"), None);
    let shy = scores(&card, "automation", "shy");
    // √(.16 · 225 + 16) / √(225 + 16) = .46; of the other rater the same.
    assert!((shy.figures[&Metric::Spread].point - 0.46).abs() < 0.06);
    assert!((shy.more["spread_to_panel"].point - 0.46).abs() < 0.06);
    assert!(shy.more["middle"].point > 0.8 && shy.more["middle_of_gold"].point < 0.7);
    let card = compressed(1.0, 8.0).card();
    for judge in ["shy", "plain"] {
        let scores = scores(&card, "automation", judge);
        assert!(
            !scores
                .flags
                .iter()
                .any(|flag| flag.starts_with("compressed")),
            "{:?}",
            scores.flags
        );
    }
}

#[test]
fn who_says_less_than_what_is_free_is_told_so() {
    // Gold goes through the labels; a guesser says the opposite, a knower is right but for each fifth task.
    let occupations: Vec<usize> = (0..120).map(|task| task / 6).collect();
    let rows = (0..120).map(|task| {
        let gold = task * 7 % 3;
        let knows = if task % 5 == 0 { (gold + 1) % 3 } else { gold };
        vec![
            rating(label(2 - gold), None),
            rating(label(knows), None),
            rating(label(gold), None),
        ]
    });
    let mut world = World::new(&occupations, &["guesser", "knower"], rows.collect());
    let near = (0..120).map(|task| {
        let gold = task * 7 % 3;
        rating(
            label(if task % 4 == 0 { (gold + 1) % 3 } else { gold }),
            None,
        )
    });
    world.baselines.push(Baseline {
        id: "surrogate-free".into(),
        about: "labels".into(),
        ratings: near.collect(),
    });
    let card = world.card();
    let flags = |judge: &str| scores(&card, "exposure", judge).flags.join("; ");
    assert!(
        flags("guesser").contains("loses to surrogate-free (kappa −"),
        "{}",
        flags("guesser")
    );
    assert!(!flags("knower").contains("loses to"), "{}", flags("knower"));
    let ids: Vec<&str> = card.judges.iter().map(|judge| &*judge.id).collect();
    assert_eq!(
        ids,
        [
            "guesser",
            "knower",
            "consensus",
            "majority",
            "surrogate-free"
        ]
    );
    // Nobody's correlation is made up for a judge that says one thing.
    let majority = scores(&card, "exposure", "majority");
    assert!(
        !majority.figures.contains_key(&Metric::Pearson)
            && majority.figures.contains_key(&Metric::Kappa)
    );
    // The range of two raters holds gold where one of them is right.
    let consensus = scores(&card, "exposure", "consensus");
    let range = &consensus.interval_coverage[MODEL_RANGE];
    assert_eq!(range.n, 120);
    let calibrated = consensus
        .interval_coverage
        .keys()
        .filter(|name| name.starts_with("90 % interval"));
    assert_eq!(calibrated.count(), 1);
}

#[test]
fn edges_are_none_and_never_zero() {
    // One task; one occupation; all the same label; a rater that never answers.
    let one = World::new(
        &[0],
        &["a"],
        vec![vec![rating(label(1), None), rating(label(1), None)]],
    )
    .card();
    let a = scores(&one, "exposure", "a");
    assert_eq!((a.n, a.figures[&Metric::Accuracy].point), (1, 1.0));
    assert!(
        a.figures
            .values()
            .all(|number| number.low.is_none() && number.no_interval.is_some())
    );
    assert!(!a.figures.contains_key(&Metric::Kappa) && !a.figures.contains_key(&Metric::Pearson));
    let judges: Vec<&str> = one.dimensions[0]
        .judges
        .iter()
        .map(|one| &*one.judge)
        .collect();
    assert_eq!(
        judges,
        ["a"],
        "with one occupation nobody knows the others' majority"
    );
    let same: Vec<Vec<Rating>> = (0..30)
        .map(|_| vec![rating(label(2), None), missing(), rating(label(2), None)])
        .collect();
    let occupations: Vec<usize> = (0..30).map(|task| task / 3).collect();
    let card = World::new(&occupations, &["a", "silent"], same).card();
    let a = scores(&card, "exposure", "a");
    let accuracy = &a.figures[&Metric::Accuracy];
    assert_eq!(
        (accuracy.point, accuracy.no_interval.as_deref()),
        (1.0, Some("all alike"))
    );
    assert!(!a.figures.contains_key(&Metric::Kappa));
    let silent = scores(&card, "exposure", "silent");
    assert_eq!(
        (silent.n, silent.coverage.point, silent.coverage.n),
        (0, 0.0, 30)
    );
    assert!(silent.figures.is_empty() && silent.coverage.high.is_some());
    let missing = card
        .answers
        .iter()
        .all(|task| task.missing["silent"] == Outcome::Refused);
    assert!(
        missing
            && card
                .answers
                .iter()
                .all(|task| !task.said.contains_key("silent"))
    );
    let mut bytes = Vec::new();
    card.write(&mut bytes).expect("known");
    assert_eq!(Card::read("card.json", &bytes).expect("known"), card);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn figures_stay_within_their_bounds(
        rows in prop::collection::vec((0_usize..9, 0_usize..4, 0_usize..3, 0.0..=100.0_f64, 0.0..=100.0_f64), 1..60),
    ) {
        let mut rows = rows;
        rows.sort_by_key(|row| row.0);
        let occupations: Vec<usize> = rows.iter().map(|row| row.0).collect();
        let ratings = rows.iter().map(|&(_, said, gold, value, truth)| {
            let said = match said {
                3 => missing(),
                position => rating(label(position), Some(value)),
            };
            vec![said, rating(label(gold), Some(truth))]
        });
        let card = World::new(&occupations, &["a"], ratings.collect()).card();
        for judge in card.dimensions.iter().flat_map(|one| &one.judges) {
            for (metric, number) in &judge.figures {
                let (low, high) = match metric {
                    Metric::Accuracy => (0.0, 1.0),
                    Metric::Kappa | Metric::Pearson => (-1.0, 1.0),
                    Metric::Mae => (0.0, 100.0),
                    Metric::Bias => (-100.0, 100.0),
                    Metric::Spread => (0.0, f64::MAX),
                    Metric::Slope => (f64::MIN, f64::MAX),
                };
                for value in [Some(number.point), number.low, number.high].into_iter().flatten() {
                    prop_assert!((low - 1e-9..=high + 1e-9).contains(&value), "{metric:?} {number:?}");
                }
                prop_assert!(number.low.is_some() != number.no_interval.is_some());
                prop_assert!(number.n == judge.n);
            }
            prop_assert!((0.0..=1.0).contains(&judge.coverage.point));
        }
        let mut bytes = Vec::new();
        card.write(&mut bytes).expect("known");
        prop_assert_eq!(Card::read("card.json", &bytes).expect("known"), card);
    }
}

/// Table 2 of Eloundou et al. on the rows that are at hand, as data/README.md has them from pandas and scipy.
#[test]
fn gpt_4_against_people_is_what_the_labels_give() {
    let Some(data) = std::env::var_os("TASKRATER_DATA") else {
        println!("skipped: TASKRATER_DATA is unset");
        return;
    };
    let path = std::path::Path::new(&data).join("eloundou2024/full_labelset.tsv");
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(b'\t')
        .from_path(path)
        .expect("known");
    let header = reader.headers().expect("known").clone();
    let at = |name: &str| {
        header
            .iter()
            .position(|column| column == name)
            .expect("known")
    };
    let columns = [
        "O*NET-SOC Code",
        "Task ID",
        "gpt4_exposure",
        "gpt4_exposure_alt_rubric",
        "human_exposure_agg",
    ]
    .map(at);
    let position = |text: &str| {
        ["E0", "E2", "E1"]
            .iter()
            .position(|label| *label == text)
            .expect("known")
    };
    let mut rows: Vec<[String; 5]> = Vec::new();
    for row in reader.records() {
        let row = row.expect("known");
        rows.push(columns.map(|column| row[column].to_owned()));
    }
    rows.sort();
    let mut world = World::new(&[], &["gpt4", "alt"], Vec::new());
    for (n, [occupation, _, first, second, gold]) in rows.iter().enumerate() {
        world
            .tasks
            .push((occupation.clone(), n.to_string(), "Do it.".to_owned()));
        let all = [first, second, gold].map(|text| rating(label(position(text)), None));
        world.ratings.push(all.to_vec());
    }
    let card = world.card();
    let of = |judge: &str, metric| scores(&card, "exposure", judge).figures[&metric].point;
    assert_eq!(card.dimensions[0].gold, 13_400);
    let round = |value: f64| (value * 1e4).round() / 1e4;
    assert_eq!(round(of("gpt4", Metric::Accuracy)), 0.6584);
    assert_eq!(round(of("gpt4", Metric::Pearson)), 0.5911);
    assert_eq!(round(of("alt", Metric::Accuracy)), 0.6613);
    assert_eq!(round(of("alt", Metric::Pearson)), 0.5430);
    println!("{}", taskrater::eval::text(&card, None));
}
