//! What must hold of every panel.

use super::*;
use proptest::prelude::*;

fn columns() -> impl Strategy<Value = Vec<Vec<Option<usize>>>> {
    let cell = prop::option::weighted(0.85, 0_usize..3);
    prop::collection::vec(prop::collection::vec(cell, 12), 2..5)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn threads_change_nothing(columns in columns()) {
        let panel = Panel::labels(&[4, 4, 4], &columns);
        let more = Options { threads: 3, ..quick() };
        prop_assert_eq!(panel.audit(&quick()), panel.audit(&more));
    }

    #[test]
    fn the_order_of_raters_changes_no_agreement(columns in columns()) {
        let mut turned = columns.clone();
        turned.reverse();
        let (one, other) = (Panel::labels(&[4, 4, 4], &columns), Panel::labels(&[4, 4, 4], &turned));
        let (one, other) = (one.audit(&quick()), other.audit(&quick()));
        for (a, b) in one.dimensions.iter().zip(&other.dimensions) {
            for (a, b) in a.agreement.iter().zip(&b.agreement) {
                prop_assert_eq!(a.estimate.is_some(), b.estimate.is_some());
                let (Some(a), Some(b)) = (a.estimate, b.estimate) else { continue };
                prop_assert!((a.point - b.point).abs() < 1e-9);
            }
        }
    }

    #[test]
    fn leniencies_of_complete_columns_sum_to_zero(shift in -20.0_f64..20.0) {
        let base = [50.0, 60.0, 30.0, 40.0];
        let twisted: Vec<f64> = base.iter().map(|value| value + shift).collect();
        let panel = Panel::scores(&[2, 2], &[some(&base), some(&twisted), some(&[45.0, 70.0, 30.0, 20.0])]);
        let audit = panel.audit(&quick());
        let sum: f64 = only(&audit).raters.iter().filter_map(|one| Some(one.leniency?.point)).sum();
        prop_assert!(sum.abs() < 1e-9);
    }
}
