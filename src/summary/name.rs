//! Names in a summary: of raters and models that had no part in it, and of anybody who stands in none of the texts it was made of.

use super::check::Known;
use super::fold::looks_latin;
use crate::prose::terms;
use std::collections::BTreeSet;

/// What names of models and of who makes them begin with, up to a character that is no letter.
const MAKERS: [&str; 58] = [
    "gpt",
    "chatgpt",
    "openai",
    "claude",
    "anthropic",
    "gemini",
    "gemma",
    "bard",
    "llama",
    "mistral",
    "mixtral",
    "deepseek",
    "deepmind",
    "qwen",
    "grok",
    "copilot",
    "kimi",
    "ernie",
    "vicuna",
    "alpaca",
    "microsoft",
    "google",
    "amazon",
    "xai",
    "alibaba",
    "moonshot",
    "nvidia",
    "nemotron",
    "ibm",
    "granite",
    "phi",
    "nova",
    "zai",
    "zhipu",
    "glm",
    "chatglm",
    "minimax",
    "baidu",
    "tencent",
    "hunyuan",
    "bytedance",
    "doubao",
    "databricks",
    "dbrx",
    "huggingface",
    "jamba",
    "olmo",
    "opus",
    "sonnet",
    "haiku",
    "codex",
    "bedrock",
    "titan",
    "azure",
    "reka",
    "inflection",
    "facebook",
    "palm",
];
/// Such names that are words, too: as names they have a capital or stand alone.
const ALSO_WORDS: [&str; 4] = ["cohere", "perplexity", "falcon", "command"];
/// Capitals that name nobody.
const PLAIN: [&str; 10] = [
    "i", "a", "ai", "llm", "llms", "it", "us", "uk", "eu", "english",
];
/// What one rater does in a summary: a capitalised word right before it at the beginning of a sentence is who.
const SAYING: [&str; 10] = [
    "says",
    "said",
    "argues",
    "argued",
    "dissents",
    "dissented",
    "disagrees",
    "disagreed",
    "concurs",
    "objects",
];
/// Who may do so without being named.
const ANYBODY: [&str; 30] = [
    "rater",
    "raters",
    "everyone",
    "everybody",
    "nobody",
    "someone",
    "somebody",
    "none",
    "nothing",
    "something",
    "everything",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "latter",
    "former",
    "first",
    "second",
    "third",
    "majority",
    "minority",
    "dissenter",
    "dissenters",
    "rest",
];
/// A word for a rater: a letter after it is a name.
const ROLES: [&str; 7] = [
    "rater",
    "raters",
    "reviewer",
    "evaluator",
    "judge",
    "annotator",
    "expert",
];

/// A word of a summary and where it stands.
struct Word<'a> {
    text: &'a str,
    /// Whether a sentence or a clause begins with it, so that its capital says nothing.
    begins: bool,
}

/// The first name that stands in a summary and not in what it was made of.
pub(super) fn stranger(summary: &str, known: &Known<'_>) -> Option<String> {
    let lower = summary.to_lowercase();
    let there: Vec<String> = known.there.iter().map(|text| text.to_lowercase()).collect();
    let outside = known.outside.iter().find(|name| {
        let name = name.to_lowercase();
        !name.is_empty() && stands(&lower, &name) && !there.iter().any(|text| stands(text, &name))
    });
    if let Some(name) = outside {
        return Some((*name).to_owned());
    }
    let mut allowed: BTreeSet<&str> = BTreeSet::new();
    for word in there.iter().flat_map(|text| words(text)) {
        allowed.insert(word.text);
        allowed.extend(parts(word.text));
    }
    let pairs: BTreeSet<String> = there.iter().flat_map(|text| pairs(&words(text))).collect();
    let words = words(summary);
    let foreign = |text: &str| text.contains(looks_latin);
    let mut before: Option<&Word<'_>> = None;
    for word in &words {
        let lower = word.text.to_lowercase();
        let who = before.replace(word);
        let last = who.map(|who| who.text.to_lowercase()).unwrap_or_default();
        // Letters of an alphabet that nobody writes in, or of two in one word.
        let disguised = foreign(&lower)
            && (lower.contains(|c: char| c.is_ascii_alphabetic())
                || !there.iter().any(|text| foreign(text)));
        if !is_there(&lower, &allowed)
            && (disguised || is_name(word, &lower, ROLES.contains(&&*last)))
        {
            return Some(word.text.to_owned());
        }
        let named = who.filter(|who| {
            who.begins
                && !word.begins
                && who.text.starts_with(char::is_uppercase)
                && SAYING.contains(&&*lower)
        });
        if named.is_some()
            && !is_there(&last, &allowed)
            && !names_nobody(&last)
            && !last.ends_with("ly")
        {
            return Some(last);
        }
    }
    self::pairs(&words)
        .into_iter()
        .find(|pair| is_maker(pair) && !pairs.contains(pair))
}

