// The task in view, and how far the person is.

let shown = null;

const screens = ["start", "work", "end", "over"];
const screen = (which) => {
  screens.forEach((one) => { byId(one).hidden = one !== which; });
  byId("far").hidden = which !== "work" && which !== "end";
  byId("who").hidden = byId("far").hidden;
  byId("show-help").hidden = which !== "work" && which !== "end";
  document.documentElement.dataset.screen = which;
};

const alert = (text) => {
  byId("alert").hidden = text === "";
  byId("alert").textContent = text;
  if (text) byId("alert").scrollIntoView({ block: "nearest" });
};
const tell = (text) => { byId("status").textContent = text; };
const count = (n, one, many = `${one}s`) => `${n} ${n === 1 ? one : many}`;

const drawProgress = ({ labelled, skipped, open }) => {
  const all = labelled + skipped + open;
  byId("bar-far").max = Math.max(1, all);
  byId("bar-far").value = labelled + skipped;
  byId("count").textContent = `${labelled + skipped} of ${all}: ${labelled} labelled, ${skipped} skipped`;
};

const SAID = {
  label: () => "You labelled this task. Saving again replaces that.",
  skip: (said) => `You skipped this task: ${said.reason}`,
};

const drawTask = () => {
  const { task, back, forward } = shown;
  byId("number").textContent = `Task ${task.place + 1} of ${review.tasks}`;
  byId("occupation").textContent = task.occupation;
  byId("statement").textContent = task.statement;
  byId("said").textContent = task.said ? SAID[task.said.said](task.said) : "";
  const draft = kept(`${name}/${task.place}`);
  const before = task.said?.said === "label" ? task.said : null;
  enter(draft?.values ?? before?.values, draft?.note ?? before?.note);
  byId("back").disabled = back === null;
  byId("forward").disabled = task.said === null && forward === null;
  byId("undo").disabled = task.said === null && kept(`${name}/last`) === null;
  screen("work");
  scrollTo(0, 0);
  byId("statement").focus({ preventScroll: true });
};

/** Keeps what is entered for the task in view, in case the page is loaded again before it is saved. */
const keepDraft = () => {
  if (shown?.task) keep(`${name}/${shown.task.place}`, entered());
};

/** Shows the task at a place, or the next that is open; says so when nothing is. */
const show = async (place = null) => {
  shown = await ask("api/task", { reviewer: name, place });
  drawProgress(shown.progress);
  keep("place", shown.task?.place ?? null);
  if (shown.task) drawTask(); else drawEnd();
  document.documentElement.dataset.place = shown.task ? String(shown.task.place) : "none";
};
