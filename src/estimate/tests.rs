use super::*;
use crate::prompt::Prompt;
use crate::rater::{Structured, Traffic, Wire};
use std::collections::BTreeMap;

pub(super) fn llm(wire: Wire) -> Llm {
    Llm {
        wire,
        model: "m".into(),
        base_url: "http://127.0.0.1:1/v1".into(),
        key_env: None,
        structured: Structured::Schema,
        max_tokens: 1000,
        max_tokens_field: "max_tokens".into(),
        parameters: BTreeMap::new(),
        price: Some(Price {
            input: Nanodollars(3000),
            cache_write: Nanodollars(3750),
            cache_read: Nanodollars(300),
            output: Nanodollars(15_000),
        }),
        price_source: None,
        retires: None,
        traffic: Traffic {
            concurrency: Some(10),
            limits: Limits::default(),
            first_byte_seconds: 1,
            timeout_seconds: 1,
            prompt_cache_tokens: 1024,
        },
    }
}

fn asked<'a>(llm: &'a Llm, prompt: &'a Prompt, questions: u64) -> Asked<'a> {
    let size = RequestSize::new(llm, prompt.system(), prompt.schema());
    let mut load = Load::default();
    for _ in 0..questions {
        load.add(&size, "Write a letter.");
    }
    Asked {
        id: "r",
        llm,
        schema: prompt.schema(),
        size,
        load,
    }
}

fn line(text: &str) -> LedgerLine {
    LedgerLine::parse(text).expect("a line")
}

/// `count` answers: 1,000 tokens for 4,000 bytes, 90 to 110 tokens of output, 2 s.
fn taught(count: u64) -> Experience {
    taught_by(count, true)
}

fn taught_by(count: u64, same_reply: bool) -> Experience {
    let mut experience = Experience::default();
    for n in 0..count {
        let output = 90 + 20 * (n % 2);
        let text = format!(
            r#"{{"rater":"r","purpose":"first","attempt":1,"request_bytes":4000,"milliseconds":2000,
                "usage":{{"input":1000,"cache_write":0,"cache_read":0,"output":{output}}},"cost_nanodollars":1}}"#
        );
        experience.add(&line(&text), same_reply);
    }
    experience
}

#[test]
fn without_experience_the_range_is_wide_and_says_what_is_assumed() {
    let (llm, prompt) = (llm(Wire::Anthropic), Prompt::built_in("impact").unwrap());
    let asked = asked(&llm, &prompt, 100);
    let estimate = estimate(&asked, &Experience::default());
    let Range { low, high, .. } = estimate.input_tokens;
    let bytes = asked.load.bytes;
    assert_eq!(low, bytes / 6);
    // 120 calls at 2.5 bytes a token, 300 tokens added to each, 20 of them with a whole reply of 1,000.
    assert_eq!(
        high,
        (bytes * 120 / 100 * 10).div_ceil(25) + 120 * 300 + 20 * 1000
    );
    // 20 of them are cut short and asked for again with four times as many.
    assert_eq!(estimate.output_tokens.high, 100 * 1000 + 20 * 4000);
    assert_eq!((estimate.attempts.low, estimate.attempts.high), (100, 120));
    let cost = estimate.cost.unwrap().nanodollars;
    assert!(
        cost.low < cost.expected && cost.expected < cost.high,
        "{cost:?}"
    );
    assert!(
        cost.high > high * 3000 + 120 * 1000 * 15_000,
        "writing the prefix costs more"
    );
    assert!(estimate.assumptions[0].contains("assumed, a token for 4 bytes"));
    // 102 calls of 4 s, ten at a time.
    assert_eq!(estimate.seconds.expected, 41);
}