/// Words of a sentence taken two by two, and the parts of one, as one: "deep seek", "z-ai".
fn pairs(words: &[Word<'_>]) -> Vec<String> {
    let parts: Vec<(String, bool)> = words
        .iter()
        .flat_map(|word| {
            let lower = word.text.to_lowercase();
            let parts: Vec<String> = parts(&lower).map(str::to_owned).collect();
            let begins = word.begins;
            parts
                .into_iter()
                .enumerate()
                .map(move |(n, part)| (part, begins && n == 0))
        })
        .collect();
    parts
        .windows(2)
        .filter(|two| !two[1].1)
        .map(|two| format!("{}{}", two[0].0, two[1].0))
        .collect()
}

fn is_maker(part: &str) -> bool {
    MAKERS.iter().any(|maker| {
        part.strip_prefix(maker)
            .is_some_and(|rest| rest == "s" || !rest.starts_with(char::is_alphabetic))
    })
}

/// Whether a capital at a word says nothing.
fn names_nobody(lower: &str) -> bool {
    let listed = [&PLAIN[..], &ROLES, &ANYBODY]
        .iter()
        .any(|known| known.contains(&lower));
    listed || (lower.len() > 2 && terms(lower).next().is_none())
}

/// Whether a word that stands nowhere else names somebody.
fn is_name(word: &Word<'_>, lower: &str, after_role: bool) -> bool {
    let mixed =
        lower.starts_with(char::is_alphabetic) && lower.contains(|c: char| c.is_ascii_digit());
    let capital = word.text.starts_with(char::is_uppercase);
    let letter = lower.chars().count() == 1;
    let named = |part: &str| {
        let lower = part.to_lowercase();
        part.starts_with(char::is_uppercase) && !names_nobody(&lower)
    };
    let inner = |part: &str| {
        let mut letters = part.chars().skip(1);
        letters.any(char::is_uppercase)
            && part.contains(char::is_lowercase)
            && !names_nobody(&part.to_lowercase())
    };
    parts(lower).any(is_maker)
        || lower == "meta"
        || (capital && ALSO_WORDS.contains(&lower))
        || mixed
        || lower.contains('_')
        || parts(word.text).any(inner)
        || (after_role && letter && capital)
        || (!word.begins && parts(word.text).any(named))
}

/// Whether a word stands in what the summary was made of: whole, as the beginning of a name ("claude" of "claude-sonnet"), or part
/// by part where no part is a number, which would make one model of another.
fn is_there(lower: &str, allowed: &BTreeSet<&str>) -> bool {
    let known = |part: &str| {
        allowed.contains(part)
            || part
                .strip_suffix('s')
                .is_some_and(|part| allowed.contains(part))
    };
    let begins = |name: &&str| {
        let rest = name.strip_prefix(lower);
        rest.is_some_and(|rest| !rest.starts_with(char::is_alphanumeric))
    };
    let digits = lower.contains(|c: char| c.is_ascii_digit());
    known(lower)
        || allowed.iter().any(begins)
        || (!digits && parts(lower).count() > 1 && parts(lower).all(known))
}

fn parts(word: &str) -> impl Iterator<Item = &str> {
    word.split(|c: char| !c.is_alphanumeric())
        .filter(|part| !part.is_empty())
}

/// Words with the dashes, dots and slashes inside them; without a genitive.
fn words(text: &str) -> Vec<Word<'_>> {
    let mut words = Vec::new();
    let mut begins = true;
    let inside =
        |c: char| c.is_alphanumeric() || matches!(c, '-' | '_' | '.' | '/' | ':' | '’' | '\'');
    let mut rest = text;
    while let Some(from) = rest.find(char::is_alphanumeric) {
        begins |= rest[..from].contains(['.', '!', '?', ':', '…', '“', '"']);
        rest = &rest[from..];
        let length = rest.find(|c| !inside(c)).unwrap_or(rest.len());
        let whole = &rest[..length];
        let mut word = whole.trim_end_matches(|c: char| !c.is_alphanumeric());
        let ended = whole[word.len()..].contains(['.', ':']);
        word = ["'s", "’s"]
            .iter()
            .find_map(|end| word.strip_suffix(end))
            .unwrap_or(word);
        words.push(Word { text: word, begins });
        begins = ended;
        rest = &rest[length..];
    }
    words
}

/// Whether a name stands in a text as a whole, and not as a part of a longer one. Both are in lower case.
fn stands(text: &str, name: &str) -> bool {
    let joins = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_');
    text.match_indices(name).any(|(at, _)| {
        let (before, after) = (&text[..at], &text[at + name.len()..]);
        let mut next = after.chars();
        let longer = match (next.next(), next.next()) {
            (Some('.' | '/' | ':'), Some(c)) => c.is_alphanumeric(),
            (Some(c), _) => joins(c),
            (None, _) => false,
        };
        !before.ends_with(joins) && !longer
    })
}
