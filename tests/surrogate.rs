//! Surrogates trained on small made-up label sets.

#![expect(clippy::unwrap_used, reason = "what tests call may panic like a test")]

use taskrater::rater::surrogate::train::{
    LEAST_GROUPS, LEAST_ROWS, Row, Spec, Target, fold_of, train,
};
use taskrater::rater::surrogate::{
    Answer, Basis, Bundle, Input, Scale, SurrogateError, TrainError,
};

const VERBS: [(&str, f64); 6] = [
    ("write", 1.0),
    ("translate", 1.0),
    ("analyze", 0.5),
    ("schedule", 0.5),
    ("lift", 0.0),
    ("weld", 0.0),
];

const THINGS: [&str; 7] = [
    "letters", "reports", "pipes", "crates", "budgets", "shifts", "menus",
];

const PLACES: [&str; 5] = [
    "for clients",
    "at night",
    "in teams",
    "by hand",
    "each week",
];

fn exposure() -> Scale {
    Scale::Labels(vec![
        ("E0".into(), 0.0),
        ("E2".into(), 0.5),
        ("E1".into(), 1.0),
    ])
}

fn spec(scales: Vec<Scale>) -> Spec {
    let target = |(i, scale)| Target {
        id: format!("surrogate-{i}"),
        dimension: "exposure".into(),
        scale,
        source: "made-up labels".into(),
    };
    Spec {
        name: "made-up".into(),
        attribution: "nobody's labels".into(),
        seed: "1".into(),
        targets: scales.into_iter().enumerate().map(target).collect(),
        threads: 2,
    }
}

/// 40 groups of 9 tasks. The verb decides the label, but for some noise; texts of two tasks a group
/// come back in other groups.
fn rows() -> Vec<Row> {
    let mut rows = Vec::new();
    for group in 0..40 {
        for i in 0..9 {
            let n = group * 9 + i;
            let (verb, value) = VERBS[n * 5 % 6];
            let value = if n % 17 == 0 { 0.5 } else { value };
            let (thing, place) = (THINGS[n * 3 % 7], PLACES[n * 2 % 5]);
            let statement = if i < 2 {
                format!("{verb} {thing}.")
            } else {
                format!("{verb} {thing} {place} as case {n}.")
            };
            let label = ["E0", "E2", "E1"][(value * 2.0) as usize];
            rows.push(Row {
                task_id: format!("t{n}"),
                group: format!("g{group}"),
                title: format!("worker {}", group % 6),
                statement,
                answers: vec![
                    Answer::Label(label.into()),
                    Answer::Score(value * 80.0 + 7.0),
                ],
            });
        }
    }
    rows
}

fn trained() -> Bundle {
    train(&rows(), &spec(vec![exposure(), Scale::Score]))
        .unwrap()
        .0
}

const NEW: Input<'_> = Input {
    task_id: "new",
    occupation: "worker 3",
    statement: "Write reports, write menus daily.",
};

fn input(row: &Row) -> Input<'_> {
    Input {
        task_id: &row.task_id,
        occupation: &row.title,
        statement: &row.statement,
    }
}

#[test]
fn learns_what_the_verb_says() {
    let (bundle, report) = train(&rows(), &spec(vec![exposure(), Scale::Score])).unwrap();
    assert_eq!((report.rows, report.groups), (360, 40));
    for surrogate in &report.surrogates {
        assert!(surrogate.figures.pearson.unwrap() > 0.8, "{surrogate:?}");
        assert!(surrogate.figures.kappa_quadratic.unwrap() > 0.7);
    }
    let lift = Input {
        statement: "Lift crates carefully",
        ..NEW
    };
    let (high, low) = (bundle.predict(NEW), bundle.predict(lift));
    assert!(high[0].value > low[0].value + 0.4);
    assert!(high[1].value > low[1].value + 30.0);
}

#[test]
fn probabilities_sum_to_one_and_make_the_value() {
    let bundle = trained();
    let rows = rows();
    for input in rows.iter().map(input).chain([
        NEW,
        Input {
            statement: "",
            ..NEW
        },
    ]) {
        let [label, score] = bundle.predict(input).try_into().unwrap();
        let p = label.probabilities.unwrap();
        assert!((p.iter().sum::<f64>() - 1.0).abs() < 1e-9);
        assert!((label.value - p[1] * 0.5 - p[2]).abs() < 1e-12);
        assert!(score.probabilities.is_none() && (0.0..=100.0).contains(&score.value));
        assert!(label.residual_sd > 0.0 && label.residual_sd < 1.0);
    }
}

