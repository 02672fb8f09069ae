//! Made-up pairs of runs: the parts add up, and the order of rows changes nothing.

use super::*;
use proptest::prelude::*;

/// A task of a made-up pair of runs: its occupation on each side, or none; whether it reads otherwise; its type on each side;
/// what two raters say before and after.
#[derive(Debug, Clone)]
struct Made {
    places: [Option<usize>; 2],
    reworded: bool,
    core: [bool; 2],
    values: [[Option<f64>; 2]; 2],
}

fn made() -> impl Strategy<Value = Made> {
    let place = || prop::option::weighted(0.85, 0_usize..3);
    let value = || prop::option::weighted(0.85, 0.0..100.0_f64);
    let values = || [[value(), value()], [value(), value()]];
    (
        place(),
        place(),
        any::<bool>(),
        any::<[bool; 2]>(),
        values(),
    )
        .prop_map(|(was, is, reworded, core, values)| Made {
            places: [was, is],
            reworded,
            core,
            values,
        })
}

/// The run of one side; `turned` lists occupations and tasks the other way around.
fn built(tasks: &[Made], side: usize, turned: bool) -> Run {
    let one = |(n, made): (usize, &Made)| {
        let task = if made.core[side] { core } else { other }(&format!("t{n}"));
        if side == 1 && made.reworded {
            reworded(task)
        } else {
            task
        }
    };
    let job = |place: usize| {
        let own = tasks.iter().enumerate();
        let own = own.filter(|(_, made)| made.places[side] == Some(place));
        let mut own: Vec<Task> = own.map(one).collect();
        if turned {
            own.reverse();
        }
        occupation(&format!("o{place}"), "Jobs", own)
    };
    let mut jobs: Vec<Occupation> = (0..3).map(job).collect();
    if turned {
        jobs.reverse();
    }
    let says = |id: &str, rater: usize| {
        let n: usize = id[1..].parse().unwrap();
        tasks[n].values[side][rater]
    };
    Run::of(["v1", "v2"][side], jobs, &["a", "b"], &says)
}

proptest! {
    #[test]
    fn parts_sum_to_the_change_of_the_reconciled_scores_in_any_order(
        tasks in prop::collection::vec(made(), 1..14),
    ) {
        let [before, after] = [0, 1].map(|side| built(&tasks, side, false));
        let [before_turned, after_turned] = [0, 1].map(|side| built(&tasks, side, true));
        let found = compare(&before.side(), &after.side());
        let turned = compare(&before_turned.side(), &after_turned.side());
        prop_assert_eq!(found.is_ok(), turned.is_ok());
        let (Ok(found), Ok(turned)) = (found, turned) else { return Ok(()) };
        let close = |a: Option<f64>, b: Option<f64>| match (a, b) {
            (Some(a), Some(b)) => (a - b).abs() < 1e-9,
            (a, b) => a == b,
        };
        let done = |run: &Run, n: usize| run.reconciled.dimensions[0].occupations[n].score;
        for (n, one) in found.dimensions[0].occupations.iter().enumerate() {
            prop_assert!(close(one.before, done(&before, n)) && close(one.after, done(&after, n)));
            if let Some(parts) = &one.parts {
                let sum: f64 = parts.values().map(|part| part.points).sum();
                prop_assert!(close(Some(sum), one.change), "{} {:?}", sum, one.change);
            }
            let same = turned.dimensions[0].occupations.iter().find(|other| other.occupation_id == one.occupation_id);
            let same = same.unwrap();
            prop_assert!(close(one.change, same.change));
            prop_assert!(close(one.same_text.mean, same.same_text.mean));
            prop_assert!(close(one.same_text.low, same.same_text.low));
            prop_assert_eq!(one.same_text.verdict, same.same_text.verdict);
            for cause in Cause::ALL {
                let of = |one: &OccupationChange<'_>| one.parts.as_ref().map(|parts| parts[&cause].points);
                prop_assert!(close(of(one), of(same)), "{:?}", cause);
            }
        }
        let ids = |found: &Comparison<'_>| -> Vec<(String, Cause)> {
            let mut ids: Vec<_> = found.dimensions[0].tasks.iter().map(|one| (one.task_id.to_owned(), one.cause)).collect();
            ids.sort();
            ids
        };
        prop_assert_eq!(ids(&found), ids(&turned));
    }
}
