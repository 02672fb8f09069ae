//! Simulated answers: a fair rater is flagged no more often than the level allows, a biased one about as often as the MDE says.
//! The numbers printed (`cargo test --lib probe::simulation -- --nocapture`) are those of docs/probes.md.

use super::*;
use crate::eval::ALPHA;
use crate::stats::rng::Rng;
use crate::stats::simulate::noise;

const OCCUPATIONS: usize = 15;
const EACH: usize = 4;
const TASKS: usize = OCCUPATIONS * EACH;
/// Noise of one answer.
const SD: f64 = 8.0;
const REPLICATIONS: usize = 100;

/// What a simulated rater does beside judging.
#[derive(Clone, Copy, Default)]
struct Bias {
    /// Of any title, and the SD of that between titles.
    title: (f64, f64),
    /// SD of the noise above [`SD`], per round, per example to either side, per doubling of the words.
    noise: f64,
    drift: f64,
    anchor: f64,
    verbosity: f64,
    /// Points from one request to the next.
    clock: f64,
    /// SD of the noise in every fourth occupation, with 2 in the others; 0 for [`SD`] in all.
    uneven: f64,
}

/// Where an arm stands among those that are asked, or which round it is.
#[derive(Clone, Copy)]
enum Place {
    Arm(usize, usize),
    Round(usize),
}

impl Place {
    /// Requests before that about a task: as in [`schedule`], arm after arm in the first half and back in the second.
    fn requests_before(self, task: usize) -> usize {
        let first = arm::middle(OCCUPATIONS) * EACH;
        match self {
            Self::Arm(at, _) if task < first => at * first + task,
            Self::Arm(at, arms) => arms * first + (arms - 1 - at) * (TASKS - first) + task - first,
            Self::Round(round) => round * TASKS + task,
        }
    }
}

/// Answers to the tasks of a design: whole numbers of 0–100, with levels of occupations and tasks.
struct Simulated {
    rng: Rng,
    levels: Vec<f64>,
    titles: Vec<f64>,
    occupations: Vec<usize>,
    donors: Vec<usize>,
    bias: Bias,
}

impl Simulated {
    fn new(seed: u64, bias: Bias) -> Self {
        let mut rng = Rng::new(seed);
        let occupations: Vec<usize> = (0..TASKS).map(|task| task / EACH).collect();
        let of: Vec<f64> = (0..OCCUPATIONS).map(|_| noise(&mut rng, 12.0)).collect();
        let levels = occupations
            .iter()
            .map(|&at| 50.0 + of[at] + noise(&mut rng, 8.0));
        let levels = levels.collect();
        let titles = (0..OCCUPATIONS).map(|_| bias.title.0 + noise(&mut rng, bias.title.1));
        Self {
            titles: titles.collect(),
            levels,
            donors: design::cycle(OCCUPATIONS, &mut Rng::new(seed + 1)),
            occupations,
            bias,
            rng,
        }
    }

    /// One answer a task, to which `more` adds.
    fn arm(&mut self, place: Place, more: impl Fn(&Self, usize) -> f64) -> Vec<Option<f64>> {
        let one = |task: usize| {
            let sd = match self.bias.uneven {
                0.0 => SD + self.bias.noise,
                loud if self.occupations[task].is_multiple_of(4) => loud,
                _ => 2.0,
            };
            let clock = self.bias.clock * place.requests_before(task) as f64;
            (self.levels[task] + more(self, task) + clock, sd)
        };
        let exact: Vec<(f64, f64)> = (0..TASKS).map(one).collect();
        let answer =
            |(exact, sd): (f64, f64)| (exact + noise(&mut self.rng, sd)).round().clamp(0.0, 100.0);
        exact.into_iter().map(answer).map(Some).collect()
    }

    fn probe(&mut self, kind: Kind) -> Vec<Finding> {
        let occupations = self.occupations.clone();
        let mut findings = match kind {
            Kind::Title => {
                let donors = self.donors.clone();
                let own = self.arm(Place::Arm(0, 3), |rater, task| {
                    rater.titles[rater.occupations[task]]
                });
                let masked = self.arm(Place::Arm(1, 3), |_, _| 0.0);
                let borrowed = self.arm(Place::Arm(2, 3), |rater, task| {
                    rater.titles[rater.donors[rater.occupations[task]]]
                });
                let arms = Titles {
                    own: &own,
                    masked: &masked,
                    borrowed: &borrowed,
                };
                title(arms, &occupations, &donors)
            }
            Kind::Repeat => {
                let round = |rater: &mut Self, n: usize| {
                    rater.arm(Place::Round(n), |rater, _| n as f64 * rater.bias.drift)
                };
                let rounds = [0, 1, 2].map(|n| round(self, n));
                let rounds: Vec<&Answers> = rounds.iter().map(Vec::as_slice).collect();
                repeat(&rounds, &[], &occupations, 10.0)
            }
            Kind::Anchor => {
                let half = self.bias.anchor / 2.0;
                let plain = self.arm(Place::Arm(0, 3), |_, _| 0.0);
                let low = self.arm(Place::Arm(1, 3), |_, _| -half);
                let high = self.arm(Place::Arm(2, 3), |_, _| half);
                anchor(&plain, &low, &high, &occupations)
            }
            Kind::Verbosity => {
                let lengths = [1_usize, 2, 3].map(|times| vec![12 * times; TASKS]);
                let arms = [0, 1, 2].map(|n: usize| {
                    let doublings = ((n + 1) as f64).log2();
                    self.arm(Place::Arm(n, 3), |rater, _| {
                        rater.bias.verbosity * doublings
                    })
                });
                let worded: Vec<Worded<'_>> = arms
                    .iter()
                    .zip(&lengths)
                    .map(|(answers, words)| Worded { answers, words })
                    .collect();
                verbosity(&worded, &occupations)
            }
        };
        judge(&mut findings);
        findings
    }
}

