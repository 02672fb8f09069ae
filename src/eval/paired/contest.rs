//! Which judge is compared with which.

use crate::error::{Error, Kind, Result};
use crate::eval::card::{Answered, Card, Role};
use crate::rubric::Dimension;
use serde::Serialize;

/// Two judges that are compared.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Contest {
    /// Id of the judge on the new card.
    pub new: String,
    /// Id of the judge on the old card.
    pub old: String,
    /// Ids of the dimensions whose declared figures are those of this contest.
    pub leads_in: Vec<String>,
    /// Whether both are judges of one card.
    pub within: bool,
}

impl Contest {
    /// What it is called in tables.
    #[must_use]
    pub fn name(&self) -> String {
        match self.new == self.old {
            true => self.new.clone(),
            false => format!("{} against {}", self.new, self.old),
        }
    }
}

impl Contest {
    /// Whether the declared figures and the guarded ones of a dimension are those of this contest.
    #[must_use]
    pub fn leads(&self, dimension: &str) -> bool {
        self.leads_in.iter().any(|id| id == dimension)
    }
}

fn ids(card: &Card, role: Role) -> impl Iterator<Item = &str> {
    let judges = card.judges.iter().filter(move |judge| judge.role == role);
    judges.map(|judge| judge.id.as_str())
}

fn speaks(card: &Card, judge: &str, dimension: &str) -> bool {
    let of = |one: &Answered| Some(one.said.get(judge)?.contains_key(dimension));
    card.answers.iter().any(|one| of(one) == Some(true))
}

/// Who stands for the whole of a card in a dimension: the consensus where it has one, else the raters that cover it, which is
/// one but where several never meet. Who answered on either card covers it: a rater that fell silent is missed, and nobody
/// takes its place.
fn whole<'a>(card: &'a Card, other: &Card, dimension: &str) -> Vec<&'a str> {
    let covers = |id: &&str| speaks(card, id, dimension) || speaks(other, id, dimension);
    let raters: Vec<&str> = ids(card, Role::Rater).filter(covers).collect();
    match ids(card, Role::Consensus).find(covers) {
        Some(consensus) if raters.len() > 1 => vec![consensus],
        _ => raters,
    }
}

/// The judge that stands for the whole of a card in a dimension: the consensus where it has one, else the only rater that
/// covers it.
#[must_use]
pub fn leading_judge<'a>(card: &'a Card, dimension: &str) -> Option<&'a str> {
    match whole(card, card, dimension).as_slice() {
        [one] => Some(one),
        _ => None,
    }
}

/// Who leads in a dimension, as (new, old): none where nobody on the old card covers it. A judge of the old card that is not on
/// the new one, or of which the new one has several in its place, is held to itself, so that it is missed.
fn leaders<'a>(new: &'a Card, old: &'a Card, dimension: &str) -> Vec<(&'a str, &'a str)> {
    let (is, was) = (whole(new, old, dimension), whole(old, new, dimension));
    match (is.as_slice(), was.as_slice()) {
        ([is], [was]) => vec![(*is, *was)],
        _ => was.into_iter().map(|id| (id, id)).collect(),
    }
}

/// By dimension what stands for the whole of each card, which leads, and each rater that both have.
pub(super) fn of_cards(new: &Card, old: &Card, dimensions: &[&Dimension]) -> Vec<Contest> {
    let mut contests: Vec<Contest> = Vec::new();
    let mut enter = |(is, was): (&str, &str), leads: Option<&str>| {
        let same = |one: &Contest| one.new == is && one.old == was;
        let place = contests.iter().position(same).unwrap_or_else(|| {
            contests.push(Contest {
                new: is.to_owned(),
                old: was.to_owned(),
                leads_in: Vec::new(),
                within: false,
            });
            contests.len() - 1
        });
        let leads = leads.map(str::to_owned);
        contests[place].leads_in.extend(leads);
    };
    for dimension in dimensions {
        for pair in leaders(new, old, &dimension.id) {
            enter(pair, Some(&dimension.id));
        }
    }
    let mut both: Vec<&str> = ids(new, Role::Rater)
        .filter(|id| ids(old, Role::Rater).any(|other| other == *id))
        .collect();
    both.sort_unstable();
    for id in both {
        enter((id, id), None);
    }
    contests
}

/// The asked pairs, all of which lead.
pub(super) fn of_judges(card: &Card, pairs: &[(String, String)]) -> Result<Vec<Contest>> {
    let dimensions = card.rubric.dimensions().iter();
    let dimensions: Vec<String> = dimensions.map(|one| one.id.clone()).collect();
    let wrong = |message: String, hint: String| Error::new(Kind::Usage, message).hint(hint);
    let mut contests: Vec<Contest> = Vec::new();
    for (new, old) in pairs {
        for id in [new, old] {
            if card.judges.iter().all(|judge| judge.id != *id) {
                let ids: Vec<&str> = card.judges.iter().map(|judge| judge.id.as_str()).collect();
                let hint = format!("its judges: {}", ids.join(", "));
                return Err(wrong(format!("'{id}' is no judge of the card"), hint));
            }
        }
        let pair = |one: &Contest| {
            (one.new == *new && one.old == *old) || (one.new == *old && one.old == *new)
        };
        if new == old || contests.iter().any(pair) {
            let message = match new == old {
                true => format!("'{new}' is compared with itself"),
                false => format!("'{new}' is compared with '{old}' twice"),
            };
            return Err(wrong(message, "name each pair of two judges once".into()));
        }
        contests.push(Contest {
            new: new.clone(),
            old: old.clone(),
            leads_in: dimensions.clone(),
            within: true,
        });
    }
    match contests.is_empty() {
        true => Err(wrong("no judges to compare".into(), "name two: A,B".into())),
        false => Ok(contests),
    }
}
