// The pages work without this file. It adds: theme button, keys, confirmations, copying, and the state of live regions.
"use strict";

const NAMES = { auto: text("Theme: system"), light: text("Theme: light"), dark: text("Theme: dark") };

function paintThemeButton() {
  const button = document.querySelector("[data-theme-button]");
  if (!button) return;
  button.hidden = false;
  button.title = NAMES[gleanerTheme.choice()];
  button.setAttribute("aria-label", text("{theme}. Change", { theme: button.title }));
}

document.addEventListener("click", async (event) => {
  if (event.target.closest("[data-theme-button]")) {
    const order = ["auto", "light", "dark"];
    gleanerTheme.choose(order[(order.indexOf(gleanerTheme.choice()) + 1) % 3]);
    paintThemeButton();
  }
  const prefer = event.target.closest("[data-prefer]");
  if (prefer) document.cookie = prefer.dataset.prefer + "; path=/; max-age=31536000; samesite=lax" + (location.protocol === "https:" ? "; secure" : "");
  const hold = event.target.closest("[data-hold]");
  if (hold) {
    const held = hold.getAttribute("aria-pressed") !== "true";
    hold.setAttribute("aria-pressed", String(held));
    hold.textContent = held ? text("Resume updates") : text("Pause updates");
  }
  if (event.target.closest("[data-keys-button]")) document.querySelector("#keys")?.showModal();
  const copy = event.target.closest("[data-copy]");
  if (copy) {
    const source = copy.parentElement.querySelector("pre") || copy.parentElement;
    try { await navigator.clipboard.writeText(source.innerText); copy.textContent = text("Copied"); }
    catch { copy.textContent = text("Copy failed"); }
    setTimeout(() => { copy.textContent = text("Copy"); }, 1500);
  }
});

document.addEventListener("submit", (event) => {
  const asks = event.submitter?.dataset.confirm || event.target.dataset.confirm;
  if (!asks) return;
  const selected = event.target.querySelectorAll("[name=id]:checked").length;
  if (asks.includes("{selected}") && !selected) return; // the server says that nothing is selected
  const question = asks.replace("{selected}", counted("{n} article", "{n} articles", selected));
  if (!window.confirm(question)) event.preventDefault();
});

// One tick selects all on this page; the number of selected articles is shown.
function countChosen() {
  const all = document.querySelector("[data-choose-all]");
  if (!all) return;
  const ticks = [...document.querySelectorAll("[data-row] [name=id]")], chosen = ticks.filter((tick) => tick.checked).length;
  all.hidden = false;
  all.querySelector("input").checked = chosen === ticks.length;
  document.querySelector("[data-chosen]").textContent = chosen ? text("{n} selected:", { n: chosen }) : text("Selected:");
}
document.addEventListener("change", (event) => {
  const ticked = event.target.closest("[data-choose-all] input");
  if (ticked) document.querySelectorAll("[data-row] [name=id]").forEach((tick) => { tick.checked = ticked.checked; });
  countChosen();
});

// Selects of a filter form apply at once; typing applies on Enter, as without this file.
document.addEventListener("change", (event) => {
  const form = event.target.form?.closest("form[data-filter]");
  if (form && event.target.matches("select, [type=checkbox], [type=date]")) form.requestSubmit();
});

// An empty field in the address bar says nothing.
document.addEventListener("formdata", (event) => {
  if (!event.target.matches("form[data-filter]")) return;
  for (const [name, value] of [...event.formData.entries()]) if (!value) event.formData.delete(name);
});

function addCopyButtons() {
  for (const pre of document.querySelectorAll(".reader pre")) {
    if (pre.parentElement.classList.contains("code-box")) continue;
    const box = document.createElement("div");
    box.className = "code-box";
    pre.replaceWith(box);
    const button = document.createElement("button");
    Object.assign(button, { type: "button", textContent: text("Copy"), className: "copy plain-button no-print" });
    button.dataset.copy = "";
    box.append(pre, button);
  }
}

