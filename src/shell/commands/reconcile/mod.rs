//! `reconcile`: the ratings of a run made into one value a task again, by another method or another gold. It asks nobody.

mod coverage;
mod record;

use super::super::choices;
use super::super::cli::{ReconcileArgs, is_broken_pipe};
use super::super::files::write_whole;
use super::super::gold_file::NamedFile;
use super::super::loaded_run::LoadedRun;
use super::super::project::Project;
use super::super::{run_json, table};
use crate::error::{Error, Kind, Result};
use crate::inventory::{Inventory, Wanted};
use crate::labour::{Joined, Labour};
use crate::reconcile::{Options, Reconciled, reconcile};
use crate::report::{Report, write_consensus_csv, write_occupations_csv, write_report_md};
use crate::shell::terminal::{clean, say};
use serde_json::json;
use std::path::{Path, PathBuf};

/// The files it writes.
const FILES: [&str; 4] = ["report.md", "consensus.csv", "occupations.csv", RECORD];
/// What was done, and by which numbers.
const RECORD: &str = "reconcile.json";

/// What of the record was asked for: the same again gives the same bytes, and may be written over.
const OPTIONS: [&str; 8] = [
    "/run",
    "/method",
    "/weighting",
    "/contested_share",
    "/level",
    "/gold/rater",
    "/gold/kind",
    "/gold/file/blake3",
];

/// Runs the command; the number is the exit code.
pub(in crate::shell) fn run(args: &ReconcileArgs) -> Result<u8> {
    let project = Project::find()?;
    let file = NamedFile::of(args.gold.as_deref(), args.inventory.strict)?;
    let run = LoadedRun::read_with(&project, &args.run, file.as_ref())?;
    let options = options(args, &run)?;
    let occupations = run.occupations();
    let reconciled = reconcile(&occupations, &run.sheet, &options)?;
    if args.coverage {
        coverage::run(args, &run, &reconciled, &occupations)?;
        return Ok(0);
    }
    let labour = labour(&project, args, &run)?;
    let joined: Option<Joined<'_>> = labour
        .as_ref()
        .map(|(labour, inventory)| labour.join(inventory, &occupations, &reconciled));
    let report = Report {
        labour: joined.as_ref(),
        ..run.report(&occupations, &reconciled)
    };
    let record = record::of(&report, &run);
    let folder = folder(args, &run, &record)?;
    write(&report, &folder, &record)?;
    let shown = match args.json {
        true => run_json::print(&report, &json!({ "reconcile": record }), &folder),
        false => table::text(&report, &folder, &FILES).and_then(|text| table::print(&text)),
    };
    match shown {
        Err(error) if !is_broken_pipe(&error) => Err(error),
        _ => Ok(0),
    }
}

fn options(args: &ReconcileArgs, run: &LoadedRun) -> Result<Options> {
    let gold = match args.no_gold {
        true => None,
        false => {
            let named = args.gold.as_deref().filter(|_| run.gold_file.is_none());
            choices::gold(&run.id, &run.raters, named)?
        }
    };
    let weighting = args.weighting.as_deref().map(choices::weighting);
    Ok(Options {
        method: choices::method(&args.method)?,
        weighting: weighting.transpose()?.unwrap_or(run.options.weighting),
        gold,
        level: args.level,
        ..run.options
    })
}

/// The labour files of the project, with the inventory whose occupations share their jobs: that of the run.
fn labour(
    project: &Project,
    args: &ReconcileArgs,
    run: &LoadedRun,
) -> Result<Option<(Labour, Inventory)>> {
    let Some(labour) = project.labour(&args.inventory)? else {
        return Ok(None);
    };
    let inventory = project.inventory(&args.inventory, Wanted::default())?;
    if inventory.digest() == run.inventory.digest() {
        return Ok(Some((labour, inventory)));
    }
    say!(
        "{} is not the inventory of run {} ({}), so jobs and wages are left out; --inventory names it",
        clean(inventory.name()),
        clean(&run.id),
        clean(run.inventory.name())
    );
    Ok(None)
}

/// Where the files go: not where a run wrote its own, nor over a reconciliation that was asked for in another way.
fn folder(args: &ReconcileArgs, run: &LoadedRun, record: &serde_json::Value) -> Result<PathBuf> {
    let folder = match &args.out {
        Some(path) => path.clone(),
        None => run.folder.join(format!("reconcile-{}", args.method)),
    };
    std::fs::create_dir_all(&folder)
        .map_err(|error| Error::io(format!("cannot write to {}", folder.display()), error))?;
    let failed = |error| Error::io(format!("cannot read {}", folder.display()), error);
    for entry in std::fs::read_dir(&folder).map_err(failed)? {
        let name = entry.map_err(failed)?.file_name();
        let hidden = name.as_encoded_bytes().starts_with(b".");
        // Of a reconciliation there is always its record.
        let ours = FILES.iter().any(|file| name == *file) && folder.join(RECORD).is_file();
        if !hidden && !ours {
            let message = format!("{} holds files of something else", folder.display());
            return Err(Error::new(Kind::Usage, message).hint("name a new folder with --out"));
        }
    }
    if let Ok(bytes) = std::fs::read(folder.join(RECORD)) {
        let earlier: serde_json::Value = serde_json::from_slice(&bytes).unwrap_or_default();
        let other = |key: &&str| earlier.pointer(key) != record.pointer(key);
        let other: Vec<&str> = OPTIONS.into_iter().filter(other).collect();
        if !other.is_empty() {
            let names = other.join(", ").replace('/', " ");
            let message = format!(
                "{} holds a reconciliation of other options:{}",
                folder.display(),
                names.replace(",  ", ", ")
            );
            return Err(Error::new(Kind::Usage, message).hint("name a new folder with --out"));
        }
    }
    Ok(folder)
}

fn write(report: &Report<'_>, folder: &Path, record: &serde_json::Value) -> Result<()> {
    // The record first: it says whose files these are, even after a crash.
    write_whole(&folder.join(RECORD), |out| {
        use std::io::Write as _;
        serde_json::to_writer_pretty(&mut *out, record)
            .map_err(std::io::Error::from)
            .and_then(|()| out.write_all(b"\n"))
            .map_err(|error| Error::io(format!("cannot write {RECORD}"), error))
    })?;
    write_whole(&folder.join("consensus.csv"), |out| {
        write_consensus_csv(report, out)
    })?;
    write_whole(&folder.join("occupations.csv"), |out| {
        write_occupations_csv(report, out)
    })?;
    write_whole(&folder.join("report.md"), |out| {
        write_report_md(report, out)
    })
}

/// The raters of a reconciliation, by position.
fn id<'a>(report: &Report<'a>, rater: usize) -> &'a str {
    report.raters.get(rater).map_or("?", |line| &line.id)
}

/// Whether anything of a reconciliation rests on gold.
fn uses_gold(reconciled: &Reconciled) -> bool {
    let mut dimensions = reconciled.dimensions.iter();
    dimensions.any(|one| one.calibrated.is_some())
}
