use super::*;
use proptest::prelude::*;

/// (code, title, alternate titles)
const JOBS: &[(&str, &str, &[&str])] = &[
    (
        "15-2051.00",
        "Data Scientists",
        &["Machine Learning Engineer", "AI Scientist"],
    ),
    (
        "15-2051.01",
        "Business Intelligence Analysts",
        &["BI Analyst (Business Intelligence)"],
    ),
    (
        "15-1252.00",
        "Software Developers",
        &["Software Engineer", "Machine Learning Engineers"],
    ),
    (
        "11-3031.01",
        "Treasurers and Controllers",
        &["Chief Financial Officer (CFO)", "Controller"],
    ),
    ("29-1141.00", "Registered Nurses", &["Nurse", "OR Nurse"]),
    (
        "29-1171.00",
        "Nurse Practitioners",
        &["Family Nurse Practitioner (FNP)"],
    ),
    (
        "13-2011.00",
        "Accountants and Auditors",
        &["Accountant (Tax)", "Accountant"],
    ),
    ("47-2111.00", "Electricians", &["Controller"]),
    ("39-9011.00", "Childcare Workers", &["Caregiver"]),
    ("cooks-1", "Cooks", &["Line Cook"]),
    ("cook-2", "Cook", &["Software Engineers"]),
];

fn inventory() -> Inventory {
    let jobs = JOBS.iter().map(|(code, title, alternates)| Occupation {
        id: (*code).into(),
        title: (*title).into(),
        alternate_titles: alternates.iter().map(|title| (*title).into()).collect(),
        ..Occupation::default()
    });
    Inventory::new("jobs".into(), String::new(), Vec::new(), jobs.collect()).unwrap()
}

fn codes(found: &[Match]) -> Vec<&str> {
    found.iter().map(|one| one.code.as_str()).collect()
}

/// The code and the way of the only match.
fn one(query: &str) -> (String, How) {
    match Lookup::new(&inventory()).find(query) {
        Found::One(one) => {
            assert_eq!(JOBS[one.index].0, one.code);
            assert_eq!(JOBS[one.index].1, one.title);
            (one.code, one.how)
        }
        other => panic!("{query}: {other:?}"),
    }
}

fn many(query: &str) -> Vec<String> {
    match Lookup::new(&inventory()).find(query) {
        Found::Many(many) => many.into_iter().map(|one| one.code).collect(),
        other => panic!("{query}: {other:?}"),
    }
}

fn nearest(query: &str) -> Vec<Match> {
    match Lookup::new(&inventory()).find(query) {
        Found::None { nearest } => nearest,
        other => panic!("{query}: {other:?}"),
    }
}

fn search(query: &str) -> Vec<Match> {
    Lookup::new(&inventory()).search(query, 20)
}

#[test]
fn codes_come_first() {
    assert_eq!(one(" 15-2051.01 "), ("15-2051.01".into(), How::Code));
    assert_eq!(one("47-2111"), ("47-2111.00".into(), How::Code));
    assert_eq!(one("cook-2"), ("cook-2".into(), How::Code));
    assert_eq!(many("15-2051"), ["15-2051.00", "15-2051.01"]);
    assert_eq!(codes(&nearest("15-205")), ["15-2051.00", "15-2051.01"]);
    assert_eq!(codes(&nearest("29-1179.00")), ["29-1171.00"]);
    assert!(nearest("99-9999").is_empty());
}

#[test]
fn titles_tolerate_case_punctuation_and_number() {
    for query in [
        "Software Developers",
        "software  developer",
        "SOFTWARE-DEVELOPER.",
    ] {
        assert_eq!(one(query), ("15-1252.00".into(), How::Title));
    }
    assert_eq!(
        one("treasurer and controller"),
        ("11-3031.01".into(), How::Title)
    );
}

#[test]
fn the_exact_title_beats_its_plural() {
    assert_eq!(one("cook").0, "cook-2");
    assert_eq!(one("COOKS").0, "cooks-1");
}

#[test]
fn alternate_titles_may_belong_to_several() {
    assert_eq!(
        one("caregivers"),
        ("39-9011.00".into(), How::AlternateTitle("Caregiver".into()))
    );
    assert_eq!(
        many("machine learning engineer"),
        ["15-1252.00", "15-2051.00"]
    );
    assert_eq!(many("controller"), ["11-3031.01", "47-2111.00"]);
    assert_eq!(many("software engineer"), ["15-1252.00", "cook-2"]);
}

