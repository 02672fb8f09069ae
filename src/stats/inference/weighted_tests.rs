//! Gold that was not drawn alike: numbers worked out elsewhere, weights of 1, and what weights are for.

use super::conformal::conformal_half;
use super::icc1::weighted_icc1;
use super::*;
use crate::stats::Clusters;
use crate::stats::rng::Rng;
use crate::stats::simulate;

type Rows = Vec<Vec<Option<f64>>>;

/// Three raters of 36 tasks and gold, every third task drawn with probability .2, the others with .8.
fn known() -> (Rows, Vec<f64>, DesignWeights) {
    let n = |value: usize| value as f64;
    let row = |i: usize| {
        let ratings = [n(i * 7 % 36), 3.0 * n(i * 5 % 11), 2.0 * n(i * 13 % 17)];
        let gold = 5.0 + 0.5 * ratings[0] + 0.2 * ratings[1] + n(i * 3 % 7);
        (ratings.map(Some).to_vec(), gold)
    };
    let (rows, gold) = (0..36).map(row).unzip();
    let weights = DesignWeights::of((0..36).map(|i| if i % 3 == 0 { 0.2 } else { 0.8 }));
    (rows, gold, weights.unwrap())
}

fn close(found: f64, expected: f64) {
    assert!((found - expected).abs() < 1e-9, "{found} {expected}");
}

/// By numpy: weights w = 1/π over their mean, β = solve(X'WX + Λ, X'Wy) for X = [1, ȳ] and [1, ȳ, y_j − ȳ], every residual of a
/// second solve without its row, error √(Σwr²/Σw), λ from the same grid of 25:
///
/// ```text
/// calibrated mean: a 5.543691828762145, s 0.8756470171509545, r_0 −0.8046512662068768, error 3.1486261273920753
/// stack: error 1.8357284815106036, λ 108.09449917547823, 18.32451873430763 for the ratings 10, 20, 30,
///        r_0 −1.2478331349774896
/// half width at 90 %: the first |r| of the calibrated mean at which the sorted weights reach .9·(36 + 2), 2 being the largest
///        weight: 7.019922149962403
/// ICC of these residuals in occupations of four, σ_b² and σ_w² from the expectations of weighted squares: −0.4217790683714419
/// Kish: 24
/// ```
#[test]
fn weighted_least_squares_is_that_of_numpy() {
    let (rows, gold, weights) = known();
    let mean = Fit::linear(Linear::calibrated(&rows, &gold, &weights).unwrap()).unwrap();
    let at = |rows: &[f64]| -> Cells {
        Cells {
            values: rows.iter().copied().map(Some).collect(),
            labels: Vec::new(),
        }
    };
    close(
        mean.predict(&at(&[30.0, 30.0, 30.0])).unwrap(),
        5.543691828762145 + 30.0 * 0.8756470171509545,
    );
    close(mean.residuals[0], -0.8046512662068768);
    close(mean.residual_sd, 3.1486261273920753);
    close(mean.half(0.9).unwrap().0, 7.019922149962403);
    let clusters = Clusters::of((0..36).map(|i| i / 4));
    let icc = weighted_icc1(&mean.residuals, &clusters, &weights).unwrap();
    close(icc.raw.unwrap(), -0.4217790683714419);
    close(weights.effective(36), 24.0);
    let stack = Linear::stacked(&rows, &gold, &weights).unwrap();
    let Shape::Stack(lambda) = stack.shape else {
        panic!("{:?}", stack.shape)
    };
    assert!((lambda - 108.09449917547823).abs() < 1e-7, "{lambda}");
    close(stack.residuals[0], -1.2478331349774896);
    let row = [Some(10.0), Some(20.0), Some(30.0)];
    close(stack.predict(&row).unwrap(), 18.32451873430763);
    // A gold task's own sum is that of the model without it.
    let own = stack.weights(&rows[0], Some(0)).unwrap().apply(&rows[0]);
    close(own, gold[0] - stack.residuals[0]);
    let fit = Fit::linear(stack).unwrap();
    close(fit.residual_sd, 1.8357284815106036);
}