#[test]
fn training_tasks_are_answered_out_of_fold() {
    let (bundle, rows) = (trained(), rows());
    for row in &rows {
        assert_eq!(bundle.predict(input(row))[0].basis, Basis::OutOfFold);
    }
    let shouted = rows[2].statement.to_uppercase();
    let same_text = Input {
        statement: &shouted,
        task_id: "other",
        occupation: "",
    };
    assert_eq!(
        bundle.predict(same_text)[0],
        bundle.predict(input(&rows[2]))[0]
    );
    let edited = format!("{} Daily.", rows[2].statement);
    let edited = Input {
        statement: &edited,
        ..input(&rows[2])
    };
    assert_eq!(
        bundle.predict(edited)[0],
        bundle.predict(input(&rows[2]))[0],
        "edited words under the same id are the same task"
    );
    let other_text = Input {
        task_id: "t2",
        ..NEW
    };
    assert_eq!(bundle.predict(other_text)[0].basis, Basis::Model);
}

#[test]
fn an_unknown_id_with_a_known_text_gets_the_average() {
    let (bundle, rows) = (trained(), rows());
    let same: Vec<&Row> = rows
        .iter()
        .filter(|r| r.statement == rows[0].statement)
        .collect();
    assert!(same.len() > 1);
    let values: Vec<f64> = same
        .iter()
        .map(|r| bundle.predict(input(r))[0].value)
        .collect();
    let mean = values.iter().sum::<f64>() / values.len() as f64;
    let answer = &bundle.predict(Input {
        task_id: "elsewhere",
        ..input(&rows[0])
    })[0];
    assert!((answer.value - mean).abs() < 1e-9);
    assert!(
        values.iter().any(|v| (v - mean).abs() > 1e-6),
        "the rows do differ"
    );
}

#[test]
fn contributions_add_up_to_the_score() {
    let (bundle, rows) = (trained(), rows());
    for (which, input) in [
        (0, NEW),
        (1, NEW),
        (0, input(&rows[0])),
        (1, input(&rows[5])),
    ] {
        let few = bundle.explain(which, input, 2, 3).unwrap();
        let all = bundle.explain(which, input, 1000, 0).unwrap();
        let sum =
            |e: &[taskrater::rater::surrogate::Term]| e.iter().map(|t| t.contribution).sum::<f64>();
        assert_eq!(
            (few.terms.len(), all.rest, few.neighbours.len()),
            (2, 0.0, 3)
        );
        assert!((few.intercept + sum(&few.terms) + few.rest - few.score).abs() < 1e-9);
        assert!((all.intercept + sum(&all.terms) - few.score).abs() < 1e-9);
        assert!(
            all.terms
                .is_sorted_by(|a, b| a.contribution.abs() >= b.contribution.abs())
        );
        let mut texts: Vec<&str> = all.terms.iter().map(|t| t.text.as_str()).collect();
        texts.sort_unstable();
        assert!(
            texts.windows(2).all(|pair| pair[0] != pair[1]),
            "a term is listed once"
        );
    }
    assert!(bundle.explain(2, NEW, 1, 1).is_none());
}

#[test]
fn the_score_is_the_linear_part_of_the_answer() {
    // With two labels 0 and 1 of shares q and p, and logit η = ln(P1 / P0), the score is
    // p + p q (η - ln(p / q)).
    let two = Scale::Labels(vec![("no".into(), 0.0), ("yes".into(), 1.0)]);
    let mut rows = rows();
    for (i, row) in rows.iter_mut().enumerate() {
        let yes = (row.statement.starts_with('w') || i % 4 == 0) && i % 13 != 0;
        row.answers = vec![Answer::Label(if yes { "yes" } else { "no" }.into())];
    }
    let share = |label: &str| {
        let is = |row: &&Row| row.answers[0] == Answer::Label(label.into());
        rows.iter().filter(is).count() as f64 / rows.len() as f64
    };
    let (q, p) = (share("no"), share("yes"));
    let bundle = train(&rows, &spec(vec![two])).unwrap().0;
    let given = bundle.predict(NEW)[0].probabilities.clone().unwrap();
    let wanted = p + p * q * ((given[1] / given[0]).ln() - (p / q).ln());
    let explanation = bundle.explain(0, NEW, 1, 0).unwrap();
    assert!((explanation.score - wanted).abs() < 1e-9);
    assert_eq!(explanation.caveat(), None);
    assert!(
        bundle
            .explain(0, input(&rows[0]), 1, 0)
            .unwrap()
            .caveat()
            .is_some()
    );
}

