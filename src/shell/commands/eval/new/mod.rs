//! `eval new`: draws the tasks of a set, and says what it can show.

mod figures;
mod frame;
mod rated;
mod said;

use super::sets;
use crate::error::{Error, Kind, Result};
use crate::eval::set::{
    ABOUT, About, Amount, Drawn, DrawnFrom, FrameTask, GOLD, Half, Plan, STARTER, Set, check_id,
    draw_id, gold_csv, shipped_ids,
};
use crate::shell::cli::{EvalNewArgs, is_eval_command};
use crate::shell::project::Project;
use crate::shell::table;
use crate::shell::terminal::{clean, say};
use frame::{Frame, HALF};
use std::collections::{BTreeMap, BTreeSet};
use std::io::Write as _;
use std::path::Path;

/// Makes a set.
pub(super) fn run(args: &EvalNewArgs) -> Result<u8> {
    check_id(&args.name).map_err(|what| Error::new(Kind::Usage, what))?;
    let project = Project::find()?;
    refuse_taken(&args.name)?;
    let folder = sets::folder(&project, &args.name);
    refuse_known(&folder, &args.name)?;
    let mut frame = Frame::of(&project, args)?;
    let primary = figures::primary(args, &frame)?;
    let margin = figures::margin(&args.margin, &frame)?;
    for note in &frame.notes {
        say!("{}", clean(note));
    }
    let plan = plan(args);
    let mut drawn = draw(&plan, &frame.tasks)?;
    keep_halves(&frame.tasks, &mut drawn);
    let id = draw_id(&plan, &frame.tasks);
    for task in &mut frame.tasks {
        task.carried.entry("draw").or_insert_with(|| id.clone());
    }
    let about = About {
        primary,
        margin,
        ..about(args, &frame, (&plan, &drawn, id))
    };
    let gold = gold_csv(&frame.dimensions, frame.kind, &frame.tasks, &drawn)?;
    let toml = about.to_toml()?;
    let set = Set::read(&format!("eval/{}", args.name), &toml, &gold)?;
    std::fs::create_dir_all(&folder).map_err(|error| {
        Error::io(
            format!("cannot make the folder {}", folder.display()),
            error,
        )
    })?;
    write_new(&folder.join(GOLD), &gold)?;
    write_new(&folder.join(ABOUT), toml.as_bytes())?;
    table::print(&said::text(
        &set,
        &folder,
        args.inventory.inventory.as_deref(),
    ))?;
    Ok(0)
}

/// Nobody could name a set that is called as a subcommand, and one that is called as a shipped set would take its place unseen.
fn refuse_taken(name: &str) -> Result<()> {
    let message = if is_eval_command(name) {
        format!("`taskrater eval {name}` is a command: no set can be called so")
    } else if shipped_ids().any(|id| id == name) {
        format!(
            "{name} comes with the program: a set of that name would take its place in this project"
        )
    } else {
        return Ok(());
    };
    Err(Error::new(Kind::Usage, message).hint(format!("choose another name, such as our-{name}")))
}

/// A set is somebody's work: it is never written over.
fn refuse_known(folder: &Path, name: &str) -> Result<()> {
    let there = |file: &&str| folder.join(file).exists();
    let Some(file) = [ABOUT, GOLD].iter().find(|file| there(file)) else {
        return Ok(());
    };
    let message = format!("{} is there already", folder.join(file).display());
    Err(Error::new(Kind::Usage, message).hint(format!(
        "choose another name than {name}, or move that folder away; its log counts prompts tried on that set"
    )))
}

/// Writes a file where there is none; half a file is taken away again.
fn write_new(path: &Path, bytes: &[u8]) -> Result<()> {
    let failed = |error| Error::io(format!("cannot write {}", path.display()), error);
    let mut file = std::fs::File::create_new(path).map_err(failed)?;
    let written = file.write_all(bytes).and_then(|()| file.sync_all());
    if written.is_err() {
        let _ = std::fs::remove_file(path);
    }
    written.map_err(failed)
}

fn plan(args: &EvalNewArgs) -> Plan {
    let of = |count: Option<u32>| count.map(|count| count as usize);
    Plan {
        amount: match (of(args.tasks), of(args.occupations)) {
            (Some(tasks), _) => Amount::Tasks(tasks),
            (None, Some(occupations)) => Amount::Occupations(occupations),
            (None, None) => Amount::All,
        },
        seed: args.seed,
        test_share: args.test_share,
    }
}

fn draw(plan: &Plan, frame: &[FrameTask]) -> Result<Drawn> {
    let codes: Vec<&str> = frame.iter().map(|task| &*task.at.occupation_id).collect();
    plan.draw(&codes)
}

/// Leaves occupations in the half of the set that their gold is from: what is locked there is not tried on here. One with a locked
/// task is locked.
fn keep_halves(frame: &[FrameTask], drawn: &mut Drawn) {
    let half = |task: &FrameTask| {
        let cell = task.carried.get(HALF).map(|cell| cell.trim());
        Half::ALL.into_iter().find(|half| cell == Some(half.name()))
    };
    let known = frame
        .iter()
        .filter_map(|task| Some((&*task.at.occupation_id, half(task)?)));
    let mut halves: BTreeMap<&str, Half> = BTreeMap::new();
    for (occupation, half) in known {
        let kept = halves.entry(occupation).or_insert(half);
        if half == Half::Test {
            *kept = half;
        }
    }
    if halves.is_empty() {
        return;
    }
    say!(
        "the gold is of a set: {} occupations stay in the half that they are in there",
        halves.len()
    );
    for (at, half) in &mut drawn.tasks {
        let kept = frame
            .get(*at)
            .and_then(|task| halves.get(&*task.at.occupation_id));
        *half = kept.copied().unwrap_or(*half);
    }
}

/// What `set.toml` will say, but for its figures.
fn about(args: &EvalNewArgs, frame: &Frame, (plan, drawn, id): (&Plan, &Drawn, String)) -> About {
    let code = |task: &FrameTask| task.at.occupation_id.clone();
    let frame_occupations: BTreeSet<String> = frame.tasks.iter().map(code).collect();
    let taken = drawn
        .tasks
        .iter()
        .map(|(task, _)| code(&frame.tasks[*task]));
    let occupations = taken.collect::<BTreeSet<String>>().len();
    let tasks = drawn.tasks.len();
    let many = if tasks == 1 { "task" } else { "tasks" };
    let title = format!("{tasks} {many} of {}", frame.from);
    About {
        id: args.name.clone(),
        title: args.title.clone().unwrap_or(title),
        rubric: frame.rubric.id().to_owned(),
        inventory: match frame.is_starter {
            true => STARTER.to_owned(),
            false => frame.inventory.clone(),
        },
        source: args.source.clone().unwrap_or_else(|| frame.source()),
        primary: Vec::new(),
        margin: BTreeMap::new(),
        draw: Some(DrawnFrom {
            id,
            from: frame.from.clone(),
            digest: frame.digest.chars().take(16).collect(),
            gold: frame.gold.clone(),
            frame_tasks: frame.tasks.len(),
            frame_occupations: frame_occupations.len(),
            tasks,
            occupations,
            design: plan.words().to_owned(),
            seed: plan.seed,
            test_share: plan.test_share,
            version: env!("CARGO_PKG_VERSION").to_owned(),
        }),
    }
}
