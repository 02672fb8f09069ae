use super::*;
use proptest::prelude::*;

fn inventory(occupations: Vec<Occupation>) -> Inventory {
    Inventory::new("a list".into(), String::new(), Vec::new(), occupations).unwrap()
}

fn occupation(id: &str, title: &str, tasks: &[(&str, &str)]) -> Occupation {
    let task = |(id, statement): &(&str, &str)| Task {
        id: (*id).into(),
        statement: (*statement).into(),
        ..Task::default()
    };
    Occupation {
        id: id.into(),
        title: title.into(),
        tasks: tasks.iter().map(task).collect(),
        ..Occupation::default()
    }
}

fn ids<'a>(items: &[Item<'a>]) -> Vec<&'a str> {
    items.iter().map(|item| item.task.id.as_str()).collect()
}

#[test]
fn every_kind_of_change_has_its_name() {
    let mut old = vec![
        occupation(
            "1",
            "Bakers",
            &[("a", "Knead dough."), ("b", "Bake."), ("c", "Sell C.")],
        ),
        occupation("2", "Smiths", &[("d", "Weld."), ("e", "Sweep.")]),
    ];
    let mut new = vec![
        occupation(
            "1",
            "Bakers and Confectioners",
            &[("a", "Knead\n  dough. "), ("b", "bake!"), ("c", "Sell D.")],
        ),
        occupation("3", "Smiths", &[("d", "Weld."), ("f", "sweep")]),
    ];
    old[0].tasks[0].kind = TaskType::Core;
    new[0].tasks[0].kind = TaskType::Supplemental;
    new[0].tasks[0].importance = Some(3.5);
    old[1].description = "They weld.".into();
    new[1].description = "They weld well.".into();
    let (old, new) = (inventory(old), inventory(new));
    let changes = Changes::between(&old, &new);
    let fields: Vec<(&str, &[Field])> = changes
        .tasks
        .joined
        .iter()
        .map(|pair| (pair.new.task.id.as_str(), pair.fields.as_slice()))
        .collect();
    assert_eq!(
        fields,
        [
            ("a", &[Field::Type, Field::Title][..]),
            ("b", &[Field::Wording, Field::Title][..]),
            ("c", &[Field::Text, Field::Title][..]),
            ("d", &[Field::Code, Field::Description][..]),
        ]
    );
    // The old one has no importance at all: that says nothing of the tasks.
    assert_eq!(changes.not_compared, [Field::Importance]);
    assert_eq!(
        (ids(&changes.tasks.gone), ids(&changes.tasks.new)),
        (vec!["e"], vec!["f"])
    );
    // Another code, the same title and the same words.
    let (was, is) = changes.reissued[0];
    assert_eq!(ids(&[was, is]), ["e", "f"]);
    assert_eq!(changes.reissued.len(), 1);
    let occupations = &changes.occupations;
    assert_eq!(occupations.joined[0].fields, [Field::Title]);
    assert_eq!(
        (occupations.new.len(), occupations.gone[0].id.as_str()),
        (1, "2")
    );
}

#[test]
fn the_same_words_in_another_occupation_are_no_sign_of_a_new_id() {
    let old = inventory(vec![occupation(
        "1",
        "Bakers",
        &[("a", "Sweep the floor.")],
    )]);
    let new = inventory(vec![
        occupation("2", "Smiths", &[("b", "Sweep the floor.")]),
        occupation(
            "3",
            "bakers",
            &[("c", "Sweep the floor!"), ("d", "Sweep the floor.")],
        ),
    ]);
    let changes = Changes::between(&old, &new);
    // One task that is gone stands for one that is new at most.
    let pairs: Vec<_> = changes
        .reissued
        .iter()
        .map(|(old, new)| ids(&[*old, *new]))
        .collect();
    assert_eq!(pairs, [["a", "c"]]);
    assert_eq!(ids(&changes.tasks.new), ["b", "c", "d"]);
}

