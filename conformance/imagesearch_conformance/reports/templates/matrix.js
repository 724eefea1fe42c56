"use strict";
(() => {
  const find = (name) => document.getElementById("~" + name);
  const area = find("area"), level = find("level"), differing = find("differing"), text = find("text");
  const table = find("table"), status = find("status");
  const rows = [...table.querySelectorAll("tr[data-level]")];

  const matches = (row) =>
    (!area.value || row.parentElement.dataset.area === area.value) &&
    (!level.value || row.dataset.level === level.value) &&
    (!differing.checked || row.dataset.differs === "yes") &&
    row.dataset.words.includes(text.value.trim().toLowerCase());

  const filter = () => {
    for (const row of rows) row.hidden = !matches(row);
    for (const body of table.querySelectorAll("tbody[data-area]"))
      body.hidden = ![...body.querySelectorAll("tr[data-level]")].some((row) => !row.hidden);
    const shown = rows.filter((row) => !row.hidden).length;
    status.textContent = shown === rows.length ? `all ${shown} requirements` : `${shown} of ${rows.length} requirements`;
  };

  const clear = () => {
    area.value = level.value = text.value = "";
    differing.checked = false;
    filter();
  };

  // A link to a requirement shows it even if the filters hide it.
  const follow = () => {
    const row = document.getElementById(location.hash.slice(1));
    if (!row || !row.hidden && !row.parentElement.hidden) return;
    clear();
    row.scrollIntoView();
  };

  for (const control of [area, level, differing, text]) control.addEventListener("input", filter);
  find("clear").addEventListener("click", clear);
  addEventListener("hashchange", follow);
  find("filters").hidden = false;
  filter();
  follow();
})();
