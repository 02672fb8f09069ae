use super::*;
use crate::prose::sentences;
use proptest::prelude::*;

const THERE: [&str; 9] = [
    "Review loan files.",
    "anna",
    "exposure E2 (0.5); automation 60",
    "A model such as ChatGPT reads the files in 3 hours, about 40% of the work.",
    "gpt-4o",
    "exposure E0 (0); automation 12.5",
    "Clients in Ohio must be met, e.g. at home; twenty of them.",
    "bert",
    "exposure E2 (0.5); automation 1,000",
];

fn fault(summary: &str) -> Option<String> {
    let known = Known {
        there: &THERE,
        outside: &["carl", "carl-7b", "human"],
        raters: 3,
    };
    check(summary, sentences(summary).count(), &known)
        .err()
        .map(|fault| match fault {
            Fault::Sentences(n) | Fault::Long(n) => format!("{}: {n}", fault.name()),
            Fault::Name(ref what) | Fault::Number(ref what) => format!("{}: {what}", fault.name()),
        })
}

#[test]
fn what_keeps_to_the_reasons_passes() {
    for faithful in [
        "Two of three raters (anna and bert) say E2. gpt-4o dissents with E0, because clients must be met. All of them rate automation apart.",
        "Both anna and bert say that a model reads the files. GPT-4o says E0.",
        "anna's reason is that ChatGPT reads files in 3 hours, i.e. 40 % of the work (0.4), and rates automation at 60.",
        "The raters part: anna says three hours are saved, while gpt-4o says that 20 clients in Ohio must be met.",
        "AI can read the files, bert agrees; the other two raters strongly disagree about half of it.",
        "bert gives 1000; 12.5 is the value of gpt-4o.",
    ] {
        assert_eq!(fault(faithful), None, "{faithful}");
    }
}

/// In the words of the prompt: what is agreed, where and why they part, who dissents, what no reason says.
#[test]
fn what_a_faithful_model_writes_passes() {
    for faithful in [
        "The reasons do not say why they differ.",
        "Neither says why.",
        "The raters agree, however say little of it.",
        "anna alone dissents; the others still say E2.",
        "gpt-4o dissents, and its reason says nothing of the files.",
        "No reason says why this is.",
        "What the others think, its statement says only in part.",
        "Reasons disagree on this, and would say no more.",
        "The one of them says so, and this disagrees with the rest.",
        "AI-based tools read the files, say anna and bert.",
        "LLM-driven reading is what both name.",
        "It is about 40 percent of the work.",
        "The raters part: anna says E2, bert E2 and gpt-4o E0.",
        "Two raters agree; one dissents.",
        "One of the three raters, gpt-4o, says E0.",
        "Both raters say that files are read, and all three rate automation.",
        "Bert's reason is coherent, and anna's reason does not differ.",
        "However, gpt-4o disagrees: clients must be met.",
        "Nothing says why bert rates automation at 1,000.",
        "Why they part cannot be said from what they wrote.",
        "Everyone dissents from somebody; Nobody says why.",
        "anna and bert agree that it takes three hours; gpt-4o does not say.",
        "Two of three (anna, bert) give E2 (0.5).",
        "The third rater, gpt-4o, gives no number of hours.",
        "The other two do not meet clients, e.g. at home.",
        "All agree on reading, yet they part on meeting clients face-to-face.",
        "A third-party tool is not what they mean.",
        "anna double-checks nothing, so to say.",
        "They agree that it is possible. Where they part, Still nobody objects.",
        "gpt-4o says twenty clients, 20 in all, must be met in Ohio.",
        "Reasoning differs: “a model reads the files” against “clients must be met”.",
        "The meta-level reason is not given.",
    ] {
        assert_eq!(fault(faithful), None, "{faithful}");
    }
}

