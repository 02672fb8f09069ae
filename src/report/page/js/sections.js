// Agreement, leniency, kinds of work and scale use, of the chosen dimension.

const unitName = (dimension) => dimension.labels ? "points (label values times 100)" : "score points";

/** How measures of agreement are called. */
const MEASURE_NAMES = { krippendorff_alpha: "Krippendorff’s alpha", gwet_ac1: "Gwet’s AC1", gwet_ac2: "Gwet’s AC2", icc_a1: "ICC(A,1)",
  icc_ak: "ICC(A,k)", all_equal: "all raters give the same" };

const drawAgreement = () => {
  const rows = (dimension().audited.agreement ?? []).map((one) => ({
    name: `${MEASURE_NAMES[one.name] ?? one.name.replaceAll("_", " ")}${one.metric ? ` (${one.metric})` : ""}`,
    note: [one.of ? `${one.of}, ${counted(one.raters, "rater")}` : null, one.estimate ? one.method : null].filter(Boolean).join("; "),
    shape: one.of === "panel and gold" ? "gold" : null, estimate: one.estimate, why: one.why_none,
  }));
  const body = rows.length ? forest(`Agreement on ${state.dim}`, { unit: "coefficient or share; 1 is full agreement", zero: 0, digits: 3, bounds: [1], first: "measure" }, rows)
    : make("p", {}, "No measure of agreement: it takes two raters that rated the same tasks.");
  bodyOf("agreement").replaceChildren(body);
};

const raterOf = (id) => raterById.get(id);

const drawLeniency = () => {
  const { audited } = dimension();
  const rows = (audited.raters ?? []).map((one) => ({
    name: one.id, note: raterOf(one.id)?.kind, shape: raterOf(one.id)?.shape, estimate: one.leniency,
    why: one.gold ? "gold, no part of the panel" : "no other rater rated the same tasks",
    more: [fixed(one.mean?.point, dimension().labels ? 3 : 1), bareP(one.leniency_p)],
  }));
  bodyOf("leniency").replaceChildren(
    make("p", { class: "how" }, `How far each rater lies above (+) or below (${MINUS}) the mean of the others on the same tasks, in ${unitName(dimension())}; p is that of a paired t test with errors clustered by occupation (of flipped signs where all differences are alike), not corrected for the number of tests: findings are.`),
    forest(`Leniency on ${state.dim}`, { unit: `mean difference from the others, ${dimension().labels ? "points" : "score points"}`, zero: 0, digits: 1, sign: true, columns: ["own mean", "p, uncorrected"], first: "rater" }, rows));
};

/** The rows of the plot by kind of work: one rater over all groups, or one group over all raters. */
const groupRows = () => {
  const of = (dimension().audited.groups ?? []).filter((one) => state.by === "" || one.by === state.by);
  const raterIds = [...new Set(of.map((one) => one.rater))];
  const keys = [...new Map(of.map((one) => [one.key, shortTitle(one)]))];
  const chosen = raterIds.includes(state.of) || keys.some(([key]) => key === state.of) ? state.of : raterIds[0] ?? "";
  return { of, raterIds, keys, chosen, byRater: raterIds.includes(chosen) };
};

/** The title of a kind of work, without the word that ends every major group. */
const shortTitle = ({ key, title }) => (title || key).replace(/ Occupations$/, "");

const inGroup = (one) => one.by === "activity" ? { act: one.key, group: "", occ: "" } : { group: one.key, occ: "", act: "" };

