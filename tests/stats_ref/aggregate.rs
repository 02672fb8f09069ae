use super::Case;
use super::labels::{Labels, number_in, numbers, object, rows, text};
use serde_json::{Map, Value, json};
use taskrater::stats::Table;
use taskrater::stats::aggregate::{
    CORE, DawidSkene, DawidSkeneOptions, Iterations, NOT_CORE, Response, Responses, dawid_skene,
    ilo_2023, ilo_2025, ilo_occupation, one_coin, one_factor, random_effects_anova,
    random_effects_reml, roll_up, three_raters,
};

/// Checks a case of this family; `false` where its kind belongs to another.
pub fn check(case: &Case) -> bool {
    let computed = match case.kind() {
        "dawid_skene" => confusion(case, dawid_skene),
        "one_coin_dawid_skene" => confusion(case, one_coin),
        "dawid_skene_large" => confusion_large(case),
        "random_effects_blup" => random_effects(case),
        "one_factor_ml" => factor(case),
        "three_rater_tetrad" => tetrad(case),
        "occupation_rollup" => rollup(case),
        "ilo_gradient" => ilo(case),
        _ => return false,
    };
    case.holds("", case.expected(), &computed);
    true
}

/// Names in an order, each with its place.
struct Names(Vec<Value>);

impl Names {
    fn as_they_come(names: impl Iterator<Item = Value>) -> Self {
        let mut known = Vec::new();
        for name in names {
            if !known.contains(&name) {
                known.push(name);
            }
        }
        Self(known)
    }

    fn sorted(mut self) -> Self {
        self.0.sort_by(|a, b| match (a.as_f64(), b.as_f64()) {
            (Some(a), Some(b)) => a.total_cmp(&b),
            _ => a.to_string().cmp(&b.to_string()),
        });
        self
    }

    fn place(&self, name: &Value) -> usize {
        self.0
            .iter()
            .position(|other| other == name)
            .expect("a known name")
    }
}

type Estimator = fn(&Responses, DawidSkeneOptions) -> Option<DawidSkene>;

fn confusion(case: &Case, estimator: Estimator) -> Value {
    let list = case.input()["responses_task_worker_label"]
        .as_array()
        .expect("responses");
    let names =
        |field: usize| Names::as_they_come(list.iter().map(|response| response[field].clone()));
    let (tasks, workers, labels) = (names(0), names(1).sorted(), names(2).sorted());
    let responses = list.iter().map(|response| Response {
        task: tasks.place(&response[0]),
        rater: workers.place(&response[1]),
        label: labels.place(&response[2]),
    });
    let sizes = (tasks.0.len(), workers.0.len(), labels.0.len());
    let free = Responses::new(sizes.0, sizes.1, sizes.2, responses.collect()).expect("responses");
    let gold = case.input()["gold"]
        .as_object()
        .cloned()
        .unwrap_or_default();
    let gold = tasks
        .0
        .iter()
        .map(|task| gold.get(text(task)).map(|label| labels.place(label)));
    let held = free.clone().with_gold(gold.collect()).expect("gold");

    let mut computed = Map::new();
    for run in object(case.expected()).keys() {
        let of = if run.ends_with("_with_gold") {
            &held
        } else {
            &free
        };
        let options = match number_in(run.trim_end_matches("_with_gold"), "iter", "") {
            Some(iterations) => DawidSkeneOptions {
                iterations: iterations as usize,
                tolerance: -1.0,
                ..DawidSkeneOptions::CROWD_KIT
            },
            None => DawidSkeneOptions::CROWD_KIT,
        };
        let found = estimator(of, options).expect("a model");
        let map: Vec<&Value> = found.map.iter().map(|&label| &labels.0[label]).collect();
        let mut shown = described(&found);
        shown["labels_order"] = json!(labels.0);
        shown["tasks_order"] = json!(tasks.0);
        shown["workers_order"] = json!(workers.0);
        shown["map"] = json!(map);
        computed.insert(run.clone(), shown);
    }
    Value::Object(computed)
}

fn described(found: &DawidSkene) -> Value {
    json!({
        "posterior": found.posterior, "prior": found.prior, "iterations_run": found.iterations,
        "elbo_per_response_last": found.objective, "confusion_worker_true_observed": found.confusion,
        "skill": found.skill,
    })
}

