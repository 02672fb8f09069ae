//! Eval sets: tasks with gold, and what a prompt and a panel are worth on them.

pub mod set;
