//! What a reason must not give away: which rater or which model wrote it.

/// Makers and families of language models, in lower case. Whole words, or words that begin with one and go on with something
/// else than a letter: `gpt-4o`, `claude's`, `llama3`.
const KNOWN: [&str; 27] = [
    "openai",
    "chatgpt",
    "gpt",
    "anthropic",
    "claude",
    "google",
    "deepmind",
    "gemini",
    "gemma",
    "bard",
    "llama",
    "mistral",
    "mistralai",
    "mixtral",
    "qwen",
    "alibaba",
    "deepseek",
    "grok",
    "xai",
    "cohere",
    "command-r",
    "microsoft",
    "copilot",
    "moonshot",
    "kimi",
    "nvidia",
    "nemotron",
];

/// Words after a name that belong to it, beside versions: "Claude Sonnet 4.6", "Gemini 2.5 Pro".
const MORE: [&str; 13] = [
    "sonnet", "opus", "haiku", "fable", "pro", "flash", "mini", "nano", "turbo", "ultra", "large",
    "instruct", "ai",
];

/// Ids of raters that say nothing of who wrote a text: words of every reason.
const ORDINARY: [&str; 11] = [
    "human",
    "humans",
    "expert",
    "experts",
    "gold",
    "people",
    "person",
    "worker",
    "workers",
    "model",
    "editorial",
];

/// What stands in place of a name.
const NAMELESS: &str = "[name]";

/// The names that a reason must not hold.
#[derive(Debug, Clone)]
pub struct Names(Vec<String>);

impl Names {
    /// The names of these raters and their models (`gpt-4o`, `meta-llama/Llama-3-70b`), and those of known makers and families.
    /// An id that is an ordinary word, such as `human`, tells nothing and stays.
    pub fn new<'a>(own: impl IntoIterator<Item = &'a str>) -> Self {
        let own = own.into_iter().flat_map(|name| {
            let parts = name.split('/').filter(|part| part.chars().count() > 1);
            std::iter::once(name).chain(parts)
        });
        let mut names: Vec<String> = own
            .map(|name| name.trim().to_lowercase())
            .filter(|name| !name.is_empty() && !ORDINARY.contains(&name.as_str()))
            .chain(KNOWN.map(str::to_owned))
            .collect();
        names.sort();
        names.dedup();
        Self(names)
    }

    /// The text, on one line, with every word that holds a name replaced, and what of a version follows it left out.
    #[must_use]
    pub fn scrub(&self, text: &str) -> String {
        let text = self.without_phrases(text);
        let mut out: Vec<String> = Vec::new();
        let mut after_name = false;
        for word in text.split_whitespace() {
            let core = word.trim_matches(|c: char| !c.is_alphanumeric());
            let lower = core.to_lowercase();
            let names = self.is_in(&lower);
            let goes_on = after_name && (is_version(&lower) || MORE.contains(&lower.as_str()));
            match (names, core.is_empty()) {
                (true, false) => out.push(word.replacen(core, NAMELESS, 1)),
                // What stands around a version stays: the point that ends a sentence, a bracket.
                _ if goes_on => {
                    if let Some(last) = out.last_mut() {
                        last.push_str(word.rsplit(core).next().unwrap_or_default());
                    }
                }
                _ => out.push(word.to_owned()),
            }
            // A name that ends its sentence takes nothing from the next one.
            after_name = (names || goes_on) && word.ends_with(char::is_alphanumeric);
        }
        out.join(" ")
    }

    /// Names of several words ("anna the second") go first: no single word is one.
    fn without_phrases(&self, text: &str) -> String {
        let mut text = text.split_whitespace().collect::<Vec<_>>().join(" ");
        for name in self
            .0
            .iter()
            .filter(|name| name.contains(char::is_whitespace))
        {
            while let Some((from, to)) = find(&text, name) {
                text.replace_range(from..to, NAMELESS);
            }
        }
        text
    }

    /// Whether a word, in lower case, is or holds a name that stands by itself.
    fn is_in(&self, word: &str) -> bool {
        let alone = |name: &String| {
            let mut places = word.match_indices(name.as_str());
            places.any(|(at, _)| {
                let before = word[..at].chars().next_back();
                let after = word[at + name.len()..].chars().next();
                !before.is_some_and(char::is_alphanumeric)
                    && !after.is_some_and(char::is_alphabetic)
            })
        };
        self.0.iter().any(alone)
    }
}

/// Where a phrase in lower case stands in a text, whatever the case there.
fn find(text: &str, phrase: &str) -> Option<(usize, usize)> {
    let ends = |from: usize| {
        let mut left = phrase.chars();
        for (at, c) in text[from..].char_indices() {
            match left.next() {
                None => return Some(from + at),
                Some(wanted) if c.to_lowercase().eq(wanted.to_lowercase()) => {}
                Some(_) => return None,
            }
        }
        left.next().is_none().then_some(text.len())
    };
    let mut starts = text.char_indices().map(|(at, _)| at);
    starts.find_map(|from| Some((from, ends(from)?)))
}

/// `4`, `4.6`, `2.5-pro`, `v3`.
fn is_version(word: &str) -> bool {
    let digits = word.strip_prefix('v').unwrap_or(word);
    digits.starts_with(|c: char| c.is_ascii_digit())
        && !digits.chars().all(char::is_alphabetic)
        && (digits.contains('.') || digits.contains('-') || digits.len() <= 2)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn names() -> Names {
        Names::new([
            "anna",
            "surrogate-human",
            "human",
            "meta-llama/Llama-3-70b",
            "Old Bert",
        ])
    }

    #[test]
    fn raters_models_and_makers_lose_their_names() {
        let cases = [
            ("As Anna, I say yes.", "As [name], I say yes."),
            (
                "I am GPT-4o, made by OpenAI.",
                "I am [name], made by [name].",
            ),
            (
                "Claude Sonnet 4.6 drafts it (ChatGPT's way).",
                "[name] drafts it ([name] way).",
            ),
            (
                "(Gemini 2.5 Pro) helps; so does llama3.",
                "([name]) helps; so does [name].",
            ),
            ("Llama-3-70b or surrogate-human?", "[name] or [name]?"),
            ("old  bert and OLD BERT agree", "[name] and [name] agree"),
        ];
        for (text, expected) in cases {
            assert_eq!(names().scrub(text), expected, "{text}");
        }
    }

    #[test]
    fn words_that_only_look_like_names_stay() {
        for text in [
            "A human joins the annals of annatto.",
            "Use a claudette; the bardic 3 of 4 steps take 20 minutes.",
            "Half of the 2 hours is hands-on work.",
        ] {
            assert_eq!(names().scrub(text), text);
        }
        // A number after a name at the end of its sentence is one of the next.
        assert_eq!(
            names().scrub("So says anna. 3 steps."),
            "So says [name]. 3 steps."
        );
    }

    proptest! {
        #[test]
        fn no_name_is_left_standing_alone(before in "[a-z ,.(]{0,12}", after in "[ ,.)!?'0-9-]{0,6}", at in 0_usize..4) {
            let name = ["anna", "surrogate-human", "OpenAI", "GPT"][at];
            let text = format!("{before} {name}{after} end");
            let scrubbed = names().scrub(&text).to_lowercase();
            prop_assert!(!scrubbed.split(|c: char| !c.is_alphanumeric() && c != '-').any(|word| word == name.to_lowercase()),
                "{} -> {}", text, scrubbed);
        }
    }
}
