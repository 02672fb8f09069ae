use super::Case;
use super::labels::{Labels, cells, clusters, number_in, numbers, object, text, whole};
use serde_json::{Map, Value, json};
use taskrater::stats::inference::{
    Accuracy, Adjustment, Bootstrap, ClusteredMean, Flips, PpiMean, PpiPoint, SignedRank, adjust,
    bootstrap_mean, clustered_mean, conformal_quantile, mcnemar, paired_means, paired_table,
    pattern_table, power, ppi_mean, proportion, rogan_gladen, sign_flip, wilcoxon,
};
use taskrater::stats::{Clusters, Draws, Interval};

/// Checks a case of this family; `false` where its kind belongs to another.
pub fn check(case: &Case) -> bool {
    let computed = match case.kind() {
        "clustered_se" => clustered_se(case),
        "clustered_se_large" => clustered_se_large(case),
        "paired_permutation_exact" => permutation(case),
        "paired_bootstrap" => paired_bootstrap(case),
        "wilcoxon" => signed_ranks(case),
        "mcnemar" => discordant(&case.input()["b"], &case.input()["c"]),
        "mcnemar_large" => mcnemar_large(case),
        "multiple_testing" => multiple_testing(case),
        "power" => powers(case),
        "proportion_ci" => proportions(case),
        "rogan_gladen" => corrected_share(case),
        "ppi_mean" => ppi(case),
        "conformal_quantile" => conformal(case),
        _ => return false,
    };
    case.holds("", case.expected(), &computed);
    true
}

fn ends(interval: Interval) -> Value {
    json!([interval.low, interval.high])
}

fn clustered_se(case: &Case) -> Value {
    let input = case.input();
    let (a, b) = (cells(&input["a"]), cells(&input["b"]));
    compared(case, &a, &b, &clusters(&input["cluster"], a.len()))
}

/// The labels of `|beta(one)-beta(other)|`, as absolute differences.
fn apart(labels: &Labels, formula: &str) -> Vec<Option<f64>> {
    let inside = formula.trim_matches('|');
    let (one, other) = inside.split_once('-').expect("a difference");
    let side = |side: &str| {
        let (measure, rater) = side
            .trim_end_matches(')')
            .split_once('(')
            .expect("a measure");
        labels.measure(measure, rater)
    };
    let pairs = side(one).into_iter().zip(side(other));
    pairs.map(|(a, b)| Some((a? - b?).abs())).collect()
}

fn clustered_se_large(case: &Case) -> Value {
    let labels = Labels::of(case);
    let column = |name: &str| apart(&labels, text(&case.input()[name]));
    compared(case, &column("a"), &column("b"), &labels.occupations())
}

fn compared(case: &Case, a: &[Option<f64>], b: &[Option<f64>], clusters: &Clusters) -> Value {
    let mut computed = Map::new();
    for (part, expected) in object(case.expected()) {
        let of = |level: f64| paired_means(a, b, clusters, level).expect("a comparison");
        let found = of(0.95);
        let value = match part.as_str() {
            "a" => with_intervals(expected, &found.a, |level| of(level).a),
            "b" => with_intervals(expected, &found.b, |level| of(level).b),
            "unpaired_se_cr0" => json!(found.unpaired_se_cr0),
            _ => with_intervals(expected, &found.difference, |level| of(level).difference),
        };
        computed.insert(part.clone(), value);
    }
    // A column alone is what it is in the pair, where no cell is missing.
    if let Some(alone) = a.iter().copied().collect::<Option<Vec<f64>>>() {
        let alone = clustered_mean(&alone, clusters, 0.95);
        assert_eq!(
            alone,
            paired_means(a, b, clusters, 0.95).map(|found| found.a)
        );
    }
    Value::Object(computed)
}

fn with_intervals(
    expected: &Value,
    of: &ClusteredMean,
    at: impl Fn(f64) -> ClusteredMean,
) -> Value {
    let mut found = json!({
        "mean": of.mean, "n": of.n, "n_clusters": of.clusters, "se_naive": of.se_naive, "se_cr0": of.se_cr0,
        "se_cr1": of.se_cr1, "se_miller_eq4": of.se_miller, "design_effect_cr0": of.design_effect,
    });
    for key in object(expected).keys() {
        if let Some(level) = number_in(key, "ci", "_cr0_normal") {
            found[key] = ends(at(level / 100.0).normal);
        } else if let Some(level) = number_in(key, "ci", "_cr1_t_Gminus1") {
            found[key] = ends(at(level / 100.0).t);
        }
    }
    found
}

