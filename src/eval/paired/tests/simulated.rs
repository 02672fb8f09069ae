//! Whether the promises hold: how often no difference is called one, and how often one as large as the MDE is found.

use super::*;

/// How many of so many simulated comparisons find one of the declared figures different, and the mean MDE of the MAE.
fn called(
    runs: u64,
    (occupations, tasks): (usize, usize),
    better: f64,
    declared: &[&str],
) -> (usize, f64) {
    let (mut calls, mut mde) = (0, 0.0);
    for seed in 0..runs {
        let (mut new, old) = cards(&drawn(&mut Rng::new(seed), occupations, tasks, better));
        new.set.primary = declared
            .iter()
            .map(|name| Primary::parse(name).unwrap())
            .collect();
        let found = compare(&new, &old).unwrap();
        let call = |one: &Difference| one.verdict != Verdict::NoDetectable;
        calls += usize::from(found.primary().any(call));
        mde += of(&found, Metric::Mae).mde.unwrap() / runs as f64;
    }
    (calls, mde)
}

const BOTH: [&str; 2] = ["exposure.kappa", "exposure.mae"];

#[test]
fn prompts_of_equal_quality_are_seldom_called_different() {
    // Of 10 occupations all exchanges are gone through, of more 9,999 are drawn. Binomial(300, .05) exceeds 27 with a chance of
    // .1 %, Binomial(80, .05) exceeds 11 with one of .1 %; both declared figures together keep to 5 %.
    let (calls, _) = called(300, (10, 6), 0.0, &BOTH);
    assert!(calls <= 27, "{calls} of 300");
    let (calls, _) = called(80, (20, 5), 0.0, &BOTH);
    assert!(calls <= 11, "{calls} of 80");
}

#[test]
fn a_difference_as_large_as_the_mde_is_found_in_four_of_five() {
    let declared = ["exposure.mae"];
    let (_, mde) = called(20, (20, 6), 0.0, &declared);
    // A wrong label is off by 75 points where gold is at an end and by 50 in the middle: 66.7 on average.
    let (calls, _) = called(100, (20, 6), mde / (200.0 / 3.0), &declared);
    // Binomial(100, .8) lies within these with a chance of 99.7 %.
    assert!((67..=92).contains(&calls), "{calls} of 100, MDE {mde}");
}

/// Two raters that are as good on average, while in each occupation one of them may err more: tasks of an occupation go together.
fn apart(rng: &mut Rng, occupations: usize, tasks: usize) -> Vec<Task> {
    let chance = |rng: &mut Rng| rng.below(1_000_000) as f64 / 1e6;
    let mut all = Vec::new();
    for occupation in 0..occupations {
        let wrong = [0.1 + 0.5 * chance(rng), 0.1 + 0.5 * chance(rng)];
        for _ in 0..tasks {
            let gold = rng.below(3);
            let said = wrong.map(|wrong| match chance(rng) < wrong {
                true => (gold + 1 + rng.below(2)) % 3,
                false => gold,
            });
            all.push((occupation, gold, said.to_vec()));
        }
    }
    all
}

#[test]
fn intervals_of_few_occupations_hold_the_truth() {
    // Binomial(200, .05) exceeds 20 with a chance of .1 %. Quantiles of the resamples missed the truth in one of six.
    for (occupations, tasks) in [(6, 20), (10, 13)] {
        let mut missed = [0; 2];
        for seed in 0..200 {
            let (new, old) = cards(&apart(&mut Rng::new(seed), occupations, tasks));
            let found = compare(&new, &old).unwrap();
            for (missed, metric) in missed.iter_mut().zip([Metric::Kappa, Metric::Pearson]) {
                let one = of(&found, metric);
                let (low, high) = one.low.zip(one.high).unwrap();
                *missed += usize::from(low > 0.0 || high < 0.0);
            }
        }
        assert!(
            missed.iter().all(|missed| *missed <= 20),
            "{occupations} occupations: {missed:?} of 200"
        );
    }
}
