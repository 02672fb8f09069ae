//! Which judge is compared with which.

use crate::error::{Error, Kind, Result};
use crate::eval::card::{Card, Role};
use serde::Serialize;

/// Two judges that are compared.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Contest {
    /// Id of the judge on the new card.
    pub new: String,
    /// Id of the judge on the old card.
    pub old: String,
    /// Whether the declared figures are those of this contest.
    pub leading: bool,
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

/// The judge whose figures are those of the whole card: the consensus, or the only rater.
fn whole(card: &Card) -> Result<&str> {
    let mut raters = ids(card, Role::Rater);
    match (
        ids(card, Role::Consensus).next(),
        raters.next(),
        raters.next(),
    ) {
        (Some(consensus), ..) => Ok(consensus),
        (None, Some(only), None) => Ok(only),
        (None, None, _) => Err(Error::input("the card has no rater")
            .hint("a card is compared by its consensus, or by its only rater")),
        (None, Some(_), Some(_)) => {
            Err(Error::input("the card has several raters and no consensus")
                .hint("measure the set again"))
        }
    }
}

fn ids(card: &Card, role: Role) -> impl Iterator<Item = &str> {
    let judges = card.judges.iter().filter(move |judge| judge.role == role);
    judges.map(|judge| judge.id.as_str())
}

/// What stands for the whole of each card, which leads, and each rater that both have.
pub(super) fn of_cards(new: &Card, old: &Card) -> Result<Vec<Contest>> {
    let mut contests = vec![Contest {
        new: whole(new)?.to_owned(),
        old: whole(old)?.to_owned(),
        leading: true,
        within: false,
    }];
    let mut both: Vec<&str> = ids(new, Role::Rater)
        .filter(|id| ids(old, Role::Rater).any(|other| other == *id))
        .collect();
    both.sort_unstable();
    for id in both {
        if contests.iter().all(|one| one.new != id || one.old != id) {
            contests.push(Contest {
                new: id.to_owned(),
                old: id.to_owned(),
                leading: false,
                within: false,
            });
        }
    }
    Ok(contests)
}

/// The asked pairs, all of which lead.
pub(super) fn of_judges(card: &Card, pairs: &[(String, String)]) -> Result<Vec<Contest>> {
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
            leading: true,
            within: true,
        });
    }
    match contests.is_empty() {
        true => Err(wrong("no judges to compare".into(), "name two: A,B".into())),
        false => Ok(contests),
    }
}
