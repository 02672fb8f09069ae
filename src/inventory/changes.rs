//! What changed between two releases of an inventory: tasks are joined by id, and every difference is named.
//!
//! Ids persist across releases of O*NET; codes, texts and types do not. Nothing else joins tasks: about 1,260 of
//! them repeat the text of a task of another occupation. A task that seems to have been given a new id is pointed out
//! ([`Changes::reissued`]) and stays gone and new.

use super::text::{normalise, text_hash, words};
use super::{Inventory, Item, Occupation, Task, TaskType};
use std::collections::{HashMap, HashSet};

/// What can differ between two releases of a task or of its occupation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Field {
    /// The statement has other words.
    Text,
    /// The statement has the same words, with other punctuation or capitals.
    Wording,
    /// Core, supplemental or unknown.
    Type,
    /// Id of the occupation.
    Code,
    /// Title of the occupation.
    Title,
    /// Description of the occupation.
    Description,
    /// Importance to the occupation.
    Importance,
}

impl Field {
    /// All of them, in the order in which lists show them.
    pub const ALL: [Self; 7] = [
        Self::Text,
        Self::Wording,
        Self::Type,
        Self::Code,
        Self::Title,
        Self::Description,
        Self::Importance,
    ];

    /// Its stable name in files and on the command line.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Wording => "wording",
            Self::Type => "type",
            Self::Code => "code",
            Self::Title => "title",
            Self::Description => "description",
            Self::Importance => "importance",
        }
    }

    /// The variable by which a prompt tells it, such as `task.type`.
    #[must_use]
    pub fn variable(self) -> &'static str {
        match self {
            Self::Text | Self::Wording => "task.statement",
            Self::Type => "task.type",
            Self::Code => "occupation.id",
            Self::Title => "occupation.title",
            Self::Description => "occupation.description",
            Self::Importance => "task.importance",
        }
    }

    /// Whether every rater judges by it, whatever its prompt tells: statement and title.
    #[must_use]
    pub fn always_counts(self) -> bool {
        matches!(self, Self::Text | Self::Wording | Self::Title)
    }

    /// What a task has in it, as text; empty where nothing is known.
    #[must_use]
    pub fn of(self, item: &Item<'_>) -> String {
        let Item { occupation, task } = item;
        match self {
            Self::Text | Self::Wording => task.statement.clone(),
            Self::Type => task.kind.name().to_owned(),
            Self::Code => occupation.id.clone(),
            Self::Title => occupation.title.clone(),
            Self::Description => occupation.description.clone(),
            Self::Importance => task.importance.map_or_else(String::new, |n| n.to_string()),
        }
    }

    fn differs(self, old: &Item<'_>, new: &Item<'_>) -> bool {
        let (was, is) = (&old.task.statement, &new.task.statement);
        match self {
            Self::Text => was != is && normalise(was) != normalise(is),
            Self::Wording => !same_to_a_reader(was, is) && normalise(was) == normalise(is),
            Self::Type => old.task.kind != new.task.kind,
            Self::Code => old.occupation.id != new.occupation.id,
            Self::Title => !same_to_a_reader(&old.occupation.title, &new.occupation.title),
            Self::Description => {
                !same_to_a_reader(&old.occupation.description, &new.occupation.description)
            }
            Self::Importance => old.task.importance != new.task.importance,
        }
    }

    /// Whether an inventory says anything about it. One without a table of types has no tasks that became untyped.
    fn is_known(self, inventory: &Inventory) -> bool {
        let mut occupations = inventory.occupations().iter();
        match self {
            Self::Text | Self::Wording | Self::Code | Self::Title => true,
            Self::Description => occupations.any(|one| !one.description.is_empty()),
            Self::Type => occupations.any(|one| has(one, |task| task.kind != TaskType::Unknown)),
            Self::Importance => occupations.any(|one| has(one, |task| task.importance.is_some())),
        }
    }
}

fn has(occupation: &Occupation, what: impl Fn(&Task) -> bool) -> bool {
    occupation.tasks.iter().any(what)
}

/// Something that is in both releases, and in what it differs.
#[derive(Debug, Clone, PartialEq)]
pub struct Pair<T> {
    /// As it was.
    pub old: T,
    /// As it is.
    pub new: T,
    /// What differs, in the order of [`Field::ALL`]; empty where nothing does.
    pub fields: Vec<Field>,
}

/// Two lists joined by id: everything stands in exactly one of the three.
#[derive(Debug, Clone, PartialEq)]
pub struct Sides<T> {
    /// In both, in the order of the new list.
    pub joined: Vec<Pair<T>>,
    /// In the new list alone, in its order.
    pub new: Vec<T>,
    /// In the old list alone, in its order.
    pub gone: Vec<T>,
}

