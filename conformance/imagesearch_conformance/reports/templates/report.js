"use strict";
(() => {
  const all = (selector, inside = document) => [...inside.querySelectorAll(selector)];
  const one = (name) => document.getElementById(name);
  const requirements = all("details.requirement");
  const words = new Map(requirements.map((entry) => [entry, entry.querySelector("summary").textContent.toLowerCase() + " " + entry.querySelector(".where").textContent.toLowerCase()]));
  const boxes = all('input[name="outcome"]');

  const apply = () => {
    const wanted = one("search").value.toLowerCase().split(/\s+/).filter(Boolean);
    const area = one("area").value, level = one("level").value;
    const outcomes = new Set(boxes.filter((box) => box.checked).map((box) => box.value));
    let found = 0;
    for (const entry of requirements) {
      const { outcome, level: own, area: place } = entry.dataset;
      const fits = outcomes.has(outcome) && (!level || own === level) && (!area || place === area) && wanted.every((word) => words.get(entry).includes(word));
      entry.hidden = !fits;
      found += fits ? 1 : 0;
    }
    for (const list of all("section.list")) list.hidden = !list.querySelector("details.requirement:not([hidden])");
    one("found").textContent = found === requirements.length ? `all ${found} requirements` : `${found} of ${requirements.length} requirements`;
  };

  const clear = () => {
    one("search").value = one("area").value = one("level").value = "";
    for (const box of boxes) box.checked = true;
    apply();
  };

  const show = (name) => {
    const entry = one(name);
    if (!entry || !entry.matches("details.requirement")) return;
    if (entry.hidden) clear();
    entry.open = true;
    entry.scrollIntoView();
    entry.querySelector("summary").focus({ preventScroll: true });
  };
  // Ids of requirements need no escapes: a fragment with some is none of ours, and may not even be decoded.
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
  one("clear").addEventListener("click", clear);
  document.addEventListener("click", (event) => {
    const unit = event.target.closest(".unit[data-id]"), button = event.target.closest("button.copy");
    if (unit) location.hash = unit.dataset.id;
    if (button) copy(button);
  });
  for (const button of all("button.copy")) button.hidden = false;
  addEventListener("hashchange", follow);
  addEventListener("beforeprint", () => {
    for (const entry of all('details.requirement[data-outcome="failed"], details.untold')) entry.open = true;
  });
  apply();
  follow();
})();
