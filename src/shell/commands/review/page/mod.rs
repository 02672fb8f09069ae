//! The local page of `review`: people label in a browser on this machine, and nobody else can.

mod guard;
mod routes;
mod session;

use crate::error::{Error, Kind, Result};
use crate::review::check_name;
use crate::shell::review_folder::ReviewFolder;
use crate::shell::signals::Signals;
use crate::shell::table;
use crate::shell::terminal::{clean, say};
use guard::Guard;
use session::{Reviewing, Session};
use std::future::IntoFuture as _;
use std::net::Ipv4Addr;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

/// How long requests in flight may take once the page ends. What is being written is finished in any case.
const LEAVING: Duration = Duration::from_secs(5);

/// How the page is served.
pub(super) struct Options {
    /// The port; 0 for any that is free.
    pub port: u16,
    /// Who labels; the page asks where this is not said.
    pub reviewer: Option<String>,
}

/// Serves the page until somebody ends it: there, or by a signal here.
///
/// # Errors
/// The name is none, or the port cannot be had. A label that cannot be written is said on the page and ends nothing.
pub(super) fn serve(folder: ReviewFolder, options: &Options) -> Result<()> {
    if let Some(name) = &options.reviewer {
        check_name(name)?;
    }
    let session = Session::new(folder, options.reviewer.clone());
    // One thread waits for requests; what touches the disk runs on threads of its own.
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|error| Error::new(Kind::Internal, "cannot start the runtime").because(error))?;
    runtime.block_on(listen(session, options.port))?;
    // Waits for what is being written.
    drop(runtime);
    Ok(())
}

async fn listen(session: Arc<Session>, port: u16) -> Result<()> {
    let mut signals = Signals::new();
    let failed = |error| {
        Error::io(format!("cannot listen on 127.0.0.1, port {port}"), error)
            .hint("without --port any free port will do")
    };
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port))
        .await
        .map_err(failed)?;
    let port = listener.local_addr().map_err(failed)?.port();
    let guard = Guard::new(port)?;
    announce(&guard, &session)?;
    let ended = CancellationToken::new();
    let app = routes::app(session, guard, ended.clone());
    let served = axum::serve(listener, app)
        .with_graceful_shutdown(ended.clone().cancelled_owned())
        .into_future();
    let asked_to_end = async {
        tokio::select! {
            () = signals.any() => ended.cancel(),
            () = ended.cancelled() => {}
        }
        tokio::select! {
            () = tokio::time::sleep(LEAVING) => {}
            () = signals.any() => {}
        }
    };
    tokio::select! {
        done = served => done.map_err(failed),
        () = asked_to_end => Ok(()),
    }
}

/// The address on stdout, alone on its line; what to do with it on stderr.
fn announce(guard: &Guard, session: &Session) -> Result<()> {
    session.look(tell)?;
    say!(
        "Open this address in a browser on this machine. Done on the page, or Ctrl-C here, ends it."
    );
    table::print(&guard.address())
}

/// How far everyone is.
fn tell(reviewing: &mut Reviewing) {
    for line in reviewing.summary() {
        say!("{}", clean(&line));
    }
}
