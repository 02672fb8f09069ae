// The pairs of raters as a heat map: a cell a pair, its number in it. A cell shows the tasks on which the two differ.

const MEASURES = [
  ["kappa", "weighted kappa", fixed], ["pearson", "Pearson correlation", fixed], ["ccc", "concordance (CCC)", fixed],
  ["exact_agreement", "exact agreement, %", (x) => fixed(x * 100, 0)],
  ["mean_difference", "mean difference in points, row minus column", (x) => signed(x, 1)],
];

const pairsOf = () => dimension().audited.pairs ?? [];
const measuresHere = () => MEASURES.filter(([key]) => pairsOf().some((pair) => known(pair[key]?.point)));
const measureHere = () => measuresHere().find(([key]) => key === state.measure) ?? measuresHere()[0];

/** The pair of two raters, turned so that the row is its first. */
const pairOf = (row, column) => {
  for (const pair of pairsOf()) {
    if (pair.a === row && pair.b === column) return { pair, turned: false };
    if (pair.a === column && pair.b === row) return { pair, turned: true };
  }
  return null;
};

const matrixCell = ([key, name, show], row, column, largest) => {
  if (row === column) return make("td", { class: "same", "aria-label": "the same rater" }, "·");
  const found = pairOf(row, column);
  const estimate = found?.pair[key];
  if (!known(estimate?.point)) return make("td", { class: "none", title: "not computed" }, "–");
  const turn = found.turned && key === "mean_difference" ? -1 : 1;
  const ends = [estimate.low, estimate.high].filter(known).map((end) => end * turn).sort((a, b) => a - b);
  const value = estimate.point * turn;
  const n = found.pair.n ?? estimate.n;
  const said = `${row} and ${column}: ${name} ${show(value)}${ends.length === 2 ? ` (${show(ends[0])} to ${show(ends[1])})` : ""}, n = ${count(n)}`;
  const button = make("button", { type: "button", class: "cell", title: said, "aria-label": `${said}. Show the tasks on which they differ.`,
    "data-a": row, "data-b": column }, show(value));
  const strength = key === "mean_difference" ? Math.abs(value) / (largest || 1) : Math.max(0, value);
  button.style.setProperty("--strength", `${Math.round(Math.min(1, strength) * 100)}%`);
  if (strength > 0.62) button.classList.add("strong");
  if (key === "mean_difference" && value < 0) button.classList.add("below");
  button.addEventListener("click", () => {
    choose({ a: row, b: column, min: "", sort: "difference", order: "down", task: "" });
    goTo("tasks");
  });
  return make("td", {}, button);
};

const drawMatrix = () => {
  const measure = measureHere();
  if (!measure) {
    controlsOf("pairs").replaceChildren();
    bodyOf("pairs").replaceChildren(make("p", {}, "No two raters rated the same tasks of this dimension."));
    return;
  }
  controlsOf("pairs").replaceChildren(choice("measure", "Measure", measuresHere().map(([key, name]) => [key, name]), measure[0], (key) => choose({ measure: key })));
  const ids = raters.map((rater) => rater.id).filter((id) => pairsOf().some((pair) => pair.a === id || pair.b === id));
  const largest = Math.max(...pairsOf().map((pair) => Math.abs(pair[measure[0]]?.point ?? 0)));
  const letters = ids.map((_, n) => String.fromCharCode(65 + n % 26) + (n >= 26 ? Math.floor(n / 26) : ""));
  const named = (id, n) => make("th", { scope: "row" }, make("b", { class: "letter" }, letters[n]), " ", foreign(id),
    raterById.get(id)?.gold ? make("small", {}, `gold (${raterById.get(id).gold})`) : null);
  const made = make("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": `Pairs of raters: ${measure[1]}` },
    make("table", { class: "matrix" },
      make("caption", { class: "hidden" }, `${measure[1]} of each pair of raters on ${state.dim}`),
      make("thead", {}, make("tr", {}, make("td", {}), ids.map((id, n) => make("th", { scope: "col", title: id, "aria-label": id }, letters[n])))),
      make("tbody", {}, ids.map((row, n) => make("tr", {}, named(row, n), ids.map((column) => matrixCell(measure, row, column, largest)))))));
  const ns = pairsOf().map((pair) => pair.n).filter(known);
  const range = ns.length ? `n = ${count(Math.min(...ns))}${Math.min(...ns) < Math.max(...ns) ? ` to ${count(Math.max(...ns))}` : ""} tasks a pair.` : "";
  bodyOf("pairs").replaceChildren(make("p", { class: "how" }, `${measure[1][0].toUpperCase()}${measure[1].slice(1)}; ${range} Pointing at a cell gives its interval; choosing it shows the tasks on which the two differ, the largest difference first.`), made);
  pressMatrix();
};

const pressMatrix = () => document.querySelectorAll("#pairs .cell").forEach((cell) =>
  cell.setAttribute("aria-pressed", String(cell.dataset.a === state.a && cell.dataset.b === state.b)));
