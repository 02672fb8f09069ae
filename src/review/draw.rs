//! Which tasks people are asked about, and with which probability each was drawn.

use crate::error::{Error, Result};
use crate::inventory::Occupation;
use crate::rater::GoldKind;
use crate::rubric::{Dimension, Rubric};
use crate::stats::rng::Rng;
use crate::stats::sampling;
use serde::{Deserialize, Serialize};

/// A task that could be drawn.
#[derive(Debug, Clone, Copy)]
struct Unit {
    /// Number of its occupation.
    occupation: usize,
    /// Whether the raters of the run contest it.
    contested: bool,
}

/// How tasks are drawn.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Design {
    /// Number of tasks that are wanted.
    pub tasks: usize,
    /// Share of them that is taken from contested tasks, 0–1: 0 draws from all tasks alike, 1 from contested tasks alone.
    pub contested: f64,
    /// Share of the drawn tasks that two people label, 0–1.
    pub double: f64,
    /// Seed: the same seed draws the same tasks in the same order.
    pub seed: u64,
}

/// Tasks that are drawn alike.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stratum {
    /// `all`, `contested` or `rest`.
    pub name: String,
    /// Number of tasks in it.
    pub tasks: usize,
    /// Number of them that were drawn; 0 in a stratum that the design leaves out, whose tasks no sum of gold stands for.
    pub drawn: usize,
}

/// A task that was drawn.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct DrawnTask {
    /// Id of the occupation.
    pub occupation_id: String,
    /// Its title.
    pub occupation: String,
    /// Id of the task.
    pub task_id: String,
    /// What is done.
    pub task: String,
    /// Position of its stratum.
    pub stratum: usize,
    /// The probability with which the design draws it.
    pub probability: f64,
    /// How many people are to label it: 1 or 2.
    pub codes: usize,
}

/// What people are asked to label. Tasks stand in the random order in which they are shown, strata mixed, so that whoever
/// stops early leaves a random part of each stratum.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Draw {
    /// 8 hex digits of a hash of all the rest but the time.
    pub id: String,
    /// The run that it was drawn from.
    pub run: String,
    /// What that run judged ([`judged`]): runs can share a name.
    pub judged: String,
    /// When it was drawn, as RFC 3339 in UTC.
    pub time: String,
    /// Fingerprint of the prompt of the run.
    pub prompt: String,
    /// What was judged in the run, with all its dimensions.
    pub rubric: Rubric,
    /// Ids of the dimensions that people are asked for.
    pub dimensions: Vec<String>,
    /// What kind of gold their labels are.
    pub kind: GoldKind,
    /// How the tasks were drawn.
    pub design: Design,
    /// The strata.
    pub strata: Vec<Stratum>,
    /// The drawn tasks.
    pub tasks: Vec<DrawnTask>,
}

/// What a draw is made from.
#[derive(Debug, Clone, Copy)]
pub struct Frame<'a> {
    /// Id of the run.
    pub run: &'a str,
    /// Fingerprint of its prompt.
    pub prompt: &'a str,
    /// What was judged in it.
    pub rubric: &'a Rubric,
    /// Ids of the dimensions that people are asked for; they are of the rubric.
    pub dimensions: &'a [String],
    /// What kind of gold their labels are.
    pub kind: GoldKind,
    /// The occupations with their tasks.
    pub occupations: &'a [&'a Occupation],
    /// Whether the raters contest each task, in any of these dimensions; tasks counted through the occupations in order.
    pub contested: &'a [bool],
}

impl Frame<'_> {
    /// That the rubric has the dimensions that are asked for.
    fn check(&self) -> Result<()> {
        let mut asked = self.dimensions.iter();
        let Some(other) = asked.find(|id| self.rubric.position(id).is_none()) else {
            return Ok(());
        };
        let known = self.rubric.dimensions().iter();
        let known: Vec<&str> = known.map(|one| &*one.id).collect();
        Err(Error::input(format!("the run has no dimension '{other}'"))
            .hint(format!("its dimensions are {}", known.join(", "))))
    }
}