#[test]
fn weights_of_one_change_nothing() {
    let (rows, gold, _) = known();
    let (ones, equal) = (DesignWeights::ones(36), DesignWeights::equal());
    let clusters = Clusters::of((0..36).map(|i| i / 4));
    let same = |a: f64, b: f64| assert!((a - b).abs() <= 1e-12 * (1.0 + b.abs()), "{a} {b}");
    let both = |fit: &dyn Fn(&DesignWeights) -> Fit| {
        let (one, other) = (fit(&ones), fit(&equal));
        for (a, b) in one.residuals.iter().zip(&other.residuals) {
            same(*a, *b);
        }
        same(one.residual_sd, other.residual_sd);
        same(one.half(0.9).unwrap().0, other.half(0.9).unwrap().0);
        same(one.half(0.99).unwrap().0, other.half(0.99).unwrap().0);
        let means = [&one, &other].map(|fit| {
            let mut greg = Greg::new(fit, clusters.clone()).unwrap();
            let labels = [Some(1), Some(0), Some(2)].to_vec();
            let cells: Vec<Cells> = rows[..9]
                .iter()
                .map(|row| Cells {
                    values: row.clone(),
                    labels: labels.clone(),
                })
                .collect();
            let set: Vec<(&Cells, f64)> = cells.iter().map(|cells| (cells, 1.0)).collect();
            greg.push(&set, &Clusters::singletons(9));
            greg.means(0.9).unwrap()[0].unwrap()
        });
        let [a, b] = means;
        same(a.estimate.point, b.estimate.point);
        same(a.se, b.se);
        same(a.icc.shrunk, b.icc.shrunk);
        same(a.icc.pairs, b.icc.pairs);
    };
    both(&|counts| Fit::linear(Linear::calibrated(&rows, &gold, counts).unwrap()).unwrap());
    both(&|counts| Fit::linear(Linear::stacked(&rows, &gold, counts).unwrap()).unwrap());
    let labels: Vec<Vec<Option<usize>>> = (0..36)
        .map(|i| {
            vec![
                Some(i % 3),
                Some(i * 5 % 7 % 3),
                (i % 4 > 0).then_some(i % 2),
            ]
        })
        .collect();
    let truth: Vec<usize> = (0..36).map(|i| (i + i / 5) % 3).collect();
    both(&|counts| Fit::pattern(&labels, &truth, &[0.0, 0.5, 1.0], counts).unwrap());
    let half = |counts| conformal_half(&gold, counts, 0.9).unwrap();
    assert_eq!(half(&ones), half(&equal));
}

#[test]
fn a_task_of_weight_two_is_two_tasks_in_a_table() {
    // The pattern 0 of weights 1, 1, 2 (mean 4/3: ¾, ¾, 1½), gold 0, 0, 1. Of all: (1½ + 1)/(3 + 2) = ½ each, and every pull
    // is to ½; without the last: of all (1½ + 1)/(1½ + 2) = 5/7, by the rater (1½ + 2·5/7)/3½ = 41/49, by the pattern
    // (1½ + 2·41/49)/3½ = 311/343.
    let rows = vec![vec![Some(0)]; 3];
    let weights = DesignWeights::of([1.0, 1.0, 0.5]).unwrap();
    let fit = Fit::pattern(&rows, &[0, 0, 1], &[0.0, 1.0], &weights).unwrap();
    let Working::Pattern(score) = &fit.model else {
        panic!("{fit:?}")
    };
    close(score.table.predict(&[Some(0)]).unwrap()[0], 0.5);
    assert_eq!(score.table.seen(&[Some(0)]), 3);
    let out = score.table.left_out(&[Some(0)], 1, weights.at(2)).unwrap();
    close(out[0], 311.0 / 343.0);
    close(fit.residuals[2], 311.0 / 343.0);
}

