//! What asks this process to end: Ctrl-C, SIGTERM, a terminal that closes.

use tokio::signal::unix::{Signal, SignalKind, signal};

/// The signals, heard from the moment this is made. A signal that cannot be heard never comes.
pub(super) struct Signals([Option<Signal>; 3]);

impl Signals {
    /// Listens; in a runtime.
    pub fn new() -> Self {
        let kinds = [
            SignalKind::terminate(),
            SignalKind::interrupt(),
            SignalKind::hangup(),
        ];
        Self(kinds.map(|kind| signal(kind).ok()))
    }

    /// Waits for the next of them.
    pub async fn any(&mut self) {
        let [terminate, interrupt, hangup] = &mut self.0;
        tokio::select! {
            () = next(terminate) => {}
            () = next(interrupt) => {}
            () = next(hangup) => {}
        }
    }
}

async fn next(signal: &mut Option<Signal>) {
    match signal {
        Some(signal) => {
            signal.recv().await;
        }
        None => std::future::pending().await,
    }
}
