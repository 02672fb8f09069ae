//! Where an eval set is: a folder of the project, a path, or one that comes with the program; and the texts of its tasks.

use crate::error::{Error, Kind, Result};
use crate::eval::set::{ABOUT, GOLD, STARTER, Set, check_id, shipped, shipped_ids};
use crate::inventory::{Inventory, Wanted, starter};
use crate::shell::cli::InventoryArgs;
use crate::shell::files;
use crate::shell::project::Project;
use std::path::{Path, PathBuf};

/// The folder of a project in which sets and their logs lie.
const FOLDER: &str = "eval";

/// Where the set of an id lies in a project, or would.
pub(super) fn folder(project: &Project, id: &str) -> PathBuf {
    project.folder().join(FOLDER).join(id)
}

/// A set by its name: the folder of the project before the shipped set of that id, or a path.
///
/// # Errors
/// There is no such set, its files cannot be read, or they are none ([`Set::read`]).
pub(super) fn find(project: &Project, name: &str) -> Result<Set> {
    if name.trim().is_empty() {
        return Err(Error::input("the name of the eval set is empty")
            .hint("`taskrater eval list` lists the sets"));
    }
    if check_id(name).is_ok() {
        let own = folder(project, name);
        if own.join(ABOUT).is_file() {
            return of_project(&own, name);
        }
        if let Some(set) = shipped(name) {
            return set;
        }
    }
    let path = Path::new(name);
    if path.join(ABOUT).is_file() {
        return read(path, &name.replace('\\', "/"));
    }
    if path.is_dir() || folder(project, name).is_dir() {
        let message = format!("{name} is no eval set: it has no {ABOUT}");
        return Err(Error::new(Kind::Input, message)
            .hint("docs/eval-sets.md has the format; `taskrater eval new NAME` makes one"));
    }
    let known: Vec<String> = ids(project)?;
    Err(
        Error::new(Kind::Usage, format!("there is no eval set '{name}'")).hint(format!(
            "there are {}; a folder with {ABOUT} and {GOLD} is one, too; `taskrater eval new NAME` makes one",
            known.join(", ")
        )),
    )
}

/// Ids of all sets, those of the project among them; sorted.
pub(super) fn ids(project: &Project) -> Result<Vec<String>> {
    let mut ids: Vec<String> = shipped_ids().map(str::to_owned).collect();
    let own = project.folder().join(FOLDER);
    let entries = match std::fs::read_dir(&own) {
        Ok(entries) => entries,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(ids),
        Err(error) => {
            return Err(Error::io(
                format!("cannot read the folder {}", own.display()),
                error,
            ));
        }
    };
    let with_set = entries
        .flatten()
        .filter(|entry| entry.path().join(ABOUT).is_file());
    ids.extend(with_set.filter_map(|entry| entry.file_name().into_string().ok()));
    ids.sort();
    ids.dedup();
    Ok(ids)
}

/// Whether a set of this id comes from the project.
pub(super) fn is_own(project: &Project, id: &str) -> bool {
    folder(project, id).join(ABOUT).is_file()
}

fn of_project(own: &Path, id: &str) -> Result<Set> {
    let set = read(own, &format!("{FOLDER}/{id}"))?;
    match set.id() == id {
        true => Ok(set),
        false => Err(Error::input(format!(
            "{FOLDER}/{id}/{ABOUT}: the set is called {}, and its folder {id}",
            set.id()
        ))
        .hint("its log is found by its id: give folder and set the same name")),
    }
}

fn read(folder: &Path, name: &str) -> Result<Set> {
    let about = files::read_text(&folder.join(ABOUT))?;
    Set::read(name, &about, &files::read(&folder.join(GOLD))?)
}

/// The inventory that the texts of a set are in: its own words, the bundled starter inventory for a set of that, or else the one that
/// the flags or the project name.
///
/// # Errors
/// It cannot be read, or it is the starter inventory, which nobody named and the set is not of.
pub(super) fn inventory_of(
    set: &Set,
    project: &Project,
    flags: &InventoryArgs,
) -> Result<Inventory> {
    let named = flags.inventory.is_some();
    if set.has_words() {
        return match named {
            false => set.own_inventory(),
            true => Err(Error::new(
                Kind::Usage,
                format!("the set {} has the texts of its tasks itself", set.id()),
            )
            .hint("leave --inventory out")),
        };
    }
    if set.inventory() == STARTER && !named {
        return starter();
    }
    let read = project.inventory(flags, Wanted::default())?;
    if named || read.digest() != starter()?.digest() {
        return Ok(read);
    }
    let (id, needed) = (set.id(), set.inventory());
    let message = format!("the texts of the set {id} are in {needed}, and no inventory is named");
    Err(Error::new(Kind::Usage, message).hint(format!(
        "name the folder or file of {needed} with --inventory PATH, or as `inventory` in taskrater.toml"
    )))
}
