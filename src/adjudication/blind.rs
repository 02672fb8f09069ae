//! What a reason must not give away: which rater or which model wrote it.

/// Makers and families of language models, in lower case. Whole words, or words that begin with one and go on with something
/// else than a letter (but an s): `gpt-4o`, `claude's`, `llama3`, `gpts`. Some are
/// words of their own (granite, falcon): a reason that loses one of them loses less than a name would give away.
pub const MAKERS: &[&str] = &[
    "openai",
    "chatgpt",
    "gpt",
    "o1",
    "o3",
    "o4",
    "anthropic",
    "claude",
    "sonnet",
    "opus",
    "haiku",
    "google",
    "deepmind",
    "gemini",
    "gemma",
    "bard",
    "meta",
    "llama",
    "mistral",
    "mistralai",
    "mixtral",
    "ministral",
    "magistral",
    "codestral",
    "qwen",
    "qwq",
    "alibaba",
    "deepseek",
    "grok",
    "xai",
    "cohere",
    "command-r",
    "microsoft",
    "copilot",
    "phi",
    "moonshot",
    "kimi",
    "nvidia",
    "nemotron",
    "perplexity",
    "amazon",
    "nova",
    "bedrock",
    "ibm",
    "granite",
    "zhipu",
    "glm",
    "ernie",
    "baidu",
    "minimax",
    "falcon",
    "olmo",
];

/// Words after a name that belong to it, beside versions: "Claude Sonnet 4.6", "Gemini 2.5 Pro".
const MORE: [&str; 14] = [
    "sonnet", "opus", "haiku", "fable", "pro", "flash", "mini", "nano", "turbo", "ultra", "large",
    "instruct", "ai", "lite",
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
            .flat_map(|name| spelled(&name))
            .chain(MAKERS.iter().map(|&name| name.to_owned()))
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
                (true, false) if !goes_on => out.push(word.replacen(core, NAMELESS, 1)),
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

    /// Whether a word, in lower case, is or holds a name that stands by itself, in the plural too.
    fn is_in(&self, word: &str) -> bool {
        let alone = |name: &String| {
            let mut places = word.match_indices(name.as_str());
            places.any(|(at, _)| stands_alone(&word[..at], &word[at + name.len()..]))
        };
        self.0.iter().any(alone)
    }
}

/// A rater's name as people write it, too: `r-high` is R_HIGH, R HIGH and `rhigh`.
fn spelled(name: &str) -> Vec<String> {
    let mut all = vec![name.to_owned()];
    let parts: Vec<&str> = name
        .split(['-', '_', ' '])
        .filter(|part| !part.is_empty())
        .collect();
    if parts.len() > 1 {
        all.extend(["-", "_", " "].map(|between| parts.join(between)));
        // Joined, short parts make words.
        all.extend(Some(parts.concat()).filter(|one| one.chars().count() > 4));
    }
    all
}

/// Whether what stands between these texts is a word of its own, in the plural too.
fn stands_alone(before: &str, after: &str) -> bool {
    let after = after.strip_prefix(['s', 'S']).unwrap_or(after);
    !before.ends_with(char::is_alphanumeric) && !after.starts_with(char::is_alphabetic)
}

/// Where a phrase in lower case stands by itself in a text, whatever the case there.
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
    starts.find_map(|from| {
        let to = ends(from)?;
        stands_alone(&text[..from], &text[to..]).then_some((from, to))
    })
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
            "r-high",
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
            ("GPTs draft it; so do LLMs.", "[name] draft it; so do LLMs."),
            ("Meta AI and o3-mini do.", "[name] and [name] do."),
            (
                "R_HIGH, r high, R-High's and rhigh say so.",
                "[name], [name], [name] and [name] say so.",
            ),
            (
                "Surrogate_Human, OLD-BERT and two Annas",
                "[name], [name] and two [name]",
            ),
            (
                "Perplexity, Amazon Nova, Granite 3, Phi-4, GLM-4.5, Opus 4.6",
                "[name], [name] [name], [name], [name], [name], [name]",
            ),
        ];
        for (text, expected) in cases {
            assert_eq!(names().scrub(text), expected, "{text}");
        }
    }

    #[test]
    fn words_that_only_look_like_names_stay() {
        for text in [
            "A human joins the annals of annatto.",
            "Metadata in a metal box; the philosophy of grokking; her high risk.",
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
