//! Sets are read strictly and joined by id and text.

use super::fixtures::{HEAD, TOML, gold, inventory, row, set};
use super::{Half, Set};
use crate::prompt::Prompt;
use crate::rater::GoldFile;

fn wrong(gold: &str) -> String {
    set(gold).unwrap_err().to_string()
}

fn ids(of: &crate::inventory::Inventory) -> Vec<&str> {
    of.items().map(|item| item.task.id.as_str()).collect()
}

#[test]
fn a_set_says_what_it_is() {
    let set = set(&gold()).unwrap();
    assert_eq!(
        (set.id(), set.title(), set.rubric()),
        ("small", "Small", "exposure")
    );
    assert_eq!(
        (set.half_tasks(Half::Dev), set.half_tasks(Half::Test)),
        (3, 2)
    );
    assert_eq!(
        (
            set.half_occupations(Half::Dev),
            set.half_occupations(Half::Test)
        ),
        (2, 1)
    );
    assert_eq!(set.dimensions().collect::<Vec<_>>(), ["exposure"]);
    assert_eq!((set.kind().name(), set.digest().len()), ("editorial", 16));
    let other = Set::read(
        "eval/small",
        &TOML.replace("Small", "Other"),
        gold().as_bytes(),
    )
    .unwrap();
    assert_ne!(set.digest(), other.digest());
}

#[test]
fn the_gold_of_a_half_is_a_gold_file() {
    let bytes = set(&gold()).unwrap().gold_of(Half::Dev);
    let text = String::from_utf8(bytes.clone()).unwrap();
    assert!(
        text.starts_with("occupation_id,task_id,exposure,note,"),
        "{text}"
    );
    assert!(!text.contains("half") && !text.contains("text"), "{text}");
    let order: Vec<&str> = text.lines().skip(1).map(|line| &line[2..4]).collect();
    assert_eq!(order, ["b1", "a2", "a1"]);
    let rubric = Prompt::built_in("exposure").unwrap().rubric().clone();
    let read = GoldFile::read("x.csv", &bytes, &rubric, &[]).unwrap();
    assert_eq!((read.provenance.rows, read.foreign.len()), (3, 0));
    // The file of the whole set is one, too: what only sets have is no dimension.
    let whole = GoldFile::read("x.csv", gold().as_bytes(), &rubric, &[]).unwrap();
    assert_eq!((whole.provenance.rows, whole.foreign), (5, Vec::new()));
}

#[test]
fn tasks_are_joined_in_the_order_of_the_inventory() {
    let joined = set(&gold())
        .unwrap()
        .joined(Half::Dev, &inventory())
        .unwrap();
    assert_eq!(ids(&joined.inventory), ["a1", "a2", "b1"]);
    assert_eq!(
        (joined.inventory.name(), joined.inventory.digest()),
        ("a list", "d")
    );
    assert_eq!(
        joined.inventory.notes(),
        ["3 of the 3 tasks of the dev half of the eval set small"]
    );
    assert!(joined.gone.is_empty() && joined.changed.is_empty());
}

#[test]
fn what_changed_is_gone_or_has_no_label_is_left_out_and_counted() {
    let hash = "00112233445566778899aabbccddeeff";
    let a3 = row("a", "a3", "E1", "dev");
    let a3 = format!("{},{hash}\n", a3.rsplit_once(',').unwrap().0);
    let more = [
        a3,
        row("a", "a9", "E1", "dev"),
        row("b", "c3", "E1", "dev"),
        row("b", "b2", "", "dev"),
    ];
    let set = set(&format!("{}{}", gold(), more.concat())).unwrap();
    let joined = set.joined(Half::Dev, &inventory()).unwrap();
    assert_eq!(ids(&joined.inventory), ["a1", "a2", "b1"]);
    let named = |list: &[super::TaskRef]| -> Vec<String> {
        list.iter().map(|one| one.task_id.clone()).collect()
    };
    assert_eq!(named(&joined.changed), ["a3"]);
    // c3 is a task of c, not of b.
    assert_eq!(named(&joined.gone), ["a9", "c3"]);
    assert_eq!(named(&joined.unlabelled), ["b2"]);
    assert_eq!(
        joined.inventory.notes(),
        [
            "3 of the 7 tasks of the dev half of the eval set small (1 have another text than the one that was labelled, 2 are not in \
          the inventory, 1 have no label)"
        ]
    );
    let rows = String::from_utf8(set.gold_of(Half::Dev)).unwrap();
    assert!(!rows.contains("b2") && rows.contains("a9"), "{rows}");
}

