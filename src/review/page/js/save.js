// What a person says of the task in view. The page calls it saved when the server has said that it is on disk, and not before;
// what was entered stays until then.

let busy = false;

/** Does one thing at a time, and says what went wrong. */
const once = async (act) => {
  if (busy) return;
  busy = true;
  document.documentElement.setAttribute("aria-busy", "true");
  alert("");
  try { await act(); } catch (error) { alert(error.message); } finally {
    busy = false;
    document.documentElement.removeAttribute("aria-busy");
  }
};

/* What is typed or pressed while something is saved would change the task that leaves: it does nothing, and the form looks so. */
["keydown", "beforeinput", "click"].forEach((kind) => document.addEventListener(kind, (event) => {
  if (!busy || event.key === "Tab" || event.ctrlKey || event.metaKey || event.altKey) return;
  event.preventDefault();
  event.stopPropagation();
}, true));

const SAVED = { label: "Saved.", skip: "Saved as skipped.", withdraw: "Taken back: saved." };

/** Sends what is said of a task; true once it is on disk. */
const put = async (place, said) => {
  tell("Saving …");
  try {
    await ask("api/put", { draw: review.draw, reviewer: name, place, ...said });
  } catch (error) {
    tell("");
    throw new Error(`Not saved: ${error.message} What you entered is still here; try again.`);
  }
  keep(`${name}/${place}`, null);
  keep(`${name}/last`, said.said === "withdraw" ? null : place);
  tell(SAVED[said.said]);
};

const save = () => once(async () => {
  review.questions.forEach((question) => lacks(question, ""));
  const open = firstOpen();
  if (open) {
    lacks(open, labelled(open) ? "Choose a label." : "Enter a number from 0 to 100.");
    focusOn(open);
    return;
  }
  const values = Object.fromEntries(review.questions.map((question) => [question.id, answerTo(question)]));
  await put(shown.task.place, { said: "label", values, note: byId("note").value.trim() });
  await show();
});

/** Skips the task in view; where that is not saved, the dialog stays open with its reason and says why. */
const skipFor = (reason) => once(async () => {
  try {
    await put(shown.task.place, { said: "skip", reason });
  } catch (error) {
    byId("skip-lacks").textContent = error.message;
    return;
  }
  byId("skip-dialog").close();
  await show();
});

const undo = () => once(async () => {
  const place = shown.task?.said ? shown.task.place : kept(`${name}/last`);
  if (place === null) {
    tell("There is nothing to take back.");
    return;
  }
  await put(place, { said: "withdraw" });
  await show(place);
});

const goBack = () => once(async () => { if (shown.back !== null) await show(shown.back); });
const goOn = () => once(() => show(shown.forward));