/// Small inventories that share ids, words and titles often.
fn any_inventory() -> impl Strategy<Value = Inventory> {
    let task = (0u8..12, 0u8..6, 0u8..3, prop::option::of(1u8..4));
    let occupation = (0u8..4, 0u8..3, 0u8..2, prop::collection::vec(task, 0..5));
    prop::collection::vec(occupation, 0..5).prop_map(|drawn| {
        let mut seen = (HashSet::new(), HashSet::new());
        let mut occupations = Vec::new();
        for (id, title, about, tasks) in drawn {
            if !seen.0.insert(id) {
                continue;
            }
            let mut one = occupation_of(id, title, about);
            for (id, words, kind, importance) in tasks {
                if seen.1.insert(id) {
                    one.tasks.push(Task {
                        id: format!("t{id}"),
                        statement: ["Bake.", "bake", "Bake  it.", "Weld.", " Weld.", "Sell."]
                            [usize::from(words)]
                        .into(),
                        kind: TaskType::ALL[usize::from(kind)],
                        importance: importance.map(f64::from),
                        ..Task::default()
                    });
                }
            }
            occupations.push(one);
        }
        inventory(occupations)
    })
}

fn occupation_of(id: u8, title: u8, about: u8) -> Occupation {
    Occupation {
        description: ["", "They work."][usize::from(about)].into(),
        ..occupation(
            &format!("o{id}"),
            ["Bakers", "bakers", "Smiths"][usize::from(title)],
            &[],
        )
    }
}

/// The changes as sets of ids, one side first.
type Told = (
    Vec<(String, Vec<Field>)>,
    Vec<String>,
    Vec<String>,
    Vec<[String; 2]>,
);

fn told(changes: &Changes<'_>, swapped: bool) -> Told {
    let own = |items: &[Item<'_>]| {
        let mut ids: Vec<String> = ids(items).into_iter().map(str::to_owned).collect();
        ids.sort();
        ids
    };
    let (new, gone) = (own(&changes.tasks.new), own(&changes.tasks.gone));
    let mut joined: Vec<_> = changes
        .tasks
        .joined
        .iter()
        .map(|pair| (pair.new.task.id.clone(), pair.fields.clone()))
        .collect();
    joined.sort();
    let mut pairs: Vec<[String; 2]> = changes
        .reissued
        .iter()
        .map(|(old, new)| {
            let (old, new) = (old.task.id.clone(), new.task.id.clone());
            if swapped { [new, old] } else { [old, new] }
        })
        .collect();
    pairs.sort();
    match swapped {
        false => (joined, new, gone, pairs),
        true => (joined, gone, new, pairs),
    }
}

proptest! {
    #[test]
    fn nothing_changes_between_an_inventory_and_itself(one in any_inventory()) {
        let changes = Changes::between(&one, &one);
        prop_assert_eq!(changes.tasks.unchanged(), one.task_count());
        prop_assert_eq!(changes.occupations.unchanged(), one.occupations().len());
        prop_assert!(changes.tasks.new.is_empty() && changes.tasks.gone.is_empty());
        prop_assert!(changes.reissued.is_empty() && changes.not_compared.is_empty());
    }

    #[test]
    fn looking_back_mirrors_looking_forward(old in any_inventory(), new in any_inventory()) {
        let (there, back) = (Changes::between(&old, &new), Changes::between(&new, &old));
        prop_assert_eq!(told(&there, false), told(&back, true));
        prop_assert_eq!(&there.not_compared, &back.not_compared);
        prop_assert_eq!(there.occupations.new.len(), back.occupations.gone.len());
    }

    #[test]
    fn every_task_is_counted_once_and_every_difference_flagged(old in any_inventory(), new in any_inventory()) {
        let changes = Changes::between(&old, &new);
        let Sides { joined, new: fresh, gone } = &changes.tasks;
        prop_assert_eq!(joined.len() + fresh.len(), new.task_count());
        prop_assert_eq!(joined.len() + gone.len(), old.task_count());
        for Pair { old, new, fields } in joined {
            prop_assert_eq!(&old.task.id, &new.task.id);
            for field in Field::ALL {
                let compared = !changes.not_compared.contains(&field);
                let same = words(&field.of(old)).eq(words(&field.of(new)));
                let alike = normalise(&old.task.statement) == normalise(&new.task.statement);
                let meant = match field {
                    Field::Text => !alike,
                    Field::Wording => alike && !same,
                    _ => !same,
                };
                prop_assert_eq!(fields.contains(&field), compared && meant, "{:?}", field);
            }
        }
        for (old, new) in &changes.reissued {
            prop_assert!(gone.contains(old) && fresh.contains(new));
            prop_assert_eq!(text_hash(&old.task.statement), text_hash(&new.task.statement));
        }
    }
}
