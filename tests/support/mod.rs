//! A project in a temporary folder, and the built command run in it.
#![allow(
    dead_code,
    unreachable_pub,
    reason = "each test binary uses a part of it"
)]

use std::fs;
use std::io::Read as _;
use std::path::PathBuf;
use std::process::{Child, Command, Output, Stdio};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use serde_json::Value;
use tempfile::TempDir;

/// Variables that would lead a test outside of its folder, or colour what it prints.
const FOREIGN: &[&str] = &[
    "HTTP_PROXY",
    "HTTPS_PROXY",
    "ALL_PROXY",
    "NO_PROXY",
    "http_proxy",
    "https_proxy",
    "all_proxy",
    "no_proxy",
    "OPENAI_API_KEY",
    "OPENAI_BASE_URL",
    "OPENAI_ORG_ID",
    "OPENAI_PROJECT_ID",
    "ANTHROPIC_API_KEY",
    "ANTHROPIC_BASE_URL",
    "CLICOLOR",
    "CLICOLOR_FORCE",
    "NO_COLOR",
    "COLUMNS",
];

/// The four files that are the same whenever inputs and cache are.
pub const STABLE: [&str; 4] = [
    "ratings.jsonl",
    "consensus.csv",
    "occupations.csv",
    "report.md",
];

/// The keys of the raters of [`Project::two`], in `ANNA_KEY` and `BERT_KEY`.
pub const ANNA_KEY: &str = "sk-canary-anna-4711";
/// See [`ANNA_KEY`].
pub const BERT_KEY: &str = "sk-canary-bert-0815";

/// A folder to run the command in.
pub struct Project {
    folder: TempDir,
    env: Vec<(String, String)>,
    /// Whether `rate`, `draft` and `adjudicate` may ask before they begin; else the answer is yes.
    asks: bool,
}

