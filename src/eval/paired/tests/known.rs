//! Figures, intervals and p-values of other packages (numpy, scipy, scikit-learn): scikit-learn's `cohen_kappa_score` with
//! quadratic weights, `numpy.cov` with weights, p by going through all 256 exchanges of 8 occupations, CR1 by its formula,
//! and 6,000 resamples of another generator.

use super::*;

fn near(found: Option<f64>, expected: f64, tolerance: f64) {
    let found = found.expect("a number");
    assert!((found - expected).abs() <= tolerance, "{found} {expected}");
}

#[test]
fn figures_and_p_are_those_of_other_packages() {
    let (new, old) = cards(&forty());
    let found = compare(&new, &old).unwrap();
    // (metric, new, old, Δ, p by brute force; none of a distance)
    let expected = [
        (
            Metric::Kappa,
            0.685_966_633_954_857_8,
            0.297_173_414_820_473_55,
            0.388_793_219_134_384_25,
            8.0,
        ),
        (Metric::Accuracy, 0.75, 0.6, 0.15, 8.0),
        (
            Metric::Pearson,
            0.691_529_984_738_470_7,
            0.324_830_427_501_306_86,
            0.366_699_557_237_163_85,
            8.0,
        ),
        (Metric::Mae, 15.0, 32.5, -17.5, 4.0),
        (Metric::Bias, 5.0, 17.5, -12.5, f64::NAN),
        (
            Metric::Spread,
            0.980_409_463_341_665_9,
            1.161_540_166_206_472_8,
            -0.141_949_629_548_138_72,
            f64::NAN,
        ),
        (
            Metric::Slope,
            0.705_348_133_198_789_1,
            0.279_654_924_514_737_4,
            -0.425_693_208_684_051_47,
            f64::NAN,
        ),
    ];
    for (metric, is, was, delta, hits) in expected {
        let one = of(&found, metric);
        near(one.new, is, 1e-12);
        near(one.old, was, 1e-12);
        near(one.delta, delta, 1e-12);
        assert_eq!((one.n, one.occupations), (40, 8));
        if hits.is_nan() {
            assert_eq!((one.p, one.adjusted_p, one.mde), (None, None, None));
            assert!(one.test.starts_with("none: no test of a distance"));
            assert!(one.low.is_some() && one.verdict == Verdict::NoDetectable);
            continue;
        }
        near(one.p, hits / 256.0, 1e-15);
        assert_eq!(one.test, "all exchanges of whole occupations");
    }
}

#[test]
fn intervals_are_those_of_other_packages() {
    let (new, old) = cards(&forty());
    let found = compare(&new, &old).unwrap();
    let accuracy = of(&found, Metric::Accuracy);
    near(accuracy.se, 0.032_732_683_535_398_856, 1e-12);
    near(accuracy.low, 0.072_599_502_692_484_04, 1e-9);
    near(accuracy.high, 0.227_400_497_307_515_94, 1e-9);
    // 11 tasks right alone, 5 wrong alone: 2 P(X ≤ 5) − P(X = 5) of 16 coins.
    let by = accuracy.mcnemar.unwrap();
    assert_eq!((by.only_new, by.only_old), (11, 5));
    near(Some(by.mid_p), 0.143_463_134_765_625, 1e-12);
    let mae = of(&found, Metric::Mae);
    near(mae.se, 3.659_625_273_557, 1e-9);
    near(mae.low, -26.153_638_673_594_756, 1e-6);
    near(mae.high, -8.846_361_326_405_242, 1e-6);
    // Two figures are declared, so α is ½ · 5 %: (t(7; .9875) + t(7; .8)) · SE.
    near(mae.mde, 13.677_021_992_668_829, 1e-6);
    // Of all others accuracy and Pearson are tested, so α is ½ · 5 % there, too.
    near(
        accuracy.mde,
        13.677_021_992_668_829 / 3.659_625_273_557 * 0.032_732_683_535_398_856,
        1e-8,
    );
    let kappa = of(&found, Metric::Kappa);
    // .3888 ± t(7; .975) · .11213 = ± 2.364624 · .11213.
    near(kappa.low, 0.123_65, 0.015);
    near(kappa.high, 0.653_94, 0.015);
    near(kappa.se, 0.112_13, 0.006);
    // The smallest p of the two declared ones twice, then the other, no smaller than that.
    near(mae.adjusted_p, 2.0 * 4.0 / 256.0, 1e-15);
    near(kappa.adjusted_p, 8.0 / 256.0, 1e-15);
    assert_eq!(
        (kappa.verdict, mae.verdict),
        (Verdict::Better, Verdict::Better)
    );
    assert_eq!((found.families.primary, found.families.others), (2, 2));
}

