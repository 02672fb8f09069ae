//! Templates: strict about what they use, careful about what they are given.

use super::front_matter::{Front, Template};
use crate::error::{Error, Result};
use crate::inventory::{Occupation, Task, words};
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

/// Renders the system text, which sees the rubric and nothing else.
pub(super) fn render_system(name: &str, template: &Template, front: &Front) -> Result<String> {
    let env = environment(name, template, Texts::Trusted)?;
    check_variables(name, &env, template, SYSTEM_VARIABLES)?;
    let dimensions: Vec<Value> = front.rubric.dimensions().iter().map(described).collect();
    let text = render(name, &env, template.lines_before, context! { dimensions })?;
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

/// The part of a prompt that asks about one task.
#[derive(Clone)]
pub(super) struct TaskTemplate {
    name: String,
    lines_before: usize,
    env: Arc<Environment<'static>>,
}

impl std::fmt::Debug for TaskTemplate {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("TaskTemplate")
            .field("name", &self.name)
            .finish_non_exhaustive()
    }
}

impl TaskTemplate {
    pub(super) fn compile(name: &str, template: &Template) -> Result<Self> {
        let env = environment(name, template, Texts::Data)?;
        check_variables(name, &env, template, TASK_VARIABLES)?;
        if !uses(&env, "task.statement") {
            return Err(Error::input(format!(
                "{name}: the task template never uses task.statement"
            ))
            .hint("write {{ task.statement }} where the task belongs"));
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

    pub(super) fn render(&self, occupation: &Occupation, task: &Task) -> Result<String> {
        let values = context! {
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
        };
        let text = render(&self.name, &self.env, self.lines_before, values)?;
        Ok(text.trim().to_owned())
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

const MAIN: &str = "prompt";

/// Where the texts come from that a template is given.
#[derive(Clone, Copy)]
enum Texts {
    /// The prompt's author: written as they are.
    Trusted,
    /// An inventory: written by [`as_data`].
    Data,
}

fn environment(name: &str, template: &Template, texts: Texts) -> Result<Environment<'static>> {
    let mut env = Environment::new();
    env.set_undefined_behavior(UndefinedBehavior::Strict);
    env.set_auto_escape_callback(move |_| match texts {
        Texts::Data => AutoEscape::Custom("data".into()),
        Texts::Trusted => AutoEscape::None,
    });
    env.set_formatter(|out, state, value| match state.auto_escape() {
        AutoEscape::Custom(_) => out
            .write_str(&as_data(&value.to_string()))
            .map_err(minijinja::Error::from),
        _ => minijinja::escape_formatter(out, state, value),
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