impl<T> Sides<T> {
    fn join<'a>(
        old: impl Iterator<Item = T>,
        new: impl Iterator<Item = T>,
        id: impl Fn(&T) -> &'a str,
        differ: impl Fn(&T, &T) -> Vec<Field>,
    ) -> Self {
        let mut old: Vec<Option<T>> = old.map(Some).collect();
        let places = old.iter().enumerate();
        let places: HashMap<&str, usize> = places
            .filter_map(|(place, one)| Some((id(one.as_ref()?), place)))
            .collect();
        let mut sides = Self {
            joined: Vec::new(),
            new: Vec::new(),
            gone: Vec::new(),
        };
        for new in new {
            let was = places.get(id(&new)).and_then(|&place| old[place].take());
            match was {
                Some(old) => sides.joined.push(Pair {
                    fields: differ(&old, &new),
                    old,
                    new,
                }),
                None => sides.new.push(new),
            }
        }
        sides.gone = old.into_iter().flatten().collect();
        sides
    }

    /// Number of those in both that differ in nothing.
    #[must_use]
    pub fn unchanged(&self) -> usize {
        let pairs = self.joined.iter();
        pairs.filter(|pair| pair.fields.is_empty()).count()
    }

    /// Number of those in both that differ in this.
    #[must_use]
    pub fn changed_in(&self, field: Field) -> usize {
        let pairs = self.joined.iter();
        pairs.filter(|pair| pair.fields.contains(&field)).count()
    }
}

/// Everything that changed between two inventories.
#[derive(Debug, Clone, PartialEq)]
pub struct Changes<'a> {
    /// The tasks.
    pub tasks: Sides<Item<'a>>,
    /// The occupations: title and description are compared.
    pub occupations: Sides<&'a Occupation>,
    /// Of the tasks that are gone and those that are new: pairs with the same words (punctuation and capitals aside) in
    /// the same occupation, by its code or its title. Most probably the task has a new id; they are not joined.
    pub reissued: Vec<(Item<'a>, Item<'a>)>,
    /// What could not be compared, because one of the two says nothing of it anywhere.
    pub not_compared: Vec<Field>,
}

impl<'a> Changes<'a> {
    /// Compares two inventories. White space never counts: no rater is told of it.
    #[must_use]
    pub fn between(old: &'a Inventory, new: &'a Inventory) -> Self {
        let compared = |field: &Field| field.is_known(old) == field.is_known(new);
        let (fields, not_compared): (Vec<Field>, Vec<Field>) =
            Field::ALL.into_iter().partition(compared);
        let tasks = Sides::join(
            old.items(),
            new.items(),
            |item: &Item<'a>| item.task.id.as_str(),
            |old, new| {
                let fields = fields.iter().copied();
                fields.filter(|field| field.differs(old, new)).collect()
            },
        );
        let occupations = Sides::join(
            old.occupations().iter(),
            new.occupations().iter(),
            |one: &&'a Occupation| one.id.as_str(),
            |old, new| {
                let pairs = [
                    (Field::Title, &old.title, &new.title),
                    (Field::Description, &old.description, &new.description),
                ];
                let told = |(field, old, new): &(Field, &String, &String)| {
                    fields.contains(field) && !same_to_a_reader(old, new)
                };
                let pairs = pairs.into_iter().filter(told);
                pairs.map(|(field, ..)| field).collect()
            },
        );
        Self {
            reissued: reissued(&tasks),
            tasks,
            occupations,
            not_compared,
        }
    }
}

/// Prompts write text on one line, so that two texts with the same words are told alike.
fn same_to_a_reader(one: &str, other: &str) -> bool {
    one == other || words(one).eq(words(other))
}

/// The pairs of gone and new tasks that are most probably one task under two ids. First those of the same code are
/// paired, then those of the same title, the first of each side with the first of the other.
fn reissued<'a>(tasks: &Sides<Item<'a>>) -> Vec<(Item<'a>, Item<'a>)> {
    let codes = |item: &Item<'a>| item.occupation.id.clone();
    let titles = |item: &Item<'a>| normalise(&item.occupation.title);
    let keys: [&dyn Fn(&Item<'a>) -> String; 2] = [&codes, &titles];
    let mut pairs = Vec::new();
    let mut taken: [HashSet<&str>; 2] = Default::default();
    for key in keys {
        let key = |item: &Item<'a>| (text_hash(&item.task.statement), key(item));
        let mut gone: HashMap<_, Vec<Item<'a>>> = HashMap::new();
        for item in tasks.gone.iter().rev() {
            if !taken[0].contains(item.task.id.as_str()) {
                gone.entry(key(item)).or_default().push(*item);
            }
        }
        for item in &tasks.new {
            if taken[1].contains(item.task.id.as_str()) {
                continue;
            }
            if let Some(old) = gone.get_mut(&key(item)).and_then(Vec::pop) {
                taken[0].insert(&old.task.id);
                taken[1].insert(&item.task.id);
                pairs.push((old, *item));
            }
        }
    }
    pairs
}

#[cfg(test)]
mod tests;
