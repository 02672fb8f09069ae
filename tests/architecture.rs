//! The layer rule of `src/lib.rs`, read from the sources: a module uses only those listed above it, and only the shell
//! touches the outside.

use std::fs;
use std::path::{Path, PathBuf};

fn sources(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).expect("src is readable") {
        let path = entry.expect("src is readable").path();
        if path.is_dir() {
            sources(&path, found);
        } else if path.extension().is_some_and(|ending| ending == "rs") {
            found.push(path);
        }
    }
}

/// Module names in the order of `src/lib.rs`, and each source file with the module it belongs to.
fn modules() -> (Vec<String>, Vec<(String, PathBuf)>) {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let lib = fs::read_to_string(root.join("lib.rs")).expect("src/lib.rs");
    let order: Vec<String> = lib
        .lines()
        .filter_map(|line| line.strip_prefix("pub mod ")?.strip_suffix(';'))
        .map(str::to_owned)
        .collect();
    let mut files = Vec::new();
    sources(&root, &mut files);
    let owned = files
        .into_iter()
        .filter_map(|path| {
            let below = path.strip_prefix(&root).expect("below src");
            let first = below
                .iter()
                .next()?
                .to_str()?
                .trim_end_matches(".rs")
                .to_owned();
            order.contains(&first).then_some((first, path))
        })
        .collect();
    (order, owned)
}

#[test]
fn modules_use_only_what_stands_above_them() {
    let (order, files) = modules();
    assert!(
        order.len() > 10 && files.len() > 40,
        "the sources were not found"
    );
    let rank = |name: &str| order.iter().position(|module| module == name);
    for (module, path) in files {
        let text = fs::read_to_string(&path).expect("a source file");
        for (n, line) in text.lines().enumerate() {
            let code = line.split("//").next().unwrap_or_default();
            for used in code.split("crate::").skip(1) {
                let name: String = used
                    .chars()
                    .take_while(|c| c.is_alphanumeric() || *c == '_')
                    .collect();
                let below = rank(&name).is_some_and(|used| Some(used) > rank(&module));
                assert!(!below, "{}:{}: {module} uses {name}", path.display(), n + 1);
            }
        }
    }
}

/// Whether a file is built for tests alone: its parent says so.
fn is_tests_alone(path: &Path) -> bool {
    let name = path.file_stem().and_then(|name| name.to_str());
    let folder = path.parent().expect("a folder");
    let declared = format!("#[cfg(test)]\nmod {};", name.unwrap_or_default());
    [folder.join("mod.rs"), folder.with_extension("rs")]
        .iter()
        .filter_map(|parent| fs::read_to_string(parent).ok())
        .any(|parent| parent.contains(&declared))
}

#[test]
fn only_the_shell_touches_files_clocks_and_the_environment() {
    let outside = [
        "std::fs",
        "std::env::",
        "std::net",
        "SystemTime",
        "Instant::now",
        "println!",
        "tokio",
        "axum",
        "getrandom",
        "sled::",
    ];
    for (module, path) in modules()
        .1
        .into_iter()
        .filter(|(module, path)| module != "shell" && !is_tests_alone(path))
    {
        let text = fs::read_to_string(&path).expect("a source file");
        // Tests inside the core may read the repository they test.
        let code = text.split("#[cfg(test)]").next().unwrap_or_default();
        for (n, line) in code.lines().enumerate() {
            let line = line.split("//").next().unwrap_or_default();
            for word in outside {
                assert!(
                    !line.contains(word),
                    "{}:{}: {module} uses {word}",
                    path.display(),
                    n + 1
                );
            }
        }
    }
}

#[test]
fn one_place_names_each_of_sled_the_http_client_the_http_server_and_clap() {
    let named = |word: &str| -> Vec<String> {
        let files = modules().1.into_iter().map(|(_, path)| path);
        let with = files.filter(|path| {
            let text = fs::read_to_string(path).expect("a source file");
            text.lines()
                .any(|line| line.split("//").next().unwrap_or_default().contains(word))
        });
        let mut places: Vec<String> = with
            .map(|path| {
                let path = path.to_string_lossy();
                let (_, place) = path.rsplit_once("src/shell/").expect("a file of the shell");
                match place.split_once('/') {
                    // Each command is a place of its own.
                    Some(("commands", command)) => command
                        .rsplit_once('/')
                        .map_or(command, |(folder, _)| folder),
                    Some((folder, _)) => folder,
                    None => place,
                }
                .to_owned()
            })
            .collect();
        places.dedup();
        places
    };
    assert_eq!(named("sled::"), ["cache"]);
    assert_eq!(named("reqwest::"), ["http.rs"]);
    assert_eq!(named("clap::"), ["cli"]);
    assert_eq!(named("axum::"), ["review/page"]);
}
