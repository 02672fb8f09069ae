//! What must not matter does not.

use super::*;
use crate::eval::gate::{GateMode, MaxDrop, gate};
use crate::stats::rng::Rng;
use proptest::prelude::*;

fn shuffled(card: &Card, seed: u64) -> Card {
    let mut rng = Rng::new(seed);
    let mut card = card.clone();
    for n in (1..card.answers.len()).rev() {
        card.answers.swap(n, rng.below(n + 1));
    }
    card
}

#[test]
fn the_order_of_rows_changes_no_byte() {
    let (new, old) = cards(&forty());
    let bytes =
        |new: &Card, old: &Card| serde_json::to_string(&compare(new, old).unwrap()).unwrap();
    let expected = bytes(&new, &old);
    for seed in 0..5 {
        assert_eq!(
            bytes(&shuffled(&new, seed), &shuffled(&old, seed + 50)),
            expected
        );
    }
}

#[test]
fn swapped_cards_turn_every_sign() {
    let (new, old) = cards(&forty());
    let (found, turned) = (compare(&new, &old).unwrap(), compare(&old, &new).unwrap());
    for (one, other) in found.differences.iter().zip(&turned.differences) {
        assert_eq!(one.metric, other.metric);
        let near = |a: Option<f64>, b: Option<f64>| (a.unwrap() + b.unwrap()).abs() < 1e-9;
        assert!(
            near(one.delta, other.delta) && near(one.low, other.high),
            "{one:?}"
        );
        assert_eq!(
            (one.p, one.adjusted_p),
            (other.p, other.adjusted_p),
            "{:?}",
            one.metric
        );
        let verdict = match other.verdict {
            Verdict::Better => Verdict::Worse,
            Verdict::Worse => Verdict::Better,
            Verdict::NoDetectable => Verdict::NoDetectable,
        };
        assert_eq!(one.verdict, verdict);
    }
    let counts = |of: &Comparison| (of.flip_counts[0].better, of.flip_counts[0].worse);
    let (better, worse) = counts(&found);
    assert_eq!(counts(&turned), (worse, better));
}

#[test]
fn what_cannot_be_paired_is_counted() {
    let (mut new, mut old) = cards(&forty());
    new.answers.remove(3);
    old.answers.truncate(38);
    old.answers[5].text = "other".into();
    let gold = forty()[6].1;
    old.answers[6].gold = in_exposure(answer((gold + 1) % 3));
    new.answers[9].said.clear();
    new.answers[10].said.clear();
    old.answers[20].said.clear();
    let found = compare(&new, &old).unwrap();
    let tasks = found.tasks;
    assert_eq!(
        (tasks.only_in_new, tasks.only_in_old, tasks.other_text),
        (2, 1, 1)
    );
    // 40 − 1 − 2 − 1 of both, of which one has other gold.
    assert_eq!((tasks.both, tasks.other_gold), (36, 1));
    let kappa = of(&found, Metric::Kappa);
    assert_eq!((kappa.missing_new, kappa.missing_old), (2, 1));
    assert_eq!(kappa.n, 36 - 3 - 1);
    let all: Vec<Answered> = new.answers.drain(..).collect();
    assert!(
        compare(&new, &old)
            .unwrap_err()
            .to_string()
            .contains("no task in common")
    );
    new.answers = all;
    new.set.half = "test".into();
    assert!(compare(&new, &old).is_err());
    new.set.id = "other".into();
    assert!(
        compare(&new, &old)
            .unwrap_err()
            .to_string()
            .contains("different sets")
    );
}

#[test]
fn a_baseline_that_moved_is_said() {
    let (mut new, mut old) = cards(&forty());
    for card in [&mut new, &mut old] {
        card.judges.push(JudgeLine {
            id: "majority".into(),
            role: Role::Baseline,
            about: String::new(),
        });
        for task in &mut card.answers {
            task.said.insert("majority".into(), in_exposure(answer(0)));
        }
    }
    let said = |new: &Card, old: &Card| compare(new, old).unwrap().remarks.join("\n");
    assert!(!said(&new, &old).contains("majority"));
    new.answers[3]
        .said
        .insert("majority".into(), in_exposure(answer(1)));
    assert!(said(&new, &old).contains("baseline majority answers otherwise on 1 of 40 tasks"));
}

