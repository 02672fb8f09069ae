// The controls above the tasks.

const scaleWord = () => dimension().labels ? "scale 0–1" : "0–100";

const text = (name, label, type, changed, more = {}) => {
  const input = make("input", { name, id: `filter-${name}`, type, value: state[name], ...more });
  input.addEventListener("input", () => changed(input.value));
  return make("label", {}, make("span", {}, label), input);
};

const check = (name, label) => {
  const input = make("input", { name, id: `filter-${name}`, type: "checkbox", checked: state[name] === "1" });
  input.addEventListener("change", () => choose({ [name]: input.checked ? "1" : "" }));
  return make("label", { class: "check" }, input, make("span", {}, label));
};

const occupationsOf = (group) => data.occupations.map(({ id, title }, n) => [id, `${title} (${id})`, groupOf[n]])
  .filter(([, , own]) => !group || own === group)
  .sort(([, a], [, b]) => a < b ? -1 : 1).map(([id, title]) => [id, title]);

const drawFilters = () => {
  const groups = [...new Set(groupOf.filter(Boolean))].sort();
  const raterChoices = [["", "–"], ...raters.filter((_, n) => covers[dimensions.indexOf(dimension())][n]).map(({ id }) => [id, id])];
  const pair = Boolean(pairChosen());
  const sorts = [["spread", "spread"], ["consensus", "consensus"], ...(pair ? [["difference", "difference of the pair"]] : []), ["task", "order of the run"]];
  const parts = [
    text("q", "Search task, occupation or id", "search", (q) => choose({ q }), { class: "search", spellcheck: "false" }),
    groups.length > 1 ? choice("group", "Major group", [["", "all"], ...groups.map((group) => [group, `${group} ${groupTitles.get(group) ?? ""}`.trim()])], state.group, (group) => choose({ group, occ: "" })) : null,
    choice("occ", "Occupation", [["", "all"], ...occupationsOf(state.group)], state.occ, (occ) => choose({ occ })),
    tasks.activity_ids.length ? choice("act", "Work activity", [["", "all"], ...tasks.activity_ids.map((id) => [id, groupTitles.get(id) || id]).sort(([, a], [, b]) => a < b ? -1 : 1)], state.act, (act) => choose({ act })) : null,
    raters.length > 1 ? choice("a", "Rater", raterChoices, state.a, (a) => choose({ a })) : null,
    raters.length > 1 ? choice("b", "differs from", raterChoices, state.b, (b) => choose({ b })) : null,
    raters.length > 1 ? text("min", `by at least (${scaleWord()})`, "number", (min) => choose({ min }), { min: 0, step: "any", disabled: !pair, class: "short" }) : null,
    choice("sort", "Sort by", sorts, state.sort, (sort) => choose({ sort })),
    choice("order", "Order", [["down", "largest first"], ["up", "smallest first"]], state.order, (order) => choose({ order })),
    check("contested", "contested only"), check("missing", "with a missing rating"),
  ];
  byId("filters").replaceChildren(...parts.filter(Boolean));
};

/** Brings the controls to the state. A text that is being typed changes no other control. */
const refreshFilters = () => {
  const used = document.activeElement?.id;
  if (used === "filter-q" || used === "filter-min") return;
  drawFilters();
  if (used) byId(used)?.focus({ preventScroll: true });
};

byId("filters").addEventListener("submit", (event) => event.preventDefault());
byId("clear").addEventListener("click", () => {
  choose({ ...Object.fromEntries(FILTERS.map((key) => [key, ""])), sort: DEFAULTS.sort, order: DEFAULTS.order, task: "" });
  drawFilters();
});
