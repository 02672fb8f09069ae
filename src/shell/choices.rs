//! How a run is reconciled, as the command line and the configuration say it.

use crate::error::{Error, Kind, Result};
use crate::rater::GoldKind;
use crate::reconcile::{Gold, Method, Weighting};
use crate::report::{RaterKind, RaterLine};

/// The method of a name.
pub(super) fn method(name: &str) -> Result<Method> {
    Method::named(name).ok_or_else(|| {
        let known = Method::ALL.map(Method::name).join(", ");
        let error = Error::new(Kind::Setup, format!("there is no method '{name}'"));
        error.hint(format!("known: {known}"))
    })
}

/// The weighting of a name.
pub(super) fn weighting(name: &str) -> Result<Weighting> {
    match name {
        "core" => Ok(Weighting::CoreTwice),
        "importance" => Ok(Weighting::Importance),
        "equal" => Ok(Weighting::Equal),
        other => Err(
            Error::new(Kind::Setup, format!("there is no weighting '{other}'"))
                .hint("known: core (Core 2, others 1), importance, equal"),
        ),
    }
}

/// The rater of a run that is trusted: the one that is marked, or the recorded one that is named, with `=KIND` where the run
/// did not say whose labels they are; without that they are editorial: somebody decided to trust them.
///
/// # Errors
/// Several are marked and none is named; there is no such rater, it is not recorded, or the kind is none.
pub(super) fn gold(run: &str, raters: &[RaterLine], named: Option<&str>) -> Result<Option<Gold>> {
    let usage = |message: String| Error::new(Kind::Usage, message);
    let Some(named) = named else {
        let marked: Vec<&str> = raters
            .iter()
            .filter(|rater| rater.gold.is_some())
            .map(|rater| &*rater.id)
            .collect();
        if marked.len() > 1 {
            let message = format!("{} are all marked as gold", marked.join(", "));
            return Err(usage(message).hint("--gold names the one to use, --no-gold none"));
        }
        return Ok(crate::report::marked_gold(raters));
    };
    let (id, kind) = match named.split_once('=') {
        Some((id, kind)) => (id, Some(kind)),
        None => (named, None),
    };
    let recorded = raters.iter().filter(|one| one.kind == RaterKind::Recording);
    let recorded: Vec<&str> = recorded.map(|one| &*one.id).collect();
    let hint = match recorded.as_slice() {
        [] => format!("run {run} has no recorded rater"),
        all => format!("its recorded raters are {}", all.join(", ")),
    };
    let mut found = raters.iter().enumerate();
    let Some((rater, line)) = found.find(|(_, rater)| rater.id == id) else {
        let message = format!("run {run} has no rater '{id}', and there is no file {named}");
        return Err(usage(message).hint(hint));
    };
    if line.kind != RaterKind::Recording {
        let message = format!("'{id}' is no recorded rater, so it cannot be gold");
        return Err(usage(message).hint(hint));
    }
    let kind = match kind {
        Some(kind) => gold_kind(kind)?,
        None => line.gold.unwrap_or(GoldKind::Editorial),
    };
    Ok(Some(Gold { rater, kind }))
}

/// The kind of gold of a name.
pub(super) fn gold_kind(name: &str) -> Result<GoldKind> {
    let found = GoldKind::ALL.into_iter().find(|one| one.name() == name);
    found.ok_or_else(|| {
        let known = GoldKind::ALL.map(GoldKind::name).join(", ");
        let error = Error::new(Kind::Usage, format!("there is no gold of kind '{name}'"));
        error.hint(format!("known: {known}"))
    })
}
