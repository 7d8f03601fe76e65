// The list of articles: search while typing, menus that close, thumbnails that are missing. The page works without it.
"use strict";

// The address follows what was searched, so that it can be copied, and comes back after an article was read.
document.addEventListener("htmx:afterRequest", (event) => {
  if (event.detail.elt.id !== "filter" || !event.detail.successful) return;
  history.replaceState(null, "", event.detail.pathInfo.finalRequestPath);
});

// One menu at a time; it closes with Escape, and when somebody clicks elsewhere.
function closeMenus(except) {
  for (const menu of document.querySelectorAll("details[data-menu][open]")) if (menu !== except) menu.open = false;
}
document.addEventListener("click", (event) => closeMenus(event.target.closest("details[data-menu]")));
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  const open = document.querySelector("details[data-menu][open]");
  closeMenus(null);
  open?.querySelector("summary").focus();
});

// An image that cannot be had leaves no gap.
document.addEventListener("error", (event) => {
  if (event.target.matches?.("[data-thumbnail]")) event.target.closest(".entry-image").remove();
}, true);

// Drawn over, the bars of the dates choose a time; each is a link for those who do not draw.
let brushed = null; // the first bar
function bars() { return [...document.querySelectorAll("[data-histogram] a")]; }
function brush(to) {
  const all = bars(), ends = [all.indexOf(brushed), all.indexOf(to)].sort((a, b) => a - b);
  all.forEach((bar, at) => bar.classList.toggle("brushed", at >= ends[0] && at <= ends[1]));
  return [all[ends[0]], all[ends[1]]];
}
function barAt(event) { return document.elementFromPoint(event.clientX, event.clientY)?.closest("[data-histogram] a"); }
document.addEventListener("pointerdown", (event) => { brushed = event.target.closest?.("[data-histogram] a"); });
document.addEventListener("pointermove", (event) => {
  const bar = brushed && barAt(event);
  if (bar) brush(bar);
});
document.addEventListener("pointerup", (event) => {
  const first = brushed, bar = first && barAt(event);
  brushed = null;
  if (!bar || bar === first) return;
  brushed = first;
  const [from, to] = brush(bar);
  brushed = null;
  const query = new URLSearchParams(bar.closest("svg").dataset.rest);
  query.set("since", from.dataset.from);
  query.set("until", to.dataset.to);
  window.location.assign(`${location.pathname}?${query}`);
});
// What the bar under the pointer, or the one in focus, stands for. htmx takes a <title> for that of the page.
function nameBar(event) {
  const now = document.querySelector("[data-histogram-now]");
  if (now) now.textContent = event.target.closest?.("[data-histogram] a")?.getAttribute("aria-label") || "";
}
document.addEventListener("pointerover", nameBar);
document.addEventListener("focusin", nameBar);
document.addEventListener("dragstart", (event) => { if (event.target.closest?.("[data-histogram]")) event.preventDefault(); });

// Fields of the search box and their values, completed while typing.
const completion = { asked: 0, at: -1 };
function field() { return document.querySelector("[data-complete]"); }
function options() { return [...document.querySelectorAll("#completions [role=option]")]; }
function chooseOption(at) {
  completion.at = at;
  options().forEach((each, number) => each.setAttribute("aria-selected", String(number === at)));
  const chosen = options()[at];
  if (chosen) field().setAttribute("aria-activedescendant", chosen.id);
  else field().removeAttribute("aria-activedescendant");
}
function showOptions(items) {
  const list = document.querySelector("#completions");
  const chosen = options()[completion.at]?.dataset.text; // kept where it is still offered
  list.replaceChildren(...items.map((item, number) => {
    const row = document.createElement("div");
    Object.assign(row, { id: `completion-${number}`, role: "option" });
    row.dataset.text = item.text;
    for (const part of ["text", "meaning"]) {
      const span = document.createElement("span");
      span.className = part;
      span.textContent = item[part];
      row.append(span);
    }
    return row;
  }));
  list.hidden = !items.length;
  field().setAttribute("aria-expanded", String(items.length > 0));
  chooseOption(items.findIndex((item) => item.text === chosen));
}
async function complete() {
  const input = field(), typed = input.value.slice(0, input.selectionStart), number = ++completion.asked;
  if (!typed.trim() || typed.endsWith(" ")) return showOptions([]);
  try {
    const answer = await fetch(`${input.dataset.complete}?q=${encodeURIComponent(typed)}`);
    if (!answer.ok) return;
    const { items } = await answer.json();
    if (number === completion.asked && document.activeElement === input) showOptions(items);
  } catch { /* no answer: nothing is offered */ }
}
function take(text) {
  const input = field(), before = input.value.slice(0, input.selectionStart), after = input.value.slice(input.selectionStart);
  const start = before.lastIndexOf(" ") + 1, ended = text.endsWith(":") ? text : `${text} `;
  input.value = before.slice(0, start) + ended + after.trimStart();
  input.setSelectionRange(start + ended.length, start + ended.length);
  showOptions([]);
  input.dispatchEvent(new Event("input", { bubbles: true }));
}
document.addEventListener("input", (event) => { if (event.target === field()) complete(); });
document.addEventListener("keydown", (event) => {
  if (!field() || event.target !== field() || !options().length) return;
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (step) { event.preventDefault(); chooseOption((completion.at + step + options().length) % options().length); }
  if (event.key === "Escape") { event.preventDefault(); showOptions([]); }
  const taken = event.key === "Tab" ? Math.max(completion.at, 0) : completion.at;
  if ((event.key === "Enter" || event.key === "Tab") && options()[taken]) { event.preventDefault(); take(options()[taken].dataset.text); }
});
document.addEventListener("mousedown", (event) => {
  const option = event.target.closest("#completions [role=option]");
  if (option) { event.preventDefault(); take(option.dataset.text); }
});
document.addEventListener("focusout", (event) => { if (event.target === field()) showOptions([]); });
document.addEventListener("DOMContentLoaded", () => {
  if (!field()) return;
  const list = document.createElement("div");
  Object.assign(list, { id: "completions", className: "completions", role: "listbox", hidden: true });
  list.setAttribute("aria-label", "Completions");
  field().after(list);
  for (const [name, value] of [["role", "combobox"], ["aria-controls", "completions"], ["aria-expanded", "false"], ["aria-autocomplete", "list"]]) field().setAttribute(name, value);
});
