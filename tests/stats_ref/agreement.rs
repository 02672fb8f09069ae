use super::Case;
use super::labels::{Labels, list, numbers, text, whole};
use serde_json::{Value, json};
use taskrater::stats::agreement::{
    self, BlandAltman, ChanceCorrected, Coefficient, Counts, Icc, IccForm, Kappa, Metric, Pairs,
    Weights, alpha, bootstrap_alpha, cohen_kappa, cross_table,
};
use taskrater::stats::exposure::{Exposure, Measure};
use taskrater::stats::{Clusters, Draws, Interval, Table};

const LEVEL: f64 = 0.95;

const METRICS: [(&str, Metric); 4] = [
    ("nominal", Metric::Nominal),
    ("ordinal", Metric::Ordinal),
    ("interval", Metric::Interval),
    ("ratio", Metric::Ratio),
];

const WEIGHTS: [(&str, Weights); 5] = [
    ("none", Weights::Identity),
    ("identity", Weights::Identity),
    ("linear", Weights::Linear),
    ("quadratic", Weights::Quadratic),
    ("ordinal", Weights::Ordinal),
];

/// Checks a case of this family; `false` where its kind belongs to another.
pub fn check(case: &Case) -> bool {
    let computed = match case.kind() {
        "krippendorff_alpha" => krippendorff(case),
        "krippendorff_alpha_large" => krippendorff_large(case),
        "krippendorff_alpha_bootstrap" => krippendorff_bootstrap(case),
        "cohen_kappa" => kappa(case),
        "cohen_kappa_large" => kappa_large(case),
        "fleiss_kappa" => fleiss(case),
        "chance_corrected_multi" => chance_corrected(case),
        "chance_corrected_multi_large" => chance_corrected_large(case),
        "icc" => icc(case),
        "lin_ccc" => lin_ccc(case),
        "bland_altman" => bland_altman(case),
        "correlation" => correlation(case),
        "two_rater_continuous" => two_raters(case),
        "effective_raters" => effective_raters(case),
        "exposure_agreement" => exposure_agreement(case),
        _ => return false,
    };
    case.holds("", case.expected(), &computed);
    true
}

// What a case gives, as the types of the library.

/// Rows of cells; labels that are names stand for their places among the categories of the case.
fn cells(case: &Case, rows: &Value) -> Vec<Vec<Option<f64>>> {
    let categories = case.input()["categories"].as_array();
    let named = |cell: &Value| {
        let place = categories?.iter().position(|category| category == cell);
        place.map(|place| place as f64)
    };
    let cell = |cell: &Value| cell.as_f64().or_else(|| named(cell));
    let row = |row: &Value| list(row).iter().map(cell).collect();
    list(rows).iter().map(row).collect()
}

fn table(case: &Case) -> Table {
    let by_rater = &case.input()["ratings_rater_by_unit"];
    let found = if by_rater.is_array() {
        Table::of_raters(&cells(case, by_rater))
    } else {
        Table::of_units(&cells(case, &case.input()["ratings_target_by_rater"]))
    };
    found.expect("a table")
}

fn pairs(x: &Value, y: &Value) -> Pairs {
    Pairs::new(&numbers(x), &numbers(y)).expect("as many x as y")
}

/// The categories of a case as numbers: their own, or their places where they are names.
fn categories(value: &Value) -> Vec<f64> {
    let places = list(value).iter().enumerate();
    places
        .map(|(place, value)| value.as_f64().unwrap_or(place as f64))
        .collect()
}

fn beta(label: &str) -> f64 {
    Measure::Beta.value(Exposure::read(label).expect("a label"))
}

fn place(order: &Value) -> impl Fn(&str) -> f64 {
    let order: Vec<Value> = list(order).to_vec();
    move |label| {
        let place = order.iter().position(|one| one == label);
        place.expect("a label of the order") as f64
    }
}

fn ends(interval: impl Into<Option<Interval>>) -> Value {
    let found: Option<Interval> = interval.into();
    json!(found.map(|found| [found.low, found.high]))
}

// The families of estimators.

fn krippendorff(case: &Case) -> Value {
    let counts = Counts::of_values(&table(case));
    let each = METRICS.map(|(name, metric)| (name.to_owned(), json!(alpha(&counts, metric).alpha)));
    Value::Object(each.into_iter().collect())
}