#[test]
fn neighbours_are_other_tasks_with_their_answers() {
    let (bundle, rows) = (trained(), rows());
    for neighbour in bundle.explain(0, input(&rows[4]), 1, 5).unwrap().neighbours {
        let row = rows
            .iter()
            .find(|r| r.task_id == neighbour.task_id)
            .unwrap();
        assert_ne!(row.statement, rows[4].statement);
        assert_eq!(row.answers[0], Answer::Label(neighbour.label.unwrap()));
    }
    let score = &bundle.explain(1, NEW, 1, 1).unwrap().neighbours[0];
    let row = rows.iter().find(|r| r.task_id == score.task_id).unwrap();
    assert_eq!(row.answers[1], Answer::Score(score.value));
}

#[test]
fn batch_and_single_answers_are_the_same() {
    let (bundle, rows) = (trained(), rows());
    let mut scorer = bundle.scorer();
    for input in rows.iter().take(20).map(input).chain([NEW]) {
        let with_terms = scorer.predict_with_terms(input, 4);
        let alone: Vec<_> = with_terms
            .iter()
            .map(|(answer, _)| answer.clone())
            .collect();
        assert_eq!(alone, bundle.predict(input));
        for (which, (_, terms)) in with_terms.iter().enumerate() {
            assert_eq!(*terms, bundle.explain(which, input, 4, 0).unwrap().terms);
        }
    }
}

#[test]
fn training_repeats_to_the_bit() {
    let mut rows = rows();
    let mut spec = spec(vec![exposure(), Scale::Score]);
    let once = train(&rows, &spec).unwrap();
    spec.threads = 1;
    rows.reverse();
    let again = train(&rows, &spec).unwrap();
    assert_eq!(once.0.to_bytes(), again.0.to_bytes());
    assert_eq!(once.1, again.1);
}

#[test]
fn no_answer_leaks_through_a_shared_text() {
    // Two groups of different folds hold the same text of words nobody else uses, labelled E1. A
    // model that had seen the other copy would know; an honest one knows nothing about the words.
    // The control is one more text of unknown words in the first group: both must get the same.
    let mut rows = rows();
    let other = (41..)
        .map(|g| format!("g{g}"))
        .find(|g| fold_of("1", g) != fold_of("1", "g40"));
    let twin = "Zzqx vvkj; jjzv xqqk!";
    let groups = ["g40".to_owned(), other.unwrap(), "g40".to_owned()];
    for (i, (group, text)) in groups
        .into_iter()
        .zip([twin, twin, "Kkzv qqxj: zvvq."])
        .enumerate()
    {
        rows.push(Row {
            task_id: format!("twin{i}"),
            group,
            title: String::new(),
            statement: text.into(),
            answers: vec![Answer::Label("E1".into())],
        });
    }
    rows.iter_mut().for_each(|row| row.answers.truncate(1));
    let (bundle, report) = train(&rows, &spec(vec![exposure()])).unwrap();
    let [twin, _, control] = [360, 361, 362].map(|i| bundle.predict(input(&rows[i]))[0].clone());
    assert_eq!(
        (twin.basis, control.basis),
        (Basis::OutOfFold, Basis::OutOfFold)
    );
    assert_eq!(twin.probabilities, control.probabilities);
    assert!(report.shared_texts >= 2);
    assert!(report.folds.iter().all(|fold| fold.left_out > 0));
}

#[test]
fn bytes_come_back_as_they_were() {
    let bundle = trained();
    let bytes = bundle.to_bytes();
    let read = Bundle::from_bytes(&bytes).unwrap();
    assert_eq!(read.to_bytes(), bytes);
    assert_eq!(read.predict(NEW), bundle.predict(NEW));
    assert_eq!(read.surrogates(), bundle.surrogates());
    assert_eq!(
        (read.rows(), read.name(), read.seed()),
        (360, "made-up", "1")
    );
    let statements = rows().into_iter().map(|row| row.statement);
    let lost = String::from_utf8_lossy(&bytes).to_lowercase();
    for word in statements.flat_map(|s| s.split(' ').map(str::to_lowercase).collect::<Vec<_>>()) {
        assert!(
            word.len() < 6 || !lost.contains(&word),
            "{word} stands in the weights"
        );
    }
}

