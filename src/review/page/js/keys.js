// Keys and buttons.

const LETTERS = { s: openSkip, b: goBack, n: goOn, u: undo, c: () => byId("note").focus(), "?": () => openDialog("help") };
const AT_END = ["b", "u", "?"];

/** Whether a key is text where it is typed. Scores are digits, so letters stay keys there. */
const isText = (element) => element.matches("textarea, input[type=text]:not([role=spinbutton])");

/** The question that a digit answers: that with the focus, else the first without an answer, else the first with labels. */
const digitQuestion = (target) => {
  const id = target.closest("fieldset")?.dataset.question;
  return review.questions.find((question) => question.id === id) ?? firstOpen() ?? review.questions.find(labelled);
};

const digit = (event) => {
  const question = digitQuestion(event.target);
  if (!question || event.target.matches("[role=spinbutton]")) return;
  if (labelled(question)) {
    const input = inputs(question)[Number(event.key) - 1];
    if (!input) return;
    event.preventDefault();
    input.checked = true;
    input.dispatchEvent(new Event("input", { bubbles: true }));
    focusOn(firstOpen() ?? question);
  } else {
    event.preventDefault();
    focusOn(question);
    setScore(inputs(question)[0], event.key);
  }
};

document.addEventListener("keydown", (event) => {
  const which = document.documentElement.dataset.screen, target = event.target;
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || document.querySelector("dialog[open]")) return;
  if (which !== "work" && which !== "end") return;
  if (target === byId("note")) {
    if (event.key === "Escape") byId("statement").focus();
    if (event.key === "Enter" && !event.shiftKey) { event.preventDefault(); save(); }
    return;
  }
  if (isText(target)) return;
  if (which === "work" && /^[0-9]$/.test(event.key)) { digit(event); return; }
  if (event.key === "Enter" && which === "work" && !target.matches("button")) { event.preventDefault(); save(); return; }
  const act = LETTERS[event.key.length === 1 ? event.key.toLowerCase() : ""];
  if (!act || !byId("letters").checked || (which === "end" && !AT_END.includes(event.key.toLowerCase()))) return;
  event.preventDefault();
  act();
});

byId("answers").addEventListener("submit", (event) => { event.preventDefault(); save(); });
byId("answers").addEventListener("input", () => {
  review.questions.forEach((question) => { if (answerTo(question) !== null) lacks(question, ""); });
  tellScores();
  keepDraft();
});
Object.entries({
  skip: openSkip, back: goBack, forward: goOn, undo, "show-help": () => openDialog("help"), "help-done": openDone,
  change: () => once(drawStart), "end-back": goBack, "end-change": () => once(drawStart), "end-done": openDone,
}).forEach(([id, act]) => byId(id).addEventListener("click", act));