#[test]
fn tasks_that_were_not_drawn_alike_count_by_their_probability() {
    let (mut new, mut old) = cards(&forty());
    for card in [&mut new, &mut old] {
        for (n, task) in card.answers.iter_mut().enumerate() {
            task.probability = Some([1.0, 0.5, 0.25][n % 5 % 3]);
        }
    }
    let found = compare(&new, &old).unwrap();
    let kappa = of(&found, Metric::Kappa);
    near(kappa.new, 0.651_376_146_788_990_8, 1e-12);
    near(kappa.old, 0.3125, 1e-12);
    near(kappa.p, 46.0 / 256.0, 1e-15);
    near(
        of(&found, Metric::Pearson).delta,
        0.324_670_376_261_244_5,
        1e-12,
    );
    let accuracy = of(&found, Metric::Accuracy);
    near(accuracy.delta, 0.175, 1e-12);
    near(accuracy.se, 0.061_961_969_903_205_26, 1e-12);
    near(accuracy.p, 12.0 / 256.0, 1e-15);
    near(of(&found, Metric::Mae).low, -34.910_584_119_021_486, 1e-6);
    near(of(&found, Metric::Mae).p, 24.0 / 256.0, 1e-15);
    assert!(
        found
            .remarks
            .iter()
            .all(|one| !one.contains("count the same"))
    );
    // A task of which the old card does not know it: all count the same, and that is said.
    old.answers[7].probability = None;
    let equal = compare(&new, &old).unwrap();
    near(of(&equal, Metric::Accuracy).delta, 0.15, 1e-12);
    assert!(
        equal.remarks.iter().any(|one| one.contains("1 of 40")),
        "{:?}",
        equal.remarks
    );
}

#[test]
fn a_margin_keeps_a_small_difference_from_being_called_one() {
    let (mut new, old) = cards(&forty());
    let mae = Primary::parse("exposure.mae").unwrap();
    new.set.margin.insert(mae, 18.0);
    let found = compare(&new, &old).unwrap();
    let mae = of(&found, Metric::Mae);
    assert_eq!(mae.verdict, Verdict::NoDetectable);
    // t(7; .9875) · SE = 10.4 is less than the margin: 18 + t(7; .8) · 3.6596 = 18 + .896030 · 3.6596.
    near(mae.mde, 18.0 + 0.896_029_6 * 3.659_625_273_557, 1e-5);
    assert_eq!(mae.says(), "no detectable difference (MDE = 21.3)");
}

#[test]
fn flips_are_told_with_both_reasons() {
    // Of one occupation: away from gold by two labels, toward it by one, across, and one that stays.
    let tasks: Vec<Task> = vec![
        (0, 0, vec![2, 0]),
        (0, 1, vec![1, 2]),
        (0, 1, vec![0, 2]),
        (0, 2, vec![2, 2]),
    ];
    let (new, old) = cards(&tasks);
    let found = compare(&new, &old).unwrap();
    let shown: Vec<(&str, Toward, f64)> = found
        .flips
        .iter()
        .map(|flip| (flip.task_id.as_str(), flip.toward, flip.by))
        .collect();
    assert_eq!(
        shown,
        [
            ("t0000", Toward::Away, -100.0),
            ("t0001", Toward::Gold, 50.0),
            ("t0002", Toward::Across, 0.0)
        ]
    );
    assert_eq!(found.flips[0].new.why["rater"], "rater says E1");
    assert_eq!(found.flips[0].old.why["rater"], "rater says E0");
    let count = &found.flip_counts[0];
    assert_eq!((count.better, count.worse, count.across), (1, 1, 1));
    // One occupation: figures, but neither interval nor test.
    let mae = of(&found, Metric::Mae);
    near(mae.delta, 12.5, 1e-12); // (100 − 50 + 0)/4
    assert_eq!((mae.p, mae.low, mae.mde), (None, None, None));
    assert_eq!(
        mae.says(),
        "no detectable difference (MDE not known: one occupation alone)"
    );
}

#[test]
fn repeats_give_the_noise_floor() {
    // Each new answer is the mean of 0 and 100, s² = 5000, K = 2; each old one of 40 and 60, s² = 200: (2500 + 100) / n.
    let (mut new, mut old) = cards(&forty());
    for (card, samples) in [(&mut new, vec![0.0, 100.0]), (&mut old, vec![40.0, 60.0])] {
        card.samples = 2;
        card.cost
            .insert("rater".into(), crate::eval::card::Cost::default());
        for task in &mut card.answers {
            let said = task.said.get_mut("rater").unwrap();
            said.get_mut("exposure")
                .unwrap()
                .samples
                .clone_from(&samples);
        }
    }
    let noise = |new: &Card, old: &Card| {
        let found = compare(new, old).unwrap();
        of(&found, Metric::Mae).noise.clone().unwrap()
    };
    let both = noise(&new, &old);
    near(both.sd, (2600.0_f64 / 40.0).sqrt(), 1e-9);
    // 65 of a variance of 13.4: all of it.
    near(both.share, 1.0, 0.0);
    let said = text(&compare(&new, &old).unwrap(), 0);
    assert!(said.contains("all of its variance"), "{said}");
    // Asked once: what the other card shows of one answer stands for it, 5000 + 100 … and of none nothing is known.
    let once = |card: &mut Card| {
        for task in &mut card.answers {
            let said = task.said.get_mut("rater").unwrap();
            said.get_mut("exposure").unwrap().samples.clear();
        }
    };
    once(&mut new);
    near(noise(&new, &old).sd, (300.0_f64 / 40.0).sqrt(), 1e-9);
    once(&mut old);
    assert_eq!(noise(&new, &old).sd, None);
    assert_eq!(
        noise(&new, &old).about,
        "not known: --samples 3 measures it"
    );
    // Nobody was asked: a surrogate says the same again.
    new.cost.clear();
    old.cost.clear();
    assert_eq!(noise(&new, &old).sd, Some(0.0));
}