/// A hash of what a run judged: prompt, rubric, and the tasks in their words. Labels of people are about that, whoever rated.
#[must_use]
pub fn judged<'a>(
    prompt: &str,
    rubric: &Rubric,
    occupations: impl Iterator<Item = &'a Occupation>,
) -> String {
    let mut hasher = blake3::Hasher::new();
    let mut add = |text: &str| {
        hasher.update(&(text.len() as u64).to_le_bytes());
        hasher.update(text.as_bytes());
    };
    add(prompt);
    add(&serde_json::to_string(rubric).unwrap_or_default());
    for one in occupations {
        add(&one.id);
        add(&one.title);
        for task in &one.tasks {
            add(&task.id);
            add(&task.statement);
        }
    }
    hasher.finalize().to_hex()[..32].to_owned()
}

/// The strata of a design, and the drawn units in the order of showing: unit and stratum.
struct Drawn {
    strata: Vec<Stratum>,
    units: Vec<(usize, usize)>,
}

impl Draw {
    /// Draws from the tasks of a run, at this time (RFC 3339).
    ///
    /// # Errors
    /// There is nothing to draw ([`Design`]), or a dimension is none of the rubric's.
    pub fn new(frame: &Frame<'_>, design: Design, time: String) -> Result<Self> {
        frame.check()?;
        let occupations = frame.occupations.iter().enumerate();
        let tasks: Vec<_> = occupations
            .flat_map(|(number, one)| one.tasks.iter().map(move |task| (number, *one, task)))
            .collect();
        let contested = frame.contested.iter().copied();
        let units: Vec<Unit> = tasks
            .iter()
            .zip(contested.chain(std::iter::repeat(false)))
            .map(|(&(occupation, ..), contested)| Unit {
                occupation,
                contested,
            })
            .collect();
        let drawn = design.draw(&units)?;
        let probability = |stratum: usize| {
            let Stratum {
                tasks, drawn: n, ..
            } = &drawn.strata[stratum];
            *n as f64 / *tasks as f64
        };
        let task = |(place, &(unit, stratum)): (usize, &(usize, usize))| {
            let (_, occupation, task) = tasks[unit];
            DrawnTask {
                occupation_id: occupation.id.clone(),
                occupation: occupation.title.clone(),
                task_id: task.id.clone(),
                task: task.statement.clone(),
                stratum,
                probability: probability(stratum),
                codes: 1 + usize::from(design.doubled(place)),
            }
        };
        let mut draw = Self {
            id: String::new(),
            run: frame.run.to_owned(),
            judged: judged(
                frame.prompt,
                frame.rubric,
                frame.occupations.iter().copied(),
            ),
            time: String::new(),
            prompt: frame.prompt.to_owned(),
            rubric: frame.rubric.clone(),
            dimensions: frame.dimensions.to_vec(),
            kind: frame.kind,
            design,
            tasks: drawn.units.iter().enumerate().map(task).collect(),
            strata: drawn.strata.clone(),
        };
        draw.id = draw.fingerprint();
        draw.time = time;
        Ok(draw)
    }

    /// 8 hex digits of a hash of all but id and time. Probabilities are left out, because decimals need not be read back to the
    /// last bit: the strata say them.
    fn fingerprint(&self) -> String {
        let mut all = self.clone();
        (all.id, all.time) = Default::default();
        all.tasks.iter_mut().for_each(|task| task.probability = 0.0);
        // Texts and finite numbers are JSON.
        let text = serde_json::to_string(&all).unwrap_or_default();
        blake3::hash(text.as_bytes()).to_hex()[..8].to_owned()
    }