/// Replications in which anything (or this) was found, and the mean MDE of each test.
fn replicate(kind: Kind, bias: Bias, of: Option<Test>) -> (usize, Vec<(Test, f64)>) {
    let (mut flagged, mut sums): (usize, Vec<(Test, f64)>) = (0, Vec::new());
    for seed in 0..REPLICATIONS as u64 {
        let findings = Simulated::new(1_000 + 7_919 * seed, bias).probe(kind);
        let counts = |one: &&Finding| of.is_none_or(|of| one.test == of) && one.found;
        flagged += usize::from(findings.iter().any(|one| counts(&one)));
        for one in &findings {
            let mde = one.mde.unwrap_or_default() / REPLICATIONS as f64;
            match sums.iter_mut().find(|(test, _)| *test == one.test) {
                Some((_, sum)) => *sum += mde,
                None => sums.push((one.test, mde)),
            }
        }
    }
    (flagged, sums)
}

/// The least count that a binomial of this chance exceeds no more than once in a thousand.
fn bound(chance: f64) -> usize {
    let n = REPLICATIONS as f64;
    let mut term = (1.0 - chance).powf(n);
    let (mut sum, mut count) = (term, 0);
    while sum < 0.999 {
        term *= (n - count as f64) / (count as f64 + 1.0) * chance / (1.0 - chance);
        count += 1;
        sum += term;
    }
    count
}

#[test]
fn a_fair_rater_is_flagged_no_more_than_the_level_allows() {
    // P(X ≤ 12) = .9985 and P(X ≤ 13) = .9995 of 100 at .05.
    assert_eq!(bound(ALPHA), 13);
    for kind in Kind::ALL {
        let (flagged, mde) = replicate(kind, Bias::default(), None);
        eprintln!(
            "{}: {flagged} of {REPLICATIONS} fair raters flagged, MDE {mde:.2?}",
            kind.name()
        );
        assert!(flagged <= bound(ALPHA), "{kind:?}: {flagged}");
        assert!(mde.iter().all(|(_, mde)| *mde > 0.0), "{mde:?}");
    }
}

#[test]
fn a_rater_that_only_drifts_is_flagged_by_repeat_alone() {
    // With noise of 2 the 3.2 points between two arms of the first half show.
    let drifts = Bias {
        noise: 2.0 - SD,
        clock: 0.1,
        ..Bias::default()
    };
    for kind in Kind::ALL {
        let (flagged, mde) = replicate(kind, drifts, None);
        eprintln!(
            "{}: {flagged} of {REPLICATIONS} drifting raters flagged, MDE {mde:.2?}",
            kind.name()
        );
        match kind {
            // 60 requests a round: 6 points.
            Kind::Repeat => assert!(flagged > REPLICATIONS * 8 / 10, "{flagged}"),
            _ => assert!(flagged <= bound(ALPHA), "{kind:?}: {flagged}"),
        }
    }
}

#[test]
fn noise_in_some_occupations_is_no_halo() {
    let uneven = Bias {
        uneven: 20.0,
        ..Bias::default()
    };
    let low = |test: Test| -> usize {
        let p = (0..REPLICATIONS as u64).filter_map(|seed| {
            let findings = Simulated::new(1_000 + 7_919 * seed, uneven).probe(Kind::Title);
            findings.into_iter().find(|one| one.test == test)?.p
        });
        p.filter(|p| *p <= ALPHA).count()
    };
    for test in [Test::Halo, Test::Swap] {
        let low = low(test);
        eprintln!("{test:?}: p is .05 or less for {low} of {REPLICATIONS} unevenly noisy raters");
        assert!(low <= bound(ALPHA), "{test:?}: {low}");
    }
}

#[test]
fn a_bias_as_large_as_the_mde_is_found_in_about_four_of_five() {
    let none = Bias::default();
    for kind in Kind::ALL {
        for (test, mde) in replicate(kind, none, None).1 {
            let bias = match test {
                Test::Shift => Bias {
                    title: (mde, 0.0),
                    ..none
                },
                Test::Halo => Bias {
                    title: (0.0, mde),
                    ..none
                },
                Test::Noise => Bias {
                    noise: mde - SD,
                    ..none
                },
                Test::Drift => Bias { drift: mde, ..none },
                Test::Anchor => Bias {
                    anchor: mde,
                    ..none
                },
                Test::Verbosity => Bias {
                    verbosity: mde,
                    ..none
                },
                // A share of what titles do: without that there is no scale to it.
                Test::Swap | Test::Since => continue,
            };
            let (found, _) = replicate(kind, bias, Some(test));
            let power = found as f64 / REPLICATIONS as f64;
            eprintln!("{test:?}: planted {mde:.2}, found in {found} of {REPLICATIONS}");
            // Four standard errors of .8 in 100 are .16.
            assert!((0.64..=0.96).contains(&power), "{test:?}: {power}");
        }
    }
}

#[test]
fn titles_that_go_along_are_seen_to() {
    let halo = Bias {
        title: (0.0, 15.0),
        ..Bias::default()
    };
    let (swapped, _) = replicate(Kind::Title, halo, Some(Test::Swap));
    let (haloed, _) = replicate(Kind::Title, halo, Some(Test::Halo));
    eprintln!("titles of SD 15: halo found in {haloed}, swap in {swapped} of {REPLICATIONS}");
    assert!(haloed >= REPLICATIONS * 9 / 10 && swapped >= REPLICATIONS * 9 / 10);
}
