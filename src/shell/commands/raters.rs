//! `raters`: who can be asked, and what is missing for it.

use crate::error::Result;
use crate::rater::{Rater, Source};
use crate::shell::project::Project;
use crate::shell::table;

/// Lists raters and panels.
pub(in crate::shell) fn run() -> Result<u8> {
    let project = Project::find()?;
    let rows = project
        .config
        .raters()
        .iter()
        .map(|rater| row(&project, rater))
        .collect();
    let mut text = table::plain(&["rater", "kind", "what it is", "ready"], rows);
    text.push_str("\n\nPanels\n");
    for (name, ids) in project.config.panels() {
        text.push_str(&format!("  {name}: {}\n", ids.join(", ")));
    }
    table::print(&text)?;
    Ok(0)
}

fn row(project: &Project, rater: &Rater) -> Vec<String> {
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
        Source::Surrogate { file } => {
            let (what, ready) = surrogate(project, rater, file.as_deref());
            ("surrogate, not an LLM".to_owned(), what, ready)
        }
    };
    vec![rater.id.clone(), kind, what, ready]
}

/// Whose labels a surrogate learned, and whether it can answer. A list of raters does not fail for one of them.
fn surrogate(project: &Project, rater: &Rater, file: Option<&str>) -> (String, String) {
    let known = project
        .weights(std::slice::from_ref(rater))
        .and_then(|weights| {
            let about = weights.about(rater)?;
            Ok(about.map(|about| format!("{}: {}", about.dimension, about.source)))
        });
    match (known, file) {
        (Ok(what), None) => (what.unwrap_or_default(), "yes, embedded".to_owned()),
        (Ok(what), Some(file)) => (what.unwrap_or_default(), format!("yes, {file}")),
        (Err(error), file) => (file.unwrap_or_default().to_owned(), format!("no, {error}")),
    }
}
