//! A project with many tasks and hosted raters that are asked on loopback.

use std::fmt::Write as _;
use std::fs;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Tasks of an occupation: as many as O*NET has, or so many that there are not more than a thousand files.
fn tasks_each(tasks: usize) -> usize {
    tasks.div_ceil(1000).max(20)
}

/// A folder with a configuration and an inventory.
pub struct Project {
    folder: PathBuf,
}

impl Project {
    /// Writes a project: `tasks` tasks, and `raters` raters of alternating wires, each with so many calls in flight.
    pub fn write(
        folder: &Path,
        address: SocketAddr,
        tasks: usize,
        raters: usize,
        concurrency: usize,
    ) -> Self {
        let mut toml = String::from("panel = \"lean\"\ninventory = \"jobs\"\n[panels]\nlean = [");
        for rater in 0..raters {
            let _ = write!(toml, "\"rater-{rater}\", ");
        }
        toml += "]\n";
        for rater in 0..raters {
            let wire = ["openai", "anthropic"][rater % 2];
            let _ = write!(
                toml,
                "[[raters]]\nid = \"rater-{rater}\"\nwire = \"{wire}\"\nmodel = \"lean-{rater}\"\n\
                 base_url = \"http://{address}/v1\"\nkey_env = \"LEAN_KEY\"\nconcurrency = {concurrency}\n\
                 price = {{ input = 3.0, output = 15.0 }}\n"
            );
        }
        let jobs = folder.join("jobs");
        fs::create_dir_all(&jobs).expect("a folder");
        fs::write(folder.join("taskrater.toml"), toml).expect("a file");
        let each = tasks_each(tasks);
        for job in 0..tasks.div_ceil(each) {
            let mut text = format!("id = \"job-{job}\"\ntitle = \"Job number {job}\"\n");
            for n in job * each..((job + 1) * each).min(tasks) {
                let _ = write!(
                    text,
                    "\n[[tasks]]\nid = \"t{n}\"\nstatement = \"Compile and check record number {n} of the yearly \
                     accounts, agree it with the departments concerned, and report what differs to the management.\"\n"
                );
            }
            fs::write(jobs.join(format!("job-{job}.toml")), text).expect("a file");
        }
        Self::at(folder)
    }

    /// A project that was written before.
    pub fn at(folder: &Path) -> Self {
        Self {
            folder: folder.to_owned(),
        }
    }

    /// `rate --all` into this run folder, with this cache.
    pub fn rate(&self, out: &str, cache: &str, more: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_taskrater"));
        command
            .args(["rate", "--all", "--quiet", "--yes"])
            .args(["--out", out, "--cache", cache])
            .args(more)
            .env("LEAN_KEY", "lean-key-for-the-bench")
            .current_dir(&self.folder);
        command
    }
}
