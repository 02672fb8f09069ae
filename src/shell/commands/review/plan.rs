//! `--plan`: how many labels buy which precision.

use super::begin;
use crate::error::{Error, Result};
use crate::reconcile::{Reconciliation, reconcile_as_far};
use crate::review::{Answer, Desk, Gold, Precision, Residuals, Target};
use crate::shell::cli::ReviewArgs;
use crate::shell::loaded_run::LoadedRun;
use crate::shell::project::Project;
use crate::shell::review_folder::ReviewFolder;
use crate::shell::table::{plain, print};
use crate::shell::terminal::{bold, clean, faint};
use crate::stats::Clusters;
use serde::Serialize;
use serde_json::json;
use std::collections::HashMap;
use std::fmt::Write as _;
use std::path::Path;

/// Numbers of labels that are shown, as far as the run has tasks.
const LABELS: [usize; 6] = [30, 50, 100, 200, 300, 500];

/// The plan of a dimension.
#[derive(Serialize)]
struct Plan {
    dimension: String,
    residuals: Residuals,
    /// What σ and ρ rest on.
    basis: String,
    rows: Vec<Precision>,
    #[serde(skip_serializing_if = "Option::is_none")]
    want: Option<Want>,
}

/// The other way round.
#[derive(Serialize)]
struct Want {
    /// Points to either side of the mean of all tasks.
    points: f64,
    /// Labels that it takes; `None` where no number of them is enough.
    labels: Option<usize>,
    /// What all tasks of the run give.
    at_most: Option<f64>,
}

/// Prints the plan of a run.
pub(super) fn run(project: &Project, args: &ReviewArgs, path: &Path) -> Result<()> {
    let run = LoadedRun::read(project, &args.run)?;
    let occupations = run.occupations();
    let reconciled = reconcile_as_far(&occupations, &run.sheet, &run.options)?;
    let desk = match ReviewFolder::is_in(path) {
        true => Some(ReviewFolder::look(path)?),
        false => None,
    };
    let draw = desk.as_ref().map(Desk::draw);
    let asked = match (draw, args.dimension.is_empty()) {
        (Some(draw), true) => draw.dimensions.clone(),
        _ => begin::dimensions(args, &reconciled),
    };
    let contested = begin::contested(&reconciled, &asked, run.sheet.tasks());
    let design = begin::design(args, draw);
    let hot = contested.iter().filter(|contested| **contested).count();
    let sizes = occupations.iter().map(|one| one.tasks.len());
    let target = Target {
        occupations: sizes.filter(|tasks| *tasks > 0).collect(),
        strata: match design.contested > 0.0 {
            true => vec![hot, contested.len() - hot],
            false => vec![contested.len()],
        },
        design,
        level: args.level,
    };
    let own = desk.as_ref().map_or(0, |desk| Gold::of(desk).tasks());
    let known = Known {
        run: &run,
        desk: desk.as_ref(),
    };
    let dimensions = reconciled.dimensions.iter();
    let plans: Vec<Plan> = dimensions
        .filter(|one| asked.contains(&one.dimension.id))
        .map(|one| plan(&target, known.residuals(one), one, (own, args.want)))
        .collect();
    if plans.is_empty() {
        let message = format!("run {} rated none of {}", run.id, asked.join(", "));
        return Err(Error::input(message));
    }
    if args.json {
        let value = json!({
            "run": run.id,
            "tasks": target.tasks(),
            "occupations": target.occupations.len(),
            "median_tasks": target.median(),
            "contested_share": design.contested,
            "level": args.level,
            "labelled": own,
            "dimensions": plans,
        });
        return print(&format!("{value:#}\n"));
    }
    print(&text(&run, &target, &plans, own))
}

fn plan(
    target: &Target,
    (residuals, basis): (Residuals, String),
    one: &Reconciliation,
    (own, want): (usize, Option<f64>),
) -> Plan {
    let all = target.tasks();
    let mut labels: Vec<usize> = LABELS.into_iter().chain([own]).collect();
    labels.retain(|&n| n > 0 && n <= all);
    if labels.iter().all(|&n| n == own) {
        labels.push(all);
    }
    labels.sort_unstable();
    labels.dedup();
    let at = |n: usize| target.precision(&residuals, n);
    Plan {
        dimension: one.dimension.id.clone(),
        basis,
        rows: labels.into_iter().map(at).collect(),
        want: want.map(|points| Want {
            points,
            labels: target.wanted(&residuals, points),
            at_most: at(all).set,
        }),
        residuals,
    }
}

/// What is known of a panel's errors before more labels are asked for.
struct Known<'a> {
    run: &'a LoadedRun,
    desk: Option<&'a Desk>,
}

