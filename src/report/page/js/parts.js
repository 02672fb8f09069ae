// Parts that several sections of the page are made of.

const bodyOf = (section) => document.querySelector(`#${section} > .body`);
const controlsOf = (section) => document.querySelector(`#${section} > .controls`);

/** Puts an element at a share of its parent's width, 0 to 1. */
const at = (element, left, width = null) => {
  element.style.left = `${left * 100}%`;
  if (width !== null) element.style.width = `${width * 100}%`;
  return element;
};

/** A table: header cells, rows of cells. A cell is a string, an element, or {text, as: "th", class}. */
const table = (name, header, rows) => {
  const cell = (what, tag) => {
    if (what instanceof Node || typeof what !== "object" || what === null) return make(tag, {}, what ?? "–");
    const attributes = { class: what.class, title: what.title, scope: what.as === "th" ? "row" : null };
    return make(what.as ?? tag, attributes, what.text ?? "–");
  };
  const head = header.map((what) => {
    const made = cell(what, "th");
    made.setAttribute("scope", "col");
    return made;
  });
  return make("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": name },
    make("table", {},
      make("caption", { class: "hidden" }, name),
      make("thead", {}, make("tr", {}, head)),
      make("tbody", {}, rows.map((row) => make("tr", {}, row.map((what) => cell(what, "td")))))));
};

/** A labelled choice. Options are [value, text] or {group, options}. */
const choice = (name, label, options, chosen, changed) => {
  const option = ([value, text]) => make("option", { value, selected: value === chosen }, text);
  const select = make("select", { name, id: `choose-${name}` },
    options.map((one) => Array.isArray(one) ? option(one) : make("optgroup", { label: one.group }, one.options.map(option))));
  select.addEventListener("change", () => changed(select.value));
  return make("label", {}, make("span", {}, label), select);
};
