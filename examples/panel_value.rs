//! What an embedded rater is worth in a panel: agreement with human labels on the tasks that 22 raters share.
//!
//! `cargo run --release --example panel_value -- DIR/multi_llm_2026/exposure_labels_22_raters.csv`
//!
//! Human labels and model runs come from the file; `surrogate-human` answers out of fold on tasks it was trained on, so
//! it never saw a task's label, text or occupation. Intervals resample whole occupations (percentile bootstrap, fixed
//! seed), because tasks of one occupation are judged alike. Prints Markdown.

#![expect(clippy::print_stdout, reason = "a report is printed")]

use std::collections::BTreeMap;
use std::error::Error;
use taskrater::rater::surrogate::{Basis, Bundle, Input};

const DRAWS: usize = 2000;
const SEED: u64 = 1;
/// Columns that are no LLM run of the later study.
const HUMAN: &str = "human_exposure_agg";
const OLD: [&str; 2] = ["gpt4_exposure", "gpt4_exposure_alt_rubric"];
const FIRST_RATER: usize = 5;

/// One rater's values of the shared tasks, 0 to 1; a missing label is missing.
type Values = Vec<Option<f64>>;

/// Ratings of the shared tasks.
struct Shared {
    occupations: Vec<String>,
    human: Values,
    runs: BTreeMap<String, Values>,
    surrogate: Values,
    out_of_fold: usize,
}

fn main() -> Result<(), Box<dyn Error>> {
    let path = std::env::args()
        .nth(1)
        .ok_or("name the file exposure_labels_22_raters.csv")?;
    let shared = read(&path)?;
    let names: Vec<&String> = shared
        .runs
        .keys()
        .filter(|name| !OLD.contains(&name.as_str()))
        .collect();
    let llms: Vec<&[Option<f64>]> = names
        .iter()
        .map(|name| shared.runs[*name].as_slice())
        .collect();
    println!(
        "{} tasks of {} occupations; the surrogate answered {} of them out of fold, the others were not in its training. \
         Pearson with the human label; 90 % intervals from {DRAWS} bootstrap draws of whole occupations, seed {SEED}.\n",
        shared.human.len(),
        clusters(&shared.occupations).len(),
        shared.out_of_fold,
    );
    println!("| rater | labels | Pearson | 90 % interval |\n|---|---|---|---|");
    for (name, values) in &shared.runs {
        row(name, &shared, values);
    }
    row("**surrogate-human**", &shared, &shared.surrogate);
    let all = mean(&llms);
    row(
        &format!("mean of the {} later runs", llms.len()),
        &shared,
        &all,
    );
    row(
        "the same and surrogate-human",
        &shared,
        &mean(&[llms.as_slice(), &[&shared.surrogate]].concat()),
    );
    pairs(&shared, &names, &llms);
    Ok(())
}

fn read(path: &str) -> Result<Shared, Box<dyn Error>> {
    let bundle = Bundle::embedded()?;
    let which = bundle
        .surrogates()
        .iter()
        .position(|s| s.about().id == "surrogate-human")
        .ok_or("no surrogate")?;
    let mut reader = csv::Reader::from_path(path)?;
    let header = reader.headers()?.clone();
    let mut shared = Shared {
        occupations: Vec::new(),
        human: Vec::new(),
        runs: BTreeMap::new(),
        surrogate: Vec::new(),
        out_of_fold: 0,
    };
    for record in reader.records() {
        let record = record?;
        let cell = |name: &str| {
            header
                .iter()
                .position(|h| h == name)
                .and_then(|n| record.get(n))
                .unwrap_or_default()
        };
        shared.occupations.push(cell("O*NET-SOC Code").to_owned());
        for (name, label) in header.iter().zip(&record).skip(FIRST_RATER) {
            let value = match label {
                "" => None,
                label => {
                    Some(value(label).ok_or_else(|| format!("{name}: unknown label '{label}'"))?)
                }
            };
            match name {
                HUMAN => shared.human.push(value),
                _ => shared.runs.entry(name.to_owned()).or_default().push(value),
            }
        }
        let input = Input {
            task_id: cell("task_id"),
            occupation: cell("Title"),
            statement: cell("Task"),
        };
        let answer = bundle.predict(input).swap_remove(which);
        shared.out_of_fold += usize::from(answer.basis == Basis::OutOfFold);
        shared.surrogate.push(Some(answer.value));
    }
    Ok(shared)
}

/// E3 (exposed through images) is folded into E2, as its authors do.
fn value(label: &str) -> Option<f64> {
    match label {
        "E0" => Some(0.0),
        "E2" | "E3" => Some(0.5),
        "E1" => Some(1.0),
        _ => None,
    }
}

/// Mean of the raters that labelled a task.
fn mean(raters: &[&[Option<f64>]]) -> Values {
    let tasks = raters.first().map_or(0, |values| values.len());
    let of = |task: usize| {
        let present: Vec<f64> = raters.iter().filter_map(|values| values[task]).collect();
        (!present.is_empty()).then(|| present.iter().sum::<f64>() / present.len() as f64)
    };
    (0..tasks).map(of).collect()
}

