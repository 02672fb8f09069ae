use super::*;
use crate::stats::{Clusters, Draws, Table};
use proptest::prelude::*;

type Rows = Vec<Vec<Option<f64>>>;

const METRICS: [Metric; 4] = [
    Metric::Nominal,
    Metric::Ordinal,
    Metric::Interval,
    Metric::Ratio,
];

fn counts(rows: &Rows) -> Counts {
    Counts::of_values(&Table::of_units(rows).unwrap())
}

fn same(one: &Alpha, other: &Alpha) -> bool {
    match (one.alpha, other.alpha) {
        (Some(a), Some(b)) => (a - b).abs() < 1e-9,
        (a, b) => a == b,
    }
}

fn rows() -> impl Strategy<Value = Rows> {
    let cell = prop::option::weighted(0.8, (0..5_u8).prop_map(f64::from));
    prop::collection::vec(prop::collection::vec(cell, 3), 2..15)
}

#[test]
fn two_units_by_hand() {
    // Units (0, 0) and (0, 1): one of two pairs differs, D_o = 2/4. n = (3, 1): D_e = 2·3·1 / (4·3) = 1/2. α = 0.
    let found = alpha(
        &counts(&vec![
            vec![Some(0.0), Some(0.0)],
            vec![Some(0.0), Some(1.0)],
        ]),
        Metric::Nominal,
    );
    assert_eq!(
        (found.alpha, found.observed, found.expected),
        (Some(0.0), 0.5, 0.5)
    );
    assert_eq!((found.units, found.ratings), (2, 4));
}

#[test]
fn undefined_where_nothing_differs_or_has_a_partner() {
    for metric in METRICS {
        let alone = alpha(
            &counts(&vec![vec![Some(0.1), None], vec![None, Some(3.0)]]),
            metric,
        );
        assert_eq!((alone.alpha, alone.units, alone.ratings), (None, 0, 0));
        let equal = alpha(&counts(&vec![vec![Some(0.1), Some(0.1)]; 3]), metric);
        assert_eq!((equal.alpha, equal.units), (None, 3));
        assert_eq!(alpha(&counts(&Rows::new()), metric).alpha, None);
    }
    let negative = counts(&vec![
        vec![Some(-1.0), Some(2.0)],
        vec![Some(2.0), Some(2.0)],
    ]);
    assert_eq!(alpha(&negative, Metric::Ratio).alpha, None);
    assert!(alpha(&negative, Metric::Interval).alpha.is_some());
}

#[test]
fn a_resample_is_alpha_of_the_units_drawn() {
    let rows: Rows = (0..9_u8)
        .map(|i| {
            vec![
                Some(f64::from(i % 3)),
                (i != 4).then(|| f64::from(i % 4)),
                Some(f64::from(i / 4)),
            ]
        })
        .collect();
    let clusters = Clusters::of([0, 0, 1, 1, 1, 2, 3, 3, 3]);
    let drawn = [vec![0, 2, 2, 1], vec![3, 3, 3, 3]];
    for metric in METRICS {
        let found =
            bootstrap_alpha(&counts(&rows), metric, &clusters, Draws::Given(&drawn), 2).unwrap();
        for (drawn, replicate) in drawn.iter().zip(&found.replicates) {
            let members = drawn.iter().flat_map(|&cluster| {
                (0..9).filter(move |&unit| [0, 0, 1, 1, 1, 2, 3, 3, 3][unit] == cluster)
            });
            let again: Rows = members.map(|unit| rows[unit].clone()).collect();
            let expected = alpha(&counts(&again), metric).alpha;
            assert!((replicate.unwrap() - expected.unwrap()).abs() < 1e-12);
        }
    }
    let unknown = [vec![4]];
    assert!(
        bootstrap_alpha(
            &counts(&rows),
            Metric::Nominal,
            &clusters,
            Draws::Given(&unknown),
            1
        )
        .is_none()
    );
    let draws = Draws::Seeded { seed: 1, count: 9 };
    assert!(
        bootstrap_alpha(
            &counts(&rows),
            Metric::Nominal,
            &Clusters::singletons(8),
            draws,
            1
        )
        .is_none()
    );
}

#[test]
fn threads_change_nothing_and_seeds_do() {
    let rows: Rows = (0..40_u8)
        .map(|i| vec![Some(f64::from(i % 5)), Some(f64::from(i % 7))])
        .collect();
    let of = |seed, threads| {
        let draws = Draws::Seeded { seed, count: 60 };
        bootstrap_alpha(
            &counts(&rows),
            Metric::Ordinal,
            &Clusters::singletons(40),
            draws,
            threads,
        )
        .unwrap()
    };
    assert_eq!(of(1, 1), of(1, 3));
    assert_ne!(of(1, 1).replicates, of(2, 1).replicates);
    let interval = of(1, 1).percentile(0.9).unwrap();
    assert!(interval.low < interval.high);
    assert_eq!(of(1, 1).percentile(1.0), None);
}

#[test]
fn undefined_resamples_are_counted_and_left_out() {
    let rows: Rows = vec![vec![Some(1.0), Some(2.0)], vec![Some(1.0), Some(1.0)]];
    let drawn = [vec![1, 1], vec![0, 1]];
    let found = bootstrap_alpha(
        &counts(&rows),
        Metric::Nominal,
        &Clusters::singletons(2),
        Draws::Given(&drawn),
        1,
    )
    .unwrap();
    assert_eq!((found.undefined(), found.replicates[0]), (1, None));
    assert!(found.percentile(0.5).is_some());
    assert_eq!(found.se(), None);
}

proptest! {
    #[test]
    fn orders_and_units_without_partner_do_not_matter(mut rows in rows()) {
        let before = METRICS.map(|metric| alpha(&counts(&rows), metric));
        rows.reverse();
        rows.push(vec![None; 3]);
        rows.push(vec![None, Some(2.0), None]);
        rows.iter_mut().for_each(|row| row.reverse());
        for (metric, one) in METRICS.iter().zip(before) {
            let other = alpha(&counts(&rows), *metric);
            prop_assert!(same(&one, &other));
            prop_assert_eq!((one.units, one.ratings), (other.units, other.ratings));
        }
    }

    #[test]
    fn each_metric_has_its_own_invariance(rows in rows(), scale in 0.1..9.0_f64) {
        let map = |f: &dyn Fn(f64) -> f64| -> Counts {
            counts(&rows.iter().map(|row| row.iter().map(|cell| cell.map(f)).collect()).collect())
        };
        let plain = map(&|v| v);
        let of = |counts: &Counts, metric| alpha(counts, metric);
        // Labels renamed (7v mod 5 is another order), any rising map, an affine map, a change of unit.
        let names = map(&|v| (v * 7.0 + 3.0) % 5.0);
        prop_assert!(same(&of(&plain, Metric::Nominal), &of(&names, Metric::Nominal)));
        prop_assert!(same(&of(&plain, Metric::Ordinal), &of(&map(&f64::exp), Metric::Ordinal)));
        prop_assert!(same(&of(&plain, Metric::Interval), &of(&map(&|v| v * scale - 4.0), Metric::Interval)));
        prop_assert!(same(&of(&plain, Metric::Ratio), &of(&map(&|v| v * scale), Metric::Ratio)));
    }
}
