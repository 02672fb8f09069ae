// Elements. Text of tasks and models reaches the page as text nodes only: nothing here takes markup.

const byId = (id) => document.getElementById(id);

/** An element with attributes and children; a child is an element, a string, or null for none. */
const make = (name, attributes = {}, ...children) => {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    element.setAttribute(key, value === true ? "" : String(value));
  }
  element.append(...children.flat().filter((child) => child !== null && child !== undefined));
  return element;
};

/** Text of others: kept apart from what stands around it, whatever its direction. */
const foreign = (text, name = "span") => make(name, { dir: "auto", class: "foreign" }, String(text));
