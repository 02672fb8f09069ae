//! `cache export`: every entry as a line of JSON.

use super::line::Line;
use super::{Counter, EXIT_BAD, each, open};
use crate::error::{Error, Result};
use crate::shell::cache::Cache;
use crate::shell::cli::CacheExportArgs;
use crate::shell::files::write_whole;
use crate::shell::terminal::say;
use serde_json::json;
use std::io::{BufWriter, Write};
use std::path::Path;

/// Runs the command.
pub(super) fn run(args: &CacheExportArgs) -> Result<u8> {
    let cache = open(&args.at)?;
    let to_stdout = args
        .file
        .as_deref()
        .is_none_or(|file| file == Path::new("-"));
    let (mut written, mut damaged) = (0, 0);
    match args.file.as_deref().filter(|_| !to_stdout) {
        Some(file) => write_whole(file, |out| {
            (written, damaged) = lines(&cache, out, &file.display().to_string())?;
            Ok(())
        })?,
        None => {
            let mut out = BufWriter::with_capacity(1 << 16, std::io::stdout().lock());
            (written, damaged) = lines(&cache, &mut out, "stdout")?;
        }
    }
    // With the entries on stdout there is no room for a result there.
    match args.at.json && !to_stdout {
        true => crate::shell::table::print(
            &json!({ "exported": written, "damaged": damaged }).to_string(),
        )?,
        false => say!("{written} entries exported"),
    }
    if damaged == 0 {
        return Ok(0);
    }
    say!("{damaged} damaged entries were left out; `taskrater cache verify` names them");
    Ok(EXIT_BAD)
}

fn lines(cache: &Cache, out: &mut impl Write, name: &str) -> Result<(u64, u64)> {
    let failed = |error| Error::io(format!("cannot write to {name}"), error);
    let (mut written, mut damaged) = (0, 0);
    each(cache, &Counter::start("entries exported"), |_, kept| {
        let Some(kept) = kept else {
            damaged += 1;
            return Ok(());
        };
        written += 1;
        serde_json::to_writer(&mut *out, &Line::of(kept)?)
            .map_err(std::io::Error::from)
            .and_then(|()| out.write_all(b"\n"))
            .map_err(failed)
    })?;
    out.flush().map_err(failed)?;
    Ok((written, damaged))
}
