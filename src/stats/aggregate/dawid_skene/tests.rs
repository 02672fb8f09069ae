use super::*;
use crate::stats::rng::Rng;
use proptest::prelude::*;

fn responses(rows: &[Vec<Option<usize>>], labels: usize) -> Responses {
    let mut found = Vec::new();
    for (task, row) in rows.iter().enumerate() {
        for (rater, label) in row.iter().enumerate() {
            found.extend(label.map(|label| Response { task, rater, label }));
        }
    }
    Responses::new(rows.len(), rows[0].len(), labels, found).unwrap()
}

/// Three raters, right in 90, 80 and 60 % of 2,000 tasks, wrong independently.
fn simulated() -> (Responses, Vec<usize>) {
    let mut rng = Rng::new(9);
    let mut truth = Vec::new();
    let rows: Vec<Vec<Option<usize>>> = (0..2_000)
        .map(|_| {
            let label = rng.below(3);
            truth.push(label);
            let mut says = |right: usize| {
                let wrong = (label + 1 + rng.below(2)) % 3;
                Some(if rng.below(100) < right { label } else { wrong })
            };
            vec![says(90), says(80), says(60)]
        })
        .collect();
    (responses(&rows, 3), truth)
}

#[test]
fn it_finds_how_good_the_raters_are() {
    let (of, truth) = simulated();
    let found = dawid_skene(&of, DawidSkeneOptions::SMOOTHED).unwrap();
    assert!(found.converged);
    for (rater, right) in [(0, 0.9), (1, 0.8), (2, 0.6)] {
        let diagonal: f64 = (0..3).map(|k| found.confusion[rater][k][k]).sum::<f64>() / 3.0;
        assert!((diagonal - right).abs() < 0.04, "{rater}: {diagonal}");
    }
    let hits = found.map.iter().zip(&truth).filter(|(a, b)| a == b).count();
    assert!(hits > 1_780, "{hits}");
    let coin = one_coin(&of, DawidSkeneOptions::SMOOTHED).unwrap();
    let skill = coin.skill.unwrap();
    assert!((skill[0].unwrap() - 0.9).abs() < 0.04 && (skill[2].unwrap() - 0.6).abs() < 0.04);
}

#[test]
fn the_objective_of_the_smoothed_mode_never_falls() {
    let (of, _) = simulated();
    let mut before = f64::NEG_INFINITY;
    for iterations in 1..30 {
        let options = DawidSkeneOptions {
            iterations,
            tolerance: -1.0,
            ..DawidSkeneOptions::SMOOTHED
        };
        let found = dawid_skene(&of, options).unwrap();
        assert!(found.objective >= before - 1e-12, "{iterations}");
        before = found.objective;
    }
}

#[test]
fn gold_is_kept_and_a_silent_rater_has_no_skill() {
    let rows = [vec![Some(0), Some(0), None], vec![Some(1), Some(0), None]];
    let of = responses(&rows, 2).with_gold(vec![Some(1), None]).unwrap();
    let found = dawid_skene(&of, DawidSkeneOptions::SMOOTHED).unwrap();
    assert_eq!((found.map[0], found.posterior[0][1]), (1, 1.0));
    let coin = one_coin(&of, DawidSkeneOptions::SMOOTHED).unwrap();
    assert_eq!(coin.skill.unwrap()[2], None);
    assert!(
        Responses::new(
            2,
            1,
            2,
            vec![Response {
                task: 0,
                rater: 0,
                label: 0
            }]
        )
        .is_none()
    );
    assert!(
        Responses::new(
            1,
            1,
            2,
            vec![Response {
                task: 0,
                rater: 1,
                label: 0
            }]
        )
        .is_none()
    );
    assert!(responses(&rows, 2).with_gold(vec![Some(2), None]).is_none());
}

proptest! {
    #[test]
    fn turned_raters_and_renamed_labels_are_the_same_model(
        rows in prop::collection::vec((0_usize..3, prop::option::of(0_usize..3), prop::option::of(0_usize..3)), 3..20),
    ) {
        let renamed = [1, 2, 0];
        let one: Vec<_> = rows.iter().map(|r| vec![Some(r.0), r.1, r.2]).collect();
        let name = |label: Option<usize>| label.map(|l| renamed[l]);
        let other: Vec<_> = rows.iter().map(|r| vec![name(r.2), name(Some(r.0)), name(r.1)]).collect();
        let options = DawidSkeneOptions { iterations: 20, tolerance: -1.0, ..DawidSkeneOptions::SMOOTHED };
        let one = dawid_skene(&responses(&one, 3), options).unwrap();
        let other = dawid_skene(&responses(&other, 3), options).unwrap();
        for (a, b) in one.posterior.iter().zip(&other.posterior) {
            prop_assert!((0..3).all(|k| (a[k] - b[renamed[k]]).abs() < 1e-8));
            prop_assert!((a.iter().sum::<f64>() - 1.0).abs() < 1e-9);
        }
    }
}
