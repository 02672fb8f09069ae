// Dot-and-whisker plots: a row an estimate, all on one axis, the numbers beside it.

/** Round numbers for the ends and marks of an axis that shows these numbers. */
const axisFor = (numbers, include = []) => {
  const shown = [...numbers, ...include].filter(known);
  let low = Math.min(...shown), high = Math.max(...shown);
  if (!shown.length) [low, high] = [0, 1];
  if (high - low < 1e-9) [low, high] = [low - 0.5, high + 0.5];
  const rough = (high - low) / 5, power = 10 ** Math.floor(Math.log10(rough));
  const step = power * [1, 2, 5, 10].find((times) => times * power >= rough - 1e-12);
  const first = Math.floor(low / step + 1e-9), last = Math.ceil(high / step - 1e-9);
  const marks = [];
  for (let mark = first; mark <= last; mark += 1) marks.push(mark * step);
  const digits = Math.max(0, -Math.floor(Math.log10(step) + 1e-9));
  return { low: first * step, high: last * step, marks, digits };
};

const share = (axis, value) => (value - axis.low) / (axis.high - axis.low);

/** The plot cell of one estimate. */
const whisker = (axis, estimate, label, shape, zero) => {
  const cell = make("div", { class: "plot", role: "img", "aria-label": label });
  axis.marks.forEach((mark) => cell.append(at(make("i", { class: "grid" }), share(axis, mark))));
  if (known(zero)) cell.append(at(make("i", { class: "zero" }), share(axis, zero)));
  if (!estimate || !known(estimate.point)) return cell;
  if (known(estimate.low) && known(estimate.high)) {
    const from = share(axis, estimate.low);
    cell.append(at(make("i", { class: "whisker" }), from, share(axis, estimate.high) - from));
  }
  cell.append(at(make("i", { class: `dot ${shape ?? ""}` }), share(axis, estimate.point)));
  return cell;
};

/**
 * A plot as a table. Rows are {name, note, estimate, why, shape, more, pick}; `pick` makes the name a button. `columns` are
 * the heads of `more`. The axis has its unit, every row its n.
 */
const forest = (title, { unit, zero, digits = 2, sign = false, bounds = [], columns = [], first = "" }, rows) => {
  const show = (number) => sign ? signed(number, digits) : fixed(number, digits);
  const numbers = rows.flatMap(({ estimate }) => estimate ? [estimate.low, estimate.point, estimate.high] : []);
  const axis = axisFor(numbers, known(zero) ? [zero, ...bounds] : bounds);
  const line = ({ name, note, estimate, why, shape, more = [], pick, pressed }) => {
    const named = foreign(name);
    const button = pick ? make("button", { type: "button", class: "pick", "aria-pressed": pressed ? "true" : "false" }, named) : named;
    if (pick) button.addEventListener("click", pick);
    const missing = !estimate || !known(estimate.point);
    const text = missing ? (why ?? "not computed") : `${show(estimate.point)}, ${interval(estimate, show, why)}, n = ${count(estimate.n)}`;
    return [
      { as: "th", text: make("span", {}, button, note ? make("small", {}, note) : null) },
      { class: "wide", text: whisker(axis, estimate, `${name}: ${text}`, shape, zero) },
      { class: "number", text: missing ? "–" : show(estimate.point) },
      { class: "number ci", text: interval(estimate, show, why) },
      { class: "number", text: count(estimate?.n) },
      ...more.map((text) => ({ class: "number", text })),
    ];
  };
  const scale = make("div", { class: "plot axis" },
    axis.marks.map((mark) => at(make("span", {}, sign ? signed(mark, axis.digits) : fixed(mark, axis.digits)), share(axis, mark))));
  const percentLevel = known(audit.level) ? `${fixed(audit.level * 100, 0)} % interval` : "interval";
  const head = [first, { class: "wide", text: unit }, { class: "number", text: "estimate" }, { class: "number", text: percentLevel },
    { class: "number", text: "n" }, ...columns.map((text) => ({ class: "number", text }))];
  const made = table(title, head, rows.map(line));
  made.classList.add("forest");
  made.querySelector("tbody").append(make("tr", { class: "axis" }, make("th", {}, ""), make("td", { class: "wide" }, scale)));
  return made;
};
