//! Links of the documentation lead somewhere: the file is there, and so is the heading.

use std::fs;
use std::path::{Path, PathBuf};

/// README, changelog, docs and what lies beside data.
fn pages() -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut found = Vec::new();
    for folder in [".", "docs", "eval", "prompts", "occupations", "surrogates"] {
        let entries = fs::read_dir(root.join(folder)).expect("a folder of the repository");
        let paths = entries.map(|entry| entry.expect("an entry").path());
        found.extend(paths.filter(|path| path.extension().is_some_and(|ending| ending == "md")));
    }
    found
}

/// The text without blocks of code.
fn prose(text: &str) -> String {
    let mut code = false;
    let mut out = String::new();
    for line in text.lines() {
        if line.trim_start().starts_with("```") {
            code = !code;
        } else if !code {
            out.push_str(line);
            out.push('\n');
        }
    }
    out
}

/// What GitHub calls a heading in an address.
fn anchor(heading: &str) -> String {
    let kept = heading.trim_start_matches('#').trim().to_lowercase();
    let kept = kept
        .chars()
        .filter(|c| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_'));
    kept.map(|c| if c == ' ' { '-' } else { c }).collect()
}

#[test]
fn links_lead_somewhere() {
    let mut seen = 0;
    for page in pages() {
        let text = prose(&fs::read_to_string(&page).expect("a page"));
        for target in text
            .split("](")
            .skip(1)
            .filter_map(|rest| rest.split(')').next())
        {
            if target.contains("://") || target.contains(char::is_whitespace) {
                continue;
            }
            seen += 1;
            let (file, heading) = target.split_once('#').unwrap_or((target, ""));
            let there = match file {
                "" => page.clone(),
                file => page.parent().expect("a folder").join(file),
            };
            assert!(there.exists(), "{}: {target} is not there", page.display());
            if !heading.is_empty() {
                let text = prose(&fs::read_to_string(&there).expect("a page"));
                let mut headings = text.lines().filter(|line| line.starts_with('#'));
                let known = headings.any(|line| anchor(line) == heading);
                assert!(known, "{}: {target} is no heading there", page.display());
            }
        }
    }
    assert!(seen > 40, "{seen} links were found");
}
