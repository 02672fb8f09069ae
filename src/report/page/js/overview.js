// What was audited, by whom it was rated, and what was found.

const drawHead = () => {
  byId("title").replaceChildren("Audit of run ", foreign(runId));
  document.title = `Audit of run ${runId} – taskrater`;
  const facts = [
    ["Inventory", data.inventory], ["Prompt", `${data.rubric}, fingerprint ${data.prompt}`],
    ["Tasks", `${count(taskCount)} in ${counted(data.occupations.length, "occupation")}`],
    ["Raters", raters.map((rater) => rater.id).join(", ")],
    ["Intervals", known(audit.level) ? `${fixed(audit.level * 100, 0)} %, clustered by occupation unless a row says otherwise` : null],
    ["Random draws", known(audit.draws) ? `${count(audit.draws)}, seed ${audit.seed}` : null],
    ...(audit.runs ?? []).slice(1).map((earlier) =>
      ["Compared with", `run ${earlier.run} (prompt ${earlier.prompt}, ${earlier.inventory}, ${counted(earlier.tasks, "task")})`]),
  ];
  const list = make("dl", { class: "facts" }, facts.filter(([, text]) => text)
    .map(([name, text]) => make("div", {}, make("dt", {}, name), make("dd", {}, foreign(text)))));
  byId("about").replaceWith(list);
};

const drawFindings = () => {
  const findings = audit.findings ?? [];
  const line = (finding) => {
    const test = [finding.test, pText(finding.p), pText(finding.p_adjusted, "adjusted p"), finding.adjustment];
    const there = finding.dimension && dimensionById.has(finding.dimension);
    const show = there ? make("button", { type: "button", class: "link" }, "show") : null;
    show?.addEventListener("click", () => {
      choose({ dim: finding.dimension, ...(finding.kind === "group" ? { of: finding.group ?? "", by: "" } : {}) });
      goTo({ group: "groups", compression: "shape", round_numbers: "shape", drift: "shape", gold_bias: "shape" }[finding.kind] ?? "leniency");
    });
    return make("li", {}, make("p", {}, foreign(finding.text)),
      make("p", { class: "test" }, foreign(test.filter(Boolean).join(" · ")), show ? " · " : null, show));
  };
  const none = make("p", {}, foreign(audit.nothing_found ?? "No difference between raters stands after correction for the number of tests."));
  bodyOf("findings").replaceChildren(findings.length ? make("ol", { class: "findings" }, findings.map(line)) : none);
};

/** The outcomes of a rater's questions other than rated, largest first. */
const otherOutcomes = (outcomes) => Object.entries(outcomes ?? {}).filter(([name, n]) => name !== "rated" && n > 0)
  .sort(([, a], [, b]) => b - a).map(([name, n]) => `${name.replaceAll("_", " ")} ${count(n)}`).join(", ") || "none";

const drawRaters = () => {
  const rows = raters.map(({ id, kind, source, description, shape, audited }) => [
    { as: "th", text: make("span", {}, make("i", { class: `key ${shape}` }), foreign(id)) },
    kind, foreign([source, description].filter(Boolean).join("; ")),
    { class: "number", text: count(audited.questions) },
    { class: "number", text: count(audited.outcomes?.rated) },
    { class: "number", text: withInterval(audited.coverage, percent) },
    { class: "number", text: withInterval(audited.refusals, percent) },
    otherOutcomes(audited.outcomes),
    Object.entries(audited.repairs ?? {}).filter(([name]) => name !== "direct")
      .map(([name, n]) => `${name} ${count(n)}`).join(", ") || "none",
    { class: "number", text: known(audited.confidence?.point) ? `${fixed(audited.confidence.point, 1)} (n = ${count(audited.confidence.n)})` : "–" },
  ]);
  const number = (text) => ({ class: "number", text });
  const head = ["rater", "kind", "source", number("questions"), number("rated"), number("coverage"), number("refusals"),
    "other outcomes", "repairs", number("confidence")];
  bodyOf("raters").replaceChildren(table("Raters: what they are and how their questions ended", head, rows),
    make("p", { class: "how" }, "Coverage is the share of a rater's questions that were rated, refusals the share of those asked, with Wilson intervals; confidence is the mean of what a rater gives, 0–100. A rater marked gold is trusted: it calibrates the panel and is no part of it."));
};

const drawNotes = () => {
  const notes = [...(data.notes ?? []), ...(audit.notes ?? [])];
  const held = data.rationales.held === taskCount ? "The rationales of all tasks are in this page."
    : `The rationales of ${count(data.rationales.held)} of ${counted(taskCount, "task")} are in this page: all contested tasks, then those with the largest spread. Those of the others are in ratings.jsonl of the run.`;
  bodyOf("notes").replaceChildren(
    make("ul", {}, notes.map((note) => make("li", {}, foreign(note)))),
    make("ul", {},
      make("li", {}, held),
      make("li", {}, "Agreement says how far raters say the same, not whether they are right: raters trained on similar texts share their errors."),
      make("li", {}, "Leniency of a rater is its mean difference from the mean of the others on the tasks that both rated. Points are hundredths of the scale: score points for scores, label values times 100 for labels."),
      make("li", {}, "Spread is the largest minus the smallest rater value of a task, in the unit of the dimension. A missing rating is missing and counts nowhere.")));
};
