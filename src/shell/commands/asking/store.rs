//! The reply cache of a run: opened before anything else, looked over before anything is asked.

use super::ask::Asked;
use super::recover::recover;
use crate::error::{Error, Kind, Result};
use crate::rater::Panel;
use crate::shell::cache::Cache;
use crate::shell::cli::AskArgs;
use crate::shell::project::Project;
use crate::shell::run_folder::{ledgers, manifest_in, runs_in, wrote_no_cache};
use crate::shell::terminal::say;
use std::path::Path;

/// Opens the reply cache, if the panel needs one, and takes in what earlier runs left in their ledgers alone: those of the
/// project, and the one in `out`.
pub(in crate::shell::commands) fn cache(
    panel: &Panel,
    project: &Project,
    args: &AskArgs,
    out: Option<&Path>,
) -> Result<Option<Cache>> {
    let cache = open(panel, project, args)?;
    if let Some(cache) = cache
        .as_ref()
        .filter(|_| !args.dry_run && !args.cache_read_only)
    {
        recover(cache, &project.folder().join("runs"), out)?;
    }
    Ok(cache)
}

/// Opens the reply cache, if the panel needs one. It comes before the run's folder: a locked cache leaves no half a run.
fn open(panel: &Panel, project: &Project, args: &AskArgs) -> Result<Option<Cache>> {
    if args.no_cache || panel.raters().iter().all(|rater| rater.llm().is_none()) {
        return Ok(None);
    }
    let path = args
        .cache
        .clone()
        .unwrap_or_else(|| project.folder().join("cache"));
    if !Cache::is_in(&path) {
        say_of_ledgers(&path, &project.folder().join("runs"));
        // A dry run makes nothing, no empty cache either.
        if args.dry_run || args.cache_read_only {
            return Ok(None);
        }
    }
    if args.dry_run {
        return look(&path);
    }
    let cache = Cache::open(&path, &|line| say!("{line}"))?;
    match cache.lost() {
        // What is lost would be asked and paid for again.
        Some(lost) if !args.offline => Err(lost.error(&path)),
        Some(lost) => {
            say!("{}", lost.error(&path));
            Ok(Some(cache))
        }
        None => Ok(Some(cache)),
    }
}

/// Opens the cache for a dry run. What cannot be looked at is counted as not cached, so the estimate is too high.
fn look(path: &Path) -> Result<Option<Cache>> {
    let cache = match Cache::open_to_look(path, &|line| say!("{line}")) {
        Err(error) if error.kind() == Kind::Locked => {
            say!("{error}: every question is counted as not cached");
            return Ok(None);
        }
        opened => opened?,
    };
    if let Some(lost) = cache.lost() {
        return Err(lost.error(path));
    }
    match cache.leftovers()? {
        0 => {}
        old => say!(
            "{old} replies that an older version cached are counted as not cached; the run takes them over"
        ),
    }
    Ok(Some(cache))
}

/// More unreadable replies than this are not paid for again without a word.
const FEW_DAMAGED: u64 = 100;

/// What a cache that was deleted held may be in the ledgers: better said before it is paid for again.
fn say_of_ledgers(cache: &Path, runs: &Path) {
    let folders = runs_in(runs).unwrap_or_default().into_iter();
    let count: usize = folders
        .filter(|folder| !manifest_in(folder).is_some_and(|it| wrote_no_cache(&it)))
        .map(|folder| ledgers(&folder).map_or(0, |ledgers| ledgers.len()))
        .sum();
    if count > 0 {
        say!(
            "there is no reply cache in {}, but {count} ledgers are in runs/: `taskrater cache rebuild` brings their replies back",
            cache.display()
        );
    }
}

/// Before anything is asked, or agreed to: a few damaged replies are asked again, into a mended cache; many are worth a
/// look at the ledgers first.
pub(in crate::shell::commands) fn sound(
    cache: Option<Cache>,
    asked: &Asked,
    args: &AskArgs,
) -> Result<Option<Cache>> {
    let Some(cache) = cache else {
        return Ok(None);
    };
    if args.offline || args.dry_run {
        return Ok(Some(cache));
    }
    let damaged = asked.misses.damaged();
    if damaged > FEW_DAMAGED {
        let folder = cache.folder().display();
        let message = format!("{damaged} replies of the cache {folder} cannot be read");
        return Err(Error::new(Kind::Io, message).hint(
            "`taskrater cache rebuild` brings them back from the ledgers in runs/, without a call; what stays damaged \
             then, `taskrater cache verify --remove` takes out",
        ));
    }
    if args.cache_read_only {
        return Ok(None);
    }
    let cache = cache.mended(&|line| say!("{line}"))?;
    match cache.lost() {
        Some(lost) if cache.missing() > FEW_DAMAGED => return Err(lost.error(cache.folder())),
        _ => cache.accept_loss()?,
    }
    Ok(Some(cache))
}
