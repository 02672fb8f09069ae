//! Labels in a spreadsheet: a sheet written for a person, and taken back.

use super::{begin, command, status, typed};
use crate::error::{Error, Kind, Result};
use crate::inventory::{LabelTable, Problem};
use crate::review::{Answer, Entry, Filled, FilledRow, Part, Said, rubric_text, write_sheet};
use crate::shell::cli::ReviewArgs;
use crate::shell::files;
use crate::shell::project::Project;
use crate::shell::review_folder::ReviewFolder;
use crate::shell::terminal::{clean, clean_lines, say};
use serde_json::json;
use std::io::{Read as _, Write as _};
use std::path::{Path, PathBuf};

/// Problems that stderr names; the rest is counted.
const SHOWN: usize = 20;
/// How a workbook begins, which is no CSV.
const WORKBOOK: &[u8] = b"PK\x03\x04";

/// `--to-csv`: the tasks that a person is still asked about, and the rubric beside it.
///
/// # Errors
/// The file is there already: it may hold labels that nobody took in yet.
pub(super) fn give(args: &ReviewArgs, folder: &ReviewFolder, file: &Path, new: bool) -> Result<()> {
    if new {
        let drawn = folder.desk().draw().tasks.len();
        let place = typed(folder.path());
        say!("{}: {drawn} tasks drawn", clean(&place));
    }
    let (desk, reviewer) = (folder.desk(), args.reviewer.as_deref().unwrap_or_default());
    let part = args.part.map(|(number, of)| Part { number, of });
    let mut sheet = Vec::new();
    let tasks = write_sheet(desk, reviewer, part, &mut sheet)?;
    let rubric = rubric_text(desk.draw());
    if is_pipe(file) {
        say!("{}", clean_lines(&rubric));
        let mut out = std::io::stdout().lock();
        return out
            .write_all(&sheet)
            .and_then(|()| out.flush())
            .map_err(|error| Error::io("cannot write to stdout", error));
    }
    let beside = rubric_file(file);
    for (path, bytes) in [(file, sheet.as_slice()), (&beside, rubric.as_bytes())] {
        if path.exists() && files::read(path)? != bytes {
            return Err(there_already(path));
        }
    }
    for (path, bytes) in [(&beside, rubric.as_bytes()), (&file.to_owned(), &sheet)] {
        files::write_whole(path, |out| {
            out.write_all(bytes)
                .map_err(|error| Error::io(format!("cannot write {}", path.display()), error))
        })?;
    }
    say!(
        "{}: {tasks} tasks for {}; {} says what is asked",
        clean(&typed(file)),
        clean(reviewer),
        clean(&typed(&beside))
    );
    if tasks > 0 {
        let back = format!(
            "{} --from-csv {} --reviewer {reviewer:?}",
            command(args),
            typed(file)
        );
        say!("filled in, it is taken back with {}", clean(&back));
    }
    Ok(())
}

/// That a sheet can be written where none was before.
///
/// # Errors
/// The file is there already, or what lies beside it.
pub(super) fn is_free(file: &Path) -> Result<()> {
    let beside = rubric_file(file);
    let there = [file, &beside].into_iter().find(|path| path.exists());
    match there.filter(|_| !is_pipe(file)) {
        None => Ok(()),
        Some(path) => Err(there_already(path)),
    }
}

fn there_already(path: &Path) -> Error {
    let message = format!("{} is there already", path.display());
    Error::new(Kind::Usage, message)
        .hint("it may hold labels: take them in with --from-csv, or name another file")
}

/// `--from-csv`: takes the labels of a person in. Good rows are kept and bad ones named; with `--strict` nothing is kept where
/// one is bad.
pub(super) fn take(project: &Project, args: &ReviewArgs, path: &Path, file: &Path) -> Result<()> {
    let mut folder = begin::existing(args, path)?;
    let reviewer = args.reviewer.as_deref().unwrap_or_default();
    let known = folder.desk().check_known(reviewer);
    known.map_err(|error| Error::new(Kind::Usage, error.to_string()))?;
    let name = if is_pipe(file) {
        "stdin".to_owned()
    } else {
        file.display().to_string()
    };
    let bytes = bytes(file)?;
    if bytes.starts_with(WORKBOOK) {
        let error = Error::input(format!("{name} is a workbook"));
        return Err(error.hint("save the sheet as CSV and take that in"));
    }
    let table = LabelTable::read(&name, &bytes)?;
    let filled = Filled::read(folder.desk(), reviewer, &table)?;
    is_usable(args, &filled, &name)?;
    for note in table.notes() {
        say!("{}", clean(note));
    }
    let done = keep(&mut folder, filled.rows, &name)?;
    let passed = pass(&mut folder, reviewer, &filled.passed)?;
    say!(
        "{}: {} taken in, {} replaced, {} there already, {} left empty",
        clean(&name),
        done.new,
        done.replaced,
        done.same,
        filled.blank
    );
    if passed > 0 {
        say!(
            "{}: {} before the last answer left empty or out: they count as passed over until somebody labels them, or they are \
             skipped with a reason",
            clean(&name),
            rows(passed)
        );
    }
    tell_problems(&filled.problems);
    let imported = json!({
        "file": name,
        "new": done.new,
        "replaced": done.replaced,
        "unchanged": done.same,
        "blank": filled.blank,
        "passed_over": passed,
        "problems": filled.problems,
    });
    status::tell_with(project, args, &folder, false, Some(imported))
}

