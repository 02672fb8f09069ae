//! Drawing the tasks of a set and its halves: every probability is known, the same seed draws the same.

use super::Half;
use crate::error::{Error, Result};
use crate::stats::rng::Rng;
use crate::stats::sampling::{by_cluster, shuffle, systematic};
use std::collections::{BTreeMap, BTreeSet};

/// Whole occupations are drawn by a stream of their own. Halves are the first of the same order: with the same seed, a draw from a
/// set would else come from one of its halves alone.
const OCCUPATIONS: u64 = 0x6f63_6375_7061_7469;

/// How much is drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Amount {
    /// Everything: each task for certain.
    All,
    /// So many tasks, spread along the occupations: each task has the probability n/N.
    Tasks(usize),
    /// So many occupations with all their tasks: each task has the probability m/M.
    Occupations(usize),
}

/// How a set is drawn.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Plan {
    /// How much.
    pub amount: Amount,
    /// Seed of tasks and halves.
    pub seed: u64,
    /// Share of the occupations that is in the test half, from 0 to below 1.
    pub test_share: f64,
}

/// What was drawn of a frame.
#[derive(Debug, Clone, PartialEq)]
pub struct Drawn {
    /// Position in the frame and half of each drawn task, in the order of the frame.
    pub tasks: Vec<(usize, Half)>,
    /// The probability with which each was drawn.
    pub probability: f64,
}

impl Plan {
    /// Draws from a frame of tasks, given as the occupation of each.
    ///
    /// Tasks are drawn systematically along occupations in random order and their tasks in random order, as `review` draws; an
    /// occupation is in the test half with the probability K/M, K the nearest whole number to `test_share` of the M drawn ones, and
    /// at least one and at most M − 1 of them where a share above 0 is asked for. A single occupation is all dev.
    ///
    /// # Errors
    /// There is no task, or more is asked for than there is.
    pub fn draw(&self, frame: &[&str]) -> Result<Drawn> {
        let codes: Vec<&str> = frame
            .iter()
            .copied()
            .collect::<BTreeSet<_>>()
            .into_iter()
            .collect();
        let number: BTreeMap<&str, usize> =
            codes.iter().zip(0..).map(|(code, n)| (*code, n)).collect();
        let occupation: Vec<usize> = frame.iter().map(|code| number[code]).collect();
        let mut rng = Rng::new(self.seed);
        let (mut drawn, probability) = self.tasks(&occupation, codes.len(), &mut rng)?;
        drawn.sort_unstable();
        let test = self.test(drawn.iter().map(|&task| occupation[task]), &mut rng);
        let half = |task| match test.contains(&occupation[task]) {
            true => Half::Test,
            false => Half::Dev,
        };
        Ok(Drawn {
            tasks: drawn.into_iter().map(|task| (task, half(task))).collect(),
            probability,
        })
    }

    /// The drawn tasks, and with which probability each was drawn.
    fn tasks(
        &self,
        occupation: &[usize],
        count: usize,
        rng: &mut Rng,
    ) -> Result<(Vec<usize>, f64)> {
        let all = occupation.len();
        let short = |n: usize, of: usize, what: &str| {
            let message = format!("{n} {what} are to be drawn, and there are {of} with a label");
            Error::input(message).hint("ask for fewer, or leave it out to take all")
        };
        match self.amount {
            _ if all == 0 => Err(Error::input("there is no task to draw")),
            Amount::All => Ok(((0..all).collect(), 1.0)),
            Amount::Tasks(n) if n > all => Err(short(n, all, "tasks")),
            Amount::Tasks(n) => {
                let order = by_cluster(occupation, rng);
                Ok((systematic(&order, n, rng).collect(), n as f64 / all as f64))
            }
            Amount::Occupations(m) if m > count => Err(short(m, count, "occupations")),
            Amount::Occupations(m) => {
                let mut order: Vec<usize> = (0..count).collect();
                shuffle(&mut order, &mut Rng::new(self.seed ^ OCCUPATIONS));
                let chosen: BTreeSet<usize> = order.into_iter().take(m).collect();
                let of_them = (0..all).filter(|&task| chosen.contains(&occupation[task]));
                Ok((of_them.collect(), m as f64 / count as f64))
            }
        }
    }