#[test]
fn disguised_and_further_names_are_found() {
    for (summary, name) in [
        ("\u{421}laude reads them.", "\u{421}laude"),
        ("Сор reads them.", "Сор"),
        ("It is ｃｌａｕｄｅ that reads.", "claude"),
        ("Cl\u{e5}ude reads them.", "Claude"),
        ("microsoft reads them.", "microsoft"),
        ("meta reads them.", "meta"),
        ("It is nova or phi.", "nova"),
        ("granite reads them.", "granite"),
        ("It is deep seek that reads.", "deepseek"),
        ("It is z-ai that reads.", "zai"),
        ("some_model reads them.", "some_model"),
    ] {
        assert_eq!(fault(summary), Some(format!("name: {name}")), "{summary}");
    }
}

#[test]
fn sentences_are_counted() {
    assert_eq!(
        fault("One. Two is it. So is anna. And bert. Enough.").as_deref(),
        Some("sentences: 5")
    );
    assert_eq!(
        fault(&"and so on ".repeat(100)).as_deref(),
        Some("length: 1000")
    );
}

#[test]
fn names_that_are_not_there_are_found() {
    for (summary, name) in [
        ("anna says E2 and carl says E0.", "carl"),
        ("anna and carl-7b part.", "carl-7b"),
        ("The reason of human is short.", "human"),
        ("Gemini dissents.", "Gemini"),
        ("Both anna and claude-3 say E2.", "claude-3"),
        ("anna says E2; gpt-5 says E0.", "gpt-5"),
        ("anna says E2, but rater-7 says E0.", "rater-7"),
        ("anna says E2, but Rater B does not.", "B"),
        ("Dave says E0.", "dave"),
        ("Files from Utah are read.", "Utah"),
        ("All say E1.", "E1"),
    ] {
        assert_eq!(fault(summary), Some(format!("name: {name}")), "{summary}");
    }
}

#[test]
fn numbers_that_are_not_there_are_found() {
    for (summary, number) in [
        ("anna says that 4 hours are saved.", "4"),
        ("anna says that two hours are saved.", "two"),
        ("anna rates automation at 61.", "61"),
        ("It is 45% of the work.", "45"),
        ("It is 45 percent of the work.", "45"),
        ("It is a third, or 33-40 % of it.", "33"),
        ("Four of the raters say E2.", "four"),
        ("A dozen clients must be met.", "dozen"),
        ("bert gives 1001.", "1001"),
    ] {
        assert_eq!(
            fault(summary),
            Some(format!("number: {number}")),
            "{summary}"
        );
    }
}

#[test]
fn half_is_a_half_or_fifty_percent() {
    let with = |there: &str| {
        let known = Known {
            there: &[there],
            outside: &[],
            raters: 2,
        };
        check("Up to half of it is done.", 1, &known)
    };
    assert_eq!(with("about 50 percent"), Ok(()));
    assert_eq!(with("exposure E2 (0.5)"), Ok(()));
    assert_eq!(with("half the files"), Ok(()));
    assert_eq!(with("some of it"), Err(Fault::Number("half".to_owned())));
}

proptest! {
    /// A text made of nothing but what is there has nothing that is not there.
    #[test]
    fn what_is_copied_passes(one in 0usize..9, other in 0usize..9) {
        let summary = format!("{}, {}", THERE[one].trim_end_matches('.'), THERE[other].to_lowercase());
        prop_assert_eq!(fault(&summary), None);
    }

    /// However a number is dressed, one that is nowhere is found.
    #[test]
    fn a_number_that_is_nowhere_is_found(n in 61u32..900, dress in prop::sample::select(vec!["{}", "{}%", "about {} percent", "({})", "${}", "{}.5", "{},"])) {
        let summary = format!("anna says {} of it.", dress.replace("{}", &n.to_string()));
        prop_assert!(matches!(check(&summary, 1, &Known { there: &THERE, outside: &[], raters: 3 }), Err(Fault::Number(_))), "{}", summary);
    }

    #[test]
    fn any_text_can_be_judged(summary in "\\PC{0,300}", there in "\\PC{0,100}") {
        let known = Known { there: &[&there], outside: &["x"], raters: 2 };
        // Whatever is wrong with it, it can be said; and it cannot pass with a rater that has no part in it.
        let with = format!("{summary} zorblatt7 says so");
        prop_assert!(check(&with, 1, &known).is_err(), "{}", with);
    }
}
