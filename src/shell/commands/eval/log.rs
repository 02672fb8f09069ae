//! `eval/<id>/log.jsonl` in the project: what was measured on a set, a line each. Lines are added and never changed.

use super::sets;
use crate::error::{Error, Result};
use crate::eval::set::{Log, LogLine, Set};
use crate::shell::project::Project;
use crate::shell::terminal::{clean, say};
use std::fs::{File, OpenOptions};
use std::io::{Read as _, Seek as _, SeekFrom, Write as _};
use std::path::{Path, PathBuf};

/// The file in the folder of a set; shipped sets have one, too.
const FILE: &str = "log.jsonl";
/// Damaged lines that stderr names.
const SHOWN: usize = 3;

pub(super) fn path(project: &Project, id: &str) -> PathBuf {
    sets::folder(project, id).join(FILE)
}

/// Adds a line, on disk when this returns. Another process that adds one at the same time waits.
///
/// # Errors
/// The file cannot be written.
pub(super) fn append(project: &Project, line: &LogLine) -> Result<()> {
    let path = path(project, &line.set);
    add(&path, line.to_line().as_bytes())
        .map_err(|error| Error::io(format!("cannot write {}", path.display()), error))
}

fn add(path: &Path, line: &[u8]) -> std::io::Result<()> {
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder)?;
    }
    let mut options = OpenOptions::new();
    let mut file = options.create(true).read(true).append(true).open(path)?;
    // Given back when the file is closed, also by a process that dies.
    file.lock()?;
    // Half a line of a process that died stays a line of its own.
    let mut whole = match ends_in_line(&mut file)? {
        true => Vec::new(),
        false => b"\n".to_vec(),
    };
    whole.extend_from_slice(line);
    file.write_all(&whole)?;
    file.sync_data()
}

fn ends_in_line(file: &mut File) -> std::io::Result<bool> {
    if file.seek(SeekFrom::End(0))? == 0 {
        return Ok(true);
    }
    let mut last = [0];
    file.seek(SeekFrom::End(-1))?;
    file.read_exact(&mut last)?;
    Ok(last == *b"\n")
}

/// The log of a set; empty where there is none.
///
/// # Errors
/// The file is there and cannot be read.
pub(super) fn read(project: &Project, set: &Set) -> Result<Log> {
    let path = path(project, set.id());
    match std::fs::read(&path) {
        Ok(bytes) => Ok(Log::read(&path.display().to_string(), &bytes)),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(Log::default()),
        Err(error) => Err(Error::io(format!("cannot read {}", path.display()), error)),
    }
}

/// Says on stderr which lines cannot be read.
pub(super) fn say_damaged(log: &Log) {
    for problem in log.damaged.iter().take(SHOWN) {
        say!("{}", clean(&problem.to_string()));
    }
    let more = log.damaged.len().saturating_sub(SHOWN);
    if more > 0 {
        say!("and {more} more lines of it that are no measurement");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_of_many_writers_stay_whole_and_half_a_line_spoils_no_other() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("eval/x").join(FILE);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, "{\"time\": half").unwrap();
        let line = |n: usize| format!("{n}:{}\n", "x".repeat(20_000 + n));
        std::thread::scope(|scope| {
            for n in 0..16 {
                let (path, line) = (&path, line(n));
                scope.spawn(move || add(path, line.as_bytes()).unwrap());
            }
        });
        let text = std::fs::read_to_string(&path).unwrap();
        let mut lines: Vec<String> = text.lines().map(|line| format!("{line}\n")).collect();
        assert_eq!(lines.remove(0), "{\"time\": half\n");
        lines.sort();
        let mut expected: Vec<String> = (0..16).map(line).collect();
        expected.sort();
        assert_eq!(lines, expected);
    }
}