    /// The occupations of the test half.
    fn test(&self, drawn: impl Iterator<Item = usize>, rng: &mut Rng) -> BTreeSet<usize> {
        let own: BTreeSet<usize> = drawn.collect();
        let mut order: Vec<usize> = own.into_iter().collect();
        let all = order.len();
        shuffle(&mut order, rng);
        let wanted = (self.test_share * all as f64).round() as usize;
        let wanted = match self.test_share > 0.0 && all > 1 {
            true => wanted.clamp(1, all - 1),
            false => 0,
        };
        order.into_iter().take(wanted).collect()
    }

    /// How tasks are drawn, in words.
    #[must_use]
    pub fn words(&self) -> &'static str {
        match self.amount {
            Amount::All => "all tasks",
            Amount::Tasks(_) => {
                "tasks with equal probability, systematically along occupations in random order"
            }
            Amount::Occupations(_) => "occupations with equal probability, with all their tasks",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn plan(amount: Amount, seed: u64) -> Plan {
        Plan {
            amount,
            seed,
            test_share: 0.5,
        }
    }

    fn frame(sizes: &[usize]) -> Vec<String> {
        let jobs = sizes.iter().enumerate();
        jobs.flat_map(|(job, size)| vec![format!("job{job:03}"); *size])
            .collect()
    }

    fn draw(plan: &Plan, frame: &[String]) -> Drawn {
        let codes: Vec<&str> = frame.iter().map(String::as_str).collect();
        plan.draw(&codes).unwrap()
    }

    proptest! {
        #[test]
        fn halves_share_no_occupation(sizes in proptest::collection::vec(1_usize..9, 2..30), seed in any::<u64>(), share in 0.05_f64..0.95, n in 1_usize..60) {
            let frame = frame(&sizes);
            let amounts = [Amount::All, Amount::Tasks(n.min(frame.len())), Amount::Occupations(n.min(sizes.len()))];
            for amount in amounts {
                let plan = Plan { test_share: share, ..plan(amount, seed) };
                let drawn = draw(&plan, &frame);
                prop_assert_eq!(&drawn, &draw(&plan, &frame));
                let of = |half: Half| -> BTreeSet<&str> {
                    let own = drawn.tasks.iter().filter(|(_, own)| *own == half);
                    own.map(|(task, _)| frame[*task].as_str()).collect()
                };
                let (dev, test) = (of(Half::Dev), of(Half::Test));
                prop_assert!(dev.is_disjoint(&test));
                let all = dev.len() + test.len();
                prop_assert!(all < 2 || (!dev.is_empty() && !test.is_empty()));
                prop_assert!((test.len() as f64 - share * all as f64).abs() <= 1.0);
                let unique: BTreeSet<usize> = drawn.tasks.iter().map(|(task, _)| *task).collect();
                prop_assert_eq!(unique.len(), drawn.tasks.len());
            }
        }
    }

    #[test]
    fn each_task_is_drawn_as_often_as_is_said() {
        // 6 of 24 tasks, and 2 of 4 occupations: over 4,000 seeds a quarter and a half, with an SD of 27 and 32 draws.
        let frame = frame(&[1, 3, 8, 12]);
        for (amount, probability) in [(Amount::Tasks(6), 0.25), (Amount::Occupations(2), 0.5)] {
            let mut counts = vec![0_i32; frame.len()];
            for seed in 0..4000 {
                let drawn = draw(&plan(amount, seed), &frame);
                assert!((drawn.probability - probability).abs() < 1e-12);
                drawn.tasks.iter().for_each(|(task, _)| counts[*task] += 1);
            }
            let expected = (4000.0 * probability) as i32;
            assert!(
                counts.iter().all(|n| (n - expected).abs() < 160),
                "{counts:?}"
            );
        }
    }

    #[test]
    fn more_than_there_is_cannot_be_drawn() {
        let wrong = |amount| {
            plan(amount, 1)
                .draw(&["a", "a", "b"])
                .unwrap_err()
                .to_string()
        };
        assert_eq!(
            wrong(Amount::Tasks(4)),
            "4 tasks are to be drawn, and there are 3 with a label"
        );
        assert_eq!(
            wrong(Amount::Occupations(3)),
            "3 occupations are to be drawn, and there are 2 with a label"
        );
        assert!(plan(Amount::All, 1).draw(&[]).is_err());
        // One occupation cannot be parted.
        let one = plan(Amount::All, 1).draw(&["a", "a"]).unwrap();
        assert_eq!(one.tasks, [(0, Half::Dev), (1, Half::Dev)]);
    }
}