fn permutation(case: &Case) -> Value {
    let differences = numbers(&case.input()["diff"]);
    let clusters = clusters(&case.input()["cluster"], differences.len());
    let all = Flips {
        exact_up_to: Flips::MOST,
        ..Flips::seeded(1)
    };
    let found = sign_flip(&differences, &clusters, all).expect("a test");
    assert!(found.exact);
    json!({
        "mean_diff": found.mean, "p_two_sided": found.p_two_sided, "p_greater": found.p_greater, "p_less": found.p_less,
        "n_sign_patterns": found.patterns,
        "scipy_permutation_test": {
            "two-sided": found.p_two_sided, "greater": found.p_greater, "less": found.p_less,
        },
    })
}

fn paired_bootstrap(case: &Case) -> Value {
    let input = case.input();
    let values = numbers(&input["diff"]);
    let groups = clusters(&input["cluster"], values.len());
    let drawn = |name: &str| -> Vec<Vec<&Value>> {
        let lists = input[name].as_array().expect("resamples").iter();
        lists
            .map(|list| list.as_array().expect("a resample").iter().collect())
            .collect()
    };
    let units: Vec<Vec<usize>> = drawn("task_resample_indices")
        .into_iter()
        .map(|resample| resample.into_iter().map(whole).collect())
        .collect();
    // A drawn name is the cluster of the first unit of that name.
    let names = input["cluster"].as_array().expect("clusters");
    let cluster_of = |name: &Value| {
        let first = names
            .iter()
            .position(|other| other == name)
            .expect("a known cluster");
        groups.of_units()[first]
    };
    let whole_clusters: Vec<Vec<usize>> = drawn("cluster_resample_ids")
        .into_iter()
        .map(|resample| resample.into_iter().map(cluster_of).collect())
        .collect();
    let singles = Clusters::singletons(values.len());
    let by_task = bootstrap_mean(&values, &singles, Draws::Given(&units)).expect("a bootstrap");
    let by_cluster =
        bootstrap_mean(&values, &groups, Draws::Given(&whole_clusters)).expect("a bootstrap");
    let mut computed = json!({ "mean": by_task.point });
    for (prefix, found) in [("task", &by_task), ("cluster", &by_cluster)] {
        computed[format!("{prefix}_replicates")] = json!(found.replicates);
        computed[format!("{prefix}_se")] = json!(found.se);
        for key in object(case.expected()).keys() {
            if let Some(level) = number_in(key, &format!("{prefix}_percentile_"), "") {
                computed[key] = ends(found.percentile(level / 100.0).expect("an interval"));
            } else if let Some(level) = number_in(key, &format!("{prefix}_bca_"), "") {
                computed[key] = bca(found, level / 100.0);
            }
        }
    }
    computed
}

fn bca(of: &Bootstrap, level: f64) -> Value {
    let found = of.bca(level).expect("an interval");
    json!({
        "z0": found.z0, "acceleration": found.acceleration, "quantile_levels": found.quantile_levels,
        "interval": ends(found.interval),
    })
}

fn signed_ranks(case: &Case) -> Value {
    let found = wilcoxon(&numbers(&case.input()["diff"])).expect("a test");
    let mut computed = json!({
        "exact": { "W_min": smaller(&found.wilcox), "p": found.exact_p },
        "sign_test_p": found.sign_test_p, "W_plus": found.wilcox.w_plus, "W_minus": found.wilcox.w_minus,
        "rank_biserial": found.rank_biserial, "hodges_lehmann": found.hodges_lehmann,
    });
    for (rule, of) in [
        ("wilcox", &found.wilcox),
        ("pratt", &found.pratt),
        ("zsplit", &found.zsplit),
    ] {
        let w = smaller(of);
        computed[format!("approx_{rule}_nocc")] = json!({ "W_min": w, "p": of.p, "z": of.z });
        computed[format!("approx_{rule}_cc")] =
            json!({ "W_min": w, "p": of.p_corrected, "z": of.z_corrected });
    }
    computed
}

fn smaller(of: &SignedRank) -> f64 {
    of.w_plus.min(of.w_minus)
}

fn discordant(b: &Value, c: &Value) -> Value {
    let found = mcnemar(whole(b) as u64, whole(c) as u64).expect("counts");
    json!({
        "exact_p": found.exact_p, "mid_p": found.mid_p, "chi2": found.chi2, "p": found.p,
        "chi2_corrected": found.chi2_corrected, "p_corrected": found.p_corrected,
    })
}

fn mcnemar_large(case: &Case) -> Value {
    let labels = Labels::of(case);
    let right = |name: &str| -> Vec<Option<bool>> {
        let (rater, truth) = text(&case.input()[name])
            .split_once("==")
            .expect("an equation");
        let pairs = labels.codes(rater).into_iter().zip(labels.codes(truth));
        pairs.map(|(a, b)| Some(a? == b?)).collect()
    };
    let table = paired_table(&right("a"), &right("b"));
    let mut computed = discordant(&json!(table[0][1]), &json!(table[1][0]));
    computed["table_[[both,a_only],[b_only,neither]]"] = json!(table);
    computed
}

