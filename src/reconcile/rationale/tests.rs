//! Every form of a merged rationale, as a snapshot.

use super::*;
use crate::ratings::fixtures::{automation, exposure};
use insta::assert_snapshot;
use proptest::prelude::*;

fn voice<'a>(rater: &'a str, label: usize, words: &'a str) -> Voice<'a> {
    Voice {
        rater,
        value: [0.0, 0.5, 1.0][label],
        label: Some(label),
        words,
    }
}

fn score<'a>(rater: &'a str, value: f64, words: &'a str) -> Voice<'a> {
    Voice {
        rater,
        value,
        label: None,
        words,
    }
}

const DRAFTS: &str = "A model drafts the letter. A person signs it.";
const HANDS: &str = "it takes hands and eyes on site";

fn exposed(value: f64, label: usize, voices: &[Voice<'_>], missing: &[(&str, Outcome)]) -> String {
    merge(&exposure(), Some(value), Some(label), voices, missing)
}

fn automated(value: f64, voices: &[Voice<'_>]) -> String {
    merge(&automation(), Some(value), None, voices, &[])
}

#[test]
fn all_agree() {
    let voices = [
        voice("a", 1, DRAFTS),
        voice("b", 1, HANDS),
        voice("c", 1, ""),
    ];
    assert_snapshot!(exposed(0.5, 1, &voices, &[]), @"All 3 raters say E2, in the words of a: “A model drafts the letter. A person signs it.”");
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
    assert_snapshot!(exposed(1.0 / 3.0, 1, &voices, &[]), @"2 of 3 raters say E2 (a, b), in the words of a: “A model drafts the letter. A person signs it.” gpt-4o says E0: “it takes hands and eyes on site”.");
}

#[test]
fn three_ways_apart_and_two_missing() {
    let voices = [
        voice("a", 2, DRAFTS),
        voice("b", 0, HANDS),
        voice("c", 1, ""),
    ];
    let missing = [("o3", Outcome::RateLimited), ("o4", Outcome::Timeout)];
    assert_snapshot!(exposed(0.5, 1, &voices, &missing), @"1 of 3 raters says E2 (c), without a reason. b says E0: “it takes hands and eyes on site”; a says E1: “A model drafts the letter. A person signs it.” o3 (rate limited) and o4 (timeout) gave no rating.");
}

#[test]
fn two_raters_that_both_dissent_from_the_most_probable_label() {
    let voices = [voice("a", 0, HANDS), voice("b", 2, DRAFTS)];
    assert_snapshot!(exposed(0.5, 1, &voices, &[]), @"No rater says E2, the most probable label of all together. a says E0: “it takes hands and eyes on site”; b says E1: “A model drafts the letter. A person signs it.”");
}

#[test]
fn nobody_rated_it() {
    let missing = [("a", Outcome::Refused), ("b", Outcome::NotRun)];
    assert_snapshot!(merge(&exposure(), None, None, &[], &missing), @"No rater rated this task: a (refused) and b (not run).");
    assert_snapshot!(merge(&exposure(), None, None, &[], &[]), @"No rater rated this task.");
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
    assert_snapshot!(automated(50.0, &voices), @"2 of 5 raters are near 50 (a 35, b 45), in the words of a: “A model drafts the letter. A person signs it.” c 90 and d 80 are higher, in the words of c: “It does all of it.”; e is lower with 0: “it takes hands and eyes on site”.");
}

#[test]
fn scores_with_nobody_near() {
    let voices = [score("a", 0.0, HANDS), score("b", 100.0, "")];
    assert_snapshot!(automated(50.0, &voices), @"No rater is near the consensus of 50. b is higher with 100, without a reason; a is lower with 0: “it takes hands and eyes on site”.");
}

#[test]
fn many_agreeing_raters_are_counted_and_the_dissenter_is_named() {
    let mut voices: Vec<Voice<'_>> = ["a", "b", "c", "d", "e"].map(|r| voice(r, 1, "")).to_vec();
    voices.push(voice("f", 2, HANDS));
    assert_snapshot!(exposed(0.58, 1, &voices, &[]), @"5 of 6 raters say E2, without a reason. f says E1: “it takes hands and eyes on site”.");
}

proptest! {
    #[test]
    fn every_dissenter_is_named(cells in prop::collection::vec((0usize..3, "\\PC{0,300}"), 1..9), label in 0usize..3) {
        let names: Vec<String> = (0..cells.len()).map(|n| format!("rater-{n}")).collect();
        let voices: Vec<Voice<'_>> =
            names.iter().zip(&cells).map(|(name, (label, words))| voice(name, *label, words)).collect();
        let text = exposed(0.5, label, &voices, &[]);
        for voice in voices.iter().filter(|voice| voice.label != Some(label)) {
            prop_assert!(text.contains(voice.rater), "{} not in {text}", voice.rater);
        }
        prop_assert!(!text.contains('\n'));
    }
}
