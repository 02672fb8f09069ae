//! Whether rows and specification can be trained on.

use std::collections::BTreeSet;

use super::super::error::TrainError;
use super::super::scale::Scale;
use super::super::text::normalise;
use super::folds::{FOLDS, fold_of};
use super::levels::Shares;
use super::{Row, Spec};

/// Fewest labelled rows.
pub const LEAST_ROWS: usize = 100;

/// Fewest occupation groups.
pub const LEAST_GROUPS: usize = 20;

/// Fewest rows of every label.
pub const LEAST_OF_LABEL: usize = 10;

/// The answers as anchor shares (target, row, anchor), or what is wrong.
pub(super) fn check(rows: &[Row], spec: &Spec) -> Result<Vec<Shares>, TrainError> {
    check_targets(spec)?;
    if rows.len() < LEAST_ROWS {
        return Err(TrainError::TooFewRows {
            found: rows.len(),
            needed: LEAST_ROWS,
        });
    }
    let shares = read_answers(rows, spec)?;
    check_groups(rows, spec)?;
    for (target, shares) in spec.targets.iter().zip(&shares) {
        check_variety(&target.id, &target.scale, shares)?;
    }
    Ok(shares)
}

fn check_targets(spec: &Spec) -> Result<(), TrainError> {
    if spec.targets.is_empty() {
        return Err(TrainError::Target("none given".into()));
    }
    let mut ids = BTreeSet::new();
    for target in &spec.targets {
        if !target.scale.is_ordered() {
            let problem = "needs 2 to 32 labels with increasing values";
            return Err(TrainError::Target(format!("{} {problem}", target.id)));
        }
        if !ids.insert(&target.id) {
            return Err(TrainError::SameId(target.id.clone()));
        }
    }
    Ok(())
}

fn read_answers(rows: &[Row], spec: &Spec) -> Result<Vec<Shares>, TrainError> {
    let mut shares = vec![Vec::with_capacity(rows.len()); spec.targets.len()];
    for (index, row) in rows.iter().enumerate() {
        let fail = |problem: String| {
            Err(TrainError::Row {
                index,
                task_id: row.task_id.clone(),
                problem,
            })
        };
        if normalise(&row.statement).is_empty() {
            return fail("the statement has no word".into());
        }
        if row.answers.len() != spec.targets.len() {
            let (found, needed) = (row.answers.len(), spec.targets.len());
            return fail(format!("{found} answers for {needed} targets"));
        }
        for ((target, answer), shares) in spec.targets.iter().zip(&row.answers).zip(&mut shares) {
            match target.scale.shares(answer) {
                Some(share) => shares.push(share),
                None => return fail(format!("{answer:?} is not on the scale of {}", target.id)),
            }
        }
    }
    Ok(shares)
}

fn check_groups(rows: &[Row], spec: &Spec) -> Result<(), TrainError> {
    let groups: BTreeSet<&str> = rows.iter().map(|row| row.group.as_str()).collect();
    if groups.len() < LEAST_GROUPS {
        return Err(TrainError::TooFewGroups {
            found: groups.len(),
            needed: LEAST_GROUPS,
        });
    }
    let filled: BTreeSet<u8> = groups
        .iter()
        .map(|group| fold_of(&spec.seed, group))
        .collect();
    match (0..FOLDS).find(|fold| !filled.contains(fold)) {
        Some(fold) => Err(TrainError::EmptyFold {
            fold: fold.into(),
            seed: spec.seed.clone(),
        }),
        None => Ok(()),
    }
}

fn check_variety(id: &str, scale: &Scale, shares: &Shares) -> Result<(), TrainError> {
    match scale {
        Scale::Score if shares.windows(2).all(|pair| pair[0] == pair[1]) => {
            Err(TrainError::ConstantScore(id.to_owned()))
        }
        Scale::Score => Ok(()),
        Scale::Labels(labels) => {
            for (i, (label, _)) in labels.iter().enumerate() {
                let found = shares.iter().filter(|share| share[i] > 0.0).count();
                if found < LEAST_OF_LABEL {
                    let (target, label) = (id.to_owned(), label.clone());
                    let needed = LEAST_OF_LABEL;
                    return Err(TrainError::RareLabel {
                        target,
                        label,
                        found,
                        needed,
                    });
                }
            }
            Ok(())
        }
    }
}