#[test]
fn parts_around_a_parenthesis_are_titles() {
    let how = How::AlternateTitle("Chief Financial Officer (CFO)".into());
    for query in [
        "chief financial officer",
        "cfo",
        "Chief Financial Officer (CFO)",
    ] {
        assert_eq!(one(query), ("11-3031.01".into(), how.clone()));
    }
    assert_eq!(one("business intelligence").0, "15-2051.01");
    assert!(!codes(&nearest("tax")).is_empty());
    assert_eq!(parts("Accountant (Tax)"), Some(["Accountant ", ""]));
    assert_eq!(parts("Accountant"), None);
}

#[test]
fn a_near_miss_is_a_suggestion_only() {
    let found = nearest("acountant");
    let how = How::Fuzzy {
        title: "Accountant".into(),
        distance: 1,
    };
    assert_eq!(
        (found[0].code.as_str(), &found[0].how),
        ("13-2011.00", &how)
    );
    assert_eq!(codes(&nearest("electrcian")), ["47-2111.00"]);
    assert_eq!(
        codes(&nearest("nurse practicioner"))[..2],
        ["29-1171.00", "29-1141.00"]
    );
    assert_eq!(
        codes(&nearest("machne lerning enginer"))[..2],
        ["15-1252.00", "15-2051.00"]
    );
    assert_eq!(codes(&nearest("softwaredevelopers")), ["15-1252.00"]);
    for nothing in ["", "  ", "★", "xyzzy", "a"] {
        assert!(nearest(nothing).is_empty(), "{nothing}");
    }
}

#[test]
fn search_takes_codes_then_beginnings_then_typos() {
    assert_eq!(
        codes(&search("15-")),
        ["15-1252.00", "15-2051.00", "15-2051.01"]
    );
    assert_eq!(codes(&search("nurs")), ["29-1141.00", "29-1171.00"]);
    assert_eq!(search("nurs")[0].how, How::AlternateTitle("Nurse".into()));
    assert_eq!(search("pract nurse")[0].how, How::Title);
    assert_eq!(codes(&search("soft dev")), ["15-1252.00"]);
    let typo = How::Fuzzy {
        title: "Electricians".into(),
        distance: 2,
    };
    assert_eq!(search("electrcian")[0].how, typo);
    assert_eq!(codes(&search("acountant")), ["13-2011.00"]);
    assert_eq!(codes(&search("nurse practicioner")), ["29-1171.00"]);
    assert_eq!(
        codes(&search("machne lerning enginer")),
        ["15-1252.00", "15-2051.00"]
    );
    assert_eq!(codes(&search("childcareworker")), ["39-9011.00"]);
    assert!(search("").is_empty() && search("xyzzy").is_empty());
    assert_eq!(Lookup::new(&inventory()).search("15-", 2).len(), 2);
}

#[test]
fn an_abbreviation_is_no_stop_word() {
    assert_eq!(one("or nurse").0, "29-1141.00");
    assert_eq!(one("nurse").1, How::AlternateTitle("Nurse".into()));
}

proptest! {
    #[test]
    fn any_query_gets_each_occupation_once(query in "[ a-zA-Z0-9().é-]{0,30}|\\PC{0,300}") {
        let inventory = inventory();
        let lookup = Lookup::new(&inventory);
        let found = lookup.search(&query, 5);
        let mut indices: Vec<usize> = found.iter().map(|one| one.index).collect();
        indices.sort_unstable();
        indices.dedup();
        prop_assert_eq!(indices.len(), found.len());
        prop_assert!(found.len() <= 5);
        if let Found::None { nearest } = lookup.find(&query) {
            prop_assert!(nearest.len() <= 8);
        }
    }

    #[test]
    fn every_title_finds_its_occupation(index in 0..JOBS.len(), upper in any::<bool>()) {
        let (code, title, alternates) = JOBS[index];
        let inventory = inventory();
        let lookup = Lookup::new(&inventory);
        for title in std::iter::once(&title).chain(alternates) {
            let query = if upper { title.to_uppercase() } else { title.to_lowercase() };
            let found = match lookup.find(&query) {
                Found::One(one) => vec![one],
                Found::Many(many) => many,
                Found::None { .. } => Vec::new(),
            };
            prop_assert!(codes(&found).contains(&code), "{}", query);
        }
    }
}
