//! The tasks that a set can be drawn from, with the labels that they have.

use super::rated::{columns_of, design, drawn, rated, task, texts};
use crate::error::{Error, Kind, Result};
use crate::eval::set::{CARRIED, FrameTask};
use crate::inventory::{Inventory, Wanted, starter, text_hash};
use crate::rater::{GoldFile, GoldKind, Rater, Recorded, Recordings};
use crate::rating::{Outcome, Rating};
use crate::ratings::round12;
use crate::report::marked_gold;
use crate::rubric::Rubric;
use crate::shell::cli::EvalNewArgs;
use crate::shell::loaded_run::LoadedRun;
use crate::shell::project::Project;
use crate::shell::recorded_text::{coverage, places, refuse};
use crate::shell::{choices, files};
use std::collections::BTreeMap;

/// Problems that are named; the rest is counted.
const SHOWN: usize = 3;
/// The rubric of a set that nobody named one for, as of a run.
const RUBRIC: &str = "impact";

/// The column that says which half of another set a task is in: it is kept, so that what is locked there is not tried on here.
pub(super) const HALF: &str = "half";

/// What can be drawn.
pub(super) struct Frame {
    /// The inventory or run.
    pub from: String,
    /// The inventory that has the texts.
    pub inventory: String,
    /// Whether that is the bundled one.
    pub is_starter: bool,
    /// Hash of it.
    pub digest: String,
    /// Where the labels come from.
    pub gold: String,
    pub kind: GoldKind,
    pub rubric: Rubric,
    /// Those with a column.
    pub dimensions: Vec<String>,
    /// In the order of the inventory.
    pub tasks: Vec<FrameTask>,
    /// What a person should know.
    pub notes: Vec<String>,
}

impl Frame {
    /// The tasks of the run or inventory that are named, with the labels of the gold that is named; all of them where none is.
    ///
    /// # Errors
    /// Something cannot be read, there is no such rater, or it labels none of the tasks.
    pub fn of(project: &Project, args: &EvalNewArgs) -> Result<Self> {
        let run = args.run.as_deref();
        let run = run.map(|run| LoadedRun::read(project, run)).transpose()?;
        let inventory = match &run {
            Some(run) => run.inventory.clone(),
            None => project.inventory(&args.inventory, Wanted::default())?,
        };
        let rubric = match &run {
            Some(run) => run.rubric.clone(),
            None => {
                let set = project.config.settings().rubric.as_deref();
                let id = args.rubric.as_deref().or(set).unwrap_or(RUBRIC);
                project.prompt(id)?.0.rubric().clone()
            }
        };
        let name = called(&inventory, args);
        let frame = Self {
            from: match &run {
                Some(run) => format!("run {} of {name}", run.id),
                None => name.clone(),
            },
            is_starter: inventory.digest() == starter()?.digest(),
            digest: inventory.digest().to_owned(),
            gold: "none yet".to_owned(),
            kind: choices::gold_kind(args.kind.as_deref().unwrap_or("human"))?,
            dimensions: rubric
                .dimensions()
                .iter()
                .map(|one| one.id.clone())
                .collect(),
            tasks: Vec::new(),
            notes: Vec::new(),
            inventory: name,
            rubric,
        };
        let marked = run.as_ref().and_then(|run| marked_gold(&run.raters));
        let frame = match (&run, &args.gold_rater) {
            _ if !args.gold.is_empty() => frame.of_files(&inventory, args),
            (Some(run), Some(id)) => frame.of_run(run, args, id),
            (Some(run), None) if marked.is_some() => {
                let id = marked.map_or("", |gold| &run.raters[gold.rater].id);
                frame.of_run(run, args, id)
            }
            (None, Some(id)) => frame.of_rater(project, &inventory, args, id),
            (_, None) => Ok(frame.unlabelled(&inventory, run.as_ref())),
        }?;
        match frame.tasks.is_empty() {
            false => Ok(frame),
            true => Err(Error::input(format!(
                "no task of {} has a label in {}",
                frame.from, frame.gold
            ))
            .hint("check --inventory, --run and --rubric: labels are joined by task and occupation id")),
        }
    }

    /// What `set.toml` says of the source where nobody said it.
    pub fn source(&self) -> String {
        format!("Tasks: {}. Labels: {}.", self.from, self.gold)
    }

    /// All tasks, to be labelled.
    fn unlabelled(mut self, inventory: &Inventory, run: Option<&LoadedRun>) -> Self {
        let blank = vec![String::new(); self.dimensions.len()];
        for item in inventory.items() {
            let mut task = task(item, blank.clone());
            if let Some(run) = run {
                task.carried.insert("run", run.id.clone());
            }
            self.tasks.push(task);
        }
        self
    }