const drawGroups = () => {
  const { of, raterIds, keys, chosen, byRater } = groupRows();
  const all = dimension().audited.groups ?? [];
  if (!all.length) {
    controlsOf("groups").replaceChildren();
    bodyOf("groups").replaceChildren(make("p", {}, "No group of occupations or activities has enough tasks to compare raters in it, or the occupations have no O*NET-SOC codes."));
    return;
  }
  const kinds = [...new Set(all.map((one) => one.by))];
  const kindText = { major_group: "major groups", activity: "work activities" };
  const options = [
    { group: "one rater, all groups", options: raterIds.map((id) => [id, id]) },
    { group: "one group, all raters", options: keys.map(([key, title]) => [key, key === title ? key : `${key} ${title}`]) },
  ];
  const by = kinds.length > 1
    ? choice("by", "Kind of work", [["", "all"], ...kinds.map((kind) => [kind, kindText[kind] ?? kind])], state.by, (by) => choose({ by, of: "" })) : null;
  controlsOf("groups").replaceChildren(...[by, choice("of", "Show", options, chosen, (of) => choose({ of }))].filter(Boolean));
  const shown = of.filter((one) => byRater ? one.rater === chosen : one.key === chosen);
  const rows = shown
    .sort((a, b) => Math.abs(b.leniency?.point ?? 0) - Math.abs(a.leniency?.point ?? 0))
    .map((one) => ({
      name: byRater ? shortTitle(one) : one.rater, note: byRater ? one.key : raterOf(one.rater)?.kind,
      shape: raterOf(one.rater)?.shape, estimate: one.leniency && { n: one.n, ...one.leniency },
      more: [bareP(one.p), bareP(one.q), count(one.occupations), signed(one.beyond?.point, 1), bareP(one.beyond_q)],
      pick: () => { choose(inGroup(one)); goTo("tasks"); },
      pressed: one.by === "activity" ? state.act === one.key : state.group === one.key,
    }));
  bodyOf("groups").replaceChildren(
    make("p", { class: "how" }, "Leniency within a kind of work, largest first. p is of a t test with errors clustered by occupation, q the same as a false discovery rate over all kinds of work, raters and dimensions (Benjamini and Hochberg). “Beyond” is the leniency here minus that on all other work: what is particular to this kind. A name shows the tasks of its kind."),
    forest(`Leniency by kind of work on ${state.dim}`, { unit: `mean difference from the others, ${dimension().labels ? "points" : "score points"}`, zero: 0, digits: 1, sign: true, columns: ["p", "q", "occupations", "beyond", "its q"], first: byRater ? "kind of work" : "rater" }, rows));
};

/** Bars of the values a rater used: as they are, or in twenty classes where they are many. */
const histogram = (dimension, { id, histogram: counts = [], n }) => {
  const [low, high] = dimension.bounds;
  const many = counts.length > 21;
  const classes = many ? 20 : counts.length;
  const bars = many ? Array.from({ length: classes }, (_, bar) => ({ value: low + (bar + 0.5) * (high - low) / classes, count: 0 })) : counts;
  if (many) counts.forEach(({ value, count }) => { bars[Math.min(classes - 1, Math.floor((value - low) / (high - low) * classes))].count += count; });
  const most = Math.max(1, ...bars.map((bar) => bar.count));
  const said = many ? `values in ${classes} classes` : bars.map((bar) => `${valueText(dimension, bar.value)}: ${count(bar.count)}`).join(", ");
  const box = make("div", { class: "histogram", role: "img", "aria-label": `Values of ${id}, n = ${count(n)}: ${said}` });
  bars.forEach((bar) => {
    const one = at(make("i", { title: `${many ? "about " : ""}${valueText(dimension, bar.value)}: ${count(bar.count)}` }), (bar.value - low) / (high - low));
    one.style.height = `${bar.count / most * 100}%`;
    if (many) one.style.width = `${100 / classes * 0.85}%`;
    box.append(one);
  });
  return box;
};

/** In what else a rater was asked otherwise in an earlier run. */
const OTHERWISE = { model: "other model", version: "other model version reported", settings: "other settings", weights: "other weights", recording: "other recording" };

