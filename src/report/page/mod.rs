//! `report.html`: the page of an audit, one file that opens from disk and asks nobody for anything.
//!
//! The page is `page.html` with three things in it: the style, the script (the files in `js/`, one after another), and two
//! blocks of JSON: what the audit computed and the [tasks](tasks) with their ratings. The script draws everything from
//! these blocks. Text of task files and of models is hostile: in the file it stands only in the blocks, where `<` is
//! written `\u003c` so that none can end its block, and the script hands it to the document as text nodes alone. The
//! page's content security policy forbids every request, and every script and style but its own two.

mod choose;
mod tasks;

use super::Report;
use crate::error::{Error, Result};
use serde::Serialize;
use serde_json::Value;
use std::collections::BTreeMap;
use std::io::Write;

const PAGE: &str = include_str!("page.html");
const STYLE: &str = concat!(include_str!("palette.css"), include_str!("page.css"));
/// The script, in the order in which its files use each other.
const SCRIPT: &str = concat!(
    "\"use strict\";\n(() => {\n",
    include_str!("js/dom.js"),
    include_str!("js/parts.js"),
    include_str!("js/format.js"),
    include_str!("js/data.js"),
    include_str!("js/state.js"),
    include_str!("js/forest.js"),
    include_str!("js/overview.js"),
    include_str!("js/matrix.js"),
    include_str!("js/sections.js"),
    include_str!("js/tasks.js"),
    include_str!("js/filters.js"),
    include_str!("js/rows.js"),
    include_str!("js/list.js"),
    include_str!("js/main.js"),
    "})();\n",
);

/// What the page of an audit is made of.
#[derive(Debug, Clone, Copy)]
pub struct AuditPage<'a> {
    /// The audited run: its tasks, raters, ratings and consensus.
    pub report: &'a Report<'a>,
    /// The audit as `audit --json` prints it.
    pub audit: &'a Value,
    /// Titles of the detailed work activities of the tasks, by id.
    pub activities: &'a BTreeMap<String, String>,
    /// How many bytes of rationales the page may hold beside those of contested tasks, which are all in it.
    pub rationale_bytes: usize,
}

impl AuditPage<'_> {
    /// Rationales of a whole O*NET release by four embedded raters fit; of more, those of the widest spreads.
    pub const RATIONALE_BYTES: usize = 24_000_000;
}

/// Writes the page, the same bytes for the same audit and ratings.
///
/// # Errors
/// Writing fails, or the ratings cannot be read.
pub fn write_audit_page(page: &AuditPage<'_>, out: &mut impl Write) -> Result<()> {
    let audit = block(page.audit)?;
    let tasks = block(&tasks::Payload::new(page)?)?;
    let nonce = nonce(&[&audit, &tasks]);
    let mut rest = PAGE;
    while let Some((before, after)) = rest.split_once("{{") {
        let (name, after) = after.split_once("}}").unwrap_or((after, ""));
        let part = match name {
            "nonce" => &nonce,
            "style" => STYLE,
            "script" => SCRIPT,
            "audit" => &audit,
            _ => &tasks,
        };
        write(out, before)?;
        write(out, part)?;
        rest = after;
    }
    write(out, rest)?;
    out.flush().map_err(failed)
}

/// A value as JSON that can stand in a `script` element: no `<`, which in JSON occurs in strings alone.
fn block(value: &impl Serialize) -> Result<String> {
    let json = serde_json::to_string(value)
        .map_err(|error| Error::io("cannot write the page of the audit", error))?;
    Ok(json.replace('<', "\\u003c"))
}

/// What marks the page's own script and style: a hash of all text in the page. No text can name it, because it would have to
/// hold its own hash.
fn nonce(texts: &[&str]) -> String {
    let mut hasher = blake3::Hasher::new();
    for text in texts.iter().chain(&[STYLE, SCRIPT]) {
        hasher.update(text.as_bytes());
    }
    hasher.finalize().to_hex()[..32].to_owned()
}

fn write(out: &mut impl Write, text: &str) -> Result<()> {
    out.write_all(text.as_bytes()).map_err(failed)
}

fn failed(error: std::io::Error) -> Error {
    Error::io("cannot write the page of the audit", error)
}

#[cfg(test)]
mod tests;
