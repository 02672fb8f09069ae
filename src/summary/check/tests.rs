use super::*;
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
    check(summary, &known).err().map(|fault| match fault {
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
        ("anna says E2, and doris says E0.", "doris"),
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
        check("Up to half of it is done.", &known)
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
        prop_assert!(matches!(check(&summary, &Known { there: &THERE, outside: &[], raters: 3 }), Err(Fault::Number(_))), "{}", summary);
    }

    #[test]
    fn any_text_can_be_judged(summary in "\\PC{0,300}", there in "\\PC{0,100}") {
        let known = Known { there: &[&there], outside: &["x"], raters: 2 };
        // Whatever is wrong with it, it can be said; and it cannot pass with a rater that has no part in it.
        let with = format!("{summary} zorblatt7 says so");
        prop_assert!(check(&with, &known).is_err(), "{}", with);
    }
}