    /// Whether nothing was changed since it was drawn.
    #[must_use]
    pub fn is_as_drawn(&self) -> bool {
        let probable = |task: &DrawnTask| {
            let stratum = self.strata.get(task.stratum)?;
            let is = stratum.drawn as f64 / stratum.tasks as f64;
            Some((task.probability - is).abs() < 1e-12)
        };
        self.tasks.iter().all(|task| probable(task) == Some(true)) && self.fingerprint() == self.id
    }

    /// The dimensions that people are asked for, in the order of the rubric.
    pub fn asked(&self) -> impl Iterator<Item = &Dimension> {
        let all = self.rubric.dimensions().iter();
        all.filter(|one| self.dimensions.contains(&one.id))
    }
}

impl Design {
    /// Draws among these units: within each stratum systematically, along occupations in random order and their tasks in
    /// random order, with a random start (Madow & Madow 1944). Every unit of a stratum has the probability drawn/tasks, and the
    /// drawn ones are spread over as many occupations as can be.
    ///
    /// # Errors
    /// There is no task, or only contested ones are wanted and there is none.
    fn draw(&self, units: &[Unit]) -> Result<Drawn> {
        let mut rng = Rng::new(self.seed);
        let split = self.contested > 0.0;
        let stratum = |unit: &Unit| usize::from(split && !unit.contested);
        let mut members: Vec<Vec<usize>> = vec![Vec::new(); 1 + usize::from(split)];
        let occupations: Vec<usize> = units.iter().map(|unit| unit.occupation).collect();
        for unit in sampling::by_cluster(&occupations, &mut rng) {
            members[stratum(&units[unit])].push(unit);
        }
        let sizes: Vec<usize> = members.iter().map(Vec::len).collect();
        let drawn = self.sizes(&sizes)?;
        let names: &[&str] = if split {
            &["contested", "rest"]
        } else {
            &["all"]
        };
        let mut picked = Vec::new();
        for (number, (list, &n)) in members.iter().zip(&drawn).enumerate() {
            picked.extend(sampling::systematic(list, n, &mut rng).map(|unit| (unit, number)));
        }
        sampling::shuffle(&mut picked, &mut rng);
        let strata = names.iter().zip(sizes).zip(drawn);
        Ok(Drawn {
            strata: strata
                .map(|((name, tasks), drawn)| Stratum {
                    name: (*name).to_owned(),
                    tasks,
                    drawn,
                })
                .collect(),
            units: picked,
        })
    }

    /// How many are drawn of each stratum. What one stratum does not hold is taken from the other, unless the design leaves
    /// that out; of each other stratum two are drawn if it has them, so that a skipped task does not leave it without a label.
    pub(super) fn sizes(&self, strata: &[usize]) -> Result<Vec<usize>> {
        let &[contested, rest] = strata else {
            let all = strata.iter().sum::<usize>();
            return match all {
                0 => Err(Error::input("there is no task to draw")),
                _ => Ok(vec![all.min(self.tasks)]),
            };
        };
        let wanted = (self.tasks as f64 * self.contested).round() as usize;
        if self.contested >= 1.0 {
            return match contested {
                0 => Err(Error::input("no task of the run is contested")
                    .hint("--contested 0 draws from all tasks alike")),
                _ => Ok(vec![contested.min(self.tasks), 0]),
            };
        }
        let least = |tasks: usize| tasks.min(2).min(self.tasks / 2);
        let wanted = wanted
            .min(self.tasks - least(rest))
            .max(least(contested))
            .min(contested);
        let of_rest = rest.min(self.tasks.saturating_sub(wanted));
        Ok(vec![contested.min(self.tasks - of_rest), of_rest])
    }

