//! Templates: strict about what they use, careful about what they are given.

use super::front_matter::{Front, Template};
use super::summary::Reasoned;
use crate::error::{Error, Result};
use crate::inventory::{Item, Occupation, Task, words};
use crate::line_at;
use crate::rubric::{Dimension, Label, Scale};
use minijinja::{AutoEscape, Environment, UndefinedBehavior, Value, context};
use std::sync::Arc;

const SYSTEM_VARIABLES: &[&str] = &["dimensions"];
const TASK_VARIABLES: &[&str] = &[
    "occupation.id",
    "occupation.title",
    "occupation.description",
    "task.id",
    "task.statement",
    "task.type",
    "task.importance",
];
const SUMMARY_VARIABLES: &[&str] = &["task.statement", "raters"];
const DRAFT_VARIABLES: &[&str] = &["occupation.title", "source"];

const ADJUDICATION_VARIABLES: &[&str] = &[
    "occupation.id",
    "occupation.title",
    "occupation.description",
    "task.id",
    "task.statement",
    "task.type",
    "task.importance",
    "disputed",
    "ratings",
];

/// What one rater says about a disputed task, as the adjudicator sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shown<'a> {
    /// What it is called there: "Rater A".
    pub name: String,
    /// Its answers: the id of the dimension, and the label or score.
    pub answers: Vec<(&'a str, String)>,
    /// Why, where there is a reason.
    pub reason: Option<&'a str>,
}

/// Renders the system text of a rubric, which sees the rubric and nothing else.
pub(super) fn render_system(name: &str, template: &Template, front: &Front) -> Result<String> {
    render_rubric(name, template, front.rubric.dimensions().iter())
}

/// The same for some dimensions of a rubric.
pub(super) fn render_rubric<'a>(
    name: &str,
    template: &Template,
    dimensions: impl Iterator<Item = &'a Dimension>,
) -> Result<String> {
    let dimensions: Vec<Value> = dimensions.map(described).collect();
    system(name, template, SYSTEM_VARIABLES, context! { dimensions })
}

/// Renders a system text that sees nothing.
pub(super) fn render_plain_system(name: &str, template: &Template) -> Result<String> {
    system(name, template, &[], context! {})
}

fn system(name: &str, template: &Template, variables: &[&str], values: Value) -> Result<String> {
    let env = environment(name, template, Texts::Trusted)?;
    check_variables(name, &env, template, variables)?;
    let text = render(name, &env, template.lines_before, values)?;
    Ok(text.trim().to_owned())
}

/// A dimension as templates see it.
fn described(dimension: &Dimension) -> Value {
    let label = |label: &Label| context! { id => &label.id, value => label.value, meaning => &label.meaning };
    let labels: Vec<Value> = dimension.labels().iter().map(label).collect();
    let anchors: Vec<Value> = match &dimension.scale {
        Scale::Score(anchors) => anchors
            .iter()
            .map(|anchor| context! { at => anchor.at, meaning => &anchor.meaning })
            .collect(),
        Scale::Labels(_) => Vec::new(),
    };
    context! { id => &dimension.id, question => &dimension.question, labels, anchors }
}

/// The part of a prompt that asks one question.
#[derive(Clone)]
pub(super) struct QuestionTemplate {
    name: String,
    lines_before: usize,
    env: Arc<Environment<'static>>,
}

impl std::fmt::Debug for QuestionTemplate {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("QuestionTemplate")
            .field("name", &self.name)
            .finish_non_exhaustive()
    }
}

impl QuestionTemplate {
    /// A template that asks about a task.
    pub(super) fn of_task(name: &str, template: &Template) -> Result<Self> {
        Self::compile(
            name,
            template,
            Texts::Line,
            TASK_VARIABLES,
            "task.statement",
        )
    }

    /// A template that asks for a draft.
    pub(super) fn of_draft(name: &str, template: &Template) -> Result<Self> {
        Self::compile(name, template, Texts::Lines, DRAFT_VARIABLES, "source")
    }

    /// A template that asks for a summary of reasons.
    pub(super) fn of_summary(name: &str, template: &Template) -> Result<Self> {
        Self::compile(name, template, Texts::Line, SUMMARY_VARIABLES, "raters")
    }

    /// A template that asks for a verdict.
    pub(super) fn of_adjudication(name: &str, template: &Template) -> Result<Self> {
        let variables = ADJUDICATION_VARIABLES;
        Self::compile(name, template, Texts::Line, variables, "ratings")
    }

    fn compile(
        name: &str,
        template: &Template,
        texts: Texts,
        variables: &[&str],
        needed: &str,
    ) -> Result<Self> {
        let env = environment(name, template, texts)?;
        check_variables(name, &env, template, variables)?;
        if !uses(&env, needed) {
            let message = format!("{name}: the template of the question never uses {needed}");
            return Err(
                Error::input(message).hint(format!("write {{{{ {needed} }}}} where it belongs"))
            );
        }
        Ok(Self {
            name: name.to_owned(),
            lines_before: template.lines_before,
            env: Arc::new(env),
        })
    }

    /// Whether a variable such as `task.type` stands in it.
    pub(super) fn uses(&self, variable: &str) -> bool {
        uses(&self.env, variable)
    }

    /// The question about a task.
    pub(super) fn ask(&self, occupation: &Occupation, task: &Task) -> Result<String> {
        self.render(told(occupation, task))
    }

