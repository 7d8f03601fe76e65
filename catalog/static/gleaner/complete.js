// Fields of a search box and their values, completed while typing: the box names in data-complete whom to ask.
"use strict";

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
// A field that there is not is said while it is typed; a list that is searched meanwhile says so by itself.
function sayUnknown(names) {
  const note = document.querySelector("#completion-note");
  if (field().form.hasAttribute("hx-get")) return;
  note.hidden = !names.length;
  note.textContent = names.length ? text("Unknown field: {name}", { name: names[0] }) : "";
}
async function complete() {
  const input = field(), typed = input.value.slice(0, input.selectionStart), number = ++completion.asked;
  if (!typed.trim() || typed.endsWith(" ")) { sayUnknown([]); return showOptions([]); }
  try {
    const answer = await fetch(`${input.dataset.complete}?q=${encodeURIComponent(typed)}`);
    if (!answer.ok) return;
    const { items, unknown } = await answer.json();
    if (number !== completion.asked || document.activeElement !== input) return;
    showOptions(items);
    sayUnknown(items.length ? [] : unknown);
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
document.addEventListener("focusout", (event) => { if (event.target === field()) { showOptions([]); sayUnknown([]); } });
document.addEventListener("DOMContentLoaded", () => {
  if (!field()) return;
  const list = document.createElement("div");
  Object.assign(list, { id: "completions", className: "completions", role: "listbox", hidden: true });
  list.setAttribute("aria-label", text("Completions"));
  const note = document.createElement("p");
  Object.assign(note, { id: "completion-note", className: "completion-note", hidden: true });
  note.setAttribute("role", "status");
  field().after(list, note);
  for (const [name, value] of [["role", "combobox"], ["aria-controls", "completions"], ["aria-expanded", "false"], ["aria-autocomplete", "list"]]) field().setAttribute(name, value);
});
