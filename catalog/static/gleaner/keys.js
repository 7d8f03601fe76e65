// Keys: along a list, from article to article, and what is done with one of them. The pages work without this file.
"use strict";

function rows() { return [...document.querySelectorAll("[data-row]")]; }

function move(step) {
  const all = rows();
  if (!all.length) return;
  const at = all.findIndex((row) => row.hasAttribute("aria-current"));
  const next = all[Math.min(all.length - 1, Math.max(0, at < 0 ? 0 : at + step))];
  all.forEach((row) => row.removeAttribute("aria-current"));
  next.setAttribute("aria-current", "true");
  next.scrollIntoView({ block: "nearest" });
  next.querySelector("[data-open], a")?.focus({ preventScroll: true });
}

// What is meant: the current row, or on the page of one article that one.
function meant() { return document.querySelector("[data-row][aria-current]") || (rows().length ? null : document); }
function follow(selector) {
  const link = meant()?.querySelector(selector);
  if (link) window.location.assign(link.href);
}
function press(selector) { meant()?.querySelector(selector)?.click(); }

const KEYS = {
  "/": () => document.querySelector("[data-search]")?.focus(),
  j: () => (rows().length ? move(1) : follow("a[rel=next]")),
  k: () => (rows().length ? move(-1) : follow("a[rel=prev]")),
  o: () => follow("[data-open]"),
  Enter: () => follow("[data-open]"),
  v: () => follow("[data-original]"),
  s: () => press("[data-star]"),
  e: () => press("[data-archive]"),
  m: () => press("[data-read]"),
  x: () => press("[name=id]"),
  i: () => document.querySelector("[data-drawer] > summary")?.click(),
  u: () => document.querySelector("[data-list]")?.click(),
  "?": () => document.querySelector("#keys")?.showModal(),
};

// After a form was sent for one row, its address leads back to that row: it stays the current one.
document.addEventListener("DOMContentLoaded", () => {
  const row = location.hash && document.getElementById(decodeURIComponent(location.hash.slice(1)))?.closest("[data-row]");
  if (row) row.setAttribute("aria-current", "true");
});

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.target.closest("input:not([type=checkbox]), textarea, select, [contenteditable], dialog")) return;
  if (event.key === "Enter" && event.target !== document.body) return;
  const act = KEYS[event.key];
  if (act) { event.preventDefault(); act(); }
});
