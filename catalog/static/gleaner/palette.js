// The command palette (Ctrl-K): pages, saved views, sources, and what can be done on this page. The pages work without it.
"use strict";

const palette = {
  dialog: () => document.querySelector("#palette"),
  field: () => document.querySelector("#palette input"),
  list: () => document.querySelector("#palette-list"),
  shown: [],
  at: 0,
  asked: 0,
};

function name(element) {
  return (element.dataset.command || element.getAttribute("aria-label") || element.title || element.textContent).replace(/\s+/g, " ").trim();
}

// What the page itself offers: its menu, and every link and button that is named a command.
function commandsHere() {
  const pages = [...document.querySelectorAll("nav[data-menu-of-pages] a")].map((link) => ({ kind: text("Page"), label: name(link), url: link.href }));
  const acts = [...document.querySelectorAll("[data-command], [data-theme-button], [data-keys-button]")]
    .filter((each) => !each.hidden && !each.closest("dialog"))
    .map((each) => ({ kind: text("Action"), label: name(each), act: () => each.click() }));
  const seen = new Set();
  return [...pages, ...acts].filter((each) => !seen.has(each.label) && seen.add(each.label));
}

function matches(item, typed) {
  const whole = `${item.label} ${item.kind}`.toLowerCase();
  return typed.toLowerCase().split(/\s+/).every((word) => whole.includes(word));
}

function option(item, number) {
  const row = document.createElement("div");
  row.id = `palette-${number}`;
  row.setAttribute("role", "option");
  row.dataset.number = number;
  for (const [part, words] of [["name", item.label], ["kind", item.kind]]) {
    const span = document.createElement("span");
    span.className = part;
    span.textContent = words;
    row.append(span);
  }
  return row;
}

function choose(number) {
  palette.at = Math.max(0, Math.min(number, palette.shown.length - 1));
  for (const row of palette.list().children) row.setAttribute("aria-selected", String(Number(row.dataset.number) === palette.at));
  const chosen = palette.list().querySelector('[aria-selected="true"]');
  if (chosen) { palette.field().setAttribute("aria-activedescendant", chosen.id); chosen.scrollIntoView({ block: "nearest" }); }
  else palette.field().removeAttribute("aria-activedescendant");
}

function show(items) {
  palette.shown = items;
  palette.list().replaceChildren(...items.map(option));
  palette.dialog().querySelector("[data-palette-count]").textContent = items.length ? counted("{n} command", "{n} commands", items.length) : text("No commands match");
  choose(0);
}

async function refresh() {
  const typed = palette.field().value.trim();
  const ours = commandsHere().filter((each) => matches(each, typed));
  show(ours);
  const number = ++palette.asked;
  try {
    const answer = await fetch(`${palette.dialog().dataset.targets}?q=${encodeURIComponent(typed)}`, { headers: { Accept: "application/json" } });
    if (!answer.ok) return;
    const { items } = await answer.json();
    if (number !== palette.asked) return;
    const kept = palette.at; // read last: somebody may have moved meanwhile
    show([...ours, ...items]);
    choose(kept);
  } catch { /* no answer: the pages and the actions are there all the same */ }
}

function run(number) {
  const item = palette.shown[number];
  if (!item) return;
  palette.dialog().close();
  if (item.act) item.act();
  else window.location.assign(item.url);
}

function openPalette() {
  const dialog = palette.dialog();
  if (!dialog || dialog.open) return;
  palette.field().value = "";
  dialog.showModal();
  refresh();
}

document.addEventListener("keydown", (event) => {
  if ((event.ctrlKey || event.metaKey) && !event.altKey && event.key.toLowerCase() === "k") {
    event.preventDefault();
    openPalette();
    return;
  }
  if (event.target !== palette.field()) return;
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (step) { event.preventDefault(); choose((palette.at + step + palette.shown.length) % Math.max(1, palette.shown.length)); }
  if (event.key === "Enter") { event.preventDefault(); run(palette.at); }
});
document.addEventListener("input", (event) => { if (event.target === palette.field()) refresh(); });
document.addEventListener("click", (event) => {
  if (event.target.closest("[data-palette-button]")) openPalette();
  const row = event.target.closest("#palette-list [role=option]");
  if (row) run(Number(row.dataset.number));
  if (event.target === palette.dialog()) palette.dialog().close();
});
document.addEventListener("DOMContentLoaded", () => {
  for (const button of document.querySelectorAll("[data-palette-button]")) button.hidden = false;
});