fn confusion_large(case: &Case) -> Value {
    let labels = Labels::of(case);
    let given = case.input()["workers"].as_array().expect("workers");
    let workers = Names(given.clone()).sorted();
    let codes: Vec<_> = given
        .iter()
        .map(|worker| labels.codes(text(worker)))
        .collect();
    let mut responses = Vec::new();
    for (worker, codes) in given.iter().zip(&codes) {
        let rater = workers.place(worker);
        let said = codes.iter().enumerate();
        responses.extend(said.filter_map(|(task, &label)| {
            Some(Response {
                task,
                rater,
                label: label?,
            })
        }));
    }
    let most = responses
        .iter()
        .map(|response| response.label)
        .max()
        .expect("a label");
    let of = Responses::new(codes[0].len(), given.len(), most + 1, responses).expect("responses");
    let found = dawid_skene(&of, DawidSkeneOptions::CROWD_KIT).expect("a model");
    let mut computed = described(&found);
    computed["labels_order"] = json!((0..=most).collect::<Vec<_>>());
    computed["workers_order"] = json!(workers.0);
    // What the workers say, in the order given, with the posterior of such a task.
    let mut patterns = Map::new();
    for (task, posterior) in found.posterior.iter().enumerate() {
        let said = codes
            .iter()
            .map(|codes| codes[task].map_or("-".to_owned(), |code| code.to_string()));
        let entry = patterns.entry(said.collect::<String>());
        let pattern = entry.or_insert(json!({ "count": 0, "posterior_E0_E1_E2": posterior }));
        pattern["count"] = json!(pattern["count"].as_u64().expect("a count") + 1);
    }
    for key in object(case.expected())
        .keys()
        .filter(|key| key.starts_with("pattern_"))
    {
        computed[key] = Value::Object(patterns.clone());
    }
    computed
}

fn ratings(case: &Case) -> Table {
    Table::of_units(&rows(&case.input()["ratings_target_by_rater"])).expect("a table")
}

fn random_effects(case: &Case) -> Value {
    let table = ratings(case);
    let anova = random_effects_anova(&table).expect("a complete table");
    let reml = random_effects_reml(&table).expect("estimates");
    json!({
        "rater_mean": anova.rater_mean, "var_task_anova": anova.var_task, "var_resid_anova": anova.var_noise[0],
        "shrinkage_k": anova.shrinkage(table.raters()), "blup_anova": anova.effects,
        "blup_se_given_variances": anova.effect_sd[0],
        "statsmodels_var_task": reml.var_task, "statsmodels_var_resid": reml.var_noise[0],
        "statsmodels_blup": reml.effects,
    })
}

fn factor(case: &Case) -> Value {
    let found = one_factor(&ratings(case), Iterations::default()).expect("a model");
    assert!(found.converged);
    json!({
        "mean": found.mean, "loading": found.loading, "noise_variance": found.noise_variance,
        "posterior_mean_theta": found.theta, "loglik": found.log_likelihood,
        "posterior_var_theta": found.theta_variance[0],
    })
}

fn tetrad(case: &Case) -> Value {
    let found = three_raters(&ratings(case)).expect("a model");
    json!({
        "loading": found.loading, "noise_variance": found.noise_variance, "reliability": found.reliability,
    })
}

fn rollup(case: &Case) -> Value {
    let labels = Labels::of(case);
    let weigh = |kind: char| if kind == 'C' { CORE } else { NOT_CORE };
    let weights: Vec<f64> = labels.task_types().map(weigh).collect();
    let occupations = labels.occupations();
    let columns = object(case.expected()).keys().map(|key| {
        let (rater, measure) = key.rsplit_once('_').expect("a rater and a measure");
        let values = labels.measure(measure, rater);
        let found = roll_up(&values, &weights, &occupations).expect("occupations");
        let means: Vec<_> = found.iter().map(|occupation| occupation.mean).collect();
        (key.clone(), json!(means))
    });
    Value::Object(columns.collect())
}

fn ilo(case: &Case) -> Value {
    let occupations = case.input()["occupations"].as_array().expect("occupations");
    let (mut mean, mut sd, mut gradient, mut potential) = (vec![], vec![], vec![], vec![]);
    for occupation in occupations {
        let found = ilo_occupation(&numbers(&occupation["task_scores"])).expect("scores");
        let published = |key: &str| occupation[key].as_f64();
        let of_2025 = published("mean_2dp").zip(published("sd_2dp"));
        let of_2023 = published("mean_2023_2dp").zip(published("sd_2023_2dp"));
        let class = of_2025.map_or(found.gradient, |(m, s)| ilo_2025(m, s));
        // Halves may have been rounded either way before publication; elsewhere the library's own rounding gives the class.
        assert!(class == found.gradient || !found.stable, "{occupation}");
        mean.push(found.mean);
        sd.push(found.sd);
        gradient.push(class.name());
        let class = of_2023.map_or(found.potential, |(m, s)| ilo_2023(m, s));
        potential.push(class.name().replace("Unknown", "Uknown"));
    }
    json!({ "mean": mean, "sd_ddof1": sd, "gradient_2025": gradient, "class_2023": potential })
}
