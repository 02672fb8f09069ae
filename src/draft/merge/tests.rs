use super::*;
use proptest::prelude::*;

const TEXT: &str = "You bake bread and rolls every night. You receive and ship goods. You clean the ovens, order flour \
    from the mill and greet guests. Also known as Oven Hand or Dough Mixer.";

fn source() -> Source {
    Source::read("s", TEXT.as_bytes(), 10_000).unwrap()
}

fn named() -> Named {
    Named::new("Night Baker", None).unwrap()
}

fn reply(proposals: &[(&str, &str)]) -> Reply {
    let proposal = |(passage, statement): &(&str, &str)| Proposal {
        passage: (*passage).into(),
        statement: (*statement).into(),
        kind: TaskType::Core,
    };
    Reply {
        proposals: proposals.iter().map(proposal).collect(),
        ..Reply::default()
    }
}

fn merged(replies: &[(&str, &Reply)]) -> Draft {
    Draft::of(&named(), &source(), replies)
}

/// The statements of the draft, with their support.
fn tasks(draft: &Draft) -> Vec<(usize, &str)> {
    let tasks = draft.tasks.iter();
    tasks
        .map(|task| (task.raters().len(), task.statement.as_str()))
        .collect()
}

#[test]
fn near_duplicates_are_folded_and_the_best_supported_come_first() {
    let anna = reply(&[
        ("clean the ovens", "Clean ovens."),
        ("bake bread and rolls", "Bake bread and rolls at night."),
        ("order flour from the mill", "Wire money to Ovenia."),
    ]);
    let bert = reply(&[
        (
            "You bake bread and rolls every night",
            "Bake rolls and bread every night.",
        ),
        ("order flour from the mill", "Order flour."),
    ]);
    let draft = merged(&[("anna", &anna), ("bert", &bert)]);
    let expected = [
        (2, "Bake bread and rolls at night."),
        (1, "Clean ovens."),
        (1, "Order flour."),
    ];
    assert_eq!(tasks(&draft), expected);
    let id = |at: usize| draft.tasks[at].id.clone();
    let fates: Vec<Fate> = draft.rows.iter().map(|row| row.fate.clone()).collect();
    let expected = [
        Fate::Kept(id(1)),
        Fate::Kept(id(0)),
        Fate::Dropped(Fault::Unrelated),
        Fate::Folded(id(0)),
        Fate::Kept(id(2)),
    ];
    assert_eq!(fates, expected);
    let passages = draft.tasks[0].passages();
    assert_eq!(passages[0], ("bake bread and rolls", vec!["anna"]));
    assert_eq!(passages[1].1, ["bert"]);
}

#[test]
fn a_rater_that_says_a_task_twice_is_one_voice_for_its_passage() {
    let here = "bake bread and rolls every night";
    let anna = reply(&[(here, "Bake bread at night."), (here, "Bake bread nights.")]);
    let bert = reply(&[(here, "Bake bread at night.")]);
    let draft = merged(&[("anna", &anna), ("bert", &bert)]);
    assert_eq!(tasks(&draft), [(2, "Bake bread at night.")]);
    assert_eq!(draft.tasks[0].passages(), [(here, vec!["anna", "bert"])]);
}

/// Two statements of the words `a` and `b`, the first passage and another one.
fn folded(one: (&str, &str), other: (&str, &str)) -> bool {
    let (one, other) = (reply(&[one]), reply(&[other]));
    merged(&[("a", &one), ("b", &other)]).tasks.len() == 1
}

#[test]
fn at_the_borders_a_word_decides() {
    // 4 of 5 words in common: 0.8 anywhere.
    let here = "bake bread and rolls every night";
    let there = "clean the ovens, order flour from the mill and greet guests";
    assert!(folded(
        (here, "Bake bread rolls every night"),
        (there, "Bake clean bread every night")
    ));
    // 3 of 4 is less, and enough only on the same passage.
    let (one, other) = ("Bake bread every night", "Order bread every night");
    assert!(!folded((here, one), (there, other)));
    assert!(folded((here, one), ("bread and rolls every", other)));
    // 1 of 2 is too little even there; nor does a passage that touches with less than its half count.
    let both = "receive and ship goods";
    assert!(!folded((both, "Receive goods."), (both, "Ship goods.")));
    assert!(!folded(
        ("bake bread and rolls", one),
        ("rolls every night You", other)
    ));
}