impl Known<'_> {
    /// By the labels of the review, else by gold that the run had, else assumed; with what that is.
    fn residuals(&self, one: &Reconciliation) -> (Residuals, String) {
        if let Some(found) = self.of_review(one) {
            let n = found.measured_on.unwrap_or_default();
            return (
                found,
                format!("measured on the {n} tasks that this review labelled"),
            );
        }
        let gold = one.calibrated.as_ref().zip(one.greg.as_ref());
        let of_run = gold.and_then(|(fitted, greg)| {
            let sd = one.dimension.to_score(fitted.fit.residual_sd);
            Residuals::known(sd, greg.icc.shrunk, fitted.tasks.len())
        });
        if let Some(found) = of_run {
            let n = found.measured_on.unwrap_or_default();
            return (found, format!("measured on the {n} gold tasks of the run"));
        }
        let basis = "assumed, from published labels of one person a task and the calibrated mean of two GPT-4 prompts";
        (Residuals::ASSUMED, basis.to_owned())
    }

    /// A draw that leaves tasks out says nothing of their errors.
    fn of_review(&self, one: &Reconciliation) -> Option<Residuals> {
        let desk = self.desk?;
        let (draw, gold) = (desk.draw(), Gold::of(desk));
        gold.standing.calibrates().then_some(())?;
        let dimension = &one.dimension;
        let column = draw.asked().position(|asked| asked.id == dimension.id)?;
        let places: HashMap<(&str, &str), usize> = self
            .run
            .inventory
            .items()
            .enumerate()
            .map(|(task, item)| ((&*item.occupation.id, &*item.task.id), task))
            .collect();
        let found = gold.answers(draw).filter_map(|(place, chance, answers)| {
            let drawn = draw.tasks.get(place)?;
            let key = (drawn.occupation_id.as_str(), drawn.task_id.as_str());
            let values: Vec<f64> = one
                .inputs(*places.get(&key)?)
                .map(|(_, value)| value)
                .collect();
            let mean = values.iter().sum::<f64>() / values.len() as f64;
            let label = match answers.get(column)? {
                Answer::Score(score) => *score,
                Answer::Label(id) => dimension.labels().get(dimension.label_index(id)?)?.value,
            };
            let row = (dimension.to_score(mean), dimension.to_score(label), chance);
            mean.is_finite().then_some((row, key.0))
        });
        let (rows, keys): (Vec<_>, Vec<_>) = found.unzip();
        Residuals::measured(&rows, &Clusters::of(keys))
    }
}

fn text(run: &LoadedRun, target: &Target, plans: &[Plan], own: usize) -> String {
    let level = (target.level * 1000.0).round() / 10.0;
    let mut out = format!(
        "{}\nrun {}: {} tasks in {} occupations; points of 0–100, intervals at {level} %\n",
        bold("What labelled tasks buy"),
        clean(&run.id),
        target.tasks(),
        target.occupations.len(),
    );
    for (first, same) in grouped(plans) {
        let of = &first.residuals;
        let _ = writeln!(out, "\n{}", bold(&clean(&same.join(", "))));
        let _ = writeln!(
            out,
            "residual SD {:.1} points, correlation within occupations {:.2}: {}",
            of.sd, of.icc, first.basis
        );
        out.push_str(&rows(target, first, own));
        for line in first.want.iter().map(wanted) {
            let _ = writeln!(out, "{line}");
        }
    }
    let of = Residuals::ASSUMED;
    let notes = format!(
        "Two prompts: the smallest difference of two prompts' mean absolute errors that a paired test at 5 % finds with power 80 %; it \
         assumes differences of SD {:.0} points on a task and a correlation of {:.3} within occupations, from published labels. \
         docs/review.md has the formulae.",
        of.paired_sd, of.paired_icc
    );
    let _ = writeln!(out, "\n{}", faint(&notes));
    out
}

/// Plans that are the same but for their dimension, together.
fn grouped(plans: &[Plan]) -> Vec<(&Plan, Vec<&str>)> {
    let mut groups: Vec<(&Plan, Vec<&str>)> = Vec::new();
    for plan in plans {
        match groups
            .iter_mut()
            .find(|(one, _)| one.residuals == plan.residuals)
        {
            Some((_, names)) => names.push(&plan.dimension),
            None => groups.push((plan, vec![&plan.dimension])),
        }
    }
    groups
}

fn rows(target: &Target, plan: &Plan, own: usize) -> String {
    let shown = |number: Option<f64>| number.map_or_else(|| "–".to_owned(), |n| format!("{n:.1}"));
    let plus = |number: Option<f64>| number.map_or_else(|| "–".to_owned(), |n| format!("±{n:.1}"));
    let rows = plan.rows.iter().map(|row| {
        let labels = match row.labels == own {
            true => format!("{} (now)", row.labels),
            false => row.labels.to_string(),
        };
        vec![
            labels,
            row.occupations.to_string(),
            plus(row.occupation),
            plus(row.set),
            shown(row.difference),
        ]
    });
    let occupation = format!("an occupation of {} tasks", target.median());
    let header = [
        "labels",
        "from occupations",
        &occupation,
        "all tasks",
        "prompts",
    ];
    let mut out = plain(&header, rows.collect());
    if let Some(why) = plan.rows.iter().find_map(|row| row.why_none) {
        let _ = writeln!(out, "–: {why}");
    }
    out
}

fn wanted(want: &Want) -> String {
    let points = want.points;
    match (want.labels, want.at_most) {
        (Some(labels), _) => {
            format!("±{points} points of the mean of all tasks take {labels} labels")
        }
        (None, Some(most)) => format!(
            "±{points} points of the mean of all tasks cannot be had from this run: labels of all its tasks give ±{most:.1}"
        ),
        (None, None) => format!("±{points} points cannot be had by this draw"),
    }
}