    /// What a recorded rater of the configuration says.
    fn of_rater(
        mut self,
        project: &Project,
        inventory: &Inventory,
        args: &EvalNewArgs,
        id: &str,
    ) -> Result<Self> {
        let known = project.config.raters().iter().find(|rater| rater.id == id);
        let rater = known.filter(|rater| rater.recording().is_some());
        let Some(rater) = rater else {
            let all = project.config.raters().iter();
            let recorded = all.filter(|rater| rater.recording().is_some());
            let recorded: Vec<&str> = recorded.map(|rater| &*rater.id).collect();
            let message = format!("taskrater.toml has no recorded rater '{id}'");
            return Err(Error::new(Kind::Setup, message).hint(match recorded.is_empty() {
                true => "[[recordings]] of taskrater.toml makes one of a file of labels: docs/recordings.md".to_owned(),
                false => format!("its recorded raters are {}", recorded.join(", ")),
            }));
        };
        let recordings = project.recordings(std::slice::from_ref(rater))?;
        self.gold = format!(
            "{id} ({})",
            rater.recording().map_or("", |own| own.source())
        );
        if args.kind.is_none() {
            self.kind = rater.gold().unwrap_or(self.kind);
        }
        let kept = columns_of(rater, &self.rubric);
        self.dimensions.retain(|one| kept.contains(one));
        let read = self.read(rater, &recordings, inventory, args.inventory.strict)?;
        let texts = match &args.text_column {
            Some(column) => Some(texts(rater, &recordings, column, inventory)?),
            None => None,
        };
        let mut changed = 0;
        for (number, item) in inventory.items().enumerate() {
            let labelled = texts.as_ref().map(|texts| texts.get(&number));
            let same = |text: &String| text_hash(text) == text_hash(&item.task.statement);
            let Some(rating) = rated(&read, number) else {
                continue;
            };
            if labelled.is_some_and(|text| !text.is_some_and(same)) {
                changed += 1;
                continue;
            }
            let mut task = task(item, self.cells(&rating));
            drawn(&read, number, &mut task);
            self.tasks.push(task);
        }
        if changed > 0 {
            self.notes.push(format!("{changed} labelled tasks have another text in {} than the one that was labelled: left out", self.inventory));
        }
        Ok(self)
    }

    /// What a recorded rater of a run says.
    fn of_run(mut self, run: &LoadedRun, args: &EvalNewArgs, id: &str) -> Result<Self> {
        let kind = args
            .kind
            .as_ref()
            .map_or_else(|| id.to_owned(), |kind| format!("{id}={kind}"));
        let Some(gold) = choices::gold(&run.id, &run.raters, Some(&kind))? else {
            return Ok(self);
        };
        let line = &run.raters[gold.rater];
        self.kind = match args.kind.is_some() || line.gold.is_some() {
            true => gold.kind,
            false => self.kind,
        };
        self.gold = format!("{id} ({})", line.source);
        let designs = line.drawn.as_ref().map(|drawn| drawn.designs.join("; "));
        let known = run.sheet.drawn(gold.rater);
        let mut rated_in = vec![false; self.dimensions.len()];
        for (number, item) in run.inventory.items().enumerate() {
            let row = run.sheet.row(number)?;
            let rating = row.opinion(gold.rater);
            if rating.outcome != Outcome::Rated {
                continue;
            }
            let mut task = task(item, self.cells(rating));
            task.carried.insert("run", run.id.clone());
            if let Some(known) = known {
                task.probability = known.probability(number);
                task.carried
                    .insert("design", design(designs.as_deref(), task.probability));
            }
            for (seen, cell) in rated_in.iter_mut().zip(&task.labels) {
                *seen |= !cell.is_empty();
            }
            self.tasks.push(task);
        }
        self.only(&rated_in);
        Ok(self)
    }