#[test]
fn a_task_does_not_grow_over_what_lies_between() {
    // One and three are near to two, and not to each other.
    let here = "clean the ovens, order flour from the mill and greet guests";
    let [one, two, three] = [
        "Clean ovens, order flour, greet guests",
        "Clean ovens, order flour, greet mill guests daily",
        "Clean flour, greet mill crowds daily twice",
    ];
    assert!(folded((here, one), (here, two)) && folded((here, two), (here, three)));
    assert!(!folded((here, one), (here, three)));
    let all = [one, two, three].map(|statement| reply(&[(here, statement)]));
    let draft = merged(&[("a", &all[0]), ("b", &all[1]), ("c", &all[2])]);
    assert_eq!(draft.tasks.len(), 2);
}

#[test]
fn what_most_raters_say_decides_type_and_wording() {
    let words = [
        "Bake bread and rolls at night",
        "Bake bread, rolls, at night",
        "Bake bread and rolls",
    ];
    let replies = words.map(|statement| {
        let mut reply = reply(&[("bake bread and rolls every night", statement)]);
        if statement.contains(',') || statement.len() < 22 {
            reply.proposals[0].kind = TaskType::Supplemental;
        }
        reply
    });
    let draft = merged(&[("a", &replies[0]), ("b", &replies[1]), ("c", &replies[2])]);
    assert_eq!(draft.tasks.len(), 1);
    assert_eq!(draft.tasks[0].kind, TaskType::Supplemental);
    assert_eq!(draft.tasks[0].statement, words[0]);
}

#[test]
fn titles_are_taken_from_the_source_alone_and_once() {
    let mut anna = reply(&[("clean the ovens", "Clean ovens.")]);
    anna.alternate_titles = ["Oven Hand", "Head of Sales", "Night baker"]
        .map(str::to_owned)
        .into();
    anna.description = "Bakes bread at night.".into();
    let mut bert = anna.clone();
    bert.alternate_titles = ["Dough Mixer", "oven hand"].map(str::to_owned).into();
    bert.description = "x".repeat(401);
    let draft = merged(&[("anna", &anna), ("bert", &bert)]);
    assert_eq!(draft.alternate_titles, ["Oven Hand", "Dough Mixer"]);
    assert_eq!(draft.description, "Bakes bread at night.");
}

#[test]
fn more_than_twenty_tasks_are_left_to_the_person_and_more_than_forty_proposals_unseen() {
    let list: Vec<String> = (0..60)
        .map(|n| format!("Bake kind{n} of sort{n}"))
        .collect();
    let list: Vec<(&str, &str)> = list
        .iter()
        .map(|text| ("you bake bread", text.as_str()))
        .collect();
    let draft = merged(&[("anna", &reply(&list))]);
    assert_eq!((draft.tasks.len(), draft.beyond.len()), (20, 20));
    assert_eq!(draft.dropped().count(), 20);
    assert_eq!(draft.rows.len(), 60);
}

proptest! {
    #[test]
    fn the_order_of_raters_and_of_their_proposals_changes_nothing(
        texts in proptest::collection::vec(
            ("(bake|clean|order|ship)( bread| ovens| flour| goods| rolls){1,4}", 0..4usize), 1..12),
        cuts in (0..12usize, 0..12usize),
        turn in 0..3usize,
    ) {
        let passages = ["bake bread and rolls", "clean the ovens", "order flour from", "receive and ship goods"];
        let all: Vec<(&str, &str)> = texts.iter().map(|(text, at)| (passages[*at], text.as_str())).collect();
        let (one, two) = (cuts.0.min(cuts.1).min(all.len()), cuts.0.max(cuts.1).min(all.len()));
        let parts = [&all[..one], &all[one..two], &all[two..]].map(reply);
        let mut replies: Vec<(&str, &Reply)> = ["a", "b", "c"].into_iter().zip(&parts).collect();
        let draft = merged(&replies);
        replies.rotate_left(turn);
        prop_assert_eq!(&merged(&replies), &draft);
        let backwards = parts.clone().map(|mut part| { part.proposals.reverse(); part });
        let reversed: Vec<(&str, &Reply)> = ["a", "b", "c"].into_iter().zip(&backwards).collect();
        let reversed = merged(&reversed);
        prop_assert_eq!(tasks(&reversed), tasks(&draft));
        // Nothing is lost, and no task stands there twice.
        prop_assert_eq!(draft.rows.len(), all.len());
        let ids: BTreeSet<&String> = draft.tasks.iter().map(|task| &task.id).collect();
        prop_assert_eq!(ids.len(), draft.tasks.len());
    }
}
