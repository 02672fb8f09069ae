//! The keys of a panel's raters, from the environment.

use crate::error::{Error, Kind, Result};
use crate::rater::Panel;
use crate::shell::cli::AskArgs;
use crate::shell::terminal::say;
use secrecy::SecretString;
use std::collections::BTreeMap;

/// The key of each rater of the panel, from the environment.
pub(in crate::shell::commands) type Keys = Vec<Option<SecretString>>;

/// Reads the keys. A missing one stops the run before the first call, unless that rater may be left out.
///
/// `otherwise` is what the user may do instead of setting a key.
pub(in crate::shell::commands) fn keys(
    panel: Panel,
    args: &AskArgs,
    otherwise: &str,
) -> Result<(Panel, Keys)> {
    let mut keys = Vec::new();
    let mut kept = Vec::new();
    let mut missing = Vec::new();
    for rater in panel.raters() {
        let variable = rater.llm().and_then(|llm| llm.key_env.as_deref());
        let key = variable
            .and_then(|name| std::env::var(name).ok())
            .filter(|key| !key.trim().is_empty());
        match (variable, key) {
            // Offline and in a dry run nothing is sent, so nothing needs a key; a dry run leaves out what its run would.
            (Some(name), None) if !args.offline && (!args.dry_run || args.allow_missing) => {
                missing.push((rater, name));
            }
            (_, key) => {
                kept.push(rater.clone());
                keys.push(key.map(|key| SecretString::from(key.trim().to_owned())));
            }
        }
    }
    if !missing.is_empty() && !args.allow_missing {
        let mut variables: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
        for (rater, name) in &missing {
            variables.entry(name).or_default().push(&rater.id);
        }
        let names: Vec<String> = variables
            .iter()
            .map(|(name, raters)| format!("{name} is not set (for {})", raters.join(", ")))
            .collect();
        let message = format!("a key is missing: {}", names.join("; "));
        return Err(Error::new(Kind::Setup, message).hint(format!(
            "set the environment variable, leave the rater out with --allow-missing, or {otherwise}"
        )));
    }
    for (rater, name) in missing {
        say!("{} is left out: {name} is not set", rater.id);
    }
    let panel = Panel::new(kept).map_err(|error| {
        error.hint(format!(
            "every rater of the panel is left out for want of a key: set one, or {otherwise}"
        ))
    })?;
    Ok((panel, keys))
}