#[test]
fn where_a_reply_does_not_fit_every_question_may_be_asked_again() {
    let llm = Llm {
        max_tokens: 60,
        ..llm(Wire::OpenAi)
    };
    let prompt = Prompt::built_in("impact").unwrap();
    let estimate = estimate(&asked(&llm, &prompt, 100), &Experience::default());
    assert_eq!(estimate.output_tokens.high, 100 * 60 + 100 * 240);
    assert_eq!(
        (estimate.attempts.expected, estimate.attempts.high),
        (200, 200)
    );
    assert!(estimate.assumptions[1].contains("up to 240 where one is cut short"));
}

#[test]
fn experience_narrows_the_range_and_keeps_what_was_seen_inside() {
    let (llm, prompt) = (llm(Wire::Anthropic), Prompt::built_in("impact").unwrap());
    let asked = asked(&llm, &prompt, 100);
    let learned = estimate(&asked, &taught(1000));
    let seen = asked.load.bytes / 4;
    let Range {
        low,
        expected,
        high,
    } = learned.input_tokens;
    assert!(low < seen && seen < high && expected.abs_diff(seen) <= 1);
    assert!((high as f64) < 1.2 * low as f64, "{low} to {high}");
    assert_eq!(learned.output_tokens.expected, 100 * 100);
    assert!(
        learned.assumptions[0].contains("4.00 bytes"),
        "{:?}",
        learned.assumptions
    );
    assert!(learned.assumptions[1].contains("learned from 1000 answers"));
    let guessed = estimate(&asked, &Experience::default())
        .cost
        .unwrap()
        .nanodollars;
    let cost = learned.cost.unwrap().nanodollars;
    assert!(cost.low > guessed.low && cost.high < guessed.high);
    // Four answers teach nothing yet.
    let four = estimate(&asked, &taught(4));
    assert!(four.assumptions[0].contains("assumed"));
}

#[test]
fn replies_of_another_shape_teach_tokens_but_not_length() {
    let (llm, prompt) = (llm(Wire::OpenAi), Prompt::built_in("exposure").unwrap());
    let experience = taught_by(9, false);
    let estimate = estimate(&asked(&llm, &prompt, 1), &experience);
    assert!(estimate.assumptions[0].contains("learned"));
    assert!(estimate.assumptions[1].contains("assumed"));
    // One question may always need another call.
    assert_eq!(estimate.attempts.high, 2);
}

#[test]
fn attempts_that_may_have_cost_something_are_named() {
    let (llm, prompt) = (llm(Wire::OpenAi), Prompt::built_in("impact").unwrap());
    let mut experience = taught(9);
    let failed = |cost: &str| {
        line(&format!(
            r#"{{"rater":"r","purpose":"first","attempt":2,"milliseconds":9,"usage":null,"cost_nanodollars":{cost}}}"#
        ))
    };
    experience.add(&failed("null"), true);
    experience.add(&failed("0"), true);
    let estimate = estimate(&asked(&llm, &prompt, 9), &experience);
    let words = estimate.assumptions.join("\n");
    assert!(
        words.contains("1 of those 11 attempts may have been charged"),
        "{words}"
    );
    // 11 attempts for 9 questions, all of them answered once.
    assert_eq!(estimate.attempts.expected, 11);
}

#[test]
fn an_unknown_price_is_unknown_and_never_nothing() {
    let prompt = Prompt::built_in("impact").unwrap();
    let (priced, mut unpriced) = (llm(Wire::OpenAi), llm(Wire::OpenAi));
    unpriced.price = None;
    let none = Experience::default();
    let known = estimate(&asked(&priced, &prompt, 3), &none);
    let unknown = estimate(&asked(&unpriced, &prompt, 3), &none);
    let all = Estimate::of(vec![known.clone(), unknown]);
    assert_eq!(all.cost, None);
    assert_eq!(Some(all.known_cost), known.cost);
    assert_eq!(all.unpriced, ["r"]);
    // Where nothing is asked, no price is needed.
    let idle = estimate(&asked(&unpriced, &prompt, 0), &none);
    let all = Estimate::of(vec![idle]);
    assert_eq!(all.cost, Some(Cost::default()));
    assert_eq!(
        (all.attempts, all.seconds),
        (Range::default(), Range::default())
    );
}