impl Project {
    /// An empty folder.
    pub fn new() -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let env = Vec::new();
        let asks = false;
        Self { folder, env, asks }
    }

    /// A project that asks a rater of each wire about these tasks of the one occupation `Jobs`: `anna` (model `anna-1`) on
    /// OpenAI's and `bert` (`bert-1`) on Anthropic's, with `more` lines for each.
    pub fn two(url: &str, more: [&str; 2], tasks: &[String]) -> Self {
        let raters = [("anna", "openai"), ("bert", "anthropic")].into_iter();
        let raters: String = raters
            .zip(more)
            .map(|((id, wire), more)| rater(id, wire, &format!("{id}-1"), url, more))
            .collect();
        let panel =
            "panel = \"two\"\ninventory = \"jobs.toml\"\n[panels]\ntwo = [\"anna\", \"bert\"]\n";
        let project = Self::new()
            .env("ANNA_KEY", ANNA_KEY)
            .env("BERT_KEY", BERT_KEY);
        project.write("taskrater.toml", format!("{panel}{raters}"));
        let tasks: Vec<&str> = tasks.iter().map(String::as_str).collect();
        project.write("jobs.toml", occupation("j", "Jobs", &tasks));
        project
    }

    /// The same with a variable set for the command.
    #[must_use]
    pub fn env(mut self, name: &str, value: &str) -> Self {
        self.env.push((name.to_owned(), value.to_owned()));
        self
    }

    /// The same, where `rate` asks before a run that may be costly.
    #[must_use]
    pub fn asking(mut self) -> Self {
        self.asks = true;
        self
    }

    /// A path in the folder.
    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Writes a file, with the folders above it.
    pub fn write(&self, name: &str, text: impl AsRef<[u8]>) {
        let path = self.path(name);
        fs::create_dir_all(path.parent().expect("a folder above")).expect("a folder");
        fs::write(path, text).expect("a file");
    }

    /// Reads a file.
    pub fn read(&self, name: &str) -> String {
        let path = self.path(name);
        fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
    }

    /// The command with these arguments, ready to run.
    pub fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_taskrater"));
        for name in FOREIGN {
            command.env_remove(name);
        }
        let env = self.env.iter().map(|(name, value)| (name, value));
        command
            .args(args)
            .envs(env)
            .current_dir(self.folder.path())
            .stdin(Stdio::null());
        let asks = matches!(args.first(), Some(&("rate" | "draft" | "adjudicate")));
        if asks && !self.asks && !args.contains(&"--yes") {
            command.arg("--yes");
        }
        command
    }

    /// Runs the command to its end.
    pub fn run(&self, args: &[&str]) -> Done {
        let output = self.command(args).output().expect("the command runs");
        Done::of(&output)
    }

    /// Runs `rate` into the run folder `out`.
    pub fn rate(&self, out: &str, args: &[&str]) -> Done {
        let mut all = vec!["rate", "--out", out];
        all.extend(args);
        self.run(&all)
    }

    /// Starts the command and goes on.
    pub fn start(&self, args: &[&str]) -> Running {
        let mut command = self.command(args);
        let child = command
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the command starts");
        Running::of(child)
    }

    /// The same under a limit on the size of every file, as a full disk would have it: writes fail, nothing is signalled.
    pub fn start_on_a_full_disk(&self, kilobytes: u32, args: &[&str]) -> Running {
        let mut shell = full_disk(kilobytes, &self.command(args));
        let child = shell.current_dir(self.folder.path()).stdin(Stdio::null());
        let child = child.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn();
        Running::of(child.expect("bash"))
    }

    /// The stable files of a run, byte by byte.
    pub fn stable(&self, run: &str) -> [String; 4] {
        STABLE.map(|name| self.read(&format!("{run}/{name}")))
    }

    /// The lines of a run's `ratings.jsonl`.
    pub fn ratings(&self, run: &str) -> Vec<Value> {
        self.json_lines(&format!("{run}/ratings.jsonl"))
    }

    /// The lines of a run's ledger; none when nothing was asked.
    pub fn ledger(&self, run: &str) -> Vec<Value> {
        let name = format!("{run}/ledger.jsonl");
        if self.path(&name).exists() {
            self.json_lines(&name)
        } else {
            Vec::new()
        }
    }

    fn json_lines(&self, name: &str) -> Vec<Value> {
        let read = |line| serde_json::from_str(line).expect("a line of JSON");
        self.read(name).lines().map(read).collect()
    }

    /// A run's manifest.
    pub fn manifest(&self, run: &str) -> Value {
        serde_json::from_str(&self.read(&format!("{run}/manifest.json"))).expect("JSON")
    }

    /// The header and rows of a CSV file.
    pub fn csv(&self, name: &str) -> (Vec<String>, Vec<Vec<String>>) {
        let mut reader = csv::Reader::from_path(self.path(name)).expect("a CSV file");
        let cells = |row: &csv::StringRecord| row.iter().map(str::to_owned).collect::<Vec<_>>();
        let header = cells(reader.headers().expect("a header"));
        let rows = reader.records().map(|row| cells(&row.expect("a row")));
        (header, rows.collect())
    }

    /// The one column of a CSV file that has this name.
    pub fn column(&self, name: &str, column: &str) -> Vec<String> {
        let (header, rows) = self.csv(name);
        let at = header.iter().position(|cell| cell == column);
        let at = at.unwrap_or_else(|| panic!("no column {column} in {header:?}"));
        rows.into_iter()
            .map(|mut row| row.swap_remove(at))
            .collect()
    }

    /// Every file below the folder, with its bytes.
    pub fn all_files(&self) -> Vec<(PathBuf, Vec<u8>)> {
        let mut files = Vec::new();
        let mut folders = vec![self.folder.path().to_owned()];
        while let Some(folder) = folders.pop() {
            for entry in fs::read_dir(&folder).expect("a folder") {
                let path = entry.expect("an entry").path();
                if path.is_dir() {
                    folders.push(path);
                } else {
                    let bytes = fs::read(&path).expect("a file");
                    files.push((path, bytes));
                }
            }
        }
        files
    }

    /// The one folder under `runs/`, relative to the project.
    pub fn only_run(&self) -> String {
        let runs: Vec<_> = fs::read_dir(self.path("runs"))
            .expect("runs")
            .map(|entry| entry.expect("an entry").file_name())
            .collect();
        assert_eq!(runs.len(), 1, "{runs:?}");
        format!("runs/{}", runs[0].to_string_lossy())
    }
}

/// What a finished command left.
#[derive(Debug)]
pub struct Done {
    /// Its exit code; -1 after a signal.
    pub code: i32,
    /// What it printed.
    pub out: String,
    /// What it said besides.
    pub err: String,
}

impl Done {
    /// Of a command that was run in another way than [`Project::run`].
    pub fn of(output: &Output) -> Self {
        Self {
            code: output.status.code().unwrap_or(-1),
            out: String::from_utf8(output.stdout.clone()).expect("UTF-8 on stdout"),
            err: String::from_utf8(output.stderr.clone()).expect("UTF-8 on stderr"),
        }
    }

    /// It ended with this code.
    #[track_caller]
    pub fn ends(self, code: i32) -> Self {
        assert_eq!(self.code, code, "\n{}\n{}", self.out, self.err);
        self
    }

    /// It said all of this on stderr.
    #[track_caller]
    pub fn says(self, parts: &[&str]) -> Self {
        for part in parts {
            assert!(self.err.contains(part), "{part:?} is not in\n{}", self.err);
        }
        self
    }

