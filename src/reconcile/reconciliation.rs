//! One dimension, reconciled.

use super::calibrated::{Calibrated, HeldOut};
use super::centred::{Centred, centred_of};
use super::consensus::{Consensus, Origin, most_probable};
use super::design::Design;
use super::diagnostic::Diagnostic;
use super::method::{Calibrator, Chosen, Gold, Known, choose};
use super::rationale::{Voice, dissenters, merge};
use super::reasons::Reasons;
use super::{OccupationScore, Options, panel};
use crate::rating::Outcome;
use crate::ratings::{Row, Sum, Table};
use crate::rubric::Dimension;
use crate::stats;
use crate::stats::agreement::{Effective, effective_raters};
use crate::stats::inference::{Cells, GregMean, Shape, Working};

/// What the panel says together about one dimension.
#[derive(Debug, Clone)]
pub struct Reconciliation {
    /// Position of the dimension in the rubric.
    pub position: usize,
    /// The dimension.
    pub dimension: Dimension,
    /// The method that made the values, as files name it.
    pub method: &'static str,
    /// Why it is that, as a clause: "there is no gold".
    pub why: String,
    /// Leniency of each rater in the dimension's unit, in the order of the run ([`Centred::effects`]); `None` for gold.
    pub effects: Vec<Option<f64>>,
    /// Number of tasks that all covering raters rated: the n of the effects.
    pub common: usize,
    /// Whether each rater, gold too, rated anything in this dimension.
    pub covers: Vec<bool>,
    /// One score an occupation, in the order given.
    pub occupations: Vec<OccupationScore>,
    /// The score of all tasks of the run together, weighted as in their occupations.
    pub overall: OccupationScore,
    /// What gold made of the panel, where the method uses it.
    pub calibrated: Option<Calibrated>,
    /// The mean of all tasks with its errors apart, where gold is from two occupations at least; not yet on 0–100.
    pub greg: Option<GregMean>,
    /// How often intervals cover the gold of occupations that the model never saw.
    pub held_out: Option<HeldOut>,
    /// How the errors of the raters go together, by the gold tasks that the method uses; the error of gold itself is in all of
    /// them. `None` with fewer than ten gold tasks that all raters of the panel rated.
    pub errors: Option<Effective>,
    pub(super) as_asked: bool,
    /// Whether each rater rated nothing in any dimension.
    silent: Vec<bool>,
    /// Positions of the raters of the panel that cover the dimension.
    pub(super) panel: Vec<usize>,
    pub(super) table: Table,
    /// How the tasks of gold were drawn.
    pub(super) design: Design,
    pub(super) centred: Centred,
    pub(super) calibrator: Calibrator,
    diagnostic: Option<Diagnostic>,
    median: bool,
    pub(super) options: Options,
}

/// With fewer gold tasks that all raters rated, a correlation of their errors is chance.
const LEAST_ERRORS: usize = 10;

/// How far two single answers lie apart, of one rater and of two ([`Apart`](crate::ratings::Apart)): comparable, since
/// both are of single answers to the same questions. What of `between` exceeds `within` is disagreement of raters.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Spreads {
    /// Of two answers of two raters, the mean over tasks, in the dimension's unit; `None` where no task with repeated
    /// answers has two raters.
    pub between: Option<f64>,
    /// Of two answers of one rater, the mean over the same tasks.
    pub within: f64,
    /// Number of these tasks.
    pub tasks: usize,
}

impl Reconciliation {
    pub(super) fn new(
        position: usize,
        dimension: &Dimension,
        (table, design): (Table, Design),
        options: &Options,
        silent: &[bool],
    ) -> Self {
        let panel = panel(&table, options.gold.map(|gold| gold.rater));
        let centred = centred_of(&table, &panel, dimension.bounds());
        let nothing = OccupationScore::of(dimension, &[], &[], (&table, 0), &panel);
        let mut one = Self {
            position,
            dimension: dimension.clone(),
            method: centred.method,
            why: String::new(),
            effects: centred.effects.clone(),
            common: centred.common,
            covers: (0..table.raters())
                .map(|rater| table.covers(rater))
                .collect(),
            occupations: Vec::new(),
            overall: nothing,
            calibrated: None,
            greg: None,
            held_out: None,
            errors: None,
            as_asked: true,
            silent: silent.to_vec(),
            panel,
            table,
            design,
            centred,
            calibrator: Calibrator::Mean,
            diagnostic: None,
            median: false,
            options: *options,
        };
        one.make();
        one
    }

