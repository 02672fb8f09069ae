//! Conger's kappa: chance agreement from what each rater tends to give.

use super::chance::{Agreement, Coefficient};
use crate::stats::Table;

/// Conger's kappa (Conger 1980; with missing cells and its error: Gwet 2014). p_e is the mean over pairs of raters of the
/// agreement they would have if each chose independently, with the shares that it has. Raters without a rating are left
/// out; `None` for fewer than two others.
pub(super) fn conger(table: &Table, of: &Agreement<'_>, level: f64) -> Option<Coefficient> {
    let place = |value: f64| of.categories.iter().position(|&category| category == value);
    let rated: Vec<Vec<Option<usize>>> = table
        .units()
        .map(|row| row.iter().map(|cell| cell.and_then(place)).collect())
        .filter(|row: &Vec<Option<usize>>| row.iter().any(Option::is_some))
        .collect();
    let habits: Vec<Habit> = (0..table.raters())
        .filter_map(|rater| Habit::new(rater, &rated, of.categories.len()))
        .collect();
    let r = habits.len() as f64;
    (r > 1.0).then_some(())?;
    // Σ over pairs of different raters of p_gk p_hl = (Σ_g p_gk)(Σ_h p_hl) − Σ_g p_gk p_gl.
    let mut sums = vec![0.0; of.categories.len()];
    for habit in &habits {
        sums.iter_mut()
            .zip(&habit.shares)
            .for_each(|(sum, share)| *sum += share);
    }
    let others: Vec<Other> = habits
        .into_iter()
        .map(|habit| Other::new(habit, &sums, of.weights))
        .collect();
    let pairs = r * (r - 1.0);
    let chance = others.iter().map(|other| other.mean).sum::<f64>() / pairs;
    let n = rated.len() as f64;
    let chances = rated
        .iter()
        .map(|row| others.iter().map(|other| other.of(row, n)).sum::<f64>() / pairs);
    of.coefficient(chance, chances, level)
}

/// How often a rater gives each category.
struct Habit {
    rater: usize,
    units: f64,
    shares: Vec<f64>,
}

impl Habit {
    fn new(rater: usize, rated: &[Vec<Option<usize>>], categories: usize) -> Option<Self> {
        let mut shares = vec![0.0; categories];
        for category in rated.iter().filter_map(|row| *row.get(rater)?) {
            *shares.get_mut(category)? += 1.0;
        }
        let units: f64 = shares.iter().sum();
        (units > 0.0).then_some(())?;
        shares.iter_mut().for_each(|share| *share /= units);
        Some(Self {
            rater,
            units,
            shares,
        })
    }
}

/// How far each category agrees with what all other raters give.
struct Other {
    habit: Habit,
    agreement: Vec<f64>,
    /// The mean of `agreement` over the rater's own ratings.
    mean: f64,
}

impl Other {
    fn new(habit: Habit, sums: &[f64], weights: &[Vec<f64>]) -> Self {
        let rest: Vec<f64> = sums
            .iter()
            .zip(&habit.shares)
            .map(|(sum, share)| sum - share)
            .collect();
        let row = |row: &Vec<f64>| row.iter().zip(&rest).map(|(w, rest)| w * rest).sum();
        let agreement: Vec<f64> = weights.iter().map(row).collect();
        let mean = agreement
            .iter()
            .zip(&habit.shares)
            .map(|(a, share)| a * share)
            .sum();
        Self {
            habit,
            agreement,
            mean,
        }
    }

    /// What the rater's cell of one of `n` units adds to chance.
    fn of(&self, row: &[Option<usize>], n: f64) -> f64 {
        let given = row.get(self.habit.rater).copied().flatten();
        let own = given.and_then(|category| self.agreement.get(category));
        let there = f64::from(u8::from(own.is_some()));
        let centred = own.unwrap_or(&0.0) - (there - self.habit.units / n) * self.mean;
        centred * n / self.habit.units
    }
}
