//! What an inventory knows of an occupation beside its tasks: for pages and grouping, never for a prompt.

/// What is known of an occupation beside its tasks. A field is empty where the source says nothing of it.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Background {
    /// Preparation needed, 1 (little) to 5 (extensive): O*NET's job zone.
    pub job_zone: Option<u8>,
    /// Ids of related occupations, nearest first.
    pub related: Vec<String>,
    /// Software and equipment in use.
    pub technology: Vec<Technology>,
    /// Skills, most important first.
    pub skills: Vec<Skill>,
}

/// A piece of software or equipment.
#[derive(Debug, Clone, PartialEq)]
pub struct Technology {
    /// Its name, such as that of a product.
    pub name: String,
    /// The kind of thing it is (UNSPSC commodity title).
    pub category: String,
    /// Whether many job postings ask for it.
    pub hot: bool,
}

/// A skill.
#[derive(Debug, Clone, PartialEq)]
pub struct Skill {
    /// Its name.
    pub name: String,
    /// Importance to the occupation, 1 to 5.
    pub importance: f64,
}