/// Krippendorff's alpha of all raters and of each two, complete and with the cells missing that `missing_rule` names.
fn krippendorff_large(case: &Case) -> Value {
    let labels = Labels::of(case);
    let values = &case.params()["beta"];
    let beta = |label: &str| values[label].as_f64().expect("a value");
    let order = &case.params()["ordinal_order"];
    let names: Vec<&str> = list(order).iter().filter_map(Value::as_str).collect();
    let by_beta = labels.table(&labels.raters, beta);
    let by_place = labels.table(&labels.raters, place(order));
    let holes = with_holes(
        &by_beta,
        case.params()["missing_rule"].as_str().unwrap_or_default(),
    );
    let of = |table: &Table, metric| json!(alpha(&Counts::of_values(table), metric).alpha);
    let mut found = json!({
        "nominal": of(&by_place, Metric::Nominal),
        format!("ordinal_{}", names.join("_lt_")): of(&by_place, Metric::Ordinal),
        "interval_beta": of(&by_beta, Metric::Interval),
        "nominal_with_missing": of(&holes, Metric::Nominal),
        "interval_beta_with_missing": of(&holes, Metric::Interval),
    });
    for (name, pair) in labels.pairs() {
        let two = labels.table(&pair, place(order));
        found[format!("pair_nominal_{name}")] = of(&two, Metric::Nominal);
    }
    found
}

/// A rule such as "human missing if i%3==0, rubric1 missing if i%5==1", one part a rater in their order.
fn with_holes(table: &Table, rule: &str) -> Table {
    let moduli: Vec<(usize, usize)> = rule
        .split("i%")
        .skip(1)
        .map(|part| {
            let (modulus, rest) = part.split_once("==").expect("a rule");
            let end = rest
                .find(|c: char| !c.is_ascii_digit())
                .unwrap_or(rest.len());
            let number = |text: &str| text.parse().expect("a number");
            (number(modulus), number(&rest[..end]))
        })
        .collect();
    assert_eq!(
        moduli.len(),
        table.raters(),
        "a rule for each rater: {rule}"
    );
    let rows: Vec<Vec<Option<f64>>> = table
        .units()
        .enumerate()
        .map(|(i, row)| {
            let cells = row.iter().zip(&moduli);
            cells
                .map(|(cell, &(modulus, rest))| cell.filter(|_| i % modulus != rest))
                .collect()
        })
        .collect();
    Table::of_units(&rows).expect("a table")
}

fn krippendorff_bootstrap(case: &Case) -> Value {
    let counts = Counts::of_values(&table(case));
    let level = text(&case.params()["level"]);
    let (_, metric) = METRICS
        .into_iter()
        .find(|(name, _)| *name == level)
        .expect("a metric");
    let drawn: Vec<Vec<usize>> = list(&case.input()["resample_unit_indices"])
        .iter()
        .map(|draw| list(draw).iter().map(whole).collect())
        .collect();
    let units = Clusters::singletons(counts.units());
    let found =
        bootstrap_alpha(&counts, metric, &units, Draws::Given(&drawn), 2).expect("resamples");
    json!({
        "replicates": found.replicates,
        "percentile_90": ends(found.percentile(0.9)),
        "percentile_95": ends(found.percentile(0.95)),
        "sd_ddof1": found.se(),
    })
}

fn kappa_json(kappa: Option<Kappa>) -> Value {
    kappa.map_or(Value::Null, |found| {
        json!({
            "kappa": found.kappa,
            "statsmodels_kappa": found.kappa,
            "se_nonnull": found.se,
            "se_null": found.se_null,
            "ci95_wald": ends(found.interval),
            "max_kappa": found.greatest,
        })
    })
}

/// The three kappas of labels by their places, so that all steps are of one size.
fn kappas(pairs: &Pairs, categories: usize) -> Value {
    let places: Vec<f64> = (0..categories).map(|place| place as f64).collect();
    let of = |weights| kappa_json(cohen_kappa(pairs, &places, weights, LEVEL));
    Value::Object(
        WEIGHTS
            .map(|(name, weights)| (name.to_owned(), of(weights)))
            .into_iter()
            .collect(),
    )
}

fn kappa(case: &Case) -> Value {
    let categories = list(&case.input()["categories"]);
    let places = |rater: &str| -> Vec<f64> {
        let given = list(&case.input()[rater]).iter();
        let place = |label| {
            categories
                .iter()
                .position(|c| c == label)
                .expect("a category")
        };
        given.map(|label| place(label) as f64).collect()
    };
    let pairs = Pairs::new(&places("rater_a"), &places("rater_b")).expect("two raters");
    kappas(&pairs, categories.len())
}

fn kappa_large(case: &Case) -> Value {
    let labels = Labels::of(case);
    let order = &case.params()["category_order"];
    let places = categories(&json!(list(order)));
    let one = |(name, pair): (String, [String; 2])| {
        let pairs = Pairs::of_table(&labels.table(&pair, place(order)), 0, 1);
        let table = cross_table(&pairs, &places);
        (
            name,
            json!({ "table": table, "kappa": kappas(&pairs, places.len()) }),
        )
    };
    Value::Object(labels.pairs().map(one).collect())
}