    /// What files of gold say.
    fn of_files(mut self, inventory: &Inventory, args: &EvalNewArgs) -> Result<Self> {
        let mut found: BTreeMap<usize, (FrameTask, String)> = BTreeMap::new();
        let mut first: Option<(String, Vec<String>, GoldKind)> = None;
        let mut names = Vec::new();
        for path in &args.gold {
            let name = path.display().to_string();
            let gold = GoldFile::read(&name, &files::read(path)?, &self.rubric, &[])?;
            let kind = gold.rater.gold().unwrap_or(self.kind);
            let own = columns_of(&gold.rater, &self.rubric);
            if let Some((other, dimensions, known)) = &first
                && (*dimensions != own || *known != kind)
            {
                let message =
                    format!("{name} and {other} are gold of other dimensions or another kind");
                return Err(Error::input(message).hint("make a set of each"));
            }
            first.get_or_insert((name.clone(), own.clone(), kind));
            (self.kind, self.dimensions) = (kind, own);
            if !gold.foreign.is_empty() {
                let foreign = gold.foreign.join(", ");
                self.notes.push(format!(
                    "{name}: it has {foreign}, too, which the rubric {} does not have: left out",
                    self.rubric.id()
                ));
            }
            let tasks = self.of_file(&gold, inventory, args.inventory.strict)?;
            names.push(match gold.provenance.words() {
                words if words.is_empty() => files::base_name(path),
                words => format!("{}, {words}", files::base_name(path)),
            });
            for (number, task) in tasks {
                if let Some((_, other)) = found.get(&number) {
                    let message = format!("task {} is in {other} and in {name}", task.at.task_id);
                    return Err(Error::input(message)
                        .hint("a task has one label in a set: take one of them out"));
                }
                found.insert(number, (task, name.clone()));
            }
        }
        self.gold = names.join("; ");
        self.tasks = found.into_values().map(|(task, _)| task).collect();
        Ok(self)
    }

    /// The tasks that a file of gold labels, by number.
    fn of_file(
        &mut self,
        gold: &GoldFile,
        inventory: &Inventory,
        strict: bool,
    ) -> Result<BTreeMap<usize, FrameTask>> {
        let read = self.read(&gold.rater, &gold.recordings, inventory, strict)?;
        let mut tasks = BTreeMap::new();
        for (number, item) in inventory.items().enumerate() {
            if let Some(rating) = rated(&read, number) {
                let mut task = task(item, self.cells(&rating));
                task.note = rating.rationale.clone();
                drawn(&read, number, &mut task);
                tasks.insert(number, task);
            }
        }
        for column in CARRIED.into_iter().chain([HALF]) {
            let cells = gold
                .recordings
                .column(&gold.rater, column, inventory.items())?;
            for (number, cell) in cells.into_iter().flatten() {
                if let Some(task) = tasks.get_mut(&number) {
                    task.carried.insert(column, cell);
                }
            }
        }
        Ok(tasks)
    }

    /// Reads a recorded rater about all tasks of an inventory, and notes what of it is not about them or cannot be used.
    fn read(
        &mut self,
        rater: &Rater,
        recordings: &Recordings,
        inventory: &Inventory,
        strict: bool,
    ) -> Result<Recorded> {
        let raters = std::slice::from_ref(rater);
        let read = Recorded::read(recordings, &self.rubric, raters, None, inventory.items())?;
        let problems = read.problems();
        if strict {
            refuse(&problems)?;
        }
        self.notes.extend(recordings.notes().map(str::to_owned));
        self.notes.extend(coverage(raters, &read, &self.rubric));
        if !problems.is_empty() {
            self.notes.push(format!(
                "{} cannot be used and are left out, the first:",
                places(&problems)
            ));
            self.notes
                .extend(problems.iter().take(SHOWN).map(|one| format!("  {one}")));
        }
        Ok(read)
    }

    /// A cell a dimension of the frame.
    fn cells(&self, rating: &Rating) -> Vec<String> {
        let cell = |id: &String| {
            let position = self.rubric.position(id)?;
            let value = rating.values.get(position)?.as_ref()?;
            let label = value
                .label
                .and_then(|at| self.rubric.dimensions()[position].labels().get(at));
            Some(label.map_or_else(
                || round12(value.value).to_string(),
                |label| label.id.clone(),
            ))
        };
        self.dimensions
            .iter()
            .map(|id| cell(id).unwrap_or_default())
            .collect()
    }

    /// Leaves only these dimensions.
    fn only(&mut self, kept: &[bool]) {
        let mut keep = kept.iter();
        self.dimensions.retain(|_| keep.next() == Some(&true));
        for task in &mut self.tasks {
            let mut keep = kept.iter();
            task.labels.retain(|_| keep.next() == Some(&true));
        }
    }
}

/// What an inventory is called; of one that is called by its path its name alone, since nobody else has that path.
fn called(inventory: &Inventory, args: &EvalNewArgs) -> String {
    let path = args.inventory.inventory.as_deref();
    let path = path.filter(|path| path.display().to_string() == inventory.name());
    path.map_or_else(|| inventory.name().to_owned(), files::base_name)
}