/** How far raters repeat themselves: in the samples of this run, and against earlier runs. */
const repeated = (one) => {
  const own = one.audited.raters ?? [], number = (text) => ({ class: "number", text });
  const points = (estimate) => withInterval(estimate, (x) => fixed(x, 1));
  const retests = own.filter((rater) => rater.test_retest).map(({ id, test_retest: own }) => [{ as: "th", text: foreign(id) },
    ...[count(own.n), points(own.within_sd), points(own.repeatability), withInterval(own.icc), withInterval(own.exact, percent)].map(number)]);
  const drifts = own.flatMap((rater) => (rater.drift ?? []).map((drift) => [{ as: "th", text: foreign(rater.id) }, foreign(drift.run),
    [drift.same_prompt ? "the same prompt" : "another prompt", ...(drift.otherwise ?? []).map((what) => OTHERWISE[what] ?? what)].join(", "),
    ...[count(drift.n), withInterval(drift.difference, (x) => signed(x, 1)), bareP(drift.p), withInterval(drift.same_answer, percent)].map(number)]));
  const parts = [];
  if (retests.length) {
    parts.push(make("h3", {}, "Test and retest: samples of the same question"), table(`Test–retest on ${state.dim}`,
      ["rater", ...["n", "standard deviation, points", "repeatability, points", "ICC(1,1)", "same answer"].map(number)], retests));
  }
  if (drifts.length) {
    parts.push(make("h3", {}, "Drift against earlier runs"), table(`Drift on ${state.dim}`,
      ["rater", "earlier run", "asked with", ...["n", "now minus then, points", "p, uncorrected", "same answer"].map(number)], drifts));
  }
  return parts;
};

const drawShape = () => {
  const one = dimension(), [low, high] = one.bounds;
  const digits = one.labels ? 2 : 1;
  const rows = (one.audited.raters ?? []).map((rater) => [
    { as: "th", text: foreign(rater.id) }, { class: "bars", text: histogram(one, rater) },
    ...[count(rater.n), fixed(rater.mean?.point, digits + 1),
      known(rater.used?.min) ? `${valueText(one, rater.used.min)} to ${valueText(one, rater.used.max)}, ${count(rater.used.distinct)} distinct` : "–",
      withInterval(rater.sd_ratio, fixed), withInterval(rater.c_b, (x) => fixed(x, 3)), one.labels ? "labels" : withInterval(rater.round_share, percent),
    ].map((text) => ({ class: "number", text })),
  ]);
  const ends = one.labels ? one.labels.map((label) => `${label.id} = ${fixed(label.value, 2)}`).join(", ") : `${low} to ${high}`;
  const head = ["rater", { class: "bars", text: `values (${ends})` }, ...["n", "mean", "used", "SD ratio", "C_b", "multiples of 10"]
    .map((text) => ({ class: "number", text }))];
  const gold = (one.audited.raters ?? []).filter((rater) => rater.vs_gold);
  const golden = table(`Raters against gold on ${state.dim}`,
    ["rater", ...["n", "bias, points", "mean absolute error, points", "Pearson", "kappa"].map((text) => ({ class: "number", text }))],
    gold.map(({ id, vs_gold: own }) => [{ as: "th", text: foreign(id) },
      ...[count(own.n), withInterval(own.bias, (x) => signed(x, 1)), withInterval(own.mae, (x) => fixed(x, 1)),
        withInterval(own.pearson, fixed), withInterval(own.kappa, fixed)].map((text) => ({ class: "number", text }))]));
  const { errors } = one.audited;
  bodyOf("shape").replaceChildren(...[
    table(`Scale use on ${state.dim}`, head, rows),
    make("p", { class: "how" }, "SD ratio: the rater's standard deviation over that of each other rater, the geometric mean; below 1 it uses less of the scale. C_b: how well mean and standard deviation fit the others, 1 for a full fit. Both compare single answers, which statistical models do not give. Brackets hold intervals."),
    ...repeated(one),
    gold.length ? make("h3", {}, "Against gold") : null, gold.length ? golden : null,
    errors && !known(errors.correlation?.point) ? make("p", { class: "how" }, `Errors of two raters have no correlation (n = ${count(errors.n)} tasks): on the tasks that two rated beside gold, errors are too few or all alike.`) : errors ? make("p", { class: "how" }, `Errors against gold correlate ${withInterval(errors.correlation, fixed)} between raters on average: the ${count(errors.raters)} raters are worth ${withInterval(errors.effective_raters, (x) => fixed(x, 1))} with independent errors (n = ${count(errors.n)} tasks). One noisy gold label is part of every error, which makes the correlation too large.`) : null,
  ].filter(Boolean));
};
