//! A page in a real browser: Chromium without a window, driven through chromedriver.
#![allow(
    clippy::print_stdout,
    dead_code,
    unreachable_pub,
    reason = "each test binary uses a part of it, and a test says what it skips"
)]

use std::fs;
use std::io::{BufRead as _, BufReader};
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tempfile::TempDir;
use thirtyfour::prelude::{DesiredCapabilities, WebDriver, WebDriverResult};
use thirtyfour::{ChromiumLikeCapabilities as _, Key, LoggingPrefsLogLevel};
use tokio::runtime::{Builder, Runtime};

/// How long a page may take to become what a test waits for.
const PATIENCE: Duration = Duration::from_secs(60);

const FLAGS: [&str; 11] = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--force-color-profile=srgb",
    "--window-size=1280,1000",
];

/// A browser with one tab. The browser and its driver end when it is dropped.
pub struct Browser {
    // In the order in which they end: the session, the processes, their files.
    driver: WebDriver,
    runtime: Runtime,
    _process: Driver,
    _profile: TempDir,
}

impl Browser {
    /// A fresh browser, or `None` where there is none; then the test says that it skips. With `CI` or
    /// `TASKRATER_BROWSER=required` set, none is a failure. `TASKRATER_BROWSER` may name the chromedriver to use.
    pub fn start() -> Option<Self> {
        let Some(program) = chromedriver() else {
            let needed = std::env::var("CI").is_ok_and(|ci| !ci.is_empty() && ci != "false")
                || std::env::var("TASKRATER_BROWSER").is_ok_and(|it| it == "required");
            assert!(!needed, "there is no chromedriver on the PATH");
            println!(
                "skipped: there is no chromedriver on the PATH (TASKRATER_BROWSER can name one)"
            );
            return None;
        };
        let profile = tempfile::tempdir().expect("a temporary folder");
        let process = Driver::start(&program, profile.path());
        let runtime = Builder::new_current_thread()
            .enable_all()
            .build()
            .expect("a runtime");
        let url = format!("http://127.0.0.1:{}", process.port);
        let driver = runtime
            .block_on(session(&url, profile.path()))
            .unwrap_or_else(|error| panic!("no browser: {error}"));
        Some(Self {
            driver,
            runtime,
            _process: process,
            _profile: profile,
        })
    }

    fn wait_for<T>(&self, task: impl Future<Output = WebDriverResult<T>>) -> T {
        self.runtime
            .block_on(task)
            .unwrap_or_else(|error| panic!("the browser says: {error}"))
    }

    /// Opens a file from disk, perhaps with a `#fragment`; returns once the page says that it is ready, with the time
    /// that took.
    pub fn open(&self, path: &Path, fragment: &str) -> Duration {
        let path = fs::canonicalize(path).expect("a page");
        self.visit(&format!("file://{}{fragment}", path.display()))
    }

    /// The same with an address.
    pub fn visit(&self, url: &str) -> Duration {
        // Only a new document is loaded; another fragment alone is a jump.
        self.wait_for(self.driver.goto("about:blank"));
        // What the browser's own first page asked for is not the page's.
        self.requests();
        let begun = Instant::now();
        self.wait_for(self.driver.goto(url));
        self.until("return document.documentElement.dataset.ready === 'yes'");
        begun.elapsed()
    }

    /// Opens another tab and goes on there.
    pub fn new_tab(&self) {
        self.wait_for(async {
            let tab = self.driver.new_tab().await?;
            self.driver.switch_to_window(tab).await
        });
    }

    /// Goes on in the tab that was opened first.
    pub fn first_tab(&self) {
        self.wait_for(async {
            let tabs = self.driver.windows().await?;
            self.driver.switch_to_window(tabs[0].clone()).await
        });
    }

    /// Runs a script in the page and returns its value.
    pub fn run(&self, script: &str) -> Value {
        let returned = self.wait_for(self.driver.execute(script, Vec::new()));
        returned.json().clone()
    }

    /// The same with one argument, which the script finds in `arguments[0]`.
    pub fn run_with(&self, script: &str, argument: &str) -> Value {
        let returned = self.wait_for(self.driver.execute(script, vec![json!(argument)]));
        returned.json().clone()
    }

