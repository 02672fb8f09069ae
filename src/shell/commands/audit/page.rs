//! `report.html`: the audit as a page, in the run's folder or where `--html` says.

use super::subject::Subject;
use crate::audit::Audit;
use crate::error::{Error, Kind, Result};
use crate::inventory::Occupation;
use crate::reconcile::{Gold, Method, Options, reconcile_as_far};
use crate::report::{AuditPage, write_audit_page};
use crate::shell::cli::AuditArgs;
use crate::shell::files::write_whole;
use crate::shell::run_folder::PAGE;
use std::path::PathBuf;

/// Writes the page and returns where it is; nothing where only JSON is asked for.
pub(super) fn write(
    args: &AuditArgs,
    (subject, gold): (&Subject, Option<Gold>),
    occupations: &[&Occupation],
    found: &Audit,
) -> Result<Option<PathBuf>> {
    let path = match (&args.html, args.json) {
        (Some(path), _) => path.clone(),
        (None, true) => return Ok(None),
        (None, false) => subject.loaded.folder.join(PAGE),
    };
    let run = &subject.loaded;
    let with = |gold, method| {
        let options = Options {
            gold,
            method,
            level: args.level,
            ..run.options
        };
        reconcile_as_far(occupations, &run.sheet, &options)
    };
    // Gold of an unknown draw, or that nobody else rated beside, calibrates nothing, but the audit of it can be shown.
    let method = run.options.method;
    let reconciled = with(gold, method)
        .or_else(|_| with(gold, Method::Mean))
        .or_else(|_| with(None, method))?;
    let report = run.report(occupations, &reconciled);
    let audit = serde_json::to_value(found).map_err(|error| {
        Error::new(Kind::Internal, "the audit cannot be written").because(error)
    })?;
    let page = AuditPage {
        report: &report,
        audit: &audit,
        activities: subject.activities(),
        rationale_bytes: AuditPage::RATIONALE_BYTES,
    };
    write_whole(&path, |out| write_audit_page(&page, out))
        .map_err(|error| error.hint("--html FILE writes the page to another place"))?;
    Ok(Some(path))
}
