//! Who drafts: the language models of a panel.

use crate::error::{Error, Kind, Result};
use crate::rater::{Panel, Rater, Source};
use crate::shell::cli::DraftArgs;
use crate::shell::project::Project;
use crate::shell::terminal::{clean, say};
use std::collections::BTreeMap;

/// Keys and raters that an error names.
const NAMED: usize = 4;

/// The panel without its surrogates and recordings.
///
/// # Errors
/// No language model is left; the message says which keys and raters there could be.
pub(super) fn hosted(project: &Project, args: &DraftArgs) -> Result<Panel> {
    let panel = project
        .config
        .panel(args.ask.panel.as_deref(), &args.ask.rater)?;
    let (hosted, others): (Vec<Rater>, Vec<Rater>) = panel
        .raters()
        .iter()
        .cloned()
        .partition(|rater| rater.llm().is_some());
    let ids: Vec<&str> = others.iter().map(|rater| rater.id.as_str()).collect();
    if hosted.is_empty() {
        let message = format!(
            "a draft needs a language model, and the panel has none: {} cannot write, neither surrogates nor recordings are language models",
            ids.join(", ")
        );
        return Err(Error::new(Kind::Setup, message).hint(what_it_needs(project, args)));
    }
    if !ids.is_empty() {
        say!(
            "surrogates and recordings cannot write; left out: {}",
            ids.join(", ")
        );
    }
    Panel::new(hosted)
}

/// Keys and raters that could write, and the command with one of them.
fn what_it_needs(project: &Project, args: &DraftArgs) -> String {
    let mut raters: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for rater in project.config.raters() {
        if let Some(key) = rater.llm().and_then(|llm| llm.key_env.as_deref()) {
            raters.entry(key).or_default().push(&rater.id);
        }
    }
    let keys = raters.iter().take(NAMED);
    let keys: Vec<String> = keys
        .map(|(key, ids)| format!("{key} (for {})", ids.join(", ")))
        .collect();
    let example = raters
        .values()
        .flatten()
        .next()
        .copied()
        .unwrap_or("my-model");
    format!(
        "set {} and name a rater or a panel: taskrater draft \"{}\" --from {} --rater {example}; a server of your own is a \
         rater in taskrater.toml (`taskrater init`)",
        keys.join(" or "),
        clean(&args.title),
        clean(&args.from.display().to_string()),
    )
}

/// The same raters, each with room for a whole draft in its reply, and the time that it takes: what is enough for a rating is
/// too little for twenty tasks.
pub(in crate::shell::commands) fn with_room(panel: &Panel, max_tokens: u32) -> Result<Panel> {
    let roomy = |rater: &Rater| {
        let mut rater = rater.clone();
        if let Source::Llm(llm) = &mut rater.source {
            let times = u64::from(max_tokens.div_ceil(llm.max_tokens.max(1)).max(1));
            for seconds in [
                &mut llm.traffic.first_byte_seconds,
                &mut llm.traffic.timeout_seconds,
            ] {
                *seconds = seconds.saturating_mul(times);
            }
            llm.max_tokens = llm.max_tokens.max(max_tokens);
        }
        rater
    };
    Panel::new(panel.raters().iter().map(roomy).collect())
}
