//! What rows come to, whatever their order.

use super::*;
use crate::inventory::{Occupation, Task};
use crate::rater::{Config, Panel};
use crate::rating::Value;
use crate::rubric::{Dimension, Label, Scale};
use proptest::prelude::*;

const CONFIG: &str = "[[recordings]]\nfile = \"l.csv\"\npanel = \"p\"\nraters = [\
    { id = \"r\", columns = { exposure = \"e\", ease = \"s\" }, rationale = \"why\" }]\n";

fn rubric() -> Rubric {
    let label = |(id, value): (&str, f64)| Label {
        id: id.into(),
        value,
        meaning: String::new(),
    };
    let labels = [("E0", 0.0), ("E2", 0.5), ("E1", 1.0)].map(label);
    let dimension = |id: &str, scale| Dimension {
        id: id.into(),
        question: String::new(),
        scale,
    };
    let dimensions = vec![
        dimension("exposure", Scale::Labels(labels.into())),
        dimension("ease", Scale::Score(Vec::new())),
    ];
    Rubric::new("test".into(), dimensions).unwrap()
}

fn panel() -> Panel {
    let ids = crate::rater::Weights::embedded().unwrap().ids();
    let config = Config::built_in(&ids).unwrap();
    let config = config.with_file("taskrater.toml", CONFIG).unwrap();
    config.panel(Some("p"), &[]).unwrap()
}

/// Reads rows about four tasks, `1` to `4`.
fn read(rows: &[String]) -> Recorded {
    let task = |id: usize| Task {
        id: id.to_string(),
        ..Task::default()
    };
    let occupation = Occupation {
        tasks: (1..=4).map(task).collect(),
        ..Occupation::default()
    };
    let mut recordings = Recordings::default();
    let text = format!("task_id,e,s,why\n{}", rows.concat());
    recordings.add("l.csv", text.as_bytes()).unwrap();
    let items = occupation.tasks.iter().map(|task| Item {
        occupation: &occupation,
        task,
    });
    Recorded::read(&recordings, &rubric(), panel().raters(), None, items).unwrap()
}

fn values(recorded: &Recorded) -> Vec<Vec<Option<f64>>> {
    let value = |value: &Option<Value>| value.as_ref().map(|value| value.value);
    let of_task = |task| recorded.rate(task).next().unwrap().1;
    (0..4)
        .map(|task| of_task(task).values.iter().map(value).collect())
        .collect()
}

#[test]
fn a_label_may_stand_as_its_value_and_nothing_else_as_a_number() {
    let some = |e, s| vec![Some(e), Some(s)];
    let rows = ["1,0.5,0,\n", "2,E1,100,\n", "3,0.6,101,\n", "4,e9,nan,\n"];
    let recorded = read(&rows.map(str::to_owned));
    assert_eq!(
        values(&recorded),
        [
            some(0.5, 0.0),
            some(1.0, 100.0),
            vec![None; 2],
            vec![None; 2]
        ]
    );
    let problems: Vec<String> = recorded
        .problems()
        .iter()
        .map(ToString::to_string)
        .collect();
    assert_eq!(
        problems,
        [
            "l.csv, line 4: s: '101' is no score of ease from 0 to 100",
            "l.csv, line 4: e: '0.6' is no label of exposure (E0, E2, E1)",
            "l.csv, line 5: s: 'nan' is no score of ease from 0 to 100",
            "l.csv, line 5: e: 'e9' is no label of exposure (E0, E2, E1)",
        ]
    );
}

#[test]
fn decimal_commas_and_other_capitals_are_read_and_thousands_are_none() {
    let rows = ["1,e1,\"37,5\",\n", "2,,\"0,125\",\n", "3,,\"1,234\",\n"];
    let recorded = read(&rows.map(str::to_owned));
    let none = vec![None; 2];
    let expected = [
        vec![Some(1.0), Some(37.5)],
        vec![None, Some(0.125)],
        none.clone(),
        none,
    ];
    assert_eq!(values(&recorded), expected);
    assert_eq!(recorded.problems().len(), 1);
}

#[test]
fn rows_about_one_task_complete_each_other_or_cancel() {
    let rows = [
        "1,E1,,\n",
        "1,,40,because\n",
        "2,E0,1,x\n",
        "2,E0,2,y\n",
        "2,E0,1,\n",
    ];
    let recorded = read(&rows.map(str::to_owned));
    assert_eq!(
        values(&recorded)[..2],
        [vec![Some(1.0), Some(40.0)], vec![Some(0.0), None]]
    );
    let rater = &recorded.raters[0];
    assert_eq!((rater.rows, rater.rows_used, rater.rated()), (5, 5, 2));
    assert_eq!(
        rater
            .problems
            .iter()
            .map(ToString::to_string)
            .collect::<Vec<_>>(),
        ["l.csv, line 5: another ease than line 4 has for the same task; neither counts"]
    );
    let rationale = |task| recorded.rate(task).next().unwrap().1.rationale;
    assert_eq!([rationale(0), rationale(1)], ["because", "x"]);
}

proptest! {
    #[test]
    fn no_order_of_rows_changes_a_value(
        rows in prop::collection::vec((1..6usize, 0..5usize, 0..4usize), 0..12),
        turn in 0..12usize,
    ) {
        let line = |&(task, e, s): &(usize, usize, usize)| {
            let e = ["E0", "E1", "0.5", "", "odd"][e];
            let s = ["0", "70", "-", "-3"][s];
            format!("{task}.0,{e},{s},\n")
        };
        let mut lines: Vec<String> = rows.iter().map(line).collect();
        let first = read(&lines);
        let turn = turn.min(lines.len());
        lines.rotate_left(turn);
        prop_assert_eq!(values(&read(&lines)), values(&first));
        lines.reverse();
        // Rows that stand there twice are one.
        lines.extend(lines.clone());
        let again = read(&lines);
        prop_assert_eq!(values(&again), values(&first));
        prop_assert!(values(&again).iter().flatten().flatten().all(|value| value.is_finite()));
    }
}
