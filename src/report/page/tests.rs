//! The page as a file; what a browser makes of it is in `tests/audit_page.rs`.

use super::super::fixtures::{with_report, with_report_of, with_text};
use super::*;
use serde_json::json;

fn page(report: &Report<'_>, audit: &Value, rationale_bytes: usize) -> String {
    let activities = BTreeMap::from([("A1".to_owned(), "Bake bread.".to_owned())]);
    let mut bytes = Vec::new();
    let page = AuditPage {
        report,
        audit,
        activities: &activities,
        rationale_bytes,
    };
    write_audit_page(&page, &mut bytes).unwrap();
    String::from_utf8(bytes).unwrap()
}

/// The JSON of a block.
fn read(page: &str, id: &str) -> Value {
    let (_, after) = page.split_once(&format!("id=\"{id}\">")).unwrap();
    let (json, _) = after.split_once("</script>").unwrap();
    serde_json::from_str(json).unwrap()
}

#[test]
fn the_blocks_hold_the_audit_and_the_columns_of_the_tasks() {
    let audit = json!({ "runs": [{ "run": "a" }] });
    let page = with_report(|report| page(report, &audit, 0));
    assert_eq!(read(&page, "audit-data"), audit);
    let data = read(&page, "task-data");
    assert_eq!(data["tasks"]["id"], json!(["1", "2", "3"]));
    assert_eq!(data["tasks"]["occupation"], json!([0, 0, 1]));
    assert_eq!(data["occupations"][2]["id"], "11-3");
    let exposure = &data["dimensions"][0];
    assert_eq!(
        exposure["values"],
        json!([[1, 0, 0.5], [1, 1, null], [0.75, 0.125, 0.5]])
    );
    assert_eq!(exposure["label_codes"], json!(["cab", "cc-", "cab"]));
    // E0, E0, E1: a spread of 1; E1, E1, .75: one of .25; E2 and .5: none.
    assert_eq!(exposure["spread"], json!([0.25, 1, 0]));
    assert_eq!(exposure["contested"], "010");
    let automation = &data["dimensions"][1];
    assert_eq!(
        (&automation["labels"], &automation["bounds"]),
        (&Value::Null, &json!([0.0, 100.0]))
    );
    assert_eq!(automation["contested"], "01-");
    assert_eq!(data["outcomes"], json!(["aaa", "aac", "aaa"]));
    assert_eq!(data["outcome_names"][2], "refused");
    assert_eq!(data["dimensions"].as_array().unwrap().len(), 2);
}

#[test]
fn activities_have_their_titles_whether_or_not_the_audit_names_them() {
    let data = with_report(|report| {
        let mut occupations: Vec<crate::inventory::Occupation> =
            report.occupations.iter().map(|&one| one.clone()).collect();
        occupations[0].tasks[0].activities = vec!["A2".to_owned(), "A1".to_owned()];
        let occupations: Vec<_> = occupations.iter().collect();
        let report = Report {
            occupations: &occupations,
            ..*report
        };
        read(&page(&report, &Value::Null, 0), "task-data")
    });
    assert_eq!(data["tasks"]["activity_ids"], json!(["A2", "A1"]));
    assert_eq!(data["tasks"]["activity_titles"], json!(["", "Bake bread."]));
    assert_eq!(data["tasks"]["activities"], json!([[0, 1], [], []]));
}

#[test]
fn rationales_of_contested_tasks_are_in_it_whatever_the_budget() {
    let texts = |budget| {
        let page = with_report_of(5, |report| page(report, &Value::Null, budget));
        read(&page, "task-data")["rationales"].clone()
    };
    let none = texts(0);
    // The second task of each of the five.
    assert_eq!(none["held"], 5);
    let held: Vec<usize> = (0..15)
        .filter(|&task| !none["texts"][task].is_null())
        .collect();
    assert_eq!(held, [1, 4, 7, 10, 13]);
    assert_eq!(none["texts"][1][1], "Robots will do it.");
    assert_eq!(texts(1_000_000)["held"], 15);
}

#[test]
fn no_text_ends_its_block_or_names_the_nonce() {
    let hostile = "</script><script>alert(1)</script><!--<img src=x onerror=alert(1)> {{nonce}} {{script}} \u{2028}\u{202e}";
    let audit = json!({ "findings": [{ "text": hostile }] });
    let page = with_text(hostile, |report| page(report, &audit, usize::MAX));
    // The two blocks and the script.
    assert_eq!(page.matches("<script").count(), 3);
    assert_eq!(page.matches("</script").count(), 3);
    assert!(!page.contains("<img"));
    assert_eq!(read(&page, "audit-data"), audit);
    assert_eq!(read(&page, "task-data")["tasks"]["statement"][0], hostile);
    let (_, after) = page.split_once("script-src 'nonce-").unwrap();
    let nonce = &after[..32];
    assert!(nonce.bytes().all(|byte| byte.is_ascii_hexdigit()));
    // In the policy twice, on the style and on the script.
    assert_eq!(page.matches(nonce).count(), 4);
}

#[test]
fn the_page_names_no_address_to_ask() {
    let page = with_report(|report| page(report, &Value::Null, 0));
    for word in [
        "http:",
        "https:",
        "//cdn",
        "@import",
        "url(",
        "fetch(",
        "innerHTML",
        "eval(",
    ] {
        assert!(!page.contains(word), "{word}");
    }
}
