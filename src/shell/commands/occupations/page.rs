//! One occupation with all that its inventory knows of it.

use crate::error::Result;
use crate::inventory::{Inventory, Lookup, Occupation, Task};
use crate::shell::commands::named;
use crate::shell::table;
use crate::shell::terminal::{bold, clean, faint};
use serde_json::{Value, json};
use std::collections::HashMap;

/// Prints the occupation that the query names.
pub(super) fn show(inventory: &Inventory, query: &str, as_json: bool) -> Result<u8> {
    let found = named::one(inventory, &Lookup::new(inventory), query)?;
    let page = Page::new(inventory, &inventory.occupations()[found.index]);
    match as_json {
        true => table::print(&format!("{:#}\n", page.to_json()))?,
        false => table::print(&page.text())?,
    }
    Ok(0)
}

struct Page<'a> {
    inventory: &'a Inventory,
    occupation: &'a Occupation,
    /// Titles of all occupations by id.
    titles: HashMap<&'a str, &'a str>,
}

impl<'a> Page<'a> {
    fn new(inventory: &'a Inventory, occupation: &'a Occupation) -> Self {
        let all = inventory.occupations().iter();
        Self {
            inventory,
            occupation,
            titles: all.map(|o| (o.id.as_str(), o.title.as_str())).collect(),
        }
    }

    fn title(&self, code: &str) -> Option<&'a str> {
        self.titles.get(code).copied()
    }

    fn activity(&self, id: &str) -> Option<&'a str> {
        self.inventory.activities().get(id).map(String::as_str)
    }

    fn to_json(&self) -> Value {
        let job = self.occupation;
        let task = |task: &Task| {
            let activities = task.activities.iter();
            json!({
                "id": task.id, "statement": task.statement, "type": task.kind, "importance": task.importance,
                "relevance": task.relevance, "frequency": task.frequency,
                "activities": activities.map(|id| json!({"id": id, "title": self.activity(id)})).collect::<Vec<_>>(),
            })
        };
        let known = &job.background;
        let related = known.related.iter();
        let technology = known.technology.iter();
        let skills = known.skills.iter();
        json!({
            "inventory": self.inventory.name(), "id": job.id, "title": job.title, "description": job.description,
            "alternate_titles": job.alternate_titles, "job_zone": known.job_zone,
            "tasks": job.tasks.iter().map(task).collect::<Vec<_>>(),
            "related": related.map(|id| json!({"id": id, "title": self.title(id)})).collect::<Vec<_>>(),
            "skills": skills.map(|s| json!({"name": s.name, "importance": s.importance})).collect::<Vec<_>>(),
            "technology": technology
                .map(|t| json!({"name": t.name, "category": t.category, "hot": t.hot})).collect::<Vec<_>>(),
        })
    }

    fn text(&self) -> String {
        let job = self.occupation;
        let head = format!("{} ({})", job.title, job.id);
        let mut text = format!("{}\n", bold(&clean(&head)));
        text.push_str(&faint(&clean(self.inventory.name())));
        text.push('\n');
        if !job.description.is_empty() {
            text.push_str(&format!("\n{}\n", clean(&job.description)));
        }
        let known = &job.background;
        if let Some(zone) = known.job_zone {
            text.push_str(&format!(
                "\nJob zone {zone}, from 1 (little preparation) to 5 (extensive)\n"
            ));
        }
        self.tasks(&mut text);
        let related = known.related.iter().map(|code| {
            let title = self.title(code).unwrap_or_default();
            vec![code.clone(), title.to_owned()]
        });
        part(
            &mut text,
            "Related occupations, nearest first",
            &["code", "title"],
            related,
        );
        let skills = known.skills.iter();
        let skills = skills.map(|skill| vec![skill.name.clone(), skill.importance.to_string()]);
        part(&mut text, "Skills", &["skill", "importance"], skills);
        let technology = known.technology.iter().map(|technology| {
            let hot = if technology.hot { "hot" } else { "" };
            vec![
                technology.name.clone(),
                technology.category.clone(),
                hot.to_owned(),
            ]
        });
        part(&mut text, "Technology", &["name", "kind", ""], technology);
        let titles = job.alternate_titles.iter().map(|title| vec![title.clone()]);
        part(&mut text, "Also called", &["title"], titles);
        text
    }

    fn tasks(&self, text: &mut String) {
        let tasks = &self.occupation.tasks;
        let figure = |value: Option<f64>| value.map(|value| value.to_string()).unwrap_or_default();
        let rows = tasks.iter().map(|task| {
            let shares = task
                .frequency
                .map(|shares| shares.map(|share| format!("{share:.0}")));
            vec![
                task.id.clone(),
                task.statement.clone(),
                task.kind.name().to_owned(),
                figure(task.importance),
                figure(task.relevance),
                shares.map(|shares| shares.join(" ")).unwrap_or_default(),
                self.activities(task),
            ]
        });
        let header = [
            "id",
            "task",
            "type",
            "importance",
            "relevance %",
            "how often %",
            "activities",
        ];
        part(text, "Tasks", &header, rows);
        if tasks.is_empty() {
            text.push_str("\nNo tasks\n");
        }
        if tasks.iter().any(|task| task.frequency.is_some()) {
            let note = "How often: percent of people who do it yearly or less, more than yearly, more than monthly, more than \
                        weekly, daily, several times a day, hourly or more.";
            text.push_str(&format!("{}\n", faint(note)));
        }
    }

    fn activities(&self, task: &Task) -> String {
        let titles = task.activities.iter();
        let titles: Vec<&str> = titles.map(|id| self.activity(id).unwrap_or(id)).collect();
        titles.join(" ")
    }
}

/// A part of the page with its table; nothing where it has no row. Columns without any value are left out.
fn part(text: &mut String, title: &str, header: &[&str], rows: impl Iterator<Item = Vec<String>>) {
    let rows: Vec<Vec<String>> = rows.collect();
    if rows.is_empty() {
        return;
    }
    let used = |column: &usize| rows.iter().any(|row| !row[*column].is_empty());
    let columns: Vec<usize> = (0..header.len()).filter(used).collect();
    let header: Vec<&str> = columns.iter().map(|&column| header[column]).collect();
    let rows = rows
        .iter()
        .map(|row| columns.iter().map(|&column| row[column].clone()).collect());
    text.push_str(&format!("\n{}\n", bold(title)));
    text.push_str(&table::plain(&header, rows.collect()));
}
