//! Files of BLS with O*NET 30.2, found through TASKRATER_DATA.

use crate::recompute::recompute;
use crate::rows;
use crate::support::Project;
use calamine::Reader as _;
use serde_json::Value;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

fn data() -> Option<PathBuf> {
    let data = std::env::var_os("TASKRATER_DATA").map(PathBuf::from);
    if data.is_none() {
        eprintln!("skipped: TASKRATER_DATA is not set");
    }
    data
}

/// Code, level and employment of each row of an OEWS file, read without the code under test.
fn oews(path: &Path) -> Vec<(String, String, Option<f64>)> {
    let cells: Vec<Vec<String>> = if path.extension().unwrap() == "csv" {
        let mut reader = csv::ReaderBuilder::new()
            .has_headers(false)
            .from_path(path)
            .unwrap();
        reader
            .records()
            .map(|row| row.unwrap().iter().map(str::to_owned).collect())
            .collect()
    } else {
        let mut book: calamine::Xlsx<_> = calamine::open_workbook(path).unwrap();
        let sheet = book.worksheet_range_at(0).unwrap().unwrap();
        sheet
            .rows()
            .map(|row| row.iter().map(ToString::to_string).collect())
            .collect()
    };
    let at = |name: &str| cells[0].iter().position(|cell| cell == name).unwrap();
    let (code, level, jobs) = (at("OCC_CODE"), at("O_GROUP"), at("TOT_EMP"));
    let row = |row: &Vec<String>| {
        (
            row[code].clone(),
            row[level].clone(),
            row[jobs].replace(',', "").parse().ok(),
        )
    };
    cells[1..].iter().map(row).collect()
}

/// Rates all of O*NET 30.2 with the free panel beside these files; what it printed and its rows of exposure.
fn run(labour: &str) -> (Value, Vec<BTreeMap<String, String>>) {
    let data = data().unwrap();
    let project = Project::new();
    let folder = data.display();
    let labour = labour.replace("BLS", &format!("{folder}/bls"));
    project.write(
        "taskrater.toml",
        format!("inventory = \"{folder}/onet_30_2\"\n[labour]\n{labour}\n"),
    );
    let done = project.rate("run", &["--all", "--json", "--quiet"]).ends(0);
    let printed: Value = serde_json::from_str(&done.out).unwrap();
    let rows = rows(&project, "run");
    recompute(&rows, &printed["labour"]);
    (
        printed,
        rows.into_iter()
            .filter(|row| row["dimension"] == "exposure")
            .collect(),
    )
}

fn count(rows: &[BTreeMap<String, String>], column: &str) -> [usize; 4] {
    ["detailed", "combined", "broader group", "none"]
        .map(|how| rows.iter().filter(|row| row[column] == how).count())
}

/// The jobs of each row of the file are counted once, however many occupations share it.
fn counted_once(file: &str, rows: &[BTreeMap<String, String>], printed: &Value) {
    let table = oews(&data().unwrap().join("bls").join(file));
    let jobs = |level: &str| -> f64 {
        let of_level = table.iter().filter(|row| row.1 == level);
        of_level.filter_map(|row| row.2).sum()
    };
    let (all, detailed) = (jobs("total"), jobs("detailed"));
    // Rounded to tens, and some occupations are not published.
    assert!((all - detailed).abs() < 2e-4 * all, "{all} {detailed}");
    let own: BTreeMap<&str, f64> = table
        .iter()
        .filter(|row| row.1 == "detailed")
        .filter_map(|row| Some((row.0.as_str(), row.2?)))
        .collect();
    let codes: std::collections::BTreeSet<&str> = rows
        .iter()
        .filter(|row| !row["employment"].is_empty())
        .map(|row| row["labour_code"].as_str())
        .collect();
    let expected: f64 = codes.iter().map(|code| own[code]).sum();
    let given: f64 = rows
        .iter()
        .filter_map(|row| row["employment"].parse::<f64>().ok())
        .sum();
    assert!((given - expected).abs() < 1e-3, "{given} {expected}");
    assert!(given > 0.98 * all && given <= all);
    assert_eq!(printed["labour"][0]["all_jobs"], all);
}

