// The reason for a skipped task, the list of keys, the end.

const REASONS = ["The statement is unclear", "I do not know this work", "No answer fits"];

const openDialog = (id) => byId(id).showModal();

document.querySelectorAll("dialog").forEach((dialog) => {
  dialog.querySelectorAll("[data-close]").forEach((button) => button.addEventListener("click", () => dialog.close()));
});

REASONS.forEach((reason, place) => byId("reasons").append(
  make("label", { class: "choice" },
    make("input", { type: "radio", name: "reason", value: reason }),
    make("kbd", { "aria-hidden": "true" }, String(place + 1)),
    make("span", { class: "words" }, reason))));

const reasons = () => [...byId("reasons").querySelectorAll("input")];

const openSkip = () => {
  if (!shown?.task) return;
  const before = shown.task.said?.said === "skip" ? shown.task.said.reason : "";
  reasons().forEach((input) => { input.checked = false; });
  byId("reason-words").value = before;
  byId("skip-lacks").textContent = "";
  openDialog("skip-dialog");
  reasons()[0].focus();
};

byId("reasons").addEventListener("keydown", (event) => {
  const input = reasons()[Number(event.key) - 1];
  if (!input || event.ctrlKey || event.metaKey || event.altKey) return;
  event.preventDefault();
  input.checked = true;
  input.focus();
});

byId("skip-form").addEventListener("submit", (event) => {
  event.preventDefault();
  const parts = [reasons().find((input) => input.checked)?.value, byId("reason-words").value.trim()].filter(Boolean);
  if (parts.length === 0) {
    byId("skip-lacks").textContent = "Choose a reason, or write one.";
    byId("reason-words").focus();
    return;
  }
  byId("skip-lacks").textContent = "";
  skipFor(parts.join(": "));
});

const openDone = () => {
  byId("help").close();
  openDialog("done-dialog");
};

byId("done").addEventListener("click", () => once(async () => {
  byId("done-dialog").close();
  await ask("api/done", {});
  tell("");
  screen("over");
  byId("over-title").focus();
}));
