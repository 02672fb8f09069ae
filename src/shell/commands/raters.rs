//! `raters`: who can be asked, and what is missing for it.

use crate::error::Result;
use crate::rater::{Llm, Nanodollars, Rater, Recording, Source};
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
    text.push_str(&prices(project.config.raters()));
    text.push_str("\n\nPanels\n");
    for (name, ids) in project.config.panels() {
        text.push_str(&format!("  {name}: {}\n", ids.join(", ")));
    }
    table::print(&text)?;
    Ok(0)
}

/// What the hosted raters cost and who says so; nothing where there are none.
fn prices(raters: &[Rater]) -> String {
    let hosted = raters
        .iter()
        .filter_map(|rater| Some((rater, rater.llm()?)));
    let rows: Vec<Vec<String>> = hosted.map(|(rater, llm)| price(&rater.id, llm)).collect();
    if rows.is_empty() {
        return String::new();
    }
    let header = [
        "rater",
        "input",
        "output",
        "cache write",
        "cache read",
        "from",
    ];
    format!(
        "\n\nPrices, dollars a million tokens\n{}",
        table::plain(&header, rows)
    )
}

fn price(id: &str, llm: &Llm) -> Vec<String> {
    let (Some(price), Some(source)) = (llm.price, &llm.price_source) else {
        return vec![id.to_owned(), "unknown".to_owned()];
    };
    // A nano-dollar a token is a thousandth of a dollar a million tokens.
    let millions = |price: Nanodollars| (price.dollars() * 1e6).to_string();
    vec![
        id.to_owned(),
        millions(price.input),
        millions(price.output),
        millions(price.cache_write),
        millions(price.cache_read),
        source.to_string(),
    ]
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
        Source::Recording(recording) => {
            let kind = match recording.gold {
                Some(gold) => format!("recording, gold ({})", gold.name()),
                None => "recording".to_owned(),
            };
            let columns = recording.columns_in_words();
            let what = match recording.description.as_str() {
                "" => columns,
                description => format!("{columns}: {description}"),
            };
            (kind, what, recorded(project, recording))
        }
    };
    vec![rater.id.clone(), kind, what, ready]
}

/// Whether the file of a recorded rater is there. Its columns are looked at when it rates.
fn recorded(project: &Project, recording: &Recording) -> String {
    let file = &recording.file;
    match project.folder().join(file).is_file() {
        true => format!("yes, {file}"),
        false => format!("no, there is no file {file}"),
    }
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
