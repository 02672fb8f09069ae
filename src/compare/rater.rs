//! How a rater was asked in a run, and in what two runs asked it otherwise.

use serde::Serialize;

/// What answers under a rater's id, as far as two runs can differ in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Source {
    /// A hosted model.
    Model(Model),
    /// An embedded model, by the digest of its weights.
    Surrogate(String),
    /// Ratings of a file, by its digest.
    Recording(String),
}

/// A hosted model as it was asked.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Model {
    /// Wire, address and model name.
    pub name: String,
    /// Fingerprint of the prompt.
    pub prompt: String,
    /// What a request says beside prompt and task: how a structured reply is asked for, tokens, parameters, as text.
    pub settings: String,
    /// Fingerprint of everything that its requests share; older runs have none.
    pub requests: Option<String>,
    /// The models that its replies said they come from; none where no reply is known.
    pub reported: Vec<String>,
}

/// A rater of a run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rater {
    /// Its id, by which it is joined.
    pub id: String,
    /// What answers.
    pub source: Source,
    /// Whether its ratings are trusted and no part of the panel.
    pub gold: bool,
}

/// In what two runs asked a rater otherwise.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Otherwise {
    /// Another model, or another kind of rater, stands under its id.
    Model,
    /// The model is the same; its replies name another version.
    Version,
    /// Another prompt.
    Prompt,
    /// Other settings of its requests.
    Settings,
    /// Other weights of the embedded model.
    Weights,
    /// The file of its ratings has other bytes.
    Recording,
}

impl Otherwise {
    /// What a table says.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Model => "other model",
            Self::Version => "other model version reported",
            Self::Prompt => "other prompt",
            Self::Settings => "other settings",
            Self::Weights => "other weights",
            Self::Recording => "other recording",
        }
    }
}

impl Rater {
    /// In what it was asked otherwise in a later run; empty where in nothing that the runs know of.
    #[must_use]
    pub fn otherwise(&self, later: &Self) -> Vec<Otherwise> {
        self.source.otherwise(&later.source)
    }
}

impl Source {
    /// In what a later one differs from it; empty where in nothing that the runs know of.
    #[must_use]
    pub fn otherwise(&self, later: &Self) -> Vec<Otherwise> {
        match (self, later) {
            (Self::Model(was), Self::Model(is)) => was.otherwise(is),
            (Self::Surrogate(was), Self::Surrogate(is)) => only(was != is, Otherwise::Weights),
            (Self::Recording(was), Self::Recording(is)) => only(was != is, Otherwise::Recording),
            _ => vec![Otherwise::Model],
        }
    }
}

fn only(differs: bool, in_what: Otherwise) -> Vec<Otherwise> {
    differs.then_some(in_what).into_iter().collect()
}

impl Model {
    fn otherwise(&self, later: &Self) -> Vec<Otherwise> {
        let model = self.name != later.name;
        let prompt = self.prompt != later.prompt;
        // A run that took every reply over says nothing of versions.
        let known = !self.reported.is_empty() && !later.reported.is_empty();
        let version = !model && known && self.reported != later.reported;
        // Their fingerprint is of prompt and model, too: alone it tells only where these are the same.
        let both = self.requests.as_ref().zip(later.requests.as_ref());
        let requests = !model && !prompt && both.is_some_and(|(was, is)| was != is);
        let all = [
            (Otherwise::Model, model),
            (Otherwise::Version, version),
            (Otherwise::Prompt, prompt),
            (
                Otherwise::Settings,
                self.settings != later.settings || requests,
            ),
        ];
        let differ = all.into_iter().filter(|(_, differs)| *differs);
        differ.map(|(in_what, _)| in_what).collect()
    }
}

/// A rater of either run and its place in each.
pub(super) struct RaterPair<'a> {
    pub id: &'a str,
    /// Whether it is gold in either run.
    pub gold: bool,
    pub places: [Option<usize>; 2],
    pub otherwise: Vec<Otherwise>,
}

/// The raters of two runs, joined by id: those of the later one first, then those of the earlier alone.
pub(super) fn pair_raters<'a>(before: &'a [Rater], after: &'a [Rater]) -> Vec<RaterPair<'a>> {
    let place = |raters: &[Rater], id: &str| raters.iter().position(|rater| rater.id == id);
    let joined = after.iter().enumerate().map(|(is, rater)| {
        let was = place(before, &rater.id);
        RaterPair {
            id: &rater.id,
            gold: rater.gold || was.is_some_and(|was| before[was].gold),
            places: [was, Some(is)],
            otherwise: was.map_or_else(Vec::new, |was| before[was].otherwise(rater)),
        }
    });
    let gone = before.iter().enumerate();
    let gone = gone.filter(|(_, rater)| place(after, &rater.id).is_none());
    let gone = gone.map(|(was, rater)| RaterPair {
        id: &rater.id,
        gold: rater.gold,
        places: [Some(was), None],
        otherwise: Vec::new(),
    });
    joined.chain(gone).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn model() -> Model {
        Model {
            name: "anna-1".into(),
            prompt: "p1".into(),
            settings: "{}".into(),
            requests: Some("r1".into()),
            reported: vec!["anna-1-2026".into()],
        }
    }

    fn rater(source: Source) -> Rater {
        Rater {
            id: "anna".into(),
            source,
            gold: false,
        }
    }

    fn between(one: Source, other: Source) -> Vec<Otherwise> {
        rater(one).otherwise(&rater(other))
    }

    #[test]
    fn every_difference_is_named_once() {
        let against = |other: Model| between(Source::Model(model()), Source::Model(other));
        assert_eq!(against(model()), []);
        // Another prompt changes the fingerprint of the requests, too, which is no second difference.
        let prompt = Model {
            prompt: "p2".into(),
            requests: Some("r2".into()),
            ..model()
        };
        assert_eq!(against(prompt), [Otherwise::Prompt]);
        let version = Model {
            reported: vec!["anna-1-2027".into()],
            ..model()
        };
        assert_eq!(against(version), [Otherwise::Version]);
        let unknown = Model {
            reported: Vec::new(),
            requests: None,
            ..model()
        };
        assert_eq!(against(unknown), []);
        let requests = Model {
            requests: Some("r2".into()),
            ..model()
        };
        assert_eq!(against(requests), [Otherwise::Settings]);
        let other = Model {
            name: "anna-2".into(),
            reported: vec!["anna-2".into()],
            ..model()
        };
        assert_eq!(against(other), [Otherwise::Model]);
    }

    #[test]
    fn what_is_not_asked_is_known_by_its_bytes() {
        let weights = |digest: &str| Source::Surrogate(digest.into());
        assert_eq!(between(weights("a"), weights("a")), []);
        assert_eq!(between(weights("a"), weights("b")), [Otherwise::Weights]);
        let recorded = Source::Recording("a".into());
        assert_eq!(between(weights("a"), recorded), [Otherwise::Model]);
    }
}