fn multiple_testing(case: &Case) -> Value {
    let p = cells(&case.input()["p"]);
    let methods = [
        ("bonferroni", Adjustment::Bonferroni),
        ("holm", Adjustment::Holm),
        ("simes-hochberg", Adjustment::Hochberg),
        ("hommel", Adjustment::Hommel),
        ("fdr_bh", Adjustment::BenjaminiHochberg),
        ("fdr_by", Adjustment::BenjaminiYekutieli),
    ];
    let mut computed = Map::new();
    for (name, how) in methods {
        let adjusted = adjust(&p, how).expect("p-values");
        let mut found = json!({ "adjusted": adjusted });
        for key in case.expected()[name]
            .as_object()
            .into_iter()
            .flat_map(Map::keys)
        {
            if let Some(level) = number_in(key, "reject_", "") {
                let below = adjusted.iter().map(|p| p.map(|p| p <= level));
                found[key] = json!(below.collect::<Vec<_>>());
            }
        }
        computed.insert(name.to_owned(), found);
    }
    Value::Object(computed)
}

fn powers(case: &Case) -> Value {
    let part = |name: &str| case.input()[name].as_array().into_iter().flatten();
    let expected = |name: &str| case.expected()[name].as_array().into_iter().flatten();
    let effects = part("cases")
        .zip(expected("cases"))
        .map(|(given, expected)| {
            let given = numbers(given);
            let (effect, alpha, wanted) = (given[0], given[1], given[2]);
            let mut found = json!({
                "dz": effect, "alpha": alpha, "power": wanted,
                "n_paired_t": power::n_paired_t(effect, alpha, wanted),
                "n_normal": power::n_normal(effect, alpha, wanted),
            });
            for key in object(expected).keys() {
                if let Some(n) = number_in(key, "mde_at_n", "_normal") {
                    found[key] = json!(power::mde(1.0 / f64::sqrt(n), alpha, wanted));
                } else if let Some(n) = number_in(key, "power_at_n", "_t") {
                    found[key] = json!(power::power_t(effect, n, alpha));
                }
            }
            found
        });
    let miller = part("miller").map(|given| {
        let of = |key: &str| given[key].as_f64();
        let known = |key: &str| of(key).expect("a number");
        let variances = power::Variances {
            tasks: known("omega2"),
            runs_a: known("sigmaA2"),
            runs_b: known("sigmaB2"),
            times_a: known("KA"),
            times_b: known("KB"),
        };
        let (alpha, wanted) = (of("alpha").unwrap_or(0.05), of("power").unwrap_or(0.8));
        let mut found = given.clone();
        found["n"] = json!(power::miller_n(&variances, known("delta"), alpha, wanted));
        found
    });
    json!({ "cases": effects.collect::<Vec<_>>(), "miller": miller.collect::<Vec<_>>() })
}

fn proportions(case: &Case) -> Value {
    let level = 1.0 - case.params()["alpha"].as_f64().unwrap_or(0.05);
    let all = |interval: fn(u64, u64, f64) -> Option<Interval>| -> Value {
        let cases = case.input()["cases"].as_array().expect("cases").iter();
        let found = cases.map(|counts| {
            let (hits, n) = (whole(&counts[0]) as u64, whole(&counts[1]) as u64);
            interval(hits, n, level).map(ends)
        });
        json!(found.collect::<Vec<_>>())
    };
    json!({
        "wilson": all(proportion::wilson), "beta": all(proportion::clopper_pearson),
        "jeffreys": all(proportion::jeffreys), "agresti_coull": all(proportion::agresti_coull),
    })
}

fn corrected_share(case: &Case) -> Value {
    let share = |share: &str, n: &str| Accuracy {
        share: case.input()[share].as_f64().expect("a share"),
        n: whole(&case.input()[n]),
    };
    let at = |level: f64| {
        let (sensitivity, specificity) = (share("sensitivity", "m1"), share("specificity", "m0"));
        rogan_gladen(
            share("p_judge_positive", "n"),
            sensitivity,
            specificity,
            level,
        )
        .expect("a share")
    };
    let found = at(0.9);
    let mut computed = json!({ "theta": found.theta, "se_delta": found.se });
    for key in object(case.expected()).keys() {
        if let Some(level) = number_in(key, "ci", "") {
            computed[key] = ends(at(level / 100.0).interval);
        }
    }
    computed
}

