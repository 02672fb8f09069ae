//! `--plan`: how many labels buy which precision.

use super::begin;
use crate::error::{Error, Result};
use crate::reconcile::{Method, Options, Reconciled, Reconciliation, reconcile_as_far};
use crate::review::{Desk, Gold, Precision, Residuals, Target};
use crate::shell::cli::ReviewArgs;
use crate::shell::gold_file::NamedFile;
use crate::shell::loaded_run::LoadedRun;
use crate::shell::project::Project;
use crate::shell::review_folder::ReviewFolder;
use crate::shell::table::{plain, print};
use crate::shell::terminal::{bold, clean, faint};
use serde::Serialize;
use serde_json::json;
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
    /// Points to either side of a mean, or between two prompts.
    points: f64,
    /// Labels that it takes for the mean of all tasks; `None` where no number of them is enough.
    labels: Option<usize>,
    /// What all tasks of the run give.
    at_most: Option<f64>,
    /// Labels that it takes for an occupation of median size, none of whose tasks are labelled.
    labels_for_occupation: Option<usize>,
    /// Labels that it takes to find such a difference of two prompts.
    labels_for_difference: Option<usize>,
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
    let now = Now::of(desk.as_ref(), &target);
    let own = now.labels;
    let known = Known {
        run: &run,
        of_review: by_review(project, args, desk.as_ref())?,
    };
    let dimensions = reconciled.dimensions.iter();
    let plans: Vec<Plan> = dimensions
        .filter(|one| asked.contains(&one.dimension.id))
        .map(|one| plan(&target, known.residuals(one), one, (&now, args.want)))
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

/// The labels that a review has already, and how its tasks were drawn: the options of a plan do not change that.
struct Now {
    labels: usize,
    target: Target,
}

impl Now {
    fn of(desk: Option<&Desk>, planned: &Target) -> Self {
        let mut target = planned.clone();
        let Some(desk) = desk else {
            return Self { labels: 0, target };
        };
        target.design = desk.draw().design;
        target.strata = desk.draw().strata.iter().map(|one| one.tasks).collect();
        let labels = Gold::of(desk).tasks();
        Self { labels, target }
    }
}

/// The run calibrated on the labels of its review, as `reconcile --method calibrated-mean --gold gold.csv` does it: what is
/// planned with is what it will report. `None` with few labels, or such as stand for a part of the tasks.
fn by_review(
    project: &Project,
    args: &ReviewArgs,
    desk: Option<&Desk>,
) -> Result<Option<Reconciled>> {
    let Some((desk, gold)) = desk.map(|desk| (desk, Gold::of(desk))) else {
        return Ok(None);
    };
    if gold.tasks() < Residuals::LEAST || !gold.standing.calibrates() {
        return Ok(None);
    }
    let mut bytes = Vec::new();
    gold.write(desk.draw(), &mut bytes)?;
    let file = NamedFile::held("the gold of the review", bytes);
    let run = LoadedRun::read_with(project, &args.run, Some(&file))?;
    let options = Options {
        method: Method::CalibratedMean,
        level: args.level,
        ..run.options
    };
    reconcile_as_far(&run.occupations(), &run.sheet, &options).map(Some)
}

fn plan(
    target: &Target,
    (residuals, basis): (Residuals, String),
    one: &Reconciliation,
    (now, want): (&Now, Option<f64>),
) -> Plan {
    let (all, own) = (target.tasks(), now.labels);
    let mut labels: Vec<usize> = LABELS.into_iter().chain([own]).collect();
    labels.retain(|&n| n > 0 && n <= all);
    if labels.iter().all(|&n| n == own) {
        labels.push(all);
    }
    labels.sort_unstable();
    labels.dedup();
    let at = |n: usize| match n == own {
        true => now.target.precision(&residuals, n),
        false => target.precision(&residuals, n),
    };
    Plan {
        dimension: one.dimension.id.clone(),
        basis,
        rows: labels.into_iter().map(at).collect(),
        want: want.map(|points| Want {
            points,
            labels: target.wanted(&residuals, points, |one| one.set),
            at_most: target.precision(&residuals, all).set,
            labels_for_occupation: target.wanted(&residuals, points, |one| one.occupation),
            labels_for_difference: target.wanted(&residuals, points, |one| one.difference),
        }),
        residuals,
    }
}

/// What is known of a panel's errors before more labels are asked for.
struct Known<'a> {
    run: &'a LoadedRun,
    of_review: Option<Reconciled>,
}

impl Known<'_> {
    /// By the labels of the review, else by gold that the run had, else assumed; with what that is.
    fn residuals(&self, one: &Reconciliation) -> (Residuals, String) {
        let same = |other: &&Reconciliation| other.dimension.id == one.dimension.id;
        let of_review = self.of_review.iter().flat_map(|all| &all.dimensions);
        let of_review = of_review.filter(same).find_map(measured);
        if let Some((found, n)) = of_review {
            let basis = format!("measured on the {n} tasks that this review labelled");
            return (found, basis);
        }
        if let Some((found, n)) = measured(one).filter(|_| self.run.options.gold.is_some()) {
            return (found, format!("measured on the {n} gold tasks of the run"));
        }
        let basis = "assumed, from published labels of one person a task and the calibrated mean of two GPT-4 prompts";
        (Residuals::ASSUMED, basis.to_owned())
    }
}

/// σ and ρ of what gold calibrated, and the number of its tasks.
fn measured(one: &Reconciliation) -> Option<(Residuals, usize)> {
    let (model, greg) = one.calibrated.as_ref().zip(one.greg.as_ref())?;
    let sd = one.dimension.to_score(model.fit.residual_sd);
    let n = model.tasks.len();
    Some((Residuals::known(sd, greg.icc.shrunk, n)?, n))
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
         assumes differences of SD {:.0} points on a task and a correlation of {:.3} within occupations, from published labels. `eval new` \
         makes a set of the labels, and `eval SET --against` the test. docs/review.md has the formulae.",
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
    let mut line = match (want.labels, want.at_most) {
        (Some(labels), _) => {
            format!("±{points} points of the mean of all tasks take {labels} labels")
        }
        (None, Some(most)) => format!(
            "±{points} points of the mean of all tasks cannot be had from this run: labels of all its tasks give ±{most:.1}"
        ),
        (None, None) => return format!("±{points} points cannot be had by this draw"),
    };
    let taken = |labels: Option<usize>| match labels {
        Some(labels) => format!("{labels} labels"),
        None => "more than the run has tasks".to_owned(),
    };
    let _ = write!(
        line,
        "; of an occupation's mean {}; a difference of {points} between two prompts {}",
        taken(want.labels_for_occupation),
        taken(want.labels_for_difference)
    );
    line
}
