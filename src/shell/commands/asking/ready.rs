//! What would stop a round that follows a run, found out before the run is paid for.

use super::ask::unsure_of_price;
use super::keys::Keys;
use super::send::endpoints;
use crate::error::Result;
use crate::rater::Panel;
use crate::shell::cli::AskArgs;
use crate::shell::http::Transport;

/// Checks that these raters can be asked under these limits.
///
/// # Errors
/// A key or an address can be no part of a request, or a price is unknown that a limit in dollars needs.
pub(in crate::shell::commands) fn check_ready(
    panel: &Panel,
    keys: &Keys,
    args: &AskArgs,
) -> Result<()> {
    if args.offline || args.dry_run {
        return Ok(());
    }
    endpoints(panel, keys, &Transport::new()?)?;
    match args.max_usd.is_some() && !args.allow_unknown_price {
        true => unsure_of_price(panel.raters().iter()),
        false => Ok(()),
    }
}