document.addEventListener("htmx:beforeSwap", (event) => {
  if (event.detail.target.matches("[data-tail]") && event.detail.target.querySelector("details[open]")) event.detail.shouldSwap = false;
  // A session that ended answers with the sign-in page: go there instead of showing it inside this one.
  if (new URL(event.detail.xhr.responseURL, location).pathname.endsWith("/signin/")) {
    event.preventDefault();
    location.reload();
  }
});
// What somebody opened to read is not swapped away under their eyes.
document.addEventListener("htmx:oobBeforeSwap", (event) => {
  if (event.detail.target.querySelector("details[open]")) event.detail.shouldSwap = false;
});
// Who is at a link or a button stays there when the part around it is drawn anew.
let kept = null;
function alike(element) {
  // a link stays the same where the number in it does not
  const name = (each) => [each.tagName, each.getAttribute("href"), each.form?.action, each.hasAttribute("href") ? "" : each.textContent.trim()].join(" ");
  const wanted = name(element);
  return [...document.querySelectorAll("main :is(a, button, summary, input, select)")].filter((each) => name(each) === wanted);
}
document.addEventListener("htmx:beforeSwap", () => {
  const at = document.activeElement;
  kept = at?.closest("main") && at.id !== "main" ? { at, place: alike(at).indexOf(at) } : null;
});
function stay() {
  if (!kept || kept.at.isConnected || document.activeElement !== document.body) return;
  alike(kept.at)[kept.place]?.focus({ preventScroll: true });
}
// A list that moves leaves the row that is read where it is on the screen, and waits while somebody selects in it.
let inView = [];
function isSelectedIn(part) {
  const selection = document.getSelection();
  const marked = !selection.isCollapsed && part.contains(selection.anchorNode);
  return marked || part.querySelector("[name=id]:checked, details[open]") !== null;
}
document.addEventListener("htmx:beforeSwap", (event) => {
  const part = event.detail.target;
  inView = [];
  if (!part.matches("[data-keeps-place]")) return;
  if (isSelectedIn(part)) event.detail.shouldSwap = false;
  if (part.getBoundingClientRect().top >= 0) return; // its top is in view: what is new may come in there
  const rows = [...part.querySelectorAll("[data-row][id]")];
  inView = rows.map((row) => ({ id: row.id, top: row.getBoundingClientRect().top })).filter((row) => row.top >= 0);
});
function keepPlace() {
  const row = inView.find((each) => document.getElementById(each.id));
  if (row) window.scrollBy({ top: document.getElementById(row.id).getBoundingClientRect().top - row.top, behavior: "instant" });
}
// The tab carries the state, and what is read out is said once: when it changes.
function tell() {
  const live = document.querySelector("[data-title]");
  if (!live) return;
  document.title = live.dataset.title;
  const icon = document.querySelector("link[rel=icon]");
  if (icon.getAttribute("href") !== live.dataset.icon) icon.setAttribute("href", live.dataset.icon);
  const says = document.querySelector("#says");
  if (says.textContent !== live.dataset.says) says.textContent = live.dataset.says;
  if (!live.hasAttribute("hx-get")) document.querySelector("[data-hold]")?.remove();
}
// What ended ends in all parts of the page at once.
function end() {
  if (document.querySelector("[data-title]:not([hx-get])")) document.querySelectorAll("[data-moves][hx-get]").forEach((part) => htmx.trigger(part, "ended"));
}
document.addEventListener("htmx:afterSwap", (event) => { countChosen(); learnClock(); tell(); keepPlace(); stay(); if (["live", "head", "urls"].includes(event.target.id)) end(); });
// What polls brings the tag of what it shows; the answer 304 leaves that as it is (see htmx-config in the page's head).
document.addEventListener("htmx:configRequest", (event) => {
  const tag = event.detail.elt.dataset.etag;
  if (tag) event.detail.headers["If-None-Match"] = tag;
});
document.addEventListener("htmx:afterRequest", (event) => {
  if (event.detail.xhr?.status !== 304) return;
  const region = event.detail.elt.closest("[data-live]");
  region?.classList.remove("stale");
  const line = region?.querySelector("[data-lost]");
  if (line) line.hidden = true;
});

// Times that run on do so here, by the server's clock: it answers nothing where nothing else changed.
let ahead = 0; // seconds that the server's clock is ahead of ours
function learnClock() {
  const now = document.querySelector("[data-now]")?.dataset.now;
  if (now) ahead = Number(now) - Date.now() / 1000;
}
function spoken(seconds) {
  const whole = Math.max(0, Math.round(seconds));
  for (const [unit, next, size, part] of [["d", "h", 86400, 3600], ["h", "m", 3600, 60], ["m", "s", 60, 1]])
    if (whole >= size) return `${Math.floor(whole / size)} ${unit} ${Math.floor((whole % size) / part)} ${next}`;
  return `${whole} s`;
}
setInterval(() => {
  if (document.querySelector('[data-hold][aria-pressed="true"]')) return;
  for (const each of document.querySelectorAll("[data-since]")) {
    if (each.closest("[data-live].stale")) continue;
    const duration = spoken(Date.now() / 1000 + ahead - Number(each.dataset.since));
    if (each.textContent !== duration) each.textContent = duration;
  }
}, 1000);

// Who reads in peace holds the page still: what it asks by itself waits, what a click asks does not.
document.addEventListener("htmx:beforeRequest", (event) => {
  const held = document.querySelector('[data-hold][aria-pressed="true"]');
  if (held && event.detail.elt.matches("[data-moves]")) event.preventDefault();
});
function lost(event) {
  const region = event.target.closest("[data-live]");
  if (!region) return;
  region.classList.add("stale");
  const line = region.querySelector("[data-lost]");
  if (line && line.hidden) {
    line.hidden = false;
    line.textContent = text("No answer since {time}. Showing the last known numbers; retrying.", { time: new Date().toLocaleTimeString() });
  }
}
document.addEventListener("htmx:sendError", lost);
document.addEventListener("htmx:responseError", lost);
document.addEventListener("htmx:timeout", lost);

function useOwnZone() {
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  if (!zone) return;
  document.querySelectorAll("[data-own-zone]").forEach((field) => { field.value = zone; });
}

document.addEventListener("DOMContentLoaded", () => { useOwnZone(); paintThemeButton(); addCopyButtons(); countChosen(); learnClock(); tell(); document.querySelectorAll("[data-hold]").forEach((button) => { button.hidden = false; }); document.querySelectorAll("[data-keys-button]").forEach((button) => { button.hidden = false; }); });
