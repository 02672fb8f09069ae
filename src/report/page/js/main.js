// Draws the page, and each part again when what it shows is chosen anew.

const drawDimensions = () => {
  const box = byId("dimensions");
  box.querySelectorAll("label").forEach((label) => label.remove());
  dimensions.forEach(({ id, question }) => {
    const input = make("input", { type: "radio", name: "dim", value: id, checked: id === state.dim });
    input.addEventListener("change", () => choose({ dim: id, measure: "", min: "" }));
    box.append(make("label", { title: question }, input, make("span", {}, id)));
  });
};

drawHead();
drawFindings();
drawRaters();
drawNotes();
if (dimensions.length) {
  whenever(["dim"], drawDimensions);
  whenever(["dim"], drawAgreement);
  whenever(["dim", "measure"], drawMatrix);
  whenever(["a", "b"], pressMatrix);
  whenever(["dim"], drawLeniency);
  whenever(["dim", "by", "of", "group", "act"], drawGroups);
  whenever(["dim"], drawShape);
  whenever(["dim"], drawLegend);
  whenever(["dim", "group", "occ", "act", "a", "b", "contested", "missing", "sort", "order", "q", "min"], refreshFilters);
  whenever(["dim", "sort", "order", ...FILTERS], drawTasks);
  let wasOpen = openPlace();
  watchers.push((changed) => {
    if (changed.size === 1 && changed.has("task")) drawOpen(wasOpen);
    wasOpen = openPlace();
  });
  if (state.task) goToOpen();
} else {
  ["agreement", "pairs", "leniency", "groups", "shape", "tasks"].forEach((section) => { byId(section).hidden = true; });
  byId("bar").hidden = true;
}
document.documentElement.dataset.ready = "yes";