/// A set of 80 occupations of 10 tasks of which a fifth is contested: there raters are 10 too low, elsewhere 3 too high.
/// Forty of the contested tasks are labelled and forty of the others. Of 300 such draws, how many intervals of the mean hold
/// the truth, and how far off the mean is on average.
fn oversampled(weighted: bool) -> (f64, f64) {
    let mut rng = Rng::new(44);
    let (mut covered, mut off) = (0, 0.0);
    for _ in 0..300 {
        let (mut scores, mut truth, mut strata) = (vec![], vec![], [vec![], vec![]]);
        for task in 0..800_usize {
            let contested = task % 5 == 0;
            let value = 50.0 + simulate::noise(&mut rng, 12.0);
            let error = if contested { -10.0 } else { 3.0 };
            let sd = if contested { 12.0 } else { 7.0 };
            scores.push(value + error + simulate::noise(&mut rng, sd));
            truth.push(value);
            strata[usize::from(contested)].push(task);
        }
        let mut drawn = Vec::new();
        for stratum in &mut strata {
            let probability = 40.0 / stratum.len() as f64;
            for place in 0..40 {
                let other = place + rng.below(stratum.len() - place);
                stratum.swap(place, other);
                drawn.push((stratum[place], probability));
            }
        }
        drawn.sort_unstable_by_key(|(task, _)| *task);
        let rows: Rows = drawn
            .iter()
            .map(|(task, _)| vec![Some(scores[*task])])
            .collect();
        let gold: Vec<f64> = drawn
            .iter()
            .map(|(task, _)| truth[*task] + simulate::noise(&mut rng, 3.0))
            .collect();
        let counts = match weighted {
            true => DesignWeights::of(drawn.iter().map(|(_, p)| *p)).unwrap(),
            false => DesignWeights::equal(),
        };
        let fit = Fit::linear(Linear::calibrated(&rows, &gold, &counts).unwrap()).unwrap();
        let clusters = Clusters::of(drawn.iter().map(|(task, _)| task / 10));
        let mut greg = Greg::new(&fit, clusters).unwrap();
        let cells: Vec<Cells> = scores
            .iter()
            .map(|score| Cells {
                values: vec![Some(*score)],
                labels: Vec::new(),
            })
            .collect();
        let set: Vec<(&Cells, f64)> = cells.iter().map(|cells| (cells, 1.0)).collect();
        greg.push(&set, &Clusters::of((0..800).map(|task| task / 10)));
        let found = greg.means(0.9).unwrap()[0].unwrap().estimate;
        let mean = truth.iter().sum::<f64>() / 800.0;
        covered += usize::from(found.low <= mean && mean <= found.high);
        off += found.point - mean;
    }
    (f64::from(covered as u32) / 300.0, off / 300.0)
}

#[test]
fn weights_make_an_oversampled_draw_unbiased_and_honest() {
    let (covered, off) = oversampled(true);
    // Its own error over the draws is .08; the jackknife takes no credit for strata, so a little more is covered.
    assert!(off.abs() < 0.25, "{off}");
    assert!((0.87..=0.96).contains(&covered), "{covered}");
    // Half of gold says 10 too low, where a fifth of the tasks is so; the slope takes some of it.
    let (covered, off) = oversampled(false);
    assert!(off > 1.5, "{off}");
    assert!(covered < 0.7, "{covered}");
}

/// Which share of 800 tasks, 160 of them contested, intervals at 90 % hold that were not labelled, over 200 draws of `n` of which
/// `share` are contested. Residuals have these SDs in contested tasks and in the others.
fn task_coverage(n: usize, share: f64, sds: [f64; 2]) -> f64 {
    let mut rng = Rng::new(45);
    let (mut covered, mut counted) = (0_u32, 0_u32);
    let contested = (share * n as f64).round() as usize;
    for _ in 0..200 {
        let score: Vec<f64> = (0..800)
            .map(|_| 50.0 + simulate::noise(&mut rng, 12.0))
            .collect();
        let truth: Vec<f64> = (0..800)
            .map(|task| score[task] + simulate::noise(&mut rng, sds[usize::from(task >= 160)]))
            .collect();
        // Residuals are independent: the first tasks of each stratum are as random as any.
        let drawn: Vec<usize> = (0..contested).chain(160..160 + n - contested).collect();
        let chance = |task: usize| match task < 160 {
            true => contested as f64 / 160.0,
            false => (n - contested) as f64 / 640.0,
        };
        let rows: Rows = drawn.iter().map(|&task| vec![Some(score[task])]).collect();
        let gold: Vec<f64> = drawn.iter().map(|&task| truth[task]).collect();
        let counts = DesignWeights::of(drawn.iter().map(|&task| chance(task))).unwrap();
        let fit = Fit::linear(Linear::calibrated(&rows, &gold, &counts).unwrap()).unwrap();
        let half = fit.half(0.9).unwrap().0;
        for task in (0..800).filter(|task| !drawn.contains(task)) {
            let cells = Cells {
                values: vec![Some(score[task])],
                labels: Vec::new(),
            };
            let error = (truth[task] - fit.predict(&cells).unwrap()).abs();
            covered += u32::from(error <= half);
            counted += 1;
        }
    }
    f64::from(covered) / f64::from(counted)
}

#[test]
fn intervals_cover_tasks_that_few_gold_tasks_stand_for() {
    for (n, share) in [(30, 0.8), (30, 0.9), (50, 0.8), (50, 0.9)] {
        // Where the few that count much err more, even n_eff takes them for a little more than they are.
        for (sds, least) in [([10.0, 10.0], 0.87), ([7.0, 12.0], 0.86)] {
            let found = task_coverage(n, share, sds);
            assert!(found >= least, "{n} {share} {sds:?}: {found}");
        }
    }
}
