// What this tab keeps until it closes: who labels, the task in view, and what was entered but not saved. A reload loses none
// of it. Each tab has its own, so two people can label in two tabs.

let review = null;
let name = null;

const keptKey = (what) => `${review.draw}/${what}`;
const kept = (what) => {
  try { return JSON.parse(sessionStorage.getItem(keptKey(what))); } catch { return null; }
};
const keep = (what, value) => {
  try {
    if (value === null) sessionStorage.removeItem(keptKey(what));
    else sessionStorage.setItem(keptKey(what), JSON.stringify(value));
  } catch { /* without storage a reload begins at the next open task */ }
};
