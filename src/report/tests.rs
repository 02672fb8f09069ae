//! What must hold of every file of a run, whatever the texts in it say.

use super::fixtures::with_text;
use super::*;
use proptest::prelude::*;

/// The four files of a report.
fn files(report: &Report<'_>) -> [String; 4] {
    let mut bytes = [const { Vec::new() }; 4];
    write_consensus_csv(report, &mut bytes[0]).unwrap();
    write_occupations_csv(report, &mut bytes[1]).unwrap();
    write_ratings_jsonl(report, &mut bytes[2]).unwrap();
    write_report_md(report, &mut bytes[3]).unwrap();
    bytes.map(|file| String::from_utf8(file).unwrap())
}

/// Number of bars in a line that are not escaped.
fn bars(line: &str) -> usize {
    let mut escaped = false;
    line.chars()
        .filter(|&c| {
            let counts = c == '|' && !escaped;
            escaped = c == '\\' && !escaped;
            counts
        })
        .count()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn no_text_breaks_a_file(
        text in "[=+@\\-\t\r][a-z|`<>\\\\\"',\n]{0,40}|.{1,300}|[|`<>\\\\\"',\n a.]{1,400}",
    ) {
        let [consensus, occupations, ratings, page] = with_text(&text, files);
        for (csv, rows) in [(&consensus, 6), (&occupations, 6)] {
            let mut reader = csv::Reader::from_reader(csv.as_bytes());
            // The reader refuses rows of another length.
            let records: Vec<_> = reader.records().map(|record| record.unwrap()).collect();
            prop_assert_eq!(records.len(), rows);
            for cell in records.iter().flatten() {
                prop_assert!(!cell.starts_with(['=', '+', '-', '@', '\t', '\r']), "{}", cell);
                prop_assert!(cell != "NaN" && cell != "inf");
            }
        }
        prop_assert_eq!(ratings.lines().count(), 9);
        for line in ratings.lines() {
            let value: serde_json::Value = serde_json::from_str(line).unwrap();
            prop_assert_eq!(value["rationale"].as_str(), Some(text.as_str()));
        }
        let lines: Vec<&str> = page.lines().collect();
        for pair in lines.windows(2).filter(|pair| pair.iter().all(|line| line.starts_with('|'))) {
            prop_assert_eq!(bars(pair[0]), bars(pair[1]), "{} / {}", pair[0], pair[1]);
        }
        prop_assert_eq!(with_text(&text, files), [consensus, occupations, ratings, page]);
    }
}

#[test]
fn no_rater_can_have_the_name_of_a_column() {
    let columns = super::consensus_csv::COLUMNS.iter();
    let columns = columns
        .chain(&super::occupations_csv::COLUMNS)
        .chain(&super::LABOUR_COLUMNS)
        .chain(&super::consensus_csv::LAST);
    for column in columns {
        assert!(crate::rater::COLUMNS.contains(column), "{column}");
    }
    // Nor that of the constant that stands beside raters in `weights`.
    assert!(crate::rater::COLUMNS.contains(&"intercept"));
}