    /// Chooses the method and fits it.
    fn make(&mut self) {
        let gold_tasks = self.view().map(|view| view.gold_tasks());
        let known = Known {
            labels: !self.dimension.labels().is_empty(),
            raters: self.panel.len(),
            gold: gold_tasks.as_ref().map(Vec::len),
        };
        let (chosen, why, as_asked) = choose(self.options.method, known);
        (self.why, self.as_asked) = (why, as_asked);
        match chosen {
            Chosen::Mean => {}
            Chosen::Median => (self.method, self.median) = ("median", true),
            Chosen::Calibrated(calibrator) => {
                self.calibrate(calibrator, gold_tasks.unwrap_or_default());
            }
            Chosen::Diagnostic(diagnosis) => {
                let found = Diagnostic::of(diagnosis, &self.dimension, &self.table, &self.panel);
                match found {
                    Some(found) => {
                        self.method = found.name;
                        self.diagnostic = Some(found);
                    }
                    None => {
                        self.why = "the raters do not vary, so the diagnostic tells nothing".into();
                        self.as_asked = false;
                    }
                }
            }
        }
    }

    fn calibrate(&mut self, calibrator: Calibrator, tasks: Vec<usize>) {
        let level = self.options.level;
        let fitted = self
            .view()
            .and_then(|view| Calibrated::of(&view, calibrator, tasks, level));
        let Some(fitted) = fitted else {
            let unknown = self.view().is_some_and(|view| !view.is_drawn_well());
            let what = match unknown {
                true => "how its tasks were drawn is not known, so gold calibrates nothing",
                false => "the calibration cannot be fitted",
            };
            self.why = format!("{}, but {what}", self.why);
            self.as_asked = false;
            return;
        };
        self.method = fitted.name();
        self.calibrator = calibrator;
        match (calibrator, &fitted.fit.model) {
            (Calibrator::Best, Working::Pattern(_)) => self.why.push_str(
                "; on gold tasks left out the pattern table errs no more than the ridge stack",
            ),
            (Calibrator::Best, Working::Linear(_)) => self.why.push_str(
                "; on gold tasks left out the ridge stack errs less than the pattern table",
            ),
            _ => {}
        }
        if let (Calibrator::Stack | Calibrator::Best, Working::Linear(linear)) =
            (calibrator, &fitted.fit.model)
            && !matches!(linear.shape, Shape::Stack(_))
        {
            self.why
                .push_str("; weighing the raters apart was no better than their mean");
        }
        let errors = self.errors_of(&fitted.tasks);
        self.errors = errors.filter(|errors| errors.complete >= LEAST_ERRORS);
        self.calibrated = Some(fitted);
    }

    fn errors_of(&self, tasks: &[usize]) -> Option<Effective> {
        let view = self.view()?;
        let rows: Vec<Vec<Option<f64>>> = tasks
            .iter()
            .map(|&task| {
                let own = self
                    .panel
                    .iter()
                    .map(|&rater| self.table.value(task, rater));
                let gold = view.gold_value(task);
                own.map(|value| Some(value? - gold?)).collect()
            })
            .collect();
        (self.panel.len() > 1)
            .then(|| stats::Table::of_units(&rows))?
            .map(|errors| effective_raters(&errors))
    }

    /// What the score of a task that all raters of the panel rated is made of: what is added, and each rater's factor with its
    /// position. `None` where it is no sum, and without gold.
    #[must_use]
    pub fn coefficients(&self) -> Option<(f64, Vec<(usize, f64)>)> {
        let (model, view) = self.model()?;
        let cells = Cells {
            values: vec![Some(0.0); self.panel.len()],
            labels: Vec::new(),
        };
        let weights = model.fit.weights(&cells, None)?;
        let own = self.panel.iter().zip(weights.raters);
        let own: Vec<(usize, f64)> = own
            .map(|(&rater, weight)| (rater, weight.unwrap_or(0.0)))
            .collect();
        let taken_off: f64 = own.iter().map(|(rater, w)| w * view.shift(*rater)).sum();
        Some((weights.intercept - taken_off, own))
    }

    /// Whether values are means or medians of the raters, and no model's.
    #[must_use]
    pub fn is_of_raters(&self) -> bool {
        self.calibrated.is_none() && self.diagnostic.is_none()
    }

    pub(super) fn is_median(&self) -> bool {
        self.median
    }

    /// The numbers behind it.
    #[must_use]
    pub fn table(&self) -> &Table {
        &self.table
    }

    /// The rater whose ratings are trusted.
    #[must_use]
    pub fn gold(&self) -> Option<Gold> {
        self.options.gold
    }

    /// Positions of the raters of the panel that cover the dimension: gold is not among them.
    #[must_use]
    pub fn panel(&self) -> &[usize] {
        &self.panel
    }

    /// What gold says of a task, in the dimension's unit.
    #[must_use]
    pub fn gold_value(&self, task: usize) -> Option<f64> {
        self.table.value(task, self.options.gold?.rater)
    }

    /// The values of the panel that went into a task: position of the rater and value.
    pub fn inputs(&self, task: usize) -> impl Iterator<Item = (usize, f64)> {
        let panel = self.panel.iter();
        panel.filter_map(move |&rater| Some((rater, self.table.value(task, rater)?)))
    }

