//! A provider that is not one: answers taskrater's requests on loopback, without a key or a model.

#![expect(clippy::print_stderr, reason = "a server that talks to its user")]

#[path = "../tests/support/provider/mod.rs"]
mod provider;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Parser;
use provider::{Exchange, Fault, Limits, Provider};

/// Simulate the OpenAI and Anthropic wires on 127.0.0.1. Every answer is marked as simulated.
#[derive(Debug, Parser)]
#[command(name = "provider", after_help = EXAMPLES)]
struct Args {
    /// Port to listen on; 0 takes a free one.
    #[arg(long, default_value_t = 8787)]
    port: u16,
    /// Accept only this key; without it, any key that is not empty.
    #[arg(long, hide_env_values = true)]
    key: Option<String>,
    /// Wait so many milliseconds before every reply.
    #[arg(long, value_name = "MS", default_value_t = 0)]
    delay_ms: u64,
    /// Add a rule to the fault plan, as JSON; may be repeated.
    #[arg(long = "fault", value_name = "JSON", value_parser = Fault::parse)]
    faults: Vec<Fault>,
    /// Data folder whose multi_llm_2026 holds recorded labels and explanations.
    #[arg(long, value_name = "DIR", env = "TASKRATER_DATA")]
    data: Option<PathBuf>,
    /// Let through so many requests a minute for each model, and tell so in the headers.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..))]
    rpm: Option<u64>,
    /// Let through so many tokens a minute for each model, and tell so in the headers.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..))]
    tpm: Option<u64>,
    /// Play a tolerant OpenAI-compatible server: unknown fields and loose schemas pass.
    #[arg(long)]
    compatible: bool,
    /// Print a line for each request.
    #[arg(short, long)]
    verbose: bool,
}

const EXAMPLES: &str = r#"Examples:
  cargo run --example provider -- -v
  cargo run --example provider -- --delay-ms 400 --fault '{"kind":"status","status":429,"retry_after":"1","when":{"share":0.05}}'
  cargo run --example provider -- --rpm 600 --tpm 60000
  cargo run --example provider -- --fault '{"kind":"bad_json","when":{"every":10}}' --fault '{"kind":"refusal","contains":"weld"}'
  TASKRATER_DATA=data cargo run --example provider

While it runs:
  curl -s localhost:8787/_stats
  curl -s localhost:8787/_faults -d '[{"kind":"hang","when":{"first":1}}]'
  curl -s -X POST localhost:8787/_reset

Faults: status, quota, hang, delay, dribble, reset, cut_body, redirect, wrong_id, html, error_in_200, no_structured,
empty_content, truncated, truncated_below, refusal, content_filter, fenced, chatty, bad_json,
out_of_range, unknown_label, missing_field, extra_field, content_parts, minimal_envelope.
Each takes "when": "always", {"first":n}, {"nth":n}, {"every":k} or {"share":p}, and the filters
"model", "path" and "contains" (a part of the task)."#;

fn main() -> ExitCode {
    match run(Args::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run(args: Args) -> Result<(), String> {
    let mut builder = Provider::builder()
        .port(args.port)
        .delay_ms(args.delay_ms)
        .limits(Limits {
            requests_per_minute: args.rpm,
            tokens_per_minute: args.tpm,
            ..Limits::default()
        })
        .forget_requests();
    for fault in args.faults {
        builder = builder.fault(fault);
    }
    if let Some(key) = &args.key {
        builder = builder.key(key);
    }
    if let Some(folder) = &args.data {
        builder = builder.data(folder);
    }
    if args.compatible {
        builder = builder.compatible();
    }
    if args.verbose {
        builder = builder.log(print_line);
    }
    let provider = builder.try_start().map_err(|error| match error.kind() {
        std::io::ErrorKind::AddrInUse => {
            format!(
                "port {} is in use\nhint: choose another with --port",
                args.port
            )
        }
        _ => error.to_string(),
    })?;
    greet(&provider);
    wait_for_ctrl_c().map_err(|error| format!("cannot wait for Ctrl-C: {error}"))?;
    let stats = provider.stats();
    eprintln!(
        "\nstopped after {} requests, at most {} at a time",
        stats.requests, stats.max_in_flight
    );
    Ok(())
}

fn greet(provider: &Provider) {
    let url = provider.url();
    eprintln!("provider simulator at {url}: every answer is simulated, no model is asked");
    eprintln!("  OpenAI wire     {url}/v1/chat/completions");
    eprintln!("  Anthropic wire  {url}/v1/messages");
    if provider.recorded() > 0 {
        eprintln!(
            "  {} recorded answers of gpt-4-turbo, gpt-5.4 and o3",
            provider.recorded()
        );
    }
    eprintln!("stop it with Ctrl-C");
}

fn print_line(exchange: &Exchange) {
    let status = exchange
        .status
        .map_or_else(|| "---".to_owned(), |status| status.to_string());
    let faults = exchange.faults.join(", ");
    let Exchange {
        path, model, ms, ..
    } = exchange;
    eprintln!("{status} {ms:>5} ms  {path}  {model}  {faults}");
}

fn wait_for_ctrl_c() -> std::io::Result<()> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    runtime.block_on(tokio::signal::ctrl_c())
}
