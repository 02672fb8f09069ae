//! A log for those who look for a fault: `TASKRATER_LOG=debug` (or `trace`, `taskrater=debug,hyper_util=trace`, …)
//! writes to stderr what this program and its libraries report. Keys are sensitive header values: no library prints them.

use super::terminal::say;
use tracing_subscriber::filter::{LevelFilter, Targets};
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::util::SubscriberInitExt as _;
use tracing_subscriber::{Layer as _, fmt};

const VARIABLE: &str = "TASKRATER_LOG";

/// Starts the log, if it is wanted.
pub(super) fn start() {
    let Ok(wanted) = std::env::var(VARIABLE) else {
        return;
    };
    let Ok(targets) = wanted.parse::<Targets>() else {
        say!("{VARIABLE}={wanted} is no log level: try debug or trace");
        return;
    };
    // It would print whole replies; they are in the ledger.
    let targets = targets.with_target("async_openai", LevelFilter::OFF);
    let lines = fmt::layer()
        .with_writer(std::io::stderr)
        .with_ansi(false)
        .with_filter(targets);
    // A second start is no reason to fail.
    let _ = tracing_subscriber::registry().with(lines).try_init();
}