#[test]
fn damaged_bytes_are_an_error() {
    let bytes = trained().to_bytes();
    assert_eq!(
        Bundle::from_bytes(b"").unwrap_err(),
        SurrogateError::NotSurrogates
    );
    assert_eq!(
        Bundle::from_bytes(b"MZ and more").unwrap_err(),
        SurrogateError::NotSurrogates
    );
    for end in (8..bytes.len()).step_by(251) {
        assert!(Bundle::from_bytes(&bytes[..end]).is_err());
    }
    for at in (0..bytes.len()).step_by(97) {
        let mut damaged = bytes.clone();
        damaged[at] ^= 0x40;
        assert!(Bundle::from_bytes(&damaged).is_err());
    }
    let mut newer = bytes;
    newer[8] = 9;
    let error = Bundle::from_bytes(&newer).unwrap_err();
    assert_eq!(error, SurrogateError::Version { found: 9, known: 1 });
}

#[test]
fn nonsense_with_a_right_checksum_does_not_panic() {
    let bytes = trained().to_bytes();
    let mut refused = 0;
    let places = (44..1200).chain((1200..bytes.len()).step_by(211));
    for at in places {
        for value in [0, 1, 0x7f, 0xff] {
            let mut odd = bytes.clone();
            odd[at] = value;
            let checksum = blake3::hash(&odd[44..]);
            odd[12..44].copy_from_slice(checksum.as_bytes());
            match Bundle::from_bytes(&odd) {
                Err(_) => refused += 1,
                Ok(bundle) => {
                    let _ = bundle.predict(NEW);
                    let _ = bundle.explain(0, NEW, 3, 3);
                }
            }
        }
    }
    assert!(refused > 100);
}

#[test]
fn too_little_to_learn_from_is_refused_with_the_need() {
    let all = rows();
    let one = || spec(vec![exposure(), Scale::Score]);
    let error = train(&all[..99], &one()).unwrap_err();
    assert_eq!(
        error,
        TrainError::TooFewRows {
            found: 99,
            needed: LEAST_ROWS
        }
    );
    assert!(error.to_string().contains("at least 100"));
    let error = train(&all[..171], &one()).unwrap_err();
    assert_eq!(
        error,
        TrainError::TooFewGroups {
            found: 19,
            needed: LEAST_GROUPS
        }
    );

    let mut rare = all.clone();
    rare.iter_mut()
        .skip(5)
        .for_each(|row| row.answers[0] = Answer::Label("E0".into()));
    let error = train(&rare, &one()).unwrap_err();
    assert!(
        matches!(error, TrainError::RareLabel { needed: 10, .. }),
        "{error}"
    );

    let mut constant = all.clone();
    constant
        .iter_mut()
        .for_each(|row| row.answers[1] = Answer::Score(50.0));
    let error = train(&constant, &one()).unwrap_err();
    assert!(matches!(error, TrainError::ConstantScore(_)), "{error}");
}

#[test]
fn unusable_rows_and_targets_are_named() {
    let all = rows();
    let change = |f: &dyn Fn(&mut Row)| {
        let mut rows = all.clone();
        f(&mut rows[7]);
        train(&rows, &spec(vec![exposure(), Scale::Score]))
            .unwrap_err()
            .to_string()
    };
    let texts = [
        change(&|row| row.statement = "...".into()),
        change(&|row| row.answers.truncate(1)),
        change(&|row| row.answers[0] = Answer::Label("E9".into())),
        change(&|row| row.answers[1] = Answer::Score(f64::NAN)),
        change(&|row| row.answers[1] = Answer::Score(101.0)),
    ];
    assert!(
        texts.iter().all(|text| text.starts_with("row 8 (task t7)")),
        "{texts:?}"
    );
    let unordered = Scale::Labels(vec![("a".into(), 1.0), ("b".into(), 0.0)]);
    assert!(matches!(
        train(&all, &spec(vec![unordered])),
        Err(TrainError::Target(_))
    ));
    assert!(matches!(
        train(&all, &spec(vec![])),
        Err(TrainError::Target(_))
    ));
    let mut twice = spec(vec![exposure(), Scale::Score]);
    twice.targets[1].id = twice.targets[0].id.clone();
    assert!(matches!(train(&all, &twice), Err(TrainError::SameId(_))));
}