/// Rows that were looked up by hand: the combined ones by the code of each, and the one of a broader group.
fn known_rows(rows: &[BTreeMap<String, String>]) {
    let of = |id: &str| rows.iter().find(|row| row["occupation_id"] == id).unwrap();
    for (id, code) in [
        ("13-1021.00", "13-1020"),
        ("21-1014.00", "21-1018"),
        ("25-2055.00", "25-2052"),
        ("25-9042.00", "25-9045"),
        ("29-2011.04", "29-2010"),
        ("31-1122.00", "31-1120"),
        ("51-2023.00", "51-2028"),
        ("51-2092.00", "51-2090"),
        ("53-1043.00", "53-1047"),
    ] {
        assert_eq!(
            (
                of(id)["labour_code"].as_str(),
                of(id)["labour_match"].as_str()
            ),
            (code, "combined"),
            "{id}"
        );
    }
    let fishing = of("45-3031.00");
    assert_eq!(
        (
            fishing["labour_code"].as_str(),
            fishing["employment"].as_str()
        ),
        ("45-0000", "")
    );
    assert_eq!(
        (
            fishing["projection_match"].as_str(),
            fishing["annual_openings"].as_str()
        ),
        ("detailed", "2800")
    );
}

#[test]
fn may_2024_with_projections() {
    if data().is_none() {
        return;
    }
    let (printed, rows) =
        run("oews = \"BLS/national_M2024_dl.xlsx\"\nprojections = \"BLS/occupation.xlsx\"");
    counted_once("national_M2024_dl.xlsx", &rows, &printed);
    assert_eq!(count(&rows, "labour_match"), [892, 30, 1, 0]);
    assert_eq!(count(&rows, "projection_match"), [893, 30, 0, 0]);
    known_rows(&rows);
    let bounded = rows
        .iter()
        .filter(|row| row["wage_note"] == "at least 239200 a year");
    assert_eq!(
        bounded.clone().count(),
        rows.iter()
            .filter(|row| row["wage_note"].contains("239200"))
            .count()
    );
    assert!(
        bounded.clone().count() > 10 && bounded.clone().all(|row| row["median_wage"].is_empty())
    );
    let names = &printed["manifest"]["labour"];
    assert_eq!(
        (&names["oews"]["period"], &names["oews"]["problems"]),
        (&"May 2024".into(), &0.into())
    );
    assert_eq!(
        (
            &names["projections"]["period"],
            &names["projections"]["problems"]
        ),
        (&"2024–2034".into(), &0.into())
    );
}

#[test]
fn may_2025() {
    if data().is_none() {
        return;
    }
    let (printed, rows) = run("oews = \"BLS/national_M2025_dl.xlsx\"");
    counted_once("national_M2025_dl.xlsx", &rows, &printed);
    // Legislators have no row of their own this year.
    assert_eq!(count(&rows, "labour_match"), [891, 30, 2, 0]);
    assert_eq!(printed["manifest"]["labour"]["oews"]["period"], "May 2025");
}

#[test]
fn may_2021_as_csv() {
    if data().is_none() {
        return;
    }
    let (printed, rows) = run("oews = \"BLS/national_May2021_dl.csv\"");
    counted_once("national_May2021_dl.csv", &rows, &printed);
    assert_eq!(count(&rows, "labour_match"), [892, 30, 1, 0]);
    assert_eq!(printed["manifest"]["labour"]["oews"]["period"], "May 2021");
}

#[test]
fn projections_alone() {
    if data().is_none() {
        return;
    }
    let (printed, rows) = run("projections = \"BLS/occupation.xlsx\"");
    assert_eq!(count(&rows, "labour_match"), [893, 30, 0, 0]);
    assert_eq!(printed["labour"][0]["all_jobs"], 169_956_100.0);
    assert_eq!(printed["labour"][0]["occupations"], 923);
}
