//! Every form of a merged rationale, as a snapshot.

use super::*;
use crate::ratings::fixtures::{automation, exposure};
use insta::assert_snapshot;
use proptest::prelude::*;

/// A rater with what it says.
type Speaker<'a> = (&'a str, f64, Option<usize>, &'a str);

fn voice<'a>(rater: &'a str, label: usize, words: &'a str) -> Speaker<'a> {
    (rater, [0.0, 0.5, 1.0][label], Some(label), words)
}

fn score<'a>(rater: &'a str, value: f64, words: &'a str) -> Speaker<'a> {
    (rater, value, None, words)
}

/// What is merged of these raters; one whose name begins with "surrogate" is one.
fn merged(
    dimension: &Dimension,
    said: (Option<f64>, Option<usize>),
    speakers: &[Speaker<'_>],
    missing: &[(&str, Outcome)],
    statement: &str,
) -> String {
    let is_surrogate = |rater: &str| rater.starts_with("surrogate");
    let texts = speakers
        .iter()
        .map(|&(rater, _, _, words)| match is_surrogate(rater) {
            true => "",
            false => words,
        });
    let words = Words::of(statement, texts);
    let speakers = speakers.iter().enumerate();
    let voices = speakers.map(|(seat, &(rater, value, label, words))| Voice {
        rater,
        value,
        label,
        seat,
        features: is_surrogate(rater).then_some(words),
    });
    merge(
        dimension,
        said,
        &voices.collect::<Vec<_>>(),
        missing,
        &words,
    )
}

const DRAFTS: &str = "A model drafts the letter. A person signs it.";
const HANDS: &str = "it takes hands and eyes on site";

fn exposed(
    value: f64,
    label: usize,
    voices: &[Speaker<'_>],
    missing: &[(&str, Outcome)],
) -> String {
    merged(&exposure(), (Some(value), Some(label)), voices, missing, "")
}

fn automated(value: f64, voices: &[Speaker<'_>]) -> String {
    merged(&automation(), (Some(value), None), voices, &[], "")
}

#[test]
fn all_agree() {
    let voices = [
        voice("a", 1, DRAFTS),
        voice("b", 1, HANDS),
        voice("c", 1, ""),
    ];
    assert_snapshot!(exposed(0.5, 1, &voices, &[]), @"All 3 raters say E2, in the words of b: “it takes hands and eyes on site”.");
}

#[test]
fn one_rater() {
    let text = exposed(0.0, 0, &[voice("a", 0, HANDS)], &[("o3", Outcome::Refused)]);
    assert_snapshot!(text, @"a says E0: “it takes hands and eyes on site”. o3 gave no rating (refused).");
}

#[test]
fn one_of_three_dissents() {
    let voices = [
        voice("a", 1, DRAFTS),
        voice("gpt-4o", 0, HANDS),
        voice("b", 1, ""),
    ];
    assert_snapshot!(exposed(1.0 / 3.0, 1, &voices, &[]), @"2 of 3 raters say E2 (a, b), in the words of a: “A model drafts the letter”. gpt-4o says E0: “it takes hands and eyes on site”.");
}

#[test]
fn three_ways_apart_and_two_missing() {
    let voices = [
        voice("a", 2, DRAFTS),
        voice("b", 0, HANDS),
        voice("c", 1, ""),
    ];
    let missing = [("o3", Outcome::RateLimited), ("o4", Outcome::Timeout)];
    assert_snapshot!(exposed(0.5, 1, &voices, &missing), @"1 of 3 raters says E2 (c), without a reason. b says E0: “it takes hands and eyes on site”; a says E1: “A model drafts the letter”. o3 (rate limited) and o4 (timeout) gave no rating.");
}

#[test]
fn two_raters_that_both_dissent_from_the_most_probable_label() {
    let voices = [voice("a", 0, HANDS), voice("b", 2, DRAFTS)];
    assert_snapshot!(exposed(0.5, 1, &voices, &[]), @"No rater says E2, the most probable label of all together. a says E0: “it takes hands and eyes on site”; b says E1: “A model drafts the letter”.");
}

#[test]
fn nobody_rated_it() {
    let missing = [("a", Outcome::Refused), ("b", Outcome::NotRun)];
    assert_snapshot!(merged(&exposure(), (None, None), &[], &missing, ""), @"No rater rated this task: a (refused) and b (not run).");
    assert_snapshot!(merged(&exposure(), (None, None), &[], &[], ""), @"No rater rated this task.");
}

#[test]
fn scores_that_agree() {
    let voices = [score("a", 55.0, HANDS), score("b", 70.0, DRAFTS)];
    assert_snapshot!(automated(62.5, &voices), @"Both raters are near 62.5 (55 to 70), in the words of a: “it takes hands and eyes on site”.");
    let same = [score("a", 40.0, ""), score("b", 40.0, "")];
    assert_snapshot!(automated(40.0, &same), @"Both raters give 40, without a reason.");
    assert_snapshot!(automated(40.0, &same[..1]), @"a gives 40, without a reason.");
}

#[test]
fn scores_with_dissent_on_both_sides() {
    let voices = [
        score("a", 35.0, DRAFTS),
        score("b", 45.0, ""),
        score("c", 90.0, "It does all of it."),
        score("d", 80.04, ""),
        score("e", 0.0, HANDS),
    ];
    assert_snapshot!(automated(50.0, &voices), @"2 of 5 raters are near 50 (a 35, b 45), in the words of a: “A model drafts the letter”. c 90 and d 80 are higher, in the words of c: “It does all of it”; e is lower with 0: “it takes hands and eyes on site”.");
}

#[test]
fn scores_with_nobody_near() {
    let voices = [score("a", 0.0, HANDS), score("b", 100.0, "")];
    assert_snapshot!(automated(50.0, &voices), @"No rater is near the consensus of 50. b is higher with 100, without a reason; a is lower with 0: “it takes hands and eyes on site”.");
}

#[test]
fn many_agreeing_raters_are_counted_and_the_dissenter_is_named() {
    let mut voices: Vec<Speaker<'_>> = ["a", "b", "c", "d", "e"].map(|r| voice(r, 1, "")).to_vec();
    voices.push(voice("f", 2, HANDS));
    assert_snapshot!(exposed(0.58, 1, &voices, &[]), @"5 of 6 raters say E2, without a reason. f says E1: “it takes hands and eyes on site”.");
}

const FILES: &str =
    "Some judgement is needed. A language model can summarise the client file in seconds.";
const SUMS: &str = "The client file is long. Software can summarise such a file.";
const VISITS: &str = "Software is good at text. The nurse has to visit patients and lift them, e.g. from Dr. Low's 3.5 m bed.";

#[test]
fn a_group_is_quoted_with_what_most_of_it_say_and_dissent_with_what_nobody_else_says() {
    let voices = [
        voice("a", 1, FILES),
        voice("b", 1, SUMS),
        voice("c", 0, VISITS),
    ];
    // Words that say something, others that have them counted: language 0, summarise 2, client 2, file 2, seconds 0, and a
    // little for each, (6 + 1.5) / 13, beat software 1, summarise 2, file 2, (5 + 1) / 11.
    assert_snapshot!(exposed(1.0 / 3.0, 1, &voices, &[]), @"2 of 3 raters say E2 (a, b), in the words of a: “A language model can summarise the client file in seconds”. c says E0: “The nurse has to visit patients and lift them, e.g. from Dr. Low's 3.5 m bed”; both sides name “Software”.");
    let turned = [voices[2], voices[1], voices[0]];
    let text = exposed(1.0 / 3.0, 1, &turned, &[]);
    assert!(
        text.contains("words of a: “A language model can summarise"),
        "{text}"
    );
}

#[test]
fn words_of_the_task_say_nothing_about_it() {
    let voices = [
        voice(
            "a",
            1,
            "The client file is the client file. Templates do it.",
        ),
        voice("b", 1, "The client file is there. Templates are ready."),
    ];
    let said = (Some(0.5), Some(1));
    let text = merged(
        &exposure(),
        said,
        &voices,
        &[],
        "File the files of clients.",
    );
    assert_snapshot!(text, @"Both raters say E2, in the words of a: “Templates do it”.");
}

#[test]
fn a_surrogate_is_no_reason() {
    let features = "Surrogate, not an LLM (gpt4): raised by “draft”, “letter”.";
    let voices = [
        voice("surrogate-gpt4", 1, features),
        voice("b", 1, DRAFTS),
        voice("surrogate-x", 0, features),
    ];
    assert_snapshot!(exposed(0.4, 1, &voices, &[]), @"2 of 3 raters say E2 (surrogate-gpt4, b), in the words of b: “A model drafts the letter”. surrogate-x says E0, moved by features (Surrogate, not an LLM (gpt4): raised by ‘draft’, ‘letter’).");
    let alone = [voices[0], voice("b", 1, "")];
    assert_snapshot!(exposed(0.5, 1, &alone, &[]), @"Both raters say E2, surrogate-gpt4 moved by features (Surrogate, not an LLM (gpt4): raised by ‘draft’, ‘letter’).");
}

/// Sentences whose ends are known, in pieces that hold every kind of dot that ends none.
fn rationale() -> impl Strategy<Value = Vec<String>> {
    let pieces = [
        "the model drafts letters",
        "e.g. in the U.S. Congress",
        "for Dr. Low",
        "within 3.5 hours",
        "by approx. two",
        "and waits ... for it",
        "of etc. and i.e. files",
        "a nurse lifts patients",
        "no client signs",
        "says “nothing”",
        "at J. Low's",
        "(see Fig. 2)",
        "with gpt-4.1",
    ];
    let sentence = prop::collection::vec(prop::sample::select(pieces.to_vec()), 1..9);
    let sentence = (sentence, prop::sample::select(vec![".", "!", "?"]))
        .prop_map(|(pieces, end)| format!("It {} here{end}", pieces.join(" ")));
    prop::collection::vec(sentence, 0..5)
}

/// The quotes of a merged text.
fn quotes(text: &str) -> Vec<&str> {
    let after = text.split('“').skip(1);
    after
        .map(|rest| rest.split('”').next().unwrap_or(rest))
        .collect()
}

/// The merged text with its quotes taken out.
fn ours(text: &str) -> String {
    let mut parts = text.split('“');
    let mut own = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        own.push_str("quote");
        let (quoted, rest) = part.split_once('”').unwrap_or(("", part));
        // A mark in the quote that ended our sentence.
        let marked =
            quoted.ends_with(['!', '?', '…']) && (rest.starts_with(' ') || rest.is_empty());
        own.push_str(if marked { "." } else { "" });
        own.push_str(if quoted.is_empty() { "" } else { rest });
    }
    own
}

proptest! {
    #[test]
    fn every_dissenter_is_named(cells in prop::collection::vec((0usize..3, "\\PC{0,300}"), 1..9), label in 0usize..3) {
        let names: Vec<String> = (0..cells.len()).map(|n| format!("rater-{n}")).collect();
        let voices: Vec<Speaker<'_>> =
            names.iter().zip(&cells).map(|(name, (label, words))| voice(name, *label, words)).collect();
        let text = exposed(0.5, label, &voices, &[]);
        for (rater, ..) in voices.iter().filter(|voice| voice.2 != Some(label)) {
            prop_assert!(text.contains(rater), "{} not in {text}", rater);
        }
        prop_assert!(!text.contains(char::is_control));
    }

    /// The sentences are counted by how they were made, not by the code that looks for them.
    #[test]
    fn three_sentences_at_most_each_quote_a_part_of_one_that_somebody_wrote(
        cells in prop::collection::vec((0usize..3, rationale()), 1..6),
        label in 0usize..3,
        absent in 0usize..3,
    ) {
        let names: Vec<String> = (0..cells.len()).map(|n| format!("rater-{n}")).collect();
        let texts: Vec<String> = cells.iter().map(|(_, sentences)| sentences.join(" ")).collect();
        let voices: Vec<Speaker<'_>> = names.iter().zip(&cells).zip(&texts)
            .map(|((name, (label, _)), words)| voice(name, *label, words)).collect();
        let missing: Vec<(&str, Outcome)> = ["o3", "o4"][..absent.min(2)].iter().map(|&id| (id, Outcome::Refused)).collect();
        let text = exposed(0.5, label, &voices, &missing);
        let own = ours(&text);
        prop_assert!(own.matches(". ").count() < 3, "{text}");
        // No two groups of three, no rater named twice over: a bound that no reason can pass.
        prop_assert!(text.chars().count() < 3 * 202 + 400 + 40 * names.len(), "{text}");
        let written: Vec<String> = cells.iter().flat_map(|(_, sentences)| sentences)
            .map(|sentence| sentence.replace('“', "‘").replace('”', "’")).collect();
        for quote in quotes(&text) {
            let words = quote.trim_end_matches('…');
            prop_assert!(written.iter().any(|sentence| sentence.contains(words)), "{quote:?} in {text}");
        }
    }

    #[test]
    fn the_order_of_the_panel_decides_ties_alone(
        cells in prop::collection::vec((0usize..3, rationale()), 2..6),
        turn in 1usize..5,
    ) {
        // Raters whose quotes tie are told apart by their distance.
        let names: Vec<String> = (0..cells.len()).map(|n| format!("rater-{n}")).collect();
        let texts: Vec<String> = cells.iter().map(|(_, sentences)| sentences.join(" ")).collect();
        let mut voices: Vec<Speaker<'_>> = names.iter().zip(&texts).enumerate()
            .map(|(n, (name, words))| score(name, 50.0 + 3.0 * n as f64, words)).collect();
        let one = automated(50.0, &voices);
        let by = turn % voices.len();
        voices.rotate_left(by);
        let other = automated(50.0, &voices);
        prop_assert_eq!(quotes(&one), quotes(&other));
    }
}