    /// Waits until a script returns true.
    #[track_caller]
    pub fn until(&self, script: &str) {
        let begun = Instant::now();
        while self.run(script) != json!(true) {
            assert!(
                begun.elapsed() < PATIENCE,
                "never: {script}\n{:?}",
                self.console()
            );
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    /// The text of the first element that fits a CSS selector, as the document has it.
    #[track_caller]
    pub fn text(&self, selector: &str) -> String {
        let texts = self.texts(selector);
        texts
            .into_iter()
            .next()
            .unwrap_or_else(|| panic!("nothing is {selector}"))
    }

    /// The texts of all that fit.
    pub fn texts(&self, selector: &str) -> Vec<String> {
        let script =
            "return [...document.querySelectorAll(arguments[0])].map((one) => one.textContent)";
        serde_json::from_value(self.run_with(script, selector)).expect("texts")
    }

    /// An attribute of all that fit.
    pub fn attributes(&self, selector: &str, name: &str) -> Vec<String> {
        let script = format!(
            "return [...document.querySelectorAll(arguments[0])].map((one) => one.getAttribute({name:?}) ?? '')"
        );
        serde_json::from_value(self.run_with(&script, selector)).expect("attributes")
    }

    /// Clicks the first that fits, with the pointer.
    pub fn click(&self, selector: &str) {
        self.wait_for(async {
            let element = self.driver.find(thirtyfour::By::Css(selector)).await?;
            element.scroll_into_view().await?;
            element.click().await
        });
    }

    /// Types into the first that fits; what stood there goes first.
    pub fn type_into(&self, selector: &str, text: &str) {
        self.wait_for(async {
            let element = self.driver.find(thirtyfour::By::Css(selector)).await?;
            element.send_keys(Key::Control + "a").await?;
            element.send_keys(Key::Backspace + "").await?;
            element.send_keys(text).await
        });
    }

    /// Presses keys where the focus is.
    pub fn press(&self, key: Key) {
        self.wait_for(async {
            self.driver
                .active_element()
                .await?
                .send_keys(key + "")
                .await
        });
    }

    /// Types where the focus is, a key after the other.
    pub fn keys(&self, text: &str) {
        self.wait_for(async { self.driver.active_element().await?.send_keys(text).await });
    }

    /// Loads the page again, until it says that it is ready.
    pub fn reload(&self) {
        self.wait_for(self.driver.refresh());
        self.until("return document.documentElement.dataset.ready === 'yes'");
    }

    /// Chooses an option of the `select` that fits, by its value.
    pub fn choose(&self, selector: &str, value: &str) {
        self.click(&format!("{selector} option[value={value:?}]"));
    }

    /// Where the tab is.
    pub fn address(&self) -> String {
        self.wait_for(self.driver.current_url()).to_string()
    }

    /// What the console says that is worse than information: errors of scripts and breaches of the policy.
    pub fn console(&self) -> Vec<String> {
        let log = self.wait_for(self.driver.get_log("browser"));
        let bad = log
            .into_iter()
            .filter(|entry| entry.level == "SEVERE" || entry.level == "WARNING");
        bad.map(|entry| entry.message).collect()
    }

    /// Every address that the browser asked for since it was last asked for this, on disk or in a network.
    pub fn requests(&self) -> Vec<String> {
        let log = self.wait_for(self.driver.get_log("performance"));
        let events = log
            .into_iter()
            .filter_map(|entry| serde_json::from_str::<Value>(&entry.message).ok());
        let sent = events.filter(|event| event["message"]["method"] == "Network.requestWillBeSent");
        sent.filter_map(|event| {
            event["message"]["params"]["request"]["url"]
                .as_str()
                .map(str::to_owned)
        })
        .collect()
    }

    /// Shows the page as on a screen of this size, light or dark.
    pub fn screen(&self, width: u32, height: u32, dark: bool) {
        let scheme = if dark { "dark" } else { "light" };
        let cdp = self.driver.cdp();
        let size =
            json!({ "width": width, "height": height, "deviceScaleFactor": 1, "mobile": false });
        self.wait_for(cdp.send_raw("Emulation.setDeviceMetricsOverride", size));
        let media = json!({ "features": [{ "name": "prefers-color-scheme", "value": scheme }] });
        self.wait_for(cdp.send_raw("Emulation.setEmulatedMedia", media));
    }

    /// A picture of what is in view.
    pub fn picture(&self, path: &Path) {
        self.wait_for(self.driver.screenshot(path));
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        // A browser that is gone cannot be asked to go; its processes end in any case.
        let _ = self.runtime.block_on(self.driver.clone().quit());
        let _ = self.driver.clone().leak();
    }
}

async fn session(url: &str, profile: &Path) -> WebDriverResult<WebDriver> {
    let mut capabilities = DesiredCapabilities::chrome();
    for flag in FLAGS {
        capabilities.add_arg(flag)?;
    }
    capabilities.add_arg(&format!(
        "--user-data-dir={}",
        profile.join("profile").display()
    ))?;
    for log in ["browser", "performance"] {
        capabilities.set_logging_prefs(log, LoggingPrefsLogLevel::All)?;
    }
    let _ = rustls::crypto::ring::default_provider().install_default();
    // Loopback is not to be reached through a proxy.
    let client = reqwest::Client::builder()
        .no_proxy()
        .timeout(PATIENCE)
        .build()
        .expect("a client");
    WebDriver::builder(url, capabilities).client(client).await
}

/// The chromedriver that is named, or the first on the `PATH`.
fn chromedriver() -> Option<PathBuf> {
    let named =
        std::env::var_os("TASKRATER_BROWSER").filter(|it| it != "required" && !it.is_empty());
    if let Some(named) = named {
        return Some(PathBuf::from(named));
    }
    let path = std::env::var_os("PATH")?;
    std::env::split_paths(&path)
        .map(|folder| folder.join("chromedriver"))
        .find(|file| file.is_file())
}

/// The driver's process, with all that it starts.
struct Driver {
    process: Child,
    port: u16,
}

impl Driver {
    fn start(program: &Path, folder: &Path) -> Self {
        let mut process = Command::new(program)
            .arg("--port=0")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .env("TMPDIR", folder)
            .process_group(0)
            .spawn()
            .unwrap_or_else(|error| panic!("{}: {error}", program.display()));
        let mut lines = BufReader::new(process.stdout.take().expect("stdout")).lines();
        let port = lines.by_ref().map_while(Result::ok).find_map(|line| {
            let (_, port) = line.split_once("on port ")?;
            port.trim_end_matches('.')
                .parse()
                .ok()
                .filter(|port| *port > 0)
        });
        // A full pipe that nobody reads would hold it up.
        std::thread::spawn(move || lines.for_each(drop));
        let driver = Self {
            process,
            port: port.unwrap_or_default(),
        };
        assert!(port.is_some(), "{} names no port", program.display());
        driver
    }
}

impl Drop for Driver {
    fn drop(&mut self) {
        let group = format!("-{}", self.process.id());
        let _ = Command::new("kill").args(["-KILL", "--", &group]).status();
        let _ = self.process.wait();
    }
}
