// Asking the server. The key stands behind # in the address and goes along as a header.

const key = location.hash.slice(1);

/** An answer, or an error whose message a person can read. */
const ask = async (path, body = null) => {
  let response;
  try {
    response = await fetch(path, {
      method: body ? "POST" : "GET",
      headers: { "x-review-key": key, ...(body && { "content-type": "application/json" }) },
      body: body && JSON.stringify(body),
      cache: "no-store",
      redirect: "error",
    });
  } catch {
    throw new Error("taskrater does not answer. Does it still run? After a new start it has a new address.");
  }
  const text = await response.text();
  if (response.ok) return JSON.parse(text);
  let why = text;
  try { why = JSON.parse(text).error; } catch { /* a sentence, as it is */ }
  throw new Error(why || `the server says ${response.status}`);
};
