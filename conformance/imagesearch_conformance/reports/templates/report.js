"use strict";
(() => {
  const all = (selector, inside = document) => [...inside.querySelectorAll(selector)];
  const byId = (name) => document.getElementById(name);
  const requirements = all("details.requirement");
  const texts = new Map(requirements.map((entry) => [entry, entry.querySelector("summary").textContent.toLowerCase() + " " + entry.querySelector(".origin").textContent.toLowerCase()]));
  const boxes = all('input[name="outcome"]');

  const apply = () => {
    const terms = byId("search").value.toLowerCase().split(/\s+/).filter(Boolean);
    const area = byId("area").value, level = byId("level").value;
    const outcomes = new Set(boxes.filter((box) => box.checked).map((box) => box.value));
    let count = 0;
    for (const entry of requirements) {
      const { outcome, level: ownLevel, area: ownArea } = entry.dataset;
      const matches = outcomes.has(outcome) && (!level || ownLevel === level) && (!area || ownArea === area) && terms.every((word) => texts.get(entry).includes(word));
      entry.hidden = !matches;
      count += matches ? 1 : 0;
    }
    for (const list of all("section.list")) list.hidden = !list.querySelector("details.requirement:not([hidden])");
    byId("match-count").textContent = count === requirements.length ? `all ${count} requirements` : `${count} of ${requirements.length} requirements`;
  };

  const clear = () => {
    byId("search").value = byId("area").value = byId("level").value = "";
    for (const box of boxes) box.checked = true;
    apply();
  };

  const show = (name) => {
    const entry = byId(name);
    if (!entry || !entry.matches("details.requirement")) return;
    if (entry.hidden) clear();
    entry.open = true;
    entry.scrollIntoView();
    entry.querySelector("summary").focus({ preventScroll: true });
  };
  // Ids of requirements need no escapes: a fragment with escapes is not ours, and decoding it may fail.
  const follow = () => show(location.hash.slice(1));

  const copy = async (button) => {
    const text = button.parentElement.querySelector("pre");
    try {
      await navigator.clipboard.writeText(text.textContent);
      button.textContent = "Copied";
    } catch {
      getSelection().selectAllChildren(text);
    }
  };

  const form = document.querySelector("form.filter");
  form.hidden = false;
  form.addEventListener("input", apply);
  form.addEventListener("submit", (event) => event.preventDefault());
  byId("clear").addEventListener("click", clear);
  document.addEventListener("click", (event) => {
    const unit = event.target.closest(".unit[data-id]"), button = event.target.closest("button.copy");
    if (unit) location.hash = unit.dataset.id;
    if (button) copy(button);
  });
  for (const button of all("button.copy")) button.hidden = false;
  addEventListener("hashchange", follow);
  addEventListener("beforeprint", () => {
    for (const entry of all('details.requirement[data-outcome="failed"], details.not-judged')) entry.open = true;
  });
  apply();
  follow();
})();
