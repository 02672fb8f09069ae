//! What the benches of the engine share: a provider that costs next to nothing, a bare client to compare with, a watched
//! child process, and a project with many tasks.
#![allow(dead_code, unreachable_pub, reason = "each bench uses a part of it")]

pub mod bare;
pub mod child;
pub mod lean;
pub mod project;