    /// The consensus of a task. It is made of the numbers each time, which costs less than to keep it.
    ///
    /// # Panics
    /// There is no such task.
    #[must_use]
    pub fn task(&self, task: usize) -> Consensus {
        let origin = match (self.model(), &self.diagnostic) {
            (Some((model, view)), _) => Origin::Model(model.made(&view, task)),
            (None, Some(diagnostic)) => Origin::Model(diagnostic.made(&self.dimension, task)),
            (None, None) if self.median => Origin::Median,
            (None, None) => Origin::Mean(self.centred.values[task]),
        };
        let share = self.options.contested_share;
        Consensus::of(
            &self.dimension,
            &self.table,
            &self.panel,
            task,
            share,
            origin,
        )
    }

    /// What the panel says of a task before gold has moved it, in the dimension's unit: the mean of the raters where the values are
    /// calibrated, else the value of the consensus. What came after the panel, and has seen no gold, is compared with this.
    ///
    /// # Panics
    /// There is no such task.
    #[must_use]
    pub fn uncalibrated(&self, task: usize) -> Option<f64> {
        match self.calibrated {
            Some(_) => self.centred.values[task],
            None => self.task(task).value,
        }
    }

    /// Largest minus smallest value of the panel on a task, in the dimension's unit; `None` with fewer than two raters.
    #[must_use]
    pub fn spread(&self, task: usize) -> Option<f64> {
        let (mut low, mut high, mut n) = (f64::INFINITY, f64::NEG_INFINITY, 0);
        for (_, value) in self.inputs(task) {
            (low, high, n) = (low.min(value), high.max(value), n + 1);
        }
        (n > 1).then_some(high - low)
    }

    /// How far answers lie apart, over the tasks that have both distances; over those with that of one rater where none
    /// has both. `None` where no rater has two samples of a task.
    #[must_use]
    pub fn spreads(&self) -> Option<Spreads> {
        let (mut between, mut within, mut alone) = (Sum::default(), Sum::default(), Sum::default());
        let (mut both, mut repeated) = (0_usize, 0_usize);
        for apart in (0..self.table.tasks()).filter_map(|task| self.table.apart(task)) {
            alone.add(apart.within);
            repeated += 1;
            if let Some(raters) = apart.between {
                between.add(raters);
                within.add(apart.within);
                both += 1;
            }
        }
        let mean = |sum: Sum, n: usize| sum.value() / n as f64;
        match (both, repeated) {
            (0, 0) => None,
            (0, n) => Some(Spreads {
                between: None,
                within: mean(alone, n),
                tasks: n,
            }),
            (n, _) => Some(Spreads {
                between: Some(mean(between, n)),
                within: mean(within, n),
                tasks: n,
            }),
        }
    }

    /// The ids of the raters of the panel that differ from the consensus of a task: those whom
    /// [`rationale`](Self::rationale) names as higher, lower or of another label.
    #[must_use]
    pub fn dissent<'a>(
        &self,
        consensus: &Consensus,
        raters: &[&'a str],
        row: &'a Row,
    ) -> Vec<&'a str> {
        let (voices, _) = self.voices(raters, row);
        dissenters(&self.dimension, consensus.value, consensus.label, &voices)
    }

    /// What the raters say about a task in at most three sentences, with every dissenter named: their reasons merged without
    /// asking a model to do it. `consensus` is that of the task, `raters` are the ids of the run.
    #[must_use]
    pub fn rationale(
        &self,
        consensus: &Consensus,
        raters: &[&str],
        reasons: &Reasons<'_>,
    ) -> String {
        let (voices, missing) = self.voices(raters, reasons.row);
        let said = (consensus.value, consensus.label);
        merge(&self.dimension, said, &voices, &missing, &reasons.words)
    }

    /// What each rater of the panel says, and how the questions of those ended that are missing.
    fn voices<'a>(
        &self,
        raters: &[&'a str],
        row: &'a Row,
    ) -> (Vec<Voice<'a>>, Vec<(&'a str, Outcome)>) {
        let gold = self.options.gold.map(|gold| gold.rater);
        let mut voices = Vec::with_capacity(raters.len());
        let mut missing = Vec::new();
        let flags = self.covers.iter().zip(&self.silent);
        let ratings = raters.iter().zip(row.opinions()).zip(flags).enumerate();
        for (seat, ((&id, rating), (&covers, &silent))) in ratings.filter(|(n, _)| Some(*n) != gold)
        {
            let value = rating.values.get(self.position).and_then(Option::as_ref);
            if let Some(value) = value {
                let most = || most_probable(value.probabilities.as_deref()?);
                voices.push(Voice {
                    rater: id,
                    value: value.value,
                    label: value.label.or_else(most),
                    seat,
                    features: rating
                        .basis
                        .map(|_| &*rating.rationale)
                        .filter(|said| !said.is_empty()),
                });
            } else if rating.outcome == Outcome::Rated {
                // It rated the task, but not this dimension, which it rates elsewhere.
                missing.extend(covers.then_some((id, Outcome::Abstained)));
            } else if covers || (silent && rating.outcome != Outcome::Abstained) {
                missing.push((id, rating.outcome));
            }
        }
        (voices, missing)
    }
}
