// What is chosen. It stands in the address, so that a view can be linked and comes back as it was.

const DEFAULTS = {
  dim: dimensions[0]?.id ?? "", measure: "", by: "", of: "",
  q: "", group: "", occ: "", act: "", contested: "", missing: "", a: "", b: "", min: "",
  sort: "spread", order: "down", task: "",
};
const FILTERS = ["q", "group", "occ", "act", "contested", "missing", "a", "b", "min"];

const fromAddress = () => {
  const state = { ...DEFAULTS };
  const given = new URLSearchParams(location.hash.replace(/^#/, ""));
  for (const key of Object.keys(DEFAULTS)) if (given.has(key)) state[key] = given.get(key);
  if (!dimensionById.has(state.dim)) state.dim = DEFAULTS.dim;
  return state;
};

let state = fromAddress();
let written = location.hash;
const watchers = [];

const changedKeys = (next) => Object.keys(DEFAULTS).filter((key) => next[key] !== state[key]);

/** Changes what is chosen, writes the address, and tells whoever draws a part of it. */
const choose = (changes) => {
  const next = { ...state, ...changes };
  const changed = changedKeys(next);
  if (changed.length === 0) return;
  state = next;
  const kept = Object.entries(state).filter(([key, value]) => value !== DEFAULTS[key] && value !== "");
  written = kept.length ? `#${new URLSearchParams(kept)}` : "";
  history.replaceState(null, "", written || location.href.split("#")[0]);
  watchers.forEach((draw) => draw(new Set(changed)));
};

/** Calls `draw` now and whenever one of the keys changes. */
const whenever = (keys, draw) => {
  watchers.push((changed) => { if (keys.some((key) => changed.has(key))) draw(); });
  draw();
};

// A link to a view, or the way back to one. A jump to a section is no view.
addEventListener("hashchange", () => {
  if (location.hash === written || (location.hash && !location.hash.includes("="))) return;
  choose(fromAddress());
});

const dimension = () => dimensionById.get(state.dim);

/** Shows a part of the page, also to who uses a keyboard. */
const goTo = (section) => {
  byId(section).scrollIntoView({ block: "start" });
  byId(`${section}-title`).focus({ preventScroll: true });
};