/// That what can be used of a sheet is to be taken in.
///
/// # Errors
/// No row of it can be used, or some cannot and `--strict` wants all.
fn is_usable(args: &ReviewArgs, filled: &Filled, name: &str) -> Result<()> {
    if args.strict && !filled.problems.is_empty() {
        let message = format!(
            "{} of {name} cannot be used:{}",
            rows(filled.problems.len()),
            Problem::list(&filled.problems)
        );
        let error = Error::input(message);
        return Err(error.hint("mend them, or leave --strict out to take in the other rows"));
    }
    if filled.rows.is_empty() && !filled.problems.is_empty() {
        let list = Problem::list(&filled.problems);
        return Err(Error::input(format!("no row of {name} can be used:{list}"))
            .hint("`--to-csv` writes a sheet that can be filled in"));
    }
    Ok(())
}

/// What became of rows.
#[derive(Default)]
struct Done {
    new: usize,
    replaced: usize,
    same: usize,
}

/// Keeps rows that say something new; what they replace is said.
fn keep(folder: &mut ReviewFolder, rows: Vec<FilledRow>, name: &str) -> Result<Done> {
    let mut done = Done::default();
    for row in rows {
        let earlier = folder.desk().said(&row.entry.reviewer, row.place);
        match earlier.map(|entry| &entry.said) {
            Some(said) if *said == row.entry.said => {
                done.same += 1;
                continue;
            }
            Some(said) => {
                let (was, is) = (words(said), words(&row.entry.said));
                let line = format!("{name}, line {}: {was} becomes {is}", row.line);
                say!("{}", clean(&line));
                done.replaced += 1;
            }
            None => done.new += 1,
        }
        folder.put(Entry {
            time: jiff::Timestamp::now().to_string(),
            ..row.entry
        })?;
    }
    Ok(done)
}

/// Notes which tasks a person passed over; how many there are.
fn pass(folder: &mut ReviewFolder, reviewer: &str, places: &[usize]) -> Result<usize> {
    let known: Vec<usize> = folder.desk().passed(reviewer).collect();
    for place in places.iter().filter(|place| !known.contains(place)) {
        let draw = folder.desk().draw();
        let task = &draw.tasks[*place];
        let entry = Entry {
            time: jiff::Timestamp::now().to_string(),
            draw: draw.id.clone(),
            reviewer: reviewer.to_owned(),
            occupation_id: task.occupation_id.clone(),
            task_id: task.task_id.clone(),
            said: Said::Pass,
        };
        folder.put(entry)?;
    }
    Ok(places.len())
}

fn tell_problems(problems: &[Problem]) {
    if problems.is_empty() {
        return;
    }
    say!("{} cannot be used and are left out:", rows(problems.len()));
    for problem in problems.iter().take(SHOWN) {
        say!("  {}", clean(&problem.to_string()));
    }
    if let Some(more) = problems.len().checked_sub(SHOWN).filter(|more| *more > 0) {
        say!("  and {more} more, which --json lists");
    }
}

/// What was said, in a few words.
fn words(said: &Said) -> String {
    match said {
        Said::Label { values, note } => {
            let values = values.iter().map(|(id, answer)| match answer {
                Answer::Label(label) => format!("{id} {label}"),
                Answer::Score(score) => format!("{id} {score}"),
            });
            let values: Vec<String> = values.collect();
            let note = if note.is_empty() { "" } else { " with a note" };
            format!("{}{note}", values.join(", "))
        }
        Said::Skip { reason } => format!("skipped ({})", crate::shortened(reason, 60)),
        Said::Withdraw => "withdrawn".to_owned(),
        Said::Pass => "passed over".to_owned(),
    }
}

fn rows(count: usize) -> String {
    match count {
        1 => "1 row".to_owned(),
        _ => format!("{count} rows"),
    }
}

fn is_pipe(file: &Path) -> bool {
    file == Path::new("-")
}

fn bytes(file: &Path) -> Result<Vec<u8>> {
    if !is_pipe(file) {
        return files::read(file);
    }
    let mut bytes = Vec::new();
    let read = std::io::stdin().lock().read_to_end(&mut bytes);
    read.map_err(|error| Error::io("cannot read stdin", error))?;
    Ok(bytes)
}

/// `ana-rubric.md` beside `ana.csv`.
fn rubric_file(file: &Path) -> PathBuf {
    let stem = file.file_stem().map(|stem| stem.to_string_lossy());
    file.with_file_name(format!("{}-rubric.md", stem.unwrap_or_default()))
}
