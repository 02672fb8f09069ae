//! Whether the adjudicator was not among those whose dispute it is to judge.

use crate::error::{Error, Kind, Result};
use crate::rater::{Llm, Panel};
use crate::shell::loaded_run::LoadedRun;
use serde_json::Value;

/// Checks the adjudicator against the raters of a run.
///
/// # Errors
/// It is one of them, or the same model at the same server under another id.
pub(super) fn check(adjudicator: &Panel, run: &LoadedRun) -> Result<()> {
    let entries = run.manifest["raters"].as_array();
    for entry in entries.into_iter().flatten() {
        let id = entry["id"].as_str().unwrap_or_default();
        for rater in adjudicator.raters() {
            let twin = rater.llm().is_some_and(|llm| {
                let text = |key: &str| match &entry[key] {
                    Value::String(text) => text.as_str(),
                    _ => "",
                };
                is(llm, text("model"), text("base_url"))
            });
            refuse_if(id == rater.id, twin, &rater.id, id)?;
        }
    }
    Ok(())
}

/// The same against a panel that is yet to rate.
///
/// # Errors
/// As [`check`].
pub(super) fn check_panel(adjudicator: &Panel, panel: &Panel) -> Result<()> {
    for rater in adjudicator.raters() {
        for other in panel.raters() {
            let models = rater.llm().zip(other.llm());
            let twin = models.is_some_and(|(llm, other)| is(llm, &other.model, &other.base_url));
            refuse_if(other.id == rater.id, twin, &rater.id, &other.id)?;
        }
    }
    Ok(())
}

fn refuse_if(same: bool, twin: bool, adjudicator: &str, rater: &str) -> Result<()> {
    let message = match (same, twin) {
        (true, _) => {
            format!("'{adjudicator}' is a rater of this run: it would judge a dispute of its own")
        }
        (_, true) => format!(
            "'{adjudicator}' is the same model at the same server as '{rater}', a rater of this run: it would judge a dispute of \
             its own"
        ),
        _ => return Ok(()),
    };
    Err(Error::new(Kind::Usage, message)
        .hint("name a model that was not asked; `taskrater raters` lists those there are"))
}

/// Whether a model is this one. Names of models and hosts are told apart by no letter case.
fn is(llm: &Llm, model: &str, base_url: &str) -> bool {
    let place = |url: &str| url.trim().trim_end_matches('/').to_lowercase();
    llm.model.eq_ignore_ascii_case(model) && place(&llm.base_url) == place(base_url)
}