fn row(name: &str, shared: &Shared, values: &[Option<f64>]) {
    let groups = clusters(&shared.occupations);
    let draws = bootstrap(&groups, |tasks| pearson(tasks, values, &shared.human));
    let every: Vec<usize> = (0..values.len()).collect();
    let point = pearson(&every, values, &shared.human).unwrap_or(f64::NAN);
    let (low, high) = interval(draws);
    let n = values.iter().flatten().count();
    println!("| {name} | {n} | {point:.3} | {low:.3} to {high:.3} |");
}

/// Two runs with and without the surrogate, over all pairs, and for the pair of the two newest single-task runs.
fn pairs(shared: &Shared, names: &[&String], llms: &[&[Option<f64>]]) {
    let every: Vec<usize> = (0..shared.human.len()).collect();
    let (mut without, mut with, mut better, mut count) = (0.0, 0.0, 0, 0);
    for i in 0..llms.len() {
        for j in i + 1..llms.len() {
            let two = pearson(&every, &mean(&[llms[i], llms[j]]), &shared.human).unwrap_or(0.0);
            let three = mean(&[llms[i], llms[j], &shared.surrogate]);
            let three = pearson(&every, &three, &shared.human).unwrap_or(0.0);
            without += two;
            with += three;
            better += usize::from(three > two);
            count += 1;
        }
    }
    println!(
        "\nMean of two runs, all {count} pairs: {:.3} without and {:.3} with surrogate-human as a third; better in {better} pairs.\n",
        without / count as f64,
        with / count as f64
    );
    let named = ["gpt-5.4-per-task-strat50", "o3-per-task-strat50"];
    let pick = |name: &str| {
        names
            .iter()
            .position(|known| known.as_str() == name)
            .map(|n| llms[n])
    };
    let (Some(a), Some(b)) = (pick(named[0]), pick(named[1])) else {
        return;
    };
    let (two, three) = (mean(&[a, b]), mean(&[a, b, &shared.surrogate]));
    let gain = |tasks: &[usize]| {
        Some(pearson(tasks, &three, &shared.human)? - pearson(tasks, &two, &shared.human)?)
    };
    let (low, high) = interval(bootstrap(&clusters(&shared.occupations), gain));
    println!(
        "| {} and {} | labels | Pearson | 90 % interval |\n|---|---|---|---|",
        named[0], named[1]
    );
    row("mean of the two", shared, &two);
    row("mean of the two and surrogate-human", shared, &three);
    println!(
        "| gain | | {:+.3} | {low:+.3} to {high:+.3} |",
        gain(&every).unwrap_or(f64::NAN)
    );
}

/// Pearson's correlation over these tasks (a task may occur more than once) where both sides have a value; `None` where
/// one side is constant.
fn pearson(tasks: &[usize], x: &[Option<f64>], y: &[Option<f64>]) -> Option<f64> {
    let both: Vec<(f64, f64)> = tasks
        .iter()
        .filter_map(|&task| x[task].zip(y[task]))
        .collect();
    let n = both.len() as f64;
    let (mx, my) = (
        both.iter().map(|pair| pair.0).sum::<f64>() / n,
        both.iter().map(|pair| pair.1).sum::<f64>() / n,
    );
    let (mut xy, mut xx, mut yy) = (0.0, 0.0, 0.0);
    for (x, y) in both {
        xy += (x - mx) * (y - my);
        xx += (x - mx) * (x - mx);
        yy += (y - my) * (y - my);
    }
    (xx > 0.0 && yy > 0.0).then(|| xy / (xx * yy).sqrt())
}

/// Tasks of each occupation.
fn clusters(occupations: &[String]) -> Vec<Vec<usize>> {
    let mut groups: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for (task, occupation) in occupations.iter().enumerate() {
        groups.entry(occupation).or_default().push(task);
    }
    groups.into_values().collect()
}

fn bootstrap(groups: &[Vec<usize>], statistic: impl Fn(&[usize]) -> Option<f64>) -> Vec<f64> {
    let mut random = fastrand::Rng::with_seed(SEED);
    (0..DRAWS)
        .filter_map(|_| {
            let tasks: Vec<usize> = (0..groups.len())
                .flat_map(|_| groups[random.usize(0..groups.len())].iter().copied())
                .collect();
            statistic(&tasks)
        })
        .collect()
}

/// 5 % and 95 % points.
fn interval(mut draws: Vec<f64>) -> (f64, f64) {
    draws.sort_by(f64::total_cmp);
    let at = |share: f64| {
        draws
            .get((share * (draws.len().max(1) - 1) as f64).round() as usize)
            .copied()
    };
    (at(0.05).unwrap_or(f64::NAN), at(0.95).unwrap_or(f64::NAN))
}