fn fleiss(case: &Case) -> Value {
    let rows: Vec<Vec<usize>> = list(&case.input()["counts_unit_by_category"])
        .iter()
        .map(|row| list(row).iter().map(whole).collect())
        .collect();
    let places: Vec<f64> = (0..rows[0].len()).map(|place| place as f64).collect();
    let counts = Counts::of_rows(&places, &rows).expect("counts");
    let found = ChanceCorrected::of_counts(&counts, Weights::Identity, LEVEL).expect("categories");
    json!({
        "fleiss": found.fleiss.map(|one| one.coefficient),
        "randolph": found.brennan_prediger.map(|one| one.coefficient),
    })
}

fn coefficient(found: Option<Coefficient>) -> Value {
    found.map_or(Value::Null, |found| {
        json!({
            "coefficient": found.coefficient,
            "pa": found.observed,
            "pe": found.chance,
            "se": found.se,
            "ci95": ends(found.interval),
            "p": found.p,
        })
    })
}

fn coefficients(table: &Table, categories: &[f64]) -> Value {
    let of = |weights| {
        let found =
            ChanceCorrected::of_table(table, categories, weights, LEVEL).expect("categories");
        let mut bp = coefficient(found.brennan_prediger);
        // irrCAC 0.4 gives one tail for this one, and two for all others.
        bp["p"] = json!(
            found
                .brennan_prediger
                .and_then(|one| one.p)
                .map(|p| p / 2.0)
        );
        json!({
            "gwet": coefficient(found.gwet),
            "fleiss": coefficient(found.fleiss),
            "krippendorff": coefficient(found.krippendorff),
            "conger": coefficient(found.conger),
            "bp": bp,
            "weights_matrix": found.weights,
        })
    };
    Value::Object(
        WEIGHTS
            .map(|(name, weights)| (name.to_owned(), of(weights)))
            .into_iter()
            .collect(),
    )
}

fn chance_corrected(case: &Case) -> Value {
    coefficients(&table(case), &categories(&case.input()["categories"]))
}

fn chance_corrected_large(case: &Case) -> Value {
    let labels = Labels::of(case);
    coefficients(
        &labels.table(&labels.raters, beta),
        &numbers(&case.params()["categories"]),
    )
}

fn icc(case: &Case) -> Value {
    let found: Icc = agreement::icc(&table(case), LEVEL).expect("two raters and two units");
    let form = |name: &str, form: Option<IccForm>| {
        form.map_or(Value::Null, |form| {
            json!({
                "mcgraw_wong": name,
                "icc": form.icc,
                "F": form.f,
                "df1": form.df[0],
                "df2": form.df[1],
                "p": form.p,
                "ci95": ends(form.interval),
            })
        })
    };
    json!({
        "ICC1": form("ICC(1,1)", found.one),
        "ICC2": form("ICC(A,1)", found.agreement),
        "ICC3": form("ICC(C,1)", found.consistency),
        "ICC1k": form("ICC(1,k)", found.one_mean),
        "ICC2k": form("ICC(A,k)", found.agreement_mean),
        "ICC3k": form("ICC(C,k)", found.consistency_mean),
        "mean_squares": {
            "MSR_targets": found.mean_squares.units,
            "MSC_raters": found.mean_squares.raters,
            "MSE_residual": found.mean_squares.residual,
            "MSW_within": found.mean_squares.within,
        },
    })
}

fn lin_ccc(case: &Case) -> Value {
    let level = case.params()["confidence"].as_f64().unwrap_or(LEVEL);
    let pairs = pairs(&case.input()["x"], &case.input()["y"]);
    let found = agreement::lin_ccc(&pairs, level).expect("two that vary");
    json!({
        "ccc": found.ccc,
        "audmetric_ccc": found.ccc,
        "pearson": found.pearson,
        "bias_correction_Cb": found.accuracy,
        "scale_shift_v": found.scale_shift,
        "location_shift_u": found.location_shift,
        "se_ccc": found.se,
        "se_z": found.se_z,
        "ci_z": ends(found.interval),
        "ci_asymptotic": ends(found.interval_plain),
    })
}