#[test]
fn judges_of_one_card_are_named_once_a_pair() {
    let card = card(
        &["a", "b", "c"],
        &[(0, 1, vec![1, 2, 0]), (1, 1, vec![1, 1, 1])],
    );
    let pair = |a: &str, b: &str| (a.to_owned(), b.to_owned());
    let found = between(&card, &[pair("a", "b"), pair("c", "a")]).unwrap();
    assert_eq!(found.contests.len(), 2);
    assert!(found.of_judges() && found.contests.iter().all(|one| one.leads("exposure")));
    assert_eq!(found.primary().count(), 4);
    for wrong in [
        vec![pair("a", "x")],
        vec![pair("a", "a")],
        vec![pair("a", "b"), pair("b", "a")],
        vec![],
    ] {
        assert!(between(&card, &wrong).is_err(), "{wrong:?}");
    }
}

#[test]
fn the_consensus_leads_and_raters_follow() {
    let (mut new, mut old) = cards(&forty());
    for card in [&mut new, &mut old] {
        for (id, role) in [("second", Role::Rater), (Card::CONSENSUS, Role::Consensus)] {
            card.judges.push(JudgeLine {
                id: id.into(),
                role,
                about: String::new(),
            });
            for task in &mut card.answers {
                let said = task.said["rater"].clone();
                task.said.insert(id.into(), said);
            }
        }
    }
    let found = compare(&new, &old).unwrap();
    let names: Vec<(String, bool)> = found
        .contests
        .iter()
        .map(|one| (one.name(), one.leads("exposure")))
        .collect();
    assert_eq!(
        names,
        [
            ("consensus".to_owned(), true),
            ("rater".to_owned(), false),
            ("second".to_owned(), false)
        ]
    );
    // Two declared figures of the consensus; of seven figures three are distances, which leaves its two others and four of each rater.
    assert_eq!((found.families.primary, found.families.others), (2, 10));
    assert!(found.primary().all(|one| one.new_judge == "consensus"));
    // The reasons behind a consensus are those of its raters.
    assert!(found.flips[0].new.why.contains_key("rater"));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn a_card_against_itself_never_differs(
        tasks in prop::collection::vec((0_usize..9, 0_usize..3, 0_usize..3), 1..60), with_gold in any::<bool>(),
    ) {
        let tasks: Vec<Task> = tasks.into_iter().map(|(o, gold, said)| (o, gold, vec![if with_gold { gold } else { said }])).collect();
        let card = card(&["rater"], &tasks);
        let found = compare(&card, &shuffled(&card, 7)).unwrap();
        for one in &found.differences {
            prop_assert!(one.delta.is_none_or(|delta| delta == 0.0), "{:?}", one);
            prop_assert_eq!(one.p, one.metric.is_tested().then_some(1.0));
            prop_assert_eq!(one.verdict, Verdict::NoDetectable);
            let same = format!("the same answers on all {} tasks", tasks.len());
            prop_assert!(one.says().contains(&same));
        }
        prop_assert!(found.same_answers() && found.flips.is_empty());
        let allowed: Vec<MaxDrop> = ["kappa=0", "mae=0", "accuracy=0.5"].iter().map(|text| MaxDrop::parse(text, &card.rubric).unwrap()).collect();
        for mode in [GateMode::Detected, GateMode::Shown] {
            prop_assert!(gate(&found, &allowed, mode).passed);
        }
    }

    #[test]
    fn nothing_that_is_shown_is_not_a_number(
        tasks in prop::collection::vec((0_usize..12, 0_usize..3, 0_usize..3, 0_usize..3), 1..80),
    ) {
        let tasks: Vec<Task> = tasks.into_iter().map(|(o, gold, new, old)| (o, gold, vec![new, old])).collect();
        let (new, old) = cards(&tasks);
        let found = compare(&new, &old).unwrap();
        for one in &found.differences {
            for number in [one.new, one.old, one.delta, one.low, one.high, one.se, one.p, one.adjusted_p, one.mde] {
                prop_assert!(number.is_none_or(f64::is_finite));
            }
            prop_assert!(one.p.is_none_or(|p| p > 0.0 && p <= 1.0));
            prop_assert!(one.low.zip(one.high).is_none_or(|(low, high)| low <= high));
        }
        prop_assert!(!text(&found, 5).contains("NaN"));
    }
}