#[test]
fn another_inventory_is_refused_with_ids_of_both() {
    let jobs = crate::inventory::starter().unwrap();
    let error = set(&gold()).unwrap().joined(Half::Test, &jobs).unwrap_err();
    assert_eq!(
        error.to_string(),
        "starter inventory has no task of the test half of the set small"
    );
    let hint = error.next_step().unwrap();
    assert!(
        hint.starts_with("the set has tasks such as c1 of c, c2 of c, the inventory such as "),
        "{hint}"
    );
    assert!(
        hint.ends_with("the texts of this set are in a list: name it with --inventory"),
        "{hint}"
    );
}

#[test]
fn a_half_without_a_label_names_file_and_column() {
    let empty = format!(
        "{HEAD}{}{}",
        row("a", "a1", "E1", "test"),
        row("b", "b1", "", "dev")
    );
    let set = set(&empty).unwrap();
    assert_eq!(
        (set.unlabelled(Half::Dev), set.unlabelled(Half::Test)),
        (1, 0)
    );
    assert_eq!(
        set.joined(Half::Dev, &inventory()).unwrap_err().to_string(),
        "eval/small/gold.csv: none of the 1 tasks of the dev half has a label in exposure"
    );
    assert!(set.joined(Half::Test, &inventory()).is_ok());
}

#[test]
fn words_of_its_own_make_its_own_inventory() {
    let head = HEAD.replace("half,text", "half,occupation,statement");
    let own = |job: &str, task: &str, words: &str| {
        format!("{job},{task},E1,,1,all,random,1,one label,,,1a2b,,human,dev,{words}\n")
    };
    let gold = format!(
        "{head}{}{}",
        own("x", "1", "Baker,Bake bread."),
        own("x", "2", "Baker,'-sell it")
    );
    let set = set(&gold).unwrap();
    let joined = set.joined(Half::Dev, &inventory()).unwrap();
    let tasks: Vec<_> = joined
        .inventory
        .items()
        .map(|item| item.task.statement.as_str())
        .collect();
    assert_eq!(tasks, ["Bake bread.", "-sell it"]);
    assert_eq!(joined.inventory.name(), "eval set small");
    let two = format!(
        "{head}{}{}",
        own("x", "1", "Baker,Bake."),
        own("x", "2", "Cook,Cook.")
    );
    let error = super::fixtures::set(&two)
        .unwrap()
        .joined(Half::Dev, &inventory());
    assert_eq!(
        error.unwrap_err().to_string(),
        "eval/small/gold.csv: occupation x is called Baker and Cook"
    );
}

#[test]
fn every_row_is_whole_or_the_set_is_refused() {
    let good = row("a", "a1", "E1", "dev");
    let with = |from: &str, to: &str| wrong(&format!("{HEAD}{}", good.replace(from, to)));
    let place = |what: &str| format!("eval/small/gold.csv, line 2: {what}");
    assert_eq!(
        with(",dev,", ",train,"),
        place("'train' is no half: dev or test")
    );
    assert_eq!(with(",dev,", ",,"), place("'' is no half: dev or test"));
    assert_eq!(
        with(",0.5,", ",0,"),
        place("'0' is no probability from 1e-9 to 1")
    );
    assert_eq!(
        with(",0.5,", ",,"),
        place("'' is no probability from 1e-9 to 1")
    );
    assert_eq!(
        with(",0.5,", ",1e-310,"),
        place("'1e-310' is no probability from 1e-9 to 1")
    );
    let split = |job: &str| wrong(&format!("{HEAD}{good}\n{}", row(job, "a2", "E1", "test")));
    assert_eq!(
        split("a"),
        "eval/small/gold.csv, line 4: occupation a is in the test half here, and in the dev half on line 2"
    );
    // 15-2051 is 15-2051.00.
    let codes = [
        row("15-2051", "a1", "E1", "dev"),
        row("15-2051.00", "a2", "E1", "test"),
    ];
    assert!(wrong(&format!("{HEAD}{}", codes.concat())).contains("and in the dev half on line 2"));
    assert_eq!(with("a,a1", "a,"), place("task_id is empty"));
    assert_eq!(
        with("random", "chosen"),
        place("'chosen' is no design of a draw")
    );
    assert_eq!(
        with("editorial", "crowd"),
        place("'crowd' is no kind of gold")
    );
    let short = format!("{}\n", good.trim_end().trim_end_matches(|c: char| c != ','));
    assert_eq!(
        wrong(&format!("{HEAD}{short}")),
        place("'' is no hash of a text, 32 hex digits")
    );
    assert_eq!(
        wrong(&format!("{HEAD}{good}\n{good}")),
        "eval/small/gold.csv, line 4: task a1 stands on line 2 already"
    );
    assert_eq!(wrong(HEAD), "eval/small/gold.csv has no row");
    assert_eq!(wrong(""), "eval/small/gold.csv is empty");
    assert_eq!(
        wrong(&gold().replace(",half,", ",side,")),
        "eval/small/gold.csv has no column half"
    );
    assert_eq!(
        wrong(&format!("{HEAD}{good}x,y\n")),
        "eval/small/gold.csv, line 3: 2 cells where the header has 16"
    );
    // Picked by people: nobody knows the probability, and nobody has to say one.
    let picked = good.replace(",0.5,all,random,", ",,all,picked,");
    assert!(set(&format!("{HEAD}{picked}")).is_ok());
}

