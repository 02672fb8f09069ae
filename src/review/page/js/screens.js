// The first screen and the last.

const drawStart = async () => {
  review = await ask("api/review");
  byId("start-about").textContent = `${count(review.tasks, "task")}, ${count(review.questions.length, "question")} each. What you say is on disk when the page says that it is saved, so you can stop at any time.`;
  byId("people").replaceChildren(...review.reviewers.map((one) => {
    const button = make("button", { type: "button" }, "Go on as ", foreign(one.name), make("small", {}, `${one.labelled} labelled, ${one.skipped} skipped, ${one.open} open`));
    button.addEventListener("click", () => once(() => begin(one.name)));
    return button;
  }));
  shown = null;
  keep("name", null);
  keep("place", null);
  screen("start");
  byId("name-field").value = "";
  byId("name-field").focus();
};

/** A person begins, or goes on; at a place where the page was loaded again. */
const begin = async (who, place = null) => {
  name = who;
  byId("name").textContent = who;
  await show(place);
  keep("name", who);
};

const drawEnd = () => {
  const { progress: { labelled, skipped }, unlabelled, second, back } = shown;
  byId("end-yours").textContent = `You labelled ${count(labelled, "task")} and skipped ${skipped}. All of it is on disk.`;
  const left = [
    unlabelled > 0 && `${count(unlabelled, "task has", "tasks have")} no label yet`,
    second > 0 && `${count(second, "task wants", "tasks want")} the label of a second person, so that it shows how far people agree`,
  ].filter(Boolean);
  byId("end-left").textContent = left.length ? `${left.join("; ")}.` : "Every task has its labels.";
  byId("end-next").textContent = left.length
    ? "Someone else can go on here, now or later. Or end the page: taskrater says what the labels come to."
    : "End the page: taskrater says what the labels come to.";
  byId("end-back").disabled = back === null;
  screen("end");
  byId("end-title").focus();
};

byId("name-form").addEventListener("submit", (event) => {
  event.preventDefault();
  const who = byId("name-field").value.trim();
  if (who) once(() => begin(who));
});