    /// It printed all of this.
    #[track_caller]
    pub fn prints(self, parts: &[&str]) -> Self {
        for part in parts {
            assert!(self.out.contains(part), "{part:?} is not in\n{}", self.out);
        }
        self
    }
}

/// A command that runs; it is killed when dropped.
pub struct Running {
    child: Child,
    /// What it has said on stderr so far, and whether that is all. It is read all the time: a full pipe that nobody reads
    /// would hold it up.
    said: Arc<Mutex<(Vec<u8>, bool)>>,
}

impl Running {
    fn of(mut child: Child) -> Self {
        let mut stderr = child.stderr.take().expect("stderr");
        let said = Arc::new(Mutex::new((Vec::new(), false)));
        let heard = Arc::clone(&said);
        thread::spawn(move || {
            let mut part = [0; 4096];
            loop {
                let read = stderr.read(&mut part).unwrap_or(0);
                let mut heard = heard.lock().expect("what was said");
                heard.0.extend_from_slice(&part[..read]);
                heard.1 = read == 0;
                if read == 0 {
                    return;
                }
            }
        });
        Self { child, said }
    }

    /// What it has said so far, and whether that is all.
    fn said(&self) -> (String, bool) {
        let (said, all) = &*self.said.lock().expect("what was said");
        (String::from_utf8_lossy(said).into_owned(), *all)
    }

    /// The next line that it prints; empty at its end.
    pub fn line(&mut self) -> String {
        let stdout = self.child.stdout.as_mut().expect("stdout");
        let (mut line, mut byte) = (Vec::new(), [0]);
        // No more than the line is read: `end` reads the rest.
        while stdout.read(&mut byte).expect("stdout") == 1 && byte != *b"\n" {
            line.extend(byte);
        }
        String::from_utf8(line).expect("UTF-8 on stdout")
    }

    /// Its process id.
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// SIGKILL, as a power cut would have it.
    pub fn kill(mut self) {
        self.child.kill().expect("a signal");
        self.child.wait().expect("its end");
    }

    /// Sends a signal by name: `INT`, `TERM`.
    pub fn signal(&self, name: &str) {
        let status = Command::new("kill")
            .arg(format!("-{name}"))
            .arg(self.id().to_string())
            .status();
        assert!(status.expect("the kill command").success());
    }

    /// Waits until it says this on stderr.
    pub fn hear(&self, part: &str) {
        loop {
            let (said, all) = self.said();
            if said.contains(part) {
                return;
            }
            assert!(!all, "{part:?} was not said, but\n{said}");
            thread::sleep(Duration::from_millis(1));
        }
    }

    /// Waits for its end.
    pub fn end(mut self) -> Done {
        let mut out = String::new();
        let stdout = self.child.stdout.as_mut().expect("stdout");
        stdout.read_to_string(&mut out).expect("UTF-8 on stdout");
        let code = self.child.wait().expect("its end").code().unwrap_or(-1);
        let err = loop {
            match self.said() {
                (err, true) => break err,
                _ => thread::sleep(Duration::from_millis(1)),
            }
        };
        Done { code, out, err }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// An occupation file with one task a statement, `t1`, `t2`, …
pub fn occupation(id: &str, title: &str, statements: &[&str]) -> String {
    let mut text = format!("id = {id:?}\ntitle = {title:?}\n");
    for (n, statement) in statements.iter().enumerate() {
        let at = n + 1;
        text += &format!("\n[[tasks]]\nid = \"{id}-t{at}\"\nstatement = {statement:?}\n");
    }
    text
}

/// A `[[raters]]` row whose key is in a variable that begins with its id up to the first dash.
pub fn rater(id: &str, wire: &str, model: &str, url: &str, more: &str) -> String {
    let owner = id.split('-').next().unwrap_or(id).to_uppercase();
    format!(
        "[[raters]]\nid = \"{id}\"\nwire = \"{wire}\"\nmodel = \"{model}\"\nbase_url = \"{url}/v1\"\n\
         key_env = \"{owner}_KEY\"\n{more}\n"
    )
}

/// So many tasks that differ.
pub fn letters(count: usize) -> Vec<String> {
    let letter = |n| format!("Write letter number {n} about the price of bread.");
    (1..=count).map(letter).collect()
}

/// A command in a shell that limits the size of every file it writes; variables go along, the folder does not.
pub fn full_disk(kilobytes: u32, command: &Command) -> Command {
    let limit = format!("trap '' XFSZ; ulimit -S -f {kilobytes}; exec \"$0\" \"$@\"");
    let mut shell = Command::new("bash");
    shell.arg("-c").arg(limit).arg(command.get_program());
    shell.args(command.get_args());
    for (name, value) in command.get_envs() {
        match value {
            Some(value) => shell.env(name, value),
            None => shell.env_remove(name),
        };
    }
    shell
}
