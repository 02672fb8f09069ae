//! Progress of a training on stderr: a bar on a terminal, one line elsewhere.

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use std::io::IsTerminal as _;

/// Progress of one training.
pub(super) struct Steps(ProgressBar);

impl Steps {
    /// Training number `n` (from 0) of `all`.
    pub(super) fn start(seed: &str, n: usize, all: usize, quiet: bool) -> Self {
        let visible = !quiet && std::io::stderr().is_terminal();
        let target = match visible {
            true => ProgressDrawTarget::stderr(),
            false => ProgressDrawTarget::hidden(),
        };
        let said = match all {
            1 => format!("seed {seed}"),
            _ => format!("seed {seed}, {} of {all}", n + 1),
        };
        if !visible && !quiet {
            anstream::eprintln!("training, five folds, {said} …");
        }
        let bar = ProgressBar::with_draw_target(None, target).with_message(said);
        let style = "{msg} {bar:24} fit {pos} of {len} · {elapsed}";
        if let Ok(style) = ProgressStyle::with_template(style) {
            bar.set_style(style);
        }
        Self(bar)
    }

    /// So many of the fits are done.
    pub(super) fn at(&self, done: usize, all: usize) {
        self.0.set_length(all as u64);
        self.0.set_position(done as u64);
    }

    /// Takes the bar away.
    pub(super) fn finish(&self) {
        self.0.finish_and_clear();
    }
}
