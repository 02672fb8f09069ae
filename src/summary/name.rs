//! Names in a summary: of raters and models that had no part in it, and of anybody who stands in none of the texts it was made of.

use super::check::Known;
use std::collections::BTreeSet;

/// What names of models and of who makes them begin with.
const MAKERS: [&str; 24] = [
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
    "qwen",
    "grok",
    "copilot",
    "cohere",
    "perplexity",
    "kimi",
    "ernie",
    "vicuna",
    "alpaca",
    "falcon-",
    "palm-",
    "phi-",
];
/// Capitals that name nobody.
const PLAIN: [&str; 10] = [
    "i", "a", "ai", "llm", "llms", "it", "us", "uk", "eu", "english",
];
/// What raters do in a summary: what stands before is who.
const SAYING: [&str; 14] = [
    "says",
    "say",
    "said",
    "argues",
    "argue",
    "argued",
    "dissents",
    "dissented",
    "disagrees",
    "disagreed",
    "rates",
    "rated",
    "concurs",
    "objects",
];
/// Who may do so without being named.
const ANYBODY: [&str; 45] = [
    "rater",
    "raters",
    "all",
    "both",
    "each",
    "every",
    "everyone",
    "nobody",
    "none",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "most",
    "many",
    "some",
    "few",
    "several",
    "other",
    "others",
    "another",
    "latter",
    "former",
    "first",
    "second",
    "third",
    "who",
    "which",
    "that",
    "it",
    "they",
    "and",
    "or",
    "also",
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
    let words = words(summary);
    let mut before: Option<String> = None;
    for word in &words {
        let lower = word.text.to_lowercase();
        let after_role = before
            .as_deref()
            .is_some_and(|before| ROLES.contains(&before));
        if !is_there(&lower, &allowed) && is_name(word, &lower, after_role) {
            return Some(word.text.to_owned());
        }
        if let Some(who) = before.take().filter(|_| SAYING.contains(&&*lower))
            && !is_there(&who, &allowed)
            && !ANYBODY.contains(&&*who)
            && !who.ends_with("ly")
        {
            return Some(who);
        }
        before = Some(lower);
    }
    None
}

/// Whether a word that stands nowhere else names somebody.
fn is_name(word: &Word<'_>, lower: &str, after_role: bool) -> bool {
    let begins =
        |maker: &&str| lower.starts_with(*maker) || parts(lower).any(|part| part == *maker);
    let mixed =
        lower.starts_with(char::is_alphabetic) && lower.contains(|c: char| c.is_ascii_digit());
    let capital = word.text.starts_with(char::is_uppercase);
    let letter = lower.chars().count() == 1;
    MAKERS.iter().any(begins)
        || mixed
        || (after_role && letter && capital)
        || (capital
            && !word.begins
            && ![&PLAIN[..], &ROLES, &ANYBODY]
                .iter()
                .any(|known| known.contains(&lower)))
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