fn bland_altman(case: &Case) -> Value {
    let pairs = pairs(&case.input()["x"], &case.input()["y"]);
    let found: BlandAltman = agreement::bland_altman(&pairs, LEVEL).expect("two pairs");
    let proportional = found.proportional;
    json!({
        "n": found.n,
        "bias": found.bias,
        "sd_diff": found.sd,
        "se_bias": found.se,
        "bias_ci95_t": ends(found.interval),
        "loa_1_96": ends(found.limits),
        "se_loa_1986_sqrt3": found.error_1986.se,
        "loa_lower_ci95_1986": ends(found.error_1986.lower),
        "loa_upper_ci95_1986": ends(found.error_1986.upper),
        "se_loa_1999": found.error_1999.se,
        "loa_lower_ci95_1999": ends(found.error_1999.lower),
        "loa_upper_ci95_1999": ends(found.error_1999.upper),
        "prop_bias_slope": proportional.map(|line| line.slope),
        "prop_bias_intercept": proportional.map(|line| line.intercept),
        "prop_bias_p": proportional.and_then(|line| line.p),
        "prop_bias_r": proportional.and_then(|line| line.r),
        "paired_t": found.t,
        "paired_t_p": found.p,
        "sd_ratio_y_over_x": found.sd_ratio,
        "pitman_morgan_r": found.pitman_morgan.map(|one| one.r),
        "pitman_morgan_p": found.pitman_morgan.and_then(|one| one.p),
    })
}

fn correlation(case: &Case) -> Value {
    let pairs = pairs(&case.input()["x"], &case.input()["y"]);
    let pearson = agreement::pearson(&pairs, LEVEL).expect("two that vary");
    let spearman = agreement::spearman(&pairs, LEVEL).expect("two that vary");
    let kendall = agreement::kendall(&pairs).expect("two that vary");
    let line = agreement::line(&pairs).expect("an x that varies");
    json!({
        "pearson": { "r": pearson.r, "p": pearson.p, "ci95_fisher": ends(pearson.interval) },
        "spearman": {
            "rho": spearman.rho,
            "p_t": spearman.p,
            "ci95": {
                "fisher_1_over_n_minus_3": ends(spearman.interval_fisher),
                "bonett_wright": ends(spearman.interval),
            },
        },
        "kendall_tau_b": { "tau": kendall.tau, "p": kendall.p },
        "ols_y_on_x": { "slope": line.slope, "intercept": line.intercept, "stderr": line.se },
    })
}

fn two_raters(case: &Case) -> Value {
    let input = case.input().as_object().expect("two raters");
    let [(x_name, x), (y_name, y)] = input.iter().collect::<Vec<_>>()[..] else {
        panic!("two raters");
    };
    let pairs = pairs(x, y);
    let rows: Vec<[Option<f64>; 2]> = pairs.iter().map(|(x, y)| [Some(x), Some(y)]).collect();
    let counts = Counts::of_values(&Table::of_units(&rows).expect("a table"));
    let differences = agreement::bland_altman(&pairs, LEVEL).expect("two pairs");
    json!({
        "pearson": agreement::pearson(&pairs, LEVEL).map(|found| found.r),
        "spearman": agreement::spearman(&pairs, LEVEL).map(|found| found.rho),
        "kendall_tau_b": agreement::kendall(&pairs).map(|found| found.tau),
        "lin_ccc": agreement::lin_ccc(&pairs, LEVEL).map(|found| found.ccc),
        "krippendorff_interval": alpha(&counts, Metric::Interval).alpha,
        format!("bias_{y_name}_minus_{x_name}"): differences.bias,
        "sd_diff": differences.sd,
        "mean_abs_diff": differences.mean_absolute,
        "sd_ratio": differences.sd_ratio,
    })
}

fn effective_raters(case: &Case) -> Value {
    let found = agreement::effective_raters(&table(case));
    let r = found.mean_r.expect("raters that vary");
    let expected = case.expected()["spearman_brown_k"].as_object();
    let lengths = expected.into_iter().flatten().map(|(k, _)| {
        let reliability = agreement::spearman_brown(r, k.parse().expect("a number of raters"));
        (k.clone(), json!(reliability))
    });
    json!({
        "mean_interrater_r": r,
        "spearman_brown_k": Value::Object(lengths.collect()),
        "kish_n_eff_from_r": found.kish,
        "cronbach_alpha": found.cronbach,
    })
}

fn exposure_agreement(case: &Case) -> Value {
    let labels = Labels::of(case);
    let one = |(name, [x, y]): (String, [String; 2])| {
        let read = |rater: &str| -> Vec<_> {
            let given = labels.labels(rater);
            given.map(|label| label.and_then(Exposure::read)).collect()
        };
        let found = agreement::exposure_agreement(read(&x).into_iter().zip(read(&y)));
        let found = found.expect("tasks");
        let of =
            |one: agreement::Agree| json!({ "agreement": one.agreement, "pearson": one.pearson });
        let all = json!({
            "label_agreement": found.labels,
            "alpha": of(found.alpha),
            "beta": of(found.beta),
            "zeta": of(found.zeta),
        });
        (name, all)
    };
    Value::Object(labels.pairs().map(one).collect())
}
