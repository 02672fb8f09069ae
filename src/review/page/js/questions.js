// The rubric beside the task: each question with its labels and what they mean, or its score and what some scores mean.

const SCORE = /^\s*(\d{1,3}(?:[.,]\d+)?)\s*$/;

const labelled = (question) => question.labels.length > 0;
const fieldset = (question) => byId(`q-${question.id}`);
const inputs = (question) => [...fieldset(question).querySelectorAll("input")];

const choiceOf = (question, label, place) =>
  make("label", { class: "choice" },
    make("input", { type: "radio", name: question.id, value: label.id, "aria-keyshortcuts": place < 9 ? place + 1 : null }),
    place < 9 ? make("kbd", { "aria-hidden": "true" }, String(place + 1)) : make("span"),
    make("span", { class: "words" }, make("b", {}, label.id), foreign(label.meaning)));

const scoreOf = (question) => [
  make("div", { class: "score" },
    make("input", { type: "text", inputmode: "decimal", id: `score-${question.id}`, role: "spinbutton", "aria-valuemin": 0, "aria-valuemax": 100,
      "aria-label": `${question.id}, a number from 0 to 100`, maxlength: 8 }),
    make("span", { class: "soft" }, "0 to 100")),
  make("ul", { class: "anchors" }, question.anchors.map((anchor) =>
    make("li", {}, make("button", { type: "button", "data-at": anchor.at, "aria-label": `${question.id}: ${anchor.at}` }, String(anchor.at)), foreign(anchor.meaning)))),
];

/** Sets a score as if it had been typed. */
const setScore = (input, value) => {
  input.value = String(value);
  input.dispatchEvent(new Event("input", { bubbles: true }));
};

const moveScore = (event) => {
  const step = { ArrowUp: 1, ArrowDown: -1, PageUp: 10, PageDown: -10 }[event.key];
  if (!step || event.ctrlKey || event.metaKey || event.altKey) return;
  event.preventDefault();
  const now = SCORE.test(event.target.value) ? Number(event.target.value.replace(",", ".")) : (step > 0 ? -step : 100 - step);
  setScore(event.target, Math.min(100, Math.max(0, now + step)));
};

const drawQuestions = () => {
  byId("questions").replaceChildren(...review.questions.map((question) => {
    const set = make("fieldset", { id: `q-${question.id}`, "data-question": question.id },
      make("legend", {}, make("small", {}, question.id), foreign(question.question)),
      labelled(question) ? question.labels.map((label, place) => choiceOf(question, label, place)) : scoreOf(question),
      make("p", { class: "lacks", id: `lacks-${question.id}` }));
    const score = set.querySelector("[role=spinbutton]");
    score?.addEventListener("keydown", moveScore);
    set.querySelectorAll("[data-at]").forEach((button) => button.addEventListener("click", () => {
      setScore(score, button.dataset.at);
      score.focus();
    }));
    return set;
  }));
};

/** The answer to a question: a label, a number, or null where there is none that counts. */
const answerTo = (question) => {
  if (labelled(question)) return inputs(question).find((input) => input.checked)?.value ?? null;
  const typed = SCORE.exec(inputs(question)[0].value);
  const score = typed ? Number(typed[1].replace(",", ".")) : NaN;
  return score >= 0 && score <= 100 ? score : null;
};

/** What stands there, as it was entered, also what does not count. */
const entered = () => ({
  values: Object.fromEntries(review.questions.map((question) =>
    [question.id, labelled(question) ? answerTo(question) : inputs(question)[0].value])),
  note: byId("note").value,
});

const enter = (values, note) => {
  for (const question of review.questions) {
    const value = values?.[question.id] ?? null;
    if (labelled(question)) inputs(question).forEach((input) => { input.checked = input.value === value; });
    else inputs(question)[0].value = value ?? "";
    lacks(question, "");
  }
  byId("note").value = note ?? "";
  tellScores();
};

const tellScores = () => review.questions.filter((question) => !labelled(question)).forEach((question) => {
  const [input] = inputs(question), score = answerTo(question);
  if (score === null) input.removeAttribute("aria-valuenow");
  else input.setAttribute("aria-valuenow", score);
});

/** Says beside a question what its answer lacks, or nothing. */
const lacks = (question, text) => {
  const set = fieldset(question);
  set.classList.toggle("lacking", text !== "");
  byId(`lacks-${question.id}`).textContent = text;
  set.querySelectorAll("[role=spinbutton]").forEach((input) => input.setAttribute("aria-invalid", String(text !== "")));
};

const firstOpen = () => review.questions.find((question) => answerTo(question) === null);

/** Puts the focus on a question: on its score, or on its chosen label or else the first, which is not chosen by that. */
const focusOn = (question) => {
  const all = inputs(question);
  (all.find((input) => input.checked) ?? all[0]).focus();
};
