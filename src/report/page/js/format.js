// Numbers as text. What is missing is a dash, never 0.

const MINUS = "\u2212";
const known = (number) => typeof number === "number" && Number.isFinite(number);

const fixed = (number, digits = 2) => {
  if (!known(number)) return "–";
  const text = Math.abs(number).toFixed(digits);
  return number < 0 && Number(text) !== 0 ? MINUS + text : text;
};
const signed = (number, digits = 2) => {
  const text = fixed(number, digits);
  return known(number) && number > 0 && Number(text) !== 0 ? `+${text}` : text;
};
const count = (number) => known(number) ? number.toLocaleString("en-US") : "–";
const percent = (share, digits = 1) => known(share) ? `${fixed(share * 100, digits)} %` : "–";
const counted = (number, one, many = `${one}s`) => `${count(number)} ${number === 1 ? one : many}`;

/** A value of a dimension in its own unit: label values 0–1 with two decimals, scores with one where it is not whole. */
const valueText = (dimension, value) => {
  if (!known(value)) return "–";
  return dimension.labels ? fixed(value, 2) : fixed(value, Number.isInteger(value) ? 0 : 1);
};

/** "p < 0.001" or "p = 0.012". */
const pText = (p, name = "p") => {
  if (!known(p)) return null;
  return p < 0.001 ? `${name} < 0.001` : `${name} = ${p.toFixed(3)}`;
};

/** The same without its name, for a column. */
const bareP = (p) => pText(p, "")?.replace(/^ = /, "").trim() ?? "–";

/** The interval of an estimate in words, or why there is none. */
const interval = (estimate, show = fixed, why = null) => {
  if (!known(estimate?.point)) return why ?? "–";
  if (!known(estimate.low) || !known(estimate.high)) return `none: ${estimate.no_interval ?? why ?? "not known"}`;
  return `${show(estimate.low)} to ${show(estimate.high)}`;
};

/** An estimate with its interval in brackets, or why there is none. */
const withInterval = (estimate, show = fixed, why = null) =>
  known(estimate?.point) ? `${show(estimate.point)} (${interval(estimate, show)})` : why ?? "–";
