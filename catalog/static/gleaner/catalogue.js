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
