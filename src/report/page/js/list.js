// The list of tasks. Only the rows in view are in the document, so that 18,796 tasks cost no more than twenty.

const list = byId("list"), rows = byId("rows");
const BEYOND = 6;
const PRINTED = 100;
let order = [], drawn = new Map(), rowHeight = 64, openHeight = 0, printing = false;

const openPlace = () => state.task === "" ? -1 : order.findIndex((task) => tasks.id[task] === state.task);
const topOf = (place, open) => place * rowHeight + (open >= 0 && place > open ? openHeight : 0);

/** The places in view, with a few beyond. */
const inView = (open) => {
  if (printing) return [0, Math.min(order.length, PRINTED)];
  const placeAt = (y) => Math.floor((open >= 0 && y > topOf(open, open) + rowHeight ? Math.max(y - openHeight, topOf(open, open)) : y) / rowHeight);
  const first = Math.max(0, placeAt(list.scrollTop) - BEYOND);
  return [first, Math.min(order.length, placeAt(list.scrollTop + list.clientHeight) + BEYOND + 1)];
};

/** Puts the rows in view into the document and takes the others out. */
const place = () => {
  const open = openPlace(), [first, last] = inView(open), kept = new Map();
  for (let n = first; n < last; n += 1) {
    const made = drawn.get(order[n]) ?? row(order[n], n, order.length);
    kept.set(order[n], made);
  }
  drawn.forEach((made, task) => { if (!kept.has(task)) made.remove(); });
  let before = null;
  kept.forEach((made, task) => {
    const next = before ? before.nextSibling : rows.firstChild;
    if (made !== next) rows.insertBefore(made, next);
    before = made;
    made.style.top = printing ? "" : `${topOf(Number(made.dataset.place), open)}px`;
  });
  drawn = kept;
  const opened = rows.querySelector(".detail");
  const height = open >= 0 && opened ? opened.offsetHeight : open >= 0 ? openHeight : 0;
  if (height !== openHeight) {
    openHeight = height;
    place();
    return;
  }
  rows.style.height = `${order.length * rowHeight + (open >= 0 ? openHeight : 0)}px`;
};

let waiting = false;
const placeSoon = () => {
  if (waiting) return;
  waiting = true;
  requestAnimationFrame(() => { waiting = false; place(); });
};

/** The height of a row: what its text takes, and a lane of the strip for every rater. */
const measure = () => {
  const lanes = covers[dimensions.indexOf(dimension())].filter(Boolean).length;
  const narrow = matchMedia("(max-width: 44rem)").matches;
  const strip = Math.max(narrow ? 30 : 50, Math.ceil(lanes * 4.5));
  rowHeight = strip + (narrow ? 82 : 14);
  list.style.setProperty("--row", `${rowHeight}px`);
  list.style.setProperty("--strip", `${strip}px`);
  list.classList.toggle("crowded", lanes > 10);
};

const redraw = () => {
  const focused = document.activeElement?.closest?.(".task")?.dataset.task;
  rows.replaceChildren();
  drawn = new Map();
  measure();
  place();
  if (focused) [...drawn.values()].find((made) => made.dataset.task === focused)?.querySelector(".open").focus({ preventScroll: true });
};

/** What the filters keep, from the top. */
const drawTasks = () => {
  order = selected();
  byId("count").textContent = `${count(order.length)} of ${counted(taskCount, "task")}`;
  list.scrollTop = 0;
  openHeight = 0;
  redraw();
};

/** Brings a place into view and gives it the focus. */
const goToPlace = (n) => {
  const target = Math.max(0, Math.min(order.length - 1, n)), open = openPlace();
  const top = topOf(target, open), height = rowHeight + (target === open ? openHeight : 0);
  if (top < list.scrollTop) list.scrollTop = top;
  else if (top + height > list.scrollTop + list.clientHeight) list.scrollTop = Math.min(top, top + height - list.clientHeight);
  place();
  drawn.get(order[target])?.querySelector(".open").focus({ preventScroll: true });
};

/** Opens or closes a task; what was chosen stays where it was on the screen. */
const drawOpen = (wasOpen) => {
  const chosen = document.activeElement?.closest?.(".task");
  const at = chosen ? Number(chosen.dataset.place) : -1;
  const above = at >= 0 ? topOf(at, wasOpen) - list.scrollTop : 0;
  redraw();
  if (at >= 0) list.scrollTop = topOf(at, openPlace()) - above;
  place();
};

/** Shows the task that an address names. */
const goToOpen = () => {
  const open = openPlace();
  if (open < 0) return;
  list.scrollTop = topOf(open, open);
  place();
  list.scrollIntoView({ block: "center" });
};

list.addEventListener("scroll", placeSoon, { passive: true });
list.addEventListener("keydown", (event) => {
  const at = Number(event.target.closest?.(".task")?.dataset.place ?? -1);
  const page = Math.max(1, Math.floor(list.clientHeight / rowHeight) - 1);
  const step = { ArrowDown: 1, ArrowUp: -1, PageDown: page, PageUp: -page, Home: -order.length, End: order.length }[event.key];
  if (step === undefined || order.length === 0) return;
  event.preventDefault();
  goToPlace(at + step);
});
addEventListener("resize", () => { openHeight = 0; redraw(); });
addEventListener("beforeprint", () => { printing = true; redraw(); });
addEventListener("afterprint", () => { printing = false; redraw(); });

const drawLegend = () => {
  const here = raters.filter(({ position }) => covers[dimensions.indexOf(dimension())][position]);
  byId("legend").replaceChildren(
    make("span", {}, `Lanes of the strip from above, ${dimension().labels ? dimension().labels.map((label) => `${label.id} = ${fixed(label.value, 2)}`).join(", ") : "0 to 100"}:`),
    ...here.map(({ id, kind, shape }) => make("span", { class: "entry" }, make("i", { class: `key ${shape}` }), foreign(id), make("small", {}, kind))),
    make("span", { class: "entry" }, make("i", { class: "key centre" }), `consensus (${dimension().method})`));
  const [low, high] = dimension().bounds;
  const scale = make("span", { class: "scale" }, scaleMarks(dimension()).map(([value, text]) => at(make("span", {}, text), (value - low) / (high - low))));
  byId("heads").replaceChildren(...["task", "consensus", "spread"].map((text) => make("span", {}, text)), scale);
};
