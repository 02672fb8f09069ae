//! The built command, watched: wall time and peak resident memory.

use std::io::Read as _;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// What a run took.
#[derive(Debug, Clone, Copy)]
pub struct Took {
    /// Seconds from start to end.
    pub seconds: f64,
    /// Megabytes of `VmHWM`, read until the process ends.
    pub megabytes: f64,
}

/// Runs a command to its end.
///
/// # Panics
/// When it fails: a bench cannot go on without.
pub fn watch(command: &mut Command) -> Took {
    let started = Instant::now();
    let mut child = command
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the command starts");
    let mut megabytes = 0.0_f64;
    let status = loop {
        megabytes = megabytes.max(high_water(&child));
        if let Some(status) = child.try_wait().expect("the command is ours") {
            break status;
        }
        std::thread::sleep(Duration::from_millis(3));
    };
    let seconds = started.elapsed().as_secs_f64();
    let mut said = String::new();
    // A summary of a few lines: it fits into the pipe until the end.
    if let Some(stderr) = &mut child.stderr {
        let _ = stderr.read_to_string(&mut said);
    }
    assert!(status.success(), "the command failed: {status}\n{said}");
    Took { seconds, megabytes }
}

/// Megabytes of `VmHWM`; 0 when the process is gone.
fn high_water(child: &Child) -> f64 {
    let status =
        std::fs::read_to_string(format!("/proc/{}/status", child.id())).unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let kilobytes =
        line.and_then(|line| line.trim().strip_suffix(" kB")?.trim().parse::<f64>().ok());
    kilobytes.unwrap_or(0.0) / 1024.0
}
