//! Shares of jobs, computed again from the rows of `occupations.csv`.

use serde_json::Value;
use std::collections::BTreeMap;

/// Checks what a run printed of each dimension against the rows of its file, by plain sums.
pub(crate) fn recompute(rows: &[BTreeMap<String, String>], totals: &Value) {
    let totals = totals.as_array().expect("a list of dimensions");
    assert!(!totals.is_empty());
    for total in totals {
        let number = |row: &BTreeMap<String, String>, name: &str| row[name].parse::<f64>().ok();
        let of_dimension =
            |row: &&BTreeMap<String, String>| total["dimension"] == *row["dimension"];
        let covered: Vec<(&BTreeMap<String, String>, f64, f64)> = rows
            .iter()
            .filter(of_dimension)
            .filter_map(|row| Some((row, number(row, "employment")?, number(row, "score")?)))
            .collect();
        let jobs: f64 = covered.iter().map(|(_, jobs, _)| jobs).sum();
        let near = |value: &Value, expected: f64| {
            let value = value.as_f64().expect("a number");
            assert!(
                (value - expected).abs() <= 1e-9 * expected.abs().max(1.0),
                "{value} {expected}"
            );
        };
        near(&total["jobs"], jobs);
        near(
            &total["mean"]["value"],
            covered
                .iter()
                .map(|(_, jobs, score)| jobs * score)
                .sum::<f64>()
                / jobs,
        );
        assert_eq!(total["occupations"], covered.len());
        let shares: f64 = covered
            .iter()
            .filter_map(|(row, ..)| number(row, "employment_share"))
            .sum();
        assert!((shares - 1.0).abs() < 1e-9, "{shares}");
        let mut sum = 0.0;
        for band in total["bands"].as_array().expect("bands") {
            let own = covered
                .iter()
                .filter(|(row, ..)| band["band"] == *row["band"]);
            let share = own.clone().map(|(_, jobs, _)| jobs).sum::<f64>() / jobs;
            near(&band["share"]["value"], share);
            assert_eq!(band["occupations"], own.clone().count());
            for (row, ..) in own {
                near(&number(row, "band_employment_share").into(), share);
            }
            sum += share;
        }
        assert!((sum - 1.0).abs() < 1e-9, "{sum}");
        ranges(&covered, total);
    }
}

/// The range of the mean score is that of the raters' own columns.
fn ranges(covered: &[(&BTreeMap<String, String>, f64, f64)], total: &Value) {
    let mut means: Vec<f64> = Vec::new();
    for (rater, own) in total["raters"].as_object().expect("raters") {
        let cells = covered
            .iter()
            .filter_map(|(row, jobs, _)| Some((*jobs, row[rater].parse::<f64>().ok()?)));
        let (weighted, jobs) = cells.fold((0.0, 0.0), |(sum, all), (jobs, score)| {
            (sum + jobs * score, all + jobs)
        });
        assert_eq!(own.is_null(), jobs == 0.0, "{rater}");
        means.extend((jobs > 0.0).then(|| weighted / jobs));
    }
    means.sort_by(f64::total_cmp);
    let (low, high) = (&total["mean"]["low"], &total["mean"]["high"]);
    match means[..] {
        [least, .., most] => {
            assert!((low.as_f64().expect("low") - least).abs() < 1e-9);
            assert!((high.as_f64().expect("high") - most).abs() < 1e-9);
        }
        _ => assert!(
            low.is_null() && high.is_null() && total["mean"]["interval"] == "none: one rater"
        ),
    }
}
