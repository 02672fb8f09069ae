//! Starting and stopping a provider inside a process.

use std::future::IntoFuture;
use std::io;
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use tokio::sync::oneshot;

use super::connection::{Breakable, Connection};
use super::fault::Fault;
use super::ledger::{Exchange, Recorded, Stats};
use super::limit::Limits;
use super::recorded::Archive;
use super::server::{Config, Shared, router};

/// A running provider on its own thread and runtime; it stops when dropped.
pub struct Provider {
    shared: Arc<Shared>,
    address: SocketAddr,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

/// How to start a [`Provider`].
#[derive(Default)]
pub struct Builder {
    config: Config,
    data: Option<PathBuf>,
    port: u16,
}

impl Builder {
    /// Accepts only this key; by default any key that is not empty.
    #[must_use]
    pub fn key(mut self, key: &str) -> Self {
        self.config.key = Some(key.to_owned());
        self
    }

    /// Waits so long before every reply.
    #[must_use]
    pub fn delay_ms(mut self, ms: u64) -> Self {
        self.config.delay_ms = ms;
        self
    }

    /// Adds a rule to the fault plan.
    #[must_use]
    pub fn fault(mut self, fault: Fault) -> Self {
        self.config.faults.push(fault);
        self
    }

    /// Limits every model; each has buckets of its own.
    #[must_use]
    pub fn limits(mut self, limits: Limits) -> Self {
        self.config.limits = limits;
        self
    }

    /// Caches marked prefixes of at least so many tokens on Anthropic's wire; by default 1,024.
    #[must_use]
    pub fn min_cache_tokens(mut self, tokens: u64) -> Self {
        self.config.min_cache_tokens = Some(tokens);
        self
    }

    /// Answers known tasks from the recorded data in this folder.
    #[must_use]
    pub fn data(mut self, folder: impl AsRef<Path>) -> Self {
        self.data = Some(folder.as_ref().to_owned());
        self
    }

    /// Listens on this port; by default one that is free.
    #[must_use]
    pub fn port(mut self, port: u16) -> Self {
        self.port = port;
        self
    }

    /// Does not keep the requests, for long or fast runs; counts stay.
    #[must_use]
    pub fn forget_requests(mut self) -> Self {
        self.config.keep_requests = false;
        self
    }

    /// Plays a tolerant OpenAI-compatible server: only the basic request checks.
    #[must_use]
    pub fn compatible(mut self) -> Self {
        self.config.compatible = true;
        self
    }

    /// Calls this after each exchange.
    #[must_use]
    pub fn log(mut self, log: impl Fn(&Exchange) + Send + Sync + 'static) -> Self {
        self.config.log = Some(Box::new(log));
        self
    }

    /// Rates every question by its text: so many points of 0–100 in every score, and the label of that level.
    #[must_use]
    pub fn points(mut self, points: impl Fn(&str) -> f64 + Send + Sync + 'static) -> Self {
        self.config.points = Some(Box::new(points));
        self
    }

    /// Starts it.
    ///
    /// # Panics
    /// When the port or the data cannot be had: a test cannot go on without.
    pub fn start(self) -> Provider {
        self.try_start()
            .expect("the provider simulator should start")
    }

    /// Starts it, or says why not.
    pub fn try_start(mut self) -> io::Result<Provider> {
        if let Some(folder) = &self.data {
            self.config.archive = Some(Archive::load(folder).map_err(io::Error::other)?);
        }
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, self.port))?;
        listener.set_nonblocking(true)?;
        let address = listener.local_addr()?;
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()?;
        let listener = {
            let _inside = runtime.enter();
            Breakable(tokio::net::TcpListener::from_std(listener)?)
        };
        let shared = Arc::new(Shared::new(self.config));
        let service = router(shared.clone()).into_make_service_with_connect_info::<Connection>();
        let (stop, stopped) = oneshot::channel::<()>();
        let serve = move || {
            runtime.block_on(async {
                tokio::select! {
                    _ = axum::serve(listener, service).into_future() => {}
                    _ = stopped => {}
                }
            });
        };
        let thread = thread::Builder::new()
            .name("provider".to_owned())
            .spawn(serve)?;
        Ok(Provider {
            shared,
            address,
            stop: Some(stop),
            thread: Some(thread),
        })
    }
}

impl Provider {
    /// Waits until what it has seen is as wished.
    ///
    /// # Panics
    /// When that takes half a minute.
    #[track_caller]
    pub fn until(&self, what: impl Fn(&Stats) -> bool) {
        let start = Instant::now();
        while !what(&self.stats()) {
            let stats = self.stats();
            assert!(start.elapsed() < Duration::from_secs(30), "{stats:?}");
            thread::sleep(Duration::from_millis(1));
        }
    }

    /// Waits until it has seen so many requests.
    ///
    /// # Panics
    /// When that takes half a minute.
    #[track_caller]
    pub fn until_requests(&self, count: u64) {
        self.until(|stats| stats.requests >= count);
    }

    /// A provider with any key, no delay, no faults, no data, that keeps its requests.
    pub fn builder() -> Builder {
        let config = Config {
            keep_requests: true,
            ..Config::default()
        };
        Builder {
            config,
            ..Builder::default()
        }
    }

    /// A provider with nothing special, started.
    pub fn start() -> Self {
        Self::builder().start()
    }

    /// Its address without a path: `http://127.0.0.1:PORT`.
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Its address.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The requests so far, in order of arrival.
    pub fn requests(&self) -> Vec<Recorded> {
        self.shared.ledger().requests.clone()
    }

    /// How many requests so far.
    pub fn count(&self) -> u64 {
        self.shared.ledger().stats.requests
    }

    /// The counts so far.
    pub fn stats(&self) -> Stats {
        self.shared.ledger().stats.clone()
    }

    /// Replaces the fault plan.
    pub fn set_faults(&self, faults: impl IntoIterator<Item = Fault>) {
        self.shared.set_faults(faults.into_iter().collect());
    }

    /// Forgets requests and counts, and restores the fault plan of the start.
    pub fn reset(&self) {
        self.shared.reset();
    }

    /// How many recorded answers it has.
    pub fn recorded(&self) -> usize {
        self.shared.config.archive.as_ref().map_or(0, Archive::len)
    }
}

impl Drop for Provider {
    fn drop(&mut self) {
        if let Some(stop) = self.stop.take() {
            // An error means that the thread is gone already.
            let _ = stop.send(());
        }
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}
