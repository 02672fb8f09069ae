//! What is reconciled otherwise is no change of what raters say.

use super::*;
use crate::rater::GoldKind;
use crate::reconcile::{Gold, Method};

/// Six tasks: the third rater lies far above the others, and farther on each task.
fn six(raters: &[&str]) -> Run {
    let ids = ["1", "2", "3", "4", "5", "6"];
    let jobs = vec![occupation("o", "Bakers", ids.map(core).to_vec())];
    Run::of("v", jobs, raters, &|id, rater| {
        let n: f64 = id.parse().unwrap();
        Some([10.0, 20.0, 60.0 + 5.0 * n][rater])
    })
}

fn again(mut run: Run, options: &Options) -> Run {
    let occupations: Vec<&Occupation> = run.inventory.occupations().iter().collect();
    run.reconciled = reconcile(&occupations, &run.sheet, options).unwrap();
    run
}

/// Everything that changed is blamed on the method, and nothing moved.
fn is_the_method(found: &Comparison<'_>) {
    let [automation] = found.dimensions.as_slice() else {
        panic!("{found:?}")
    };
    assert!(automation.reconciled_otherwise);
    let [bakers] = automation.occupations.as_slice() else {
        panic!("{automation:?}")
    };
    let points = |cause| bakers.parts.as_ref().unwrap()[&cause].points;
    assert!(bakers.change.is_some_and(|change| change.abs() > 1.0));
    near(bakers.change, points(Cause::Method));
    let tasks = &automation.tasks;
    assert!(tasks.iter().all(|task| task.cause == Cause::Method));
    for of in [&automation.whole, &bakers.same_text] {
        assert_eq!((of.verdict, of.p), (Verdict::ReconciledOtherwise, None));
        assert_eq!((of.adjusted_p, of.mde), (None, None));
    }
    assert_eq!((automation.looked_at, automation.moved), (0, 0));
}

#[test]
fn another_method_is_blamed_and_moves_nothing() {
    let before = six(&["a", "b", "c"]);
    let median = Options {
        method: Method::Median,
        ..Options::default()
    };
    let after = again(six(&["a", "b", "c"]), &median);
    let found = compare(&before.side(), &after.side()).unwrap();
    assert_eq!(found.reconciled_otherwise, ["method auto → median"]);
    is_the_method(&found);
    // The means (90 + 5n) / 3, of n = 1 to 6 35 5/6, become the median 20.
    near(
        found.dimensions[0].occupations[0].change,
        -(35.0 + 5.0 / 6.0 - 20.0),
    );
    // The raters say what they said.
    let raters = &found.dimensions[0].raters;
    assert!(
        raters
            .iter()
            .all(|one| one.difference.verdict == Verdict::Unchanged)
    );
    // The same method by another name makes the same values: nothing is otherwise but the words.
    let mean = Options {
        method: Method::Mean,
        ..Options::default()
    };
    let after = again(six(&["a", "b", "c"]), &mean);
    let found = compare(&before.side(), &after.side()).unwrap();
    assert_eq!(found.reconciled_otherwise, ["method auto → mean"]);
    let automation = &found.dimensions[0];
    assert!(!automation.reconciled_otherwise);
    assert_eq!(automation.whole.verdict, Verdict::Unchanged);
    assert!(
        automation
            .tasks
            .iter()
            .all(|task| task.cause == Cause::Same)
    );
}

#[test]
fn gold_that_came_is_blamed_on_its_own_tasks_too() {
    let before = six(&["a", "b"]);
    let mut after = six(&["a", "b", "people"]);
    after.raters[2].gold = true;
    let by = |kind| Options {
        gold: Some(Gold { rater: 2, kind }),
        ..Options::default()
    };
    let after = again(after, &by(GoldKind::Human));
    let found = compare(&before.side(), &after.side()).unwrap();
    assert_eq!(found.reconciled_otherwise, ["gold none → people"]);
    assert_eq!(found.dimensions[0].scores_by_gold, [false, true]);
    is_the_method(&found);
    // The same with a rater of the panel that becomes gold.
    let panel = six(&["a", "b", "people"]);
    is_the_method(&compare(&panel.side(), &after.side()).unwrap());
    // Whose labels they are, and another file of them, are told as well.
    let mut others = six(&["a", "b", "people"]);
    others.raters[2].gold = true;
    others.raters[2].source = Source::Surrogate("others".into());
    let others = again(others, &by(GoldKind::Expert));
    let found = compare(&after.side(), &others.side()).unwrap();
    assert_eq!(
        found.reconciled_otherwise,
        [
            "labels of gold people human → expert",
            "gold people: other weights"
        ]
    );
    assert!(found.dimensions[0].reconciled_otherwise);
}

#[test]
fn what_other_tasks_tell_of_the_raters_is_no_noise_of_this_one() {
    // a rates 1, 2 and 3; b does not rate 2. Only what a says of 1 changes: 20 to 30.
    let run = |first: f64| {
        let jobs = vec![occupation(
            "o",
            "Bakers",
            ["1", "2", "3"].map(core).to_vec(),
        )];
        Run::of(
            "v",
            jobs,
            &["a", "b"],
            &move |id, rater| match (id, rater) {
                ("1", 0) => Some(first),
                ("1", _) => Some(40.0),
                ("2", 0) => Some(50.0),
                ("3", 0) => Some(40.0),
                ("3", _) => Some(60.0),
                _ => None,
            },
        )
    };
    let (before, after) = (run(20.0), run(30.0));
    let found = compare(&before.side(), &after.side()).unwrap();
    let automation = &found.dimensions[0];
    assert!(!automation.reconciled_otherwise && found.reconciled_otherwise.is_empty());
    let of = |id: &str| {
        automation
            .tasks
            .iter()
            .find(|task| task.task_id == id)
            .unwrap()
    };
    // By tasks 1 and 3, a lies 10 below the mean of both, then 7.5: task 2 is 60, then 57.5.
    near(of("2").before, 60.0);
    near(of("2").after, 57.5);
    let causes = ["1", "2", "3"].map(|id| of(id).cause);
    assert_eq!(causes, [Cause::Same, Cause::Method, Cause::Same]);
    // Part of what changed is what a rater said: that is tested as ever, here with too few.
    assert_eq!(automation.whole.verdict, Verdict::TooFew);
}
