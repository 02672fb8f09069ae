// One task: its row with a strip of dots, and below it, when open, the rationales of all raters side by side.

/** The marks of the scale, with what stands at them. */
const scaleMarks = (one) => one.labels ? one.labels.map(({ id, value }) => [value, id])
  : [0, 0.25, 0.5, 0.75, 1].map((part) => one.bounds[0] + part * (one.bounds[1] - one.bounds[0])).map((value) => [value, fixed(value, 0)]);

/** The values of a task on the scale: a lane a rater, in the order of the legend, the consensus as a line. */
const strip = (task) => {
  const one = dimension(), [low, high] = one.bounds;
  const here = raters.filter(({ position }) => covers[dimensions.indexOf(one)][position]);
  const place = (value) => (value - low) / (high - low);
  const said = here.map(({ id, position }) => `${id} ${valueText(one, one.values[position][task])}`);
  const box = make("span", { class: "strip", role: "img", title: said.join(", "),
    "aria-label": `${said.join(", ")}; consensus ${valueText(one, one.consensus[task])}` });
  scaleMarks(one).forEach(([mark]) => box.append(at(make("i", { class: "grid" }), place(mark))));
  if (one.consensus[task] !== null) box.append(at(make("i", { class: "centre" }), place(one.consensus[task])));
  here.forEach(({ position, shape }, lane) => {
    const value = one.values[position][task];
    if (value === null) return;
    const dot = at(make("i", { class: `dot ${shape}` }), place(value));
    dot.style.top = `${(lane + 0.5) / here.length * 100}%`;
    box.append(dot);
  });
  return box;
};

const consensusText = (one, task) => {
  const label = labelAt(one.consensus_labels, task);
  return [label === null ? null : make("b", {}, one.labels[label].id), " ", valueText(one, one.consensus[task])];
};

/** The row of a task at a place of the list. */
const row = (task, place, total) => {
  const one = dimension(), occupation = data.occupations[tasks.occupation[task]];
  const open = state.task === tasks.id[task];
  const button = make("button", { type: "button", class: "open", "aria-expanded": String(open) }, foreign(tasks.statement[task]));
  button.addEventListener("click", () => choose({ task: open ? "" : tasks.id[task] }));
  const apart = pairChosen() ? difference(task) : null;
  const made = make("div", { class: open ? "task opened" : "task", role: "listitem", "aria-posinset": place + 1, "aria-setsize": total,
    "data-task": tasks.id[task], "data-place": place },
    make("div", { class: "line" },
      make("div", { class: "what" }, button, make("small", {}, foreign(occupation.title), " · ", foreign(occupation.id), " · task ", foreign(tasks.id[task]))),
      make("span", { class: "value number" }, consensusText(one, task)),
      make("span", { class: "spread number" }, valueText(one, one.spread[task]),
        one.contested[task] === "1" ? make("small", { class: "flag" }, "contested") : null,
        apart === null ? null : make("small", {}, `pair ${valueText(one, apart)}`)),
      strip(task)));
  if (open) made.append(detail(task));
  return made;
};

/** What a rater answered in every dimension, as a line each. */
const answers = (rater, task) => dimensions.map((one) => {
  const value = one.values[rater][task];
  if (value === null) return null;
  const label = labelAt(one.label_codes?.[rater], task);
  const sharp = label !== null && Math.abs(one.labels[label].value - value) < 1e-6;
  const shown = label === null ? valueText(one, value) : sharp ? `${one.labels[label].id} (${valueText(one, value)})`
    : `${valueText(one, value)}, most likely ${one.labels[label].id}`;
  return make("div", { class: one === dimension() ? "here" : null }, make("dt", {}, one.id), make("dd", {}, shown));
}).filter(Boolean);

const card = (rater, task) => {
  const { position, id, kind, shape, samples } = rater;
  const outcome = outcomeOf(position, task), given = answers(position, task);
  const confidence = data.confidence[position]?.[task];
  const words = data.rationales.texts[task]?.[position];
  const facts = [kind, outcome === "rated" ? null : outcome.replaceAll("_", " "),
    known(confidence) ? `confidence ${fixed(confidence, 0)}` : null, samples > 1 ? `${samples} samples, words of one` : null];
  const missing = data.rationales.texts[task] ? "no rationale" : "its rationale is in ratings.jsonl of the run";
  return make("article", { class: "card", "data-rater": id },
    make("h4", {}, make("i", { class: `key ${shape}` }), foreign(id)),
    make("p", { class: "facts" }, facts.filter(Boolean).join(" · ")),
    given.length ? make("dl", {}, given) : make("p", { class: "missing" }, `no rating: ${outcome.replaceAll("_", " ")}`),
    words ? make("p", { class: "words" }, foreign(words)) : make("p", { class: "missing" }, missing));
};

const detail = (task) => make("div", { class: "detail" },
  make("p", { class: "whole" }, foreign(tasks.statement[task])),
  tasks.activities[task]?.length ? make("p", { class: "facts" }, "Work activities: ", foreign(tasks.activities[task].map((n) => groupTitles.get(tasks.activity_ids[n]) || tasks.activity_ids[n]).join("; "))) : null,
  data.rationales.texts[task] ? null : make("p", { class: "facts" }, "The rationales of this task are not in this page. ", make("code", {}, `taskrater explain ${runId} ${tasks.id[task]}`), " shows them."),
  make("div", { class: "cards" }, raters.map((rater) => card(rater, task))));