    /// The question about a disputed task.
    pub(super) fn ask_for_verdict(
        &self,
        item: Item<'_>,
        disputed: &[&str],
        shown: &[Shown<'_>],
    ) -> Result<String> {
        let answer = |(id, value): &(&str, String)| context! { dimension => *id, value };
        let ratings = shown.iter().map(|one| {
            let answers: Vec<Value> = one.answers.iter().map(answer).collect();
            context! { name => &one.name, answers, reason => one.reason }
        });
        let ratings: Vec<Value> = ratings.collect();
        let disputed = disputed.join(", ");
        self.render(context! { disputed, ratings, ..told(item.occupation, item.task) })
    }

    /// The question that asks for a draft from a source.
    pub(super) fn ask_for_draft(&self, title: &str, source: &str) -> Result<String> {
        self.render(context! { occupation => context! { title }, source })
    }

    /// The question that asks for a summary of what raters say of a task.
    pub(super) fn ask_for_summary(
        &self,
        statement: &str,
        raters: &[Reasoned<'_>],
    ) -> Result<String> {
        let one = |rater: &Reasoned<'_>| {
            context! { id => rater.id, answers => rater.answers, reason => rater.reason }
        };
        let raters: Vec<Value> = raters.iter().map(one).collect();
        self.render(context! { task => context! { statement }, raters })
    }

    fn render(&self, values: Value) -> Result<String> {
        let text = render(&self.name, &self.env, self.lines_before, values)?;
        Ok(text.trim().to_owned())
    }
}

/// An occupation and a task as templates see them.
fn told(occupation: &Occupation, task: &Task) -> Value {
    context! {
        occupation => context! {
            id => &occupation.id,
            title => &occupation.title,
            description => &occupation.description,
        },
        task => context! {
            id => &task.id,
            statement => &task.statement,
            type => task.kind.name(),
            importance => task.importance,
        },
    }
}

/// Text of an inventory as data: on one line, and with no angle bracket left that could close a tag.
fn as_data(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 8);
    for word in words(text) {
        if !out.is_empty() {
            out.push(' ');
        }
        for c in word.chars() {
            match c {
                '&' => out.push_str("&amp;"),
                '<' => out.push_str("&lt;"),
                '>' => out.push_str("&gt;"),
                other => out.push(other),
            }
        }
    }
    out
}

/// The same for a text of several lines, which stay lines; an empty one stands for any number of them.
fn as_data_lines(text: &str) -> String {
    let mut lines: Vec<String> = text.lines().map(as_data).collect();
    lines.dedup_by(|line, before| line.is_empty() && before.is_empty());
    lines.join("\n")
}

const MAIN: &str = "prompt";

/// Where the texts come from that a template is given.
#[derive(Clone, Copy)]
enum Texts {
    /// The prompt's author: written as they are.
    Trusted,
    /// An inventory: written by [`as_data`].
    Line,
    /// A source of several lines: written by [`as_data_lines`].
    Lines,
}

fn environment(name: &str, template: &Template, texts: Texts) -> Result<Environment<'static>> {
    let mut env = Environment::new();
    env.set_undefined_behavior(UndefinedBehavior::Strict);
    env.set_auto_escape_callback(move |_| match texts {
        Texts::Line | Texts::Lines => AutoEscape::Custom("data".into()),
        Texts::Trusted => AutoEscape::None,
    });
    env.set_formatter(move |out, state, value| {
        let escaped = match texts {
            Texts::Line => as_data(&value.to_string()),
            Texts::Lines => as_data_lines(&value.to_string()),
            Texts::Trusted => return minijinja::escape_formatter(out, state, value),
        };
        match state.auto_escape() {
            AutoEscape::Custom(_) => out.write_str(&escaped).map_err(minijinja::Error::from),
            _ => minijinja::escape_formatter(out, state, value),
        }
    });
    env.add_template_owned(MAIN, template.text.clone())
        .map_err(|error| located(name, template.lines_before, &error))?;
    Ok(env)
}

fn render(name: &str, env: &Environment<'_>, lines_before: usize, values: Value) -> Result<String> {
    env.get_template(MAIN)
        .and_then(|template| template.render(values))
        .map_err(|error| located(name, lines_before, &error))
}

fn located(name: &str, lines_before: usize, error: &minijinja::Error) -> Error {
    let line = error.line().unwrap_or(1) + lines_before;
    let detail = error
        .detail()
        .map(|detail| format!(": {detail}"))
        .unwrap_or_default();
    Error::input(format!("{name}:{line}: {}{detail}", error.kind()))
}

fn variables(env: &Environment<'_>) -> Vec<String> {
    let mut used: Vec<String> = env
        .get_template(MAIN)
        .map(|template| template.undeclared_variables(true).into_iter().collect())
        .unwrap_or_default();
    used.sort();
    used
}

fn uses(env: &Environment<'_>, variable: &str) -> bool {
    variables(env).iter().any(|used| used == variable)
}

/// A variable that does not exist is an error that names it, found before anything is asked. `loop` and the
/// functions of the template language do not count.
fn check_variables(
    name: &str,
    env: &Environment<'_>,
    template: &Template,
    allowed: &[&str],
) -> Result<()> {
    for used in variables(env) {
        let function = env.globals().any(|(global, _)| global == used);
        if !function && used != "loop" && !allowed.contains(&used.as_str()) {
            // The first place where it stands; one that only a macro makes up has none, and the template's first line does.
            let before = template.text.find(&used).unwrap_or(0);
            let line = template.lines_before + line_at(&template.text, before);
            return Err(Error::input(format!(
                "{name}:{line}: the template uses '{used}', which does not exist"
            ))
            .hint(format!("known here: {}", allowed.join(", "))));
        }
    }
    Ok(())
}
