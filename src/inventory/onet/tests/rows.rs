//! Rows that cannot be used.

use super::*;

/// (table, text in it, what it becomes, the problem)
const CASES: &[(&str, &str, &str, &str)] = &[
    (
        "Occupation Data.txt",
        "Tasters",
        "Tasters\t",
        "line 3: 4 fields, but the header has 3",
    ),
    (
        TASK_ROWS,
        "\t12",
        "",
        "line 4: 4 fields, but the header has 5",
    ),
    (TASK_ROWS, "\t12", "\t", "line 4: 'Task ID' is empty"),
    (
        TASK_ROWS,
        "\t12",
        "\t11\u{a0}",
        "line 4: task id 11 occurs twice",
    ),
    (TASK_ROWS, "Sweep up flour.", " ", "line 4: 'Task' is empty"),
    (
        TASK_ROWS,
        "Core",
        "Main",
        "line 2: task 11 has the unknown type 'Main'",
    ),
    (
        TASK_ROWS,
        "51-3011.00",
        "51-3012.00",
        "line 3: task 13 belongs to 51-3012.00, which is not in Occupation Data",
    ),
    (
        RATINGS,
        "3.10",
        "5.10",
        "line 3: task 12 has importance '5.10', not a number from 1 to 5",
    ),
    (
        RATINGS,
        "3.10",
        "NaN",
        "line 3: task 12 has importance 'NaN', not a number from 1 to 5",
    ),
    (
        RATINGS,
        "74.44",
        "-1",
        "line 9: task 11 has relevance '-1', not a number from 0 to 100",
    ),
    (
        RATINGS,
        "FT\t6",
        "FT\t8",
        "line 11: task 11 has a frequency of category '8', not a number from 1 to 7",
    ),
    (
        RATINGS,
        "FT\t6",
        "FT\tn/a",
        "line 11: task 11 has a frequency of category '', not a number from 1 to 7",
    ),
    (
        RATINGS,
        "FT\t6",
        "FT\t5",
        "line 11: task 11 of 35-2011.00 has a second frequency of category 5",
    ),
    (
        RATINGS,
        "12\tIM",
        "11\tIM",
        "line 5: task 11 of 35-2011.00 has a second importance",
    ),
    (RATINGS, "12\tIM", "\tIM", "line 3: 'Task ID' is empty"),
    (
        "Job Zones.txt",
        "\t2\t",
        "\t6\t",
        "line 2: 35-2011.00 has job zone '6', not a whole number from 1 to 5",
    ),
    (
        "Related Occupations.txt",
        "Supplemental\t2",
        "Supplemental\tlast",
        "line 4: 35-2011.00 has index 'last', not a whole number",
    ),
    (
        "Related Occupations.txt",
        "99-9999.00",
        "51-3011.00",
        "line 4: 35-2011.00 is related to 51-3011.00 a second time",
    ),
    (
        "Skills.txt",
        "4.75",
        "0",
        "line 4: 35-2011.00: 'Baking' has importance '0', not a number from 1 to 5",
    ),
    (
        "Skills.txt",
        "Waiting",
        "Baking",
        "line 4: 35-2011.00: 'Baking' has a second importance",
    ),
    (
        "Technology Skills.txt",
        "Oven software",
        "n/a",
        "line 2: 'Commodity Title' is empty",
    ),
    (
        "Tasks to DWAs.txt",
        "4.A.2",
        "4.A.1",
        "line 3: task 11 has activity 4.A.1 a second time",
    ),
    (
        EMERGING,
        "Revision\t11",
        "Revision\t99",
        "line 3: it revises task 99, which is not in Task Statements of 35-2011.00",
    ),
    (
        EMERGING,
        "Revision\t11",
        "Renewal\t11",
        "line 3: unknown category 'Renewal'",
    ),
    (
        EMERGING,
        "Rest dough.",
        "knead, and fold: dough",
        "line 4: the same task of 35-2011.00 occurs twice (id e-",
    ),
    (
        EMERGING,
        "51-3011.00",
        "51-3012.00",
        "line 2: 51-3012.00 is not in Occupation Data",
    ),
];

#[test]
fn what_is_wrong_in_a_row_is_said_with_its_line_and_the_others_are_kept() {
    for (table, from, to, expected) in CASES {
        let inventory = read(changed(table, from, to), EVERYTHING).unwrap();
        let found = problems(&inventory);
        let expected = format!("db/{table}, {expected}");
        assert!(
            found.iter().any(|problem| problem.starts_with(&expected)),
            "{expected}: {found:?}"
        );
        let count = match found.len() {
            1 => "1 row".to_owned(),
            several => format!("{several} rows"),
        };
        let note = format!("left out: {count} of the source");
        let notes = inventory.notes().iter();
        let notes: Vec<_> = notes
            .filter(|note| note.contains("cannot be used"))
            .collect();
        assert!(notes.len() == 1 && notes[0].starts_with(&note), "{notes:?}");
        assert!(inventory.task_count() >= 2);
    }
}

#[test]
fn a_release_without_a_usable_row_is_an_error() {
    let text = "O*NET-SOC Code\tTask ID\tTask\tTask Type\n99-0000.00\t1\tRun.\tCore\n";
    let found = read(with(TASK_ROWS, TASK_ROWS, text), PLAIN).unwrap_err();
    let what = "db/Task Statements.txt, line 2: task 1 belongs to 99-0000.00, which is not in";
    assert!(found.to_string().starts_with(what), "{found}");
    assert!(found.next_step().unwrap().contains("one release"));
}
