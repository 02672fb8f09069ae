//! `raters`: who can be asked, and what is missing for it.

use crate::error::Result;
use crate::rater::{Llm, Nanodollars, Rater, Source};
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
    let mut text = table::plain(&["rater", "kind", "what it is", "price", "ready"], rows);
    text.push_str("\n\nPanels\n");
    for (name, ids) in project.config.panels() {
        text.push_str(&format!("  {name}: {}\n", ids.join(", ")));
    }
    table::print(&text)?;
    Ok(0)
}

fn row(project: &Project, rater: &Rater) -> Vec<String> {
    let (kind, what, price, ready) = match &rater.source {
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
                price(llm),
                ready,
            )
        }
        Source::Surrogate { file } => {
            let (what, ready) = surrogate(project, rater, file.as_deref());
            let kind = "surrogate, not an LLM".to_owned();
            (kind, what, "free".to_owned(), ready)
        }
    };
    vec![rater.id.clone(), kind, what, price, ready]
}

/// The price as people write it, and who says so.
fn price(llm: &Llm) -> String {
    let (Some(price), Some(source)) = (llm.price, &llm.price_source) else {
        return "unknown".to_owned();
    };
    // A nano-dollar a token is a thousandth of a dollar a million tokens.
    let millions = |price: Nanodollars| price.dollars() * 1e6;
    format!(
        "${} in, ${} out a million tokens ({source})",
        millions(price.input),
        millions(price.output)
    )
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