#[test]
fn the_slowest_limit_makes_the_time_and_is_named() {
    let prompt = Prompt::built_in("impact").unwrap();
    let mut llm = llm(Wire::OpenAi);
    let mut experience = taught(1000);
    experience.limits = Some((
        Limits {
            requests: Some(60),
            ..Limits::default()
        },
        "learned in run x".into(),
    ));
    let hour = estimate(&asked(&llm, &prompt, 3600), &experience);
    assert_eq!(hour.pace, "60 requests a minute (learned in run x)");
    assert_eq!((hour.seconds.low, hour.seconds.expected), (3600, 3600));
    llm.traffic.limits.output_tokens = Some(1000);
    let row = estimate(&asked(&llm, &prompt, 60), &experience);
    assert_eq!(row.pace, "1000 output tokens a minute (its row)");
    assert_eq!(row.seconds.expected, 360);
}

#[test]
fn the_prompt_cache_makes_the_low_end_cheaper_only_where_it_can_hold_the_prefix() {
    let prompt = Prompt::built_in("impact").unwrap();
    let with = |least: u32| {
        let mut llm = llm(Wire::Anthropic);
        llm.traffic.prompt_cache_tokens = least;
        let estimate = estimate(&asked(&llm, &prompt, 1000), &taught(1000));
        (
            estimate.cost.unwrap().nanodollars,
            estimate.assumptions.join("\n"),
        )
    };
    let (cached, words) = with(512);
    let (without, said) = with(100_000);
    assert!(
        cached.low < without.low / 2 + without.low / 4,
        "{cached:?} {without:?}"
    );
    assert!(
        cached.high > without.high,
        "writing costs more than reading in full"
    );
    assert!(words.contains("low reads") && said.contains("too short"));
    assert_eq!(with(0).0, without);
}

#[test]
fn a_cache_that_was_seen_at_work_is_expected_to_work() {
    let prompt = Prompt::built_in("impact").unwrap();
    let mut llm = llm(Wire::Anthropic);
    llm.traffic.prompt_cache_tokens = 100_000;
    let mut experience = Experience::default();
    for _ in 0..100 {
        let text = r#"{"rater":"r","purpose":"first","attempt":1,"request_bytes":4000,"milliseconds":2000,
            "usage":{"input":100,"cache_write":0,"cache_read":900,"output":100},"cost_nanodollars":1}"#;
        experience.add(&line(text), true);
    }
    let estimate = estimate(&asked(&llm, &prompt, 100), &experience);
    let Range {
        low,
        expected,
        high,
    } = estimate.cost.unwrap().nanodollars;
    let tokens = estimate.input_tokens.expected;
    // Nine tenths at a tenth of the price, and 100 tokens of output a call.
    assert!(expected.abs_diff(tokens * 570 + 100 * 100 * 15_000) < 10_000);
    assert!(low < expected && expected < high);
    assert!(
        estimate
            .assumptions
            .join("")
            .contains("90 % of the input read from it")
    );
}

#[test]
fn what_is_asked_one_after_the_other_adds_up_by_rater() {
    let (llm, prompt) = (llm(Wire::OpenAi), Prompt::built_in("impact").unwrap());
    let of = |questions| {
        Estimate::of(vec![estimate(
            &asked(&llm, &prompt, questions),
            &Experience::default(),
        )])
    };
    let (one, other) = (of(10), of(30));
    let both = one.clone().then(other.clone());
    assert_eq!((both.questions, both.raters.len()), (40, 1));
    assert_eq!(both.seconds, one.seconds.plus(other.seconds));
    let cost = |of: &Estimate| of.cost.unwrap().nanodollars;
    assert_eq!(cost(&both), cost(&one).plus(cost(&other)));
    assert_eq!(both.raters[0].dearest_call, other.raters[0].dearest_call);
    assert_eq!(Estimate::default().then(one.clone()), one);
}
