// What the page holds: the audit's numbers, and every task with the ratings of it.

const read = (id) => JSON.parse(byId(id).textContent);
const audit = read("audit-data");
const data = read("task-data");

const runId = audit.runs?.[0]?.run ?? "RUN";

const KINDS = { llm: "LLM", surrogate: "surrogate, not an LLM", recording: "recording" };

/** The raters in the order of the run; the audit's word on gold stands, since it can be chosen anew. */
const raters = data.raters.map((rater, position) => {
  const audited = (audit.raters ?? []).find((one) => one.id === rater.id) ?? {};
  const used = (audit.dimensions ?? []).flatMap((one) => one.raters ?? []).filter((one) => one.id === rater.id).map((one) => one.gold);
  const whose = audited.gold ?? rater.gold;
  const gold = used.length === 0 ? whose : used.includes(true) ? whose ?? "editorial" : null;
  const kind = (KINDS[rater.kind] ?? rater.kind) + (gold ? `, gold (${gold})` : "");
  return { ...rater, gold, kind, shape: gold ? "gold" : rater.kind, position, audited };
});
const raterById = new Map(raters.map((rater) => [rater.id, rater]));

/** The dimensions that were rated, each with its values by rater and task, and what the audit says of it. */
const dimensions = data.dimensions.map((dimension) => ({
  ...dimension,
  audited: (audit.dimensions ?? []).find((one) => one.id === dimension.id) ?? {},
}));
const dimensionById = new Map(dimensions.map((dimension) => [dimension.id, dimension]));

const tasks = data.tasks;
const taskCount = tasks.id.length;
const labelAt = (text, task) => {
  const code = text ? text.charCodeAt(task) - 97 : -1;
  return code >= 0 ? code : null;
};

/** Text that is searched, in lower case. */
const haystack = tasks.statement.map((statement, task) => {
  const occupation = data.occupations[tasks.occupation[task]];
  return `${statement}\n${occupation.title}\n${occupation.id}\n${tasks.id[task]}`.toLowerCase();
});

/** The SOC major group of an occupation whose id is an O*NET-SOC code, such as 43-0000. */
const groupOf = data.occupations.map(({ id }) => {
  const code = /^(\d\d)-\d{4}/.exec(id);
  return code ? `${code[1]}-0000` : null;
});
const groupTitles = new Map([
  ...tasks.activity_ids.map((id, n) => [id, tasks.activity_titles[n] || id]),
  ...(audit.dimensions ?? []).flatMap((one) => one.groups ?? []).map((one) => [one.key, (one.title || one.key).replace(/ Occupations$/, "")]),
]);

const outcomeOf = (rater, task) => data.outcome_names[data.outcomes[rater].charCodeAt(task) - 97];

/** Whether a rater is missing on a task in a dimension that it rates elsewhere. */
const covers = dimensions.map((dimension) =>
  dimension.values.map((values) => values.some((value) => value !== null)));
