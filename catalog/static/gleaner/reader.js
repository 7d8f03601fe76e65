// The page of one article: the type, the drawer, highlights. The page works without it.
"use strict";

// Width, size and font change at once, and are kept as the server would keep them.
document.addEventListener("change", (event) => {
  const form = event.target.closest("form[data-type]");
  if (!form) return;
  const given = new FormData(form), reading = document.querySelector(".reading");
  const chosen = ["width", "size", "face"].map((name) => given.get(name));
  [reading.dataset.width, reading.dataset.size, reading.dataset.face] = chosen;
  document.cookie = `type=${chosen.join(".")}; path=/; max-age=31536000; samesite=lax` + (location.protocol === "https:" ? "; secure" : "");
});

function drawer() { return document.querySelector("[data-drawer]"); }
document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest("input, textarea, select, dialog")) return;
  if (event.key === "Escape" && drawer()?.open) { drawer().open = false; drawer().querySelector("summary").focus(); }
});
document.addEventListener("click", (event) => {
  if (drawer()?.open && !event.target.closest("[data-drawer]")) drawer().open = false;
});

// Where a selection begins, in characters of the article's text: what a page adds to it does not count.
function startOf(range, reader) {
  const before = document.createRange();
  before.setStart(reader, 0);
  before.setEnd(range.startContainer, range.startOffset);
  const copied = before.cloneContents();
  copied.querySelectorAll("button").forEach((button) => button.remove());
  return copied.textContent.length;
}

function offerHighlight() {
  const offer = document.querySelector("[data-highlight-offer]"), reader = document.querySelector("[data-reader]");
  const selection = document.getSelection();
  const range = selection?.rangeCount ? selection.getRangeAt(0) : null;
  const inside = range && !range.collapsed && reader?.contains(range.commonAncestorContainer) && selection.toString().trim();
  if (!offer) return;
  offer.hidden = !inside;
  if (!inside) return;
  const place = range.getBoundingClientRect();
  offer.style.left = `${Math.max(8, place.left + scrollX)}px`;
  offer.style.top = `${place.bottom + scrollY + 6}px`;
}
document.addEventListener("selectionchange", offerHighlight);
// The button would take the selection away before it is read.
document.addEventListener("mousedown", (event) => { if (event.target.closest("[data-highlight-offer]")) event.preventDefault(); });

function fillHighlight() {
  const selection = document.getSelection(), form = document.querySelector("[data-highlight] form");
  const range = selection.getRangeAt(0);
  form.elements.quote.value = selection.toString().trim().slice(0, 5000);
  form.elements.start.value = startOf(range, document.querySelector("[data-reader]"));
  form.requestSubmit();
}
document.addEventListener("click", (event) => { if (event.target.closest("[data-highlight-offer]")) fillHighlight(); });
document.addEventListener("DOMContentLoaded", () => {
  const offer = document.querySelector("[data-highlight-offer]");
  if (offer) document.body.append(offer);
  if (matchMedia("(max-width: 89.99rem)").matches) document.querySelector("[data-contents]")?.removeAttribute("open");
});
// What was asked for is seen: the menu and the drawer that it was asked from close.
document.addEventListener("htmx:afterRequest", (event) => {
  if (event.detail.elt.getAttribute("hx-target") !== "#extraction-preview") return;
  for (const each of document.querySelectorAll(".reading-tools details[open]")) each.open = false;
});
