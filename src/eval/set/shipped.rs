//! The sets that come with the program.

use super::Set;
use crate::error::Result;

/// Id, `set.toml` and `gold.csv`.
type Files = (&'static str, &'static str, &'static str);

macro_rules! embed {
    ($($id:literal),* $(,)?) => {
        &[$((
            $id,
            include_str!(concat!("../../../eval/", $id, "/set.toml")),
            include_str!(concat!("../../../eval/", $id, "/gold.csv")),
        )),*]
    };
}

const SHIPPED: &[Files] = embed!["eloundou-300", "eloundou-full", "starter"];

/// Ids of the sets that come with the program.
pub fn shipped_ids() -> impl Iterator<Item = &'static str> {
    SHIPPED.iter().map(|(id, ..)| *id)
}

/// A set that comes with the program; `None` where none has this id.
///
/// # Errors
/// None in a released version: a test reads them.
#[must_use]
pub fn shipped(id: &str) -> Option<Result<Set>> {
    let (id, about, gold) = SHIPPED.iter().find(|(own, ..)| *own == id)?;
    Some(Set::read(&format!("eval/{id}"), about, gold.as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::eval::set::{ABOUT, GOLD, Half};

    #[test]
    fn every_folder_of_eval_is_embedded_and_no_other() {
        let folder = std::path::Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/eval"));
        let mut ids: Vec<String> = std::fs::read_dir(folder)
            .unwrap()
            .map(|entry| entry.unwrap())
            .filter(|entry| entry.path().join(ABOUT).is_file())
            .map(|entry| entry.file_name().into_string().unwrap())
            .collect();
        ids.sort();
        assert_eq!(shipped_ids().collect::<Vec<_>>(), ids);
        for (id, about, gold) in SHIPPED {
            let read = |file: &str| std::fs::read_to_string(folder.join(id).join(file)).unwrap();
            assert_eq!(
                (read(ABOUT).as_str(), read(GOLD).as_str()),
                (*about, *gold),
                "{id}"
            );
        }
        assert!(shipped("none").is_none());
    }

    #[test]
    fn what_is_shipped_is_what_the_documents_promise() {
        let of = |id: &str| shipped(id).unwrap().unwrap();
        for id in shipped_ids() {
            let set = of(id);
            assert_eq!(set.id(), id);
            for half in Half::ALL {
                assert_eq!(
                    set.unlabelled(half),
                    0,
                    "{id}: every task of {half} has a label"
                );
            }
        }
        let tasks = |set: &Set| {
            Half::ALL
                .map(|half| set.half_tasks(half))
                .iter()
                .sum::<usize>()
        };
        let (few, all) = (of("eloundou-300"), of("eloundou-full"));
        assert_eq!((tasks(&few), tasks(&all)), (300, 12_957));
        assert_eq!(few.about().draw.as_ref().unwrap().frame_tasks, tasks(&all));
        for set in [&few, &all] {
            assert_eq!((set.kind().name(), set.rubric()), ("human", "exposure"));
            assert!(set.source().contains("Science 384") && set.source().contains("MIT"));
        }
        let starter = of("starter");
        let inventory = crate::inventory::starter().unwrap();
        assert_eq!(
            (starter.kind().name(), tasks(&starter)),
            ("editorial", inventory.task_count())
        );
        let dimensions: Vec<&str> = starter.dimensions().collect();
        assert_eq!(dimensions, ["exposure", "automation", "augmentation"]);
        for half in Half::ALL {
            let joined = starter.joined(half, &inventory).unwrap();
            assert_eq!((joined.gone.len(), joined.changed.len()), (0, 0));
        }
    }
}
