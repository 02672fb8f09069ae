//! `raters`: who can be asked, and what is missing for it.

use crate::error::Result;
use crate::rater::{Bundle, Rater, Source};
use crate::shell::project::Project;
use crate::shell::table;

/// Lists raters and panels.
pub(in crate::shell) fn run() -> Result<u8> {
    let project = Project::find()?;
    let bundle = Bundle::embedded()?;
    let rows = project
        .config
        .raters()
        .iter()
        .map(|rater| row(rater, bundle))
        .collect();
    let mut text = table::plain(&["rater", "kind", "what it is", "ready"], rows);
    text.push_str("\n\nPanels\n");
    for (name, ids) in project.config.panels() {
        text.push_str(&format!("  {name}: {}\n", ids.join(", ")));
    }
    table::print(&text)?;
    Ok(0)
}

fn row(rater: &Rater, bundle: &Bundle) -> Vec<String> {
    let (kind, what, ready) = match &rater.source {
        Source::Llm(llm) => {
            let ready = match llm.key_env.as_deref() {
                None => "yes, no key needed".to_owned(),
                Some(name) if std::env::var(name).is_ok_and(|key| !key.trim().is_empty()) => {
                    format!("yes, {name} is set")
                }
                Some(name) => format!("no, {name} is not set"),
            };
            (
                llm.wire.name().to_owned(),
                format!("{} at {}", llm.model, llm.base_url),
                ready,
            )
        }
        Source::Surrogate => {
            let about = bundle
                .surrogates()
                .iter()
                .map(|s| s.about())
                .find(|a| a.id == rater.id);
            let what = about.map_or_else(String::new, |about| {
                format!("{}: {}", about.dimension, about.source)
            });
            (
                "surrogate, not an LLM".to_owned(),
                what,
                "yes, embedded".to_owned(),
            )
        }
    };
    vec![rater.id.clone(), kind, what, ready]
}