    /// Whether two people are to label the task at this place of the order of showing: they are spread evenly.
    fn doubled(&self, place: usize) -> bool {
        let upto = |n: usize| (n as f64 * self.double + 1e-9).floor();
        upto(place + 1) > upto(place)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 40 tasks in 8 occupations; the first of every five is contested.
    fn units() -> Vec<Unit> {
        let unit = |n: usize| Unit {
            occupation: n / 5,
            contested: n.is_multiple_of(5),
        };
        (0..40).map(unit).collect()
    }

    fn design(tasks: usize, contested: f64) -> Design {
        Design {
            tasks,
            contested,
            double: 0.5,
            seed: 3,
        }
    }

    fn sizes(tasks: usize, contested: f64) -> Vec<(usize, usize)> {
        let drawn = design(tasks, contested).draw(&units()).unwrap();
        let strata = drawn.strata.iter();
        strata.map(|one| (one.drawn, one.tasks)).collect()
    }

    #[test]
    fn strata_get_their_share_and_lend_what_they_lack() {
        assert_eq!(sizes(20, 0.0), [(20, 40)]);
        assert_eq!(sizes(10, 0.4), [(4, 8), (6, 32)]);
        // Only 8 are contested: the rest gives 12 of the 20.
        assert_eq!(sizes(20, 0.6), [(8, 8), (12, 32)]);
        // Only 32 are not: all 40.
        assert_eq!(sizes(90, 0.1), [(8, 8), (32, 32)]);
        assert_eq!(sizes(20, 1.0), [(8, 8), (0, 32)]);
        // 1 % and 99 % of ten are none and all: two of each stratum all the same, one each of two tasks.
        assert_eq!(sizes(10, 0.01), [(2, 8), (8, 32)]);
        assert_eq!(sizes(9, 0.99), [(7, 8), (2, 32)]);
        assert_eq!(sizes(2, 0.01), [(1, 8), (1, 32)]);
        assert_eq!(sizes(1, 0.3), [(0, 8), (1, 32)]);
        let calm = [Unit {
            occupation: 0,
            contested: false,
        }];
        assert!(design(3, 1.0).draw(&calm).is_err());
        assert!(design(3, 0.0).draw(&[]).is_err());
        let drawn = design(3, 0.5).draw(&calm).unwrap();
        assert_eq!(drawn.units, [(0, 1)]);
    }

    #[test]
    fn every_task_is_drawn_as_often_as_its_probability_says_and_never_twice() {
        let units = units();
        let mut counts = [0_u32; 40];
        for seed in 0..4000 {
            let drawn = Design {
                seed,
                ..design(10, 0.4)
            }
            .draw(&units)
            .unwrap();
            let mut seen: Vec<usize> = drawn.units.iter().map(|(unit, _)| *unit).collect();
            seen.sort_unstable();
            seen.dedup();
            assert_eq!(seen.len(), 10);
            seen.iter().for_each(|&unit| counts[unit] += 1);
        }
        for (unit, &count) in units.iter().zip(&counts) {
            // 4 of 8, 6 of 32; four standard deviations of 4,000 draws are 126 and 99.
            let expected = if unit.contested { 2000 } else { 750 };
            assert!(count.abs_diff(expected) < 127, "{count} {expected}");
        }
    }

    #[test]
    fn a_draw_is_spread_over_occupations_and_over_the_order_of_showing() {
        for seed in 0..50 {
            let drawn = Design {
                seed,
                ..design(8, 0.0)
            }
            .draw(&units())
            .unwrap();
            let mut occupations: Vec<usize> =
                drawn.units.iter().map(|(unit, _)| unit / 5).collect();
            occupations.sort_unstable();
            occupations.dedup();
            assert_eq!(
                occupations.len(),
                8,
                "one task of each of the eight occupations"
            );
        }
        let doubled = (0..10).filter(|&place| design(10, 0.0).doubled(place));
        assert_eq!(doubled.collect::<Vec<_>>(), [1, 3, 5, 7, 9]);
        let all = Design {
            double: 1.0,
            ..design(10, 0.0)
        };
        assert!((0..10).all(|place| all.doubled(place)));
        let none = Design {
            double: 0.0,
            ..design(10, 0.0)
        };
        assert!(!(0..10).any(|place| none.doubled(place)));
    }
}
