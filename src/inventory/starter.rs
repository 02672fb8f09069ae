//! The starter inventory: twenty occupations in our own words, bundled so that there is something to rate at once.

use super::{Inventory, from_toml_files};
use crate::error::Result;

macro_rules! embed {
    ($($file:literal),* $(,)?) => {
        &[$(($file, include_str!(concat!("../../occupations/", $file)))),*]
    };
}

const FILES: &[(&str, &str)] = embed![
    "accountants.toml",
    "carpenters.toml",
    "childcare-workers.toml",
    "cooks.toml",
    "customer-service-representatives.toml",
    "electricians.toml",
    "elementary-school-teachers.toml",
    "farm-workers.toml",
    "forestry-workers.toml",
    "graphic-designers.toml",
    "home-health-aides.toml",
    "lawyers.toml",
    "long-haul-truck-drivers.toml",
    "machine-learning-engineers.toml",
    "medical-records-and-billing-clerks.toml",
    "operations-managers.toml",
    "registered-nurses.toml",
    "reporters-and-journalists.toml",
    "retail-salespersons.toml",
    "software-developers.toml",
];

/// Name and text of the bundled files, in the order of their names. A file of the same name in the user's own
/// `occupations/` folder takes the place of the bundled one.
#[must_use]
pub fn starter_files() -> &'static [(&'static str, &'static str)] {
    FILES
}

/// The bundled starter inventory.
///
/// # Errors
/// None in a released version: a test reads the files. The signature is that of every reader.
pub fn starter() -> Result<Inventory> {
    let files: Vec<(String, String)> = FILES
        .iter()
        .map(|(name, text)| ((*name).to_owned(), (*text).to_owned()))
        .collect();
    from_toml_files("starter inventory", &files)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::inventory::TaskType;

    #[test]
    fn every_file_of_the_folder_is_bundled_and_no_other() {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/occupations");
        let mut names: Vec<String> = std::fs::read_dir(folder)
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .filter(|name| name.ends_with(".toml"))
            .collect();
        names.sort();
        let bundled: Vec<&str> = starter_files().iter().map(|(name, _)| *name).collect();
        assert_eq!(bundled, names);
    }

    #[test]
    fn it_reads_and_keeps_what_its_readme_promises() {
        let inventory = starter().unwrap();
        assert_eq!(inventory.name(), "starter inventory");
        assert_eq!(inventory.occupations().len(), 20);
        assert!(inventory.notes().is_empty());
        for (occupation, (file, _)) in inventory.occupations().iter().zip(starter_files()) {
            assert_eq!(format!("{}.toml", occupation.id), *file);
            assert!((12..=16).contains(&occupation.tasks.len()), "{file}");
            assert!(
                (3..=8).contains(&occupation.alternate_titles.len()),
                "{file}"
            );
            assert!(!occupation.description.is_empty(), "{file}");
            for task in &occupation.tasks {
                assert!(
                    task.kind != TaskType::Unknown && task.importance.is_some(),
                    "{}",
                    task.id
                );
            }
        }
    }
}