fn ppi(case: &Case) -> Value {
    let (scores, gold) = ppi_rows(case);
    let at = |level: f64| ppi_mean(&scores, &gold, level).expect("a mean");
    let found: PpiMean = at(0.9);
    let mut computed = json!({
        "point_ppi_lambda1": found.ppi.point, "point_classical_lambda0": found.classical.point,
        "point_ppipp_tuned": found.tuned.point, "lambda_hat": found.tuned.lambda,
    });
    let ends = |of: PpiPoint| ends(of.interval);
    for key in object(case.expected()).keys() {
        if let Some(alpha) = number_in(key, "alpha_", "") {
            let found = at(1.0 - alpha);
            computed[key] = json!({
                "ppi_lambda1": ends(found.ppi), "classical_lambda0": ends(found.classical),
                "ppipp_tuned": ends(found.tuned),
            });
        } else if let Some(alpha) = number_in(key, "classical_mean_ci_alpha_", "") {
            computed[key] = ends(at(1.0 - alpha).classical);
        }
    }
    computed
}

/// Scores and gold of all units: given, or read off the labels by a rule such as `row i is labeled iff i%25==3`.
fn ppi_rows(case: &Case) -> (Vec<Option<f64>>, Vec<Option<f64>>) {
    let input = case.input();
    if input["data"].is_null() {
        let mut scores = cells(&input["Yhat"]);
        let mut gold = cells(&input["Y"]);
        scores.extend(cells(&input["Yhat_unlabeled"]));
        gold.resize(scores.len(), None);
        return (scores, gold);
    }
    let labels = Labels::of(case);
    let column = |name: &str| {
        let (rater, measure) = text(&input[name])
            .split_once(' ')
            .expect("a rater and a measure");
        labels.measure(measure, rater)
    };
    let rule = text(&input["labeled_rule"])
        .split("i%")
        .nth(1)
        .expect("a rule");
    let numbers: Vec<usize> = rule
        .split(|c: char| !c.is_ascii_digit())
        .filter_map(|digits| digits.parse().ok())
        .take(2)
        .collect();
    let mut gold = column("gold");
    for (row, gold) in gold.iter_mut().enumerate() {
        if row % numbers[0] != numbers[1] {
            *gold = None;
        }
    }
    (column("prediction"), gold)
}

fn conformal(case: &Case) -> Value {
    let residuals = numbers(&case.input()["abs_residuals"]);
    let alphas = object(case.expected()).keys();
    let found = alphas.map(|key| {
        let quantile = conformal_quantile(&residuals, key.parse().expect("a level"));
        // No quantile is an infinite one, which JSON cannot say.
        (key.clone(), quantile.map_or(json!("inf"), |q| json!(q)))
    });
    Value::Object(found.collect())
}

/// Two prompts of one model over 13,400 tasks, a human label known for every 40th: with such a panel Dawid & Skene claim .9
/// and are right in .67; the table claims what it reaches (methods: accuracy .69, log-loss .73).
#[test]
fn a_pattern_table_claims_what_it_reaches() {
    let labels = Labels::published();
    let (one, other) = (labels.codes("gpt4_rubric1"), labels.codes("gpt4_rubric2"));
    let rows: Vec<_> = one
        .into_iter()
        .zip(other)
        .map(|(a, b)| vec![a, b])
        .collect();
    let truth = labels.codes("human");
    let known = |row: usize| row.is_multiple_of(40);
    let gold = truth
        .iter()
        .enumerate()
        .map(|(row, label)| label.filter(|_| known(row)));
    let table = pattern_table(&rows, &gold.collect::<Vec<_>>(), 3).expect("a table");
    let (mut right, mut claimed, mut loss, mut n) = (0.0, 0.0, 0.0, 0.0);
    for (row, label) in truth.iter().enumerate().filter(|(row, _)| !known(*row)) {
        let chances = table.predict(&rows[row]).expect("chances");
        let best = chances.iter().copied().fold(0.0, f64::max);
        let label = label.expect("a label");
        right += f64::from(u8::from(chances[label] == best));
        claimed += best;
        loss -= chances[label].ln();
        n += 1.0;
    }
    let (right, claimed, loss) = (right / n, claimed / n, loss / n);
    println!(
        "right {right:.3}, claimed {claimed:.3}, log-loss {loss:.3}, left out {:.3} {:.3}",
        table.accuracy, table.log_loss
    );
    assert!((right - claimed).abs() < 0.05, "{right} {claimed}");
    assert!(right > 0.66 && loss < 0.78, "{right} {loss}");
    // What the table says of itself from its gold alone is what it does elsewhere (335 tasks: sd .026 and .04).
    assert!((table.accuracy - right).abs() < 0.08 && (table.log_loss - loss).abs() < 0.12);
}