#[test]
fn files_of_other_programs_are_read_alike() {
    let plain = set(&gold()).unwrap().gold_of(Half::Dev);
    let strange = format!("\u{feff}{}", gold().replace('\n', "\r\n"));
    assert_eq!(set(&strange).unwrap().gold_of(Half::Dev), plain);
    let semicolons = gold().replace(',', ";");
    assert_eq!(set(&semicolons).unwrap().gold_of(Half::Dev), plain);
}

#[test]
fn figures_that_a_dimension_cannot_have_are_refused_with_their_line() {
    let rubric = Prompt::built_in("impact").unwrap().rubric().clone();
    let gold = gold().replace("exposure", "automation");
    let check = |toml: String| {
        let set = Set::read("eval/small", &toml, gold.as_bytes()).unwrap();
        set.check_figures(&rubric)
    };
    let toml = TOML.replace("exposure.kappa", "automation.mae");
    assert!(check(toml.clone()).is_ok());
    let error = check(toml.replace(".mae\"", ".mae\",\n\"automation.kappa\"")).unwrap_err();
    assert_eq!(
        error.to_string(),
        "eval/small/set.toml:7: automation.kappa cannot be: automation is a score in the rubric impact, and kappa is of labels"
    );
    let error = check(format!("{toml}[margin]\n\"automation.accuracy\" = 0.1\n")).unwrap_err();
    assert!(
        error
            .to_string()
            .starts_with("eval/small/set.toml:8: automation.accuracy cannot be")
    );
}

#[test]
fn set_toml_is_refused_with_its_line() {
    let read = |toml: &str| {
        Set::read("eval/small", toml, gold().as_bytes())
            .unwrap_err()
            .to_string()
    };
    let with = |from: &str, to: &str| read(&TOML.replace(from, to));
    assert_eq!(
        with("id = \"small\"", "id = \"My Set\"")
            .split(" cannot")
            .next(),
        Some("eval/small/set.toml:1: 'My Set'")
    );
    assert_eq!(
        with("\"made up\"", "\" \""),
        "eval/small/set.toml:5: source is empty"
    );
    assert_eq!(
        with("[\"exposure.kappa\"]", "[\"kappa\"]"),
        "eval/small/set.toml:6: 'kappa' is no figure of a set"
    );
    assert!(
        with("[\"exposure.kappa\"]", "[]")
            .starts_with("eval/small/set.toml:6: primary names 0 metrics")
    );
    assert_eq!(
        with("[\"exposure.kappa\"]", "[\"other.mae\"]"),
        "eval/small/set.toml:6: eval/small/gold.csv has no column other"
    );
    assert!(
        read(&format!("{TOML}colour = 1\n"))
            .starts_with("eval/small/set.toml:7: unknown field `colour`")
    );
    assert!(
        read(&format!("{TOML}[margin]\n\"exposure.mae\" = -1.0\n"))
            .starts_with("eval/small/set.toml:7: the margin of exposure.mae is -1")
    );
}
