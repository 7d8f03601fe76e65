// The log works without this file. It adds: following, copying a value, a range dragged in the histogram.
"use strict";

const EVERY = 2000; // milliseconds between two questions
const MOST = 500; // lines that are kept on the page
const FAR = 200; // pixels from the top from which on new lines wait

function keyOf(line) {
  const [moment, number] = line.dataset.line.split("-");
  return [BigInt(moment), BigInt(number)];
}

function newerThan(one, other) {
  const [a, b] = [keyOf(one), keyOf(other)];
  return a[0] !== b[0] ? a[0] > b[0] : a[1] > b[1];
}

class Tail {
  constructor(list) {
    this.list = list;
    this.waiting = new Map();
    this.paused = false;
    this.failed = null;
    this.state = document.querySelector("[data-tail-state]");
    this.jump = document.querySelector("[data-jump]");
    this.pause = document.querySelector("[data-pause]");
    this.empty = document.querySelector("[data-empty]");
    for (const button of [this.pause, this.empty]) button.hidden = false;
    this.pause.addEventListener("click", () => this.setPaused(!this.paused));
    this.empty.addEventListener("click", () => this.clear());
    this.jump.addEventListener("click", () => { this.setPaused(false); window.scrollTo({ top: 0 }); this.show(); });
    document.addEventListener("scroll", () => { if (!this.away()) this.show(); }, { passive: true });
    this.seen = this.lines()[0]?.dataset.line || `${Date.now() * 1000}-0`;
    this.tell();
    this.again();
  }

  lines() { return [...this.list.querySelectorAll("[data-line]")]; }

  away() { return window.scrollY > FAR; }

  again() { setTimeout(() => this.ask(), EVERY); }

  async ask() {
    if (document.visibilityState === "visible" && !this.paused) {
      try {
        const address = new URL(this.list.dataset.tailFrom, location);
        address.searchParams.set("seen", this.seen);
        const headers = { "X-Requested-With": "fetch", ...(this.tag && { "If-None-Match": this.tag }) };
        const answer = await fetch(address, { headers });
        if (answer.redirected && new URL(answer.url).pathname.endsWith("/signin/")) { location.reload(); return; }
        if (!answer.ok && answer.status !== 304) throw new Error(answer.status);
        if (answer.ok) this.take(await answer.text());
        this.tag = answer.headers.get("ETag");
        this.failed = null;
      } catch { this.failed ||= new Date(); }
      this.tell();
    }
    this.again();
  }

  take(html) {
    const shape = document.createElement("template");
    shape.innerHTML = html;
    for (const line of shape.content.querySelectorAll("details[data-line]")) {
      if (document.getElementById(line.id) || this.cleared && !newerThan(line, this.cleared)) continue;
      this.waiting.set(line.id, line);
      if (newerThan(line, { dataset: { line: this.seen } })) this.seen = line.dataset.line;
    }
    for (const id of [...this.waiting.keys()].slice(0, Math.max(0, this.waiting.size - MOST))) this.waiting.delete(id);
    if (!this.away()) this.show();
  }

  show() {
    if (!this.waiting.size) return this.tell();
    let panel = this.list.querySelector(".log");
    if (!panel) {
      panel = Object.assign(document.createElement("div"), { className: "panel log split" });
      const part = this.list.querySelector(".log-part");
      part.querySelector(".panel.quiet")?.remove();
      part.prepend(panel);
    }
    for (const line of this.waiting.values()) {
      const older = this.lines().find((other) => newerThan(line, other));
      if (older && panel.contains(older)) older.before(line); else if (older) panel.append(line); else panel.append(line);
      htmx.process(line); // so that it opens
    }
    this.waiting.clear();
    const closed = this.lines().filter((line) => !line.open);
    for (const line of closed.slice(Math.max(0, closed.length - Math.max(0, this.lines().length - MOST)))) line.remove();
    this.tell();
  }

  clear() {
    this.cleared = { dataset: { line: this.seen } };
    this.waiting.clear();
    for (const line of this.lines()) line.remove();
    this.tell();
  }

  setPaused(paused) {
    this.paused = paused;
    this.pause.setAttribute("aria-pressed", String(paused));
    this.pause.textContent = paused ? text("Resume") : text("Pause");
    this.tell();
  }

  tell() {
    const number = this.waiting.size;
    this.jump.hidden = !number;
    this.jump.textContent = text("{n} new, jump", { n: number });
    const words = this.failed ? text("No answer since {time}; retrying.", { time: this.failed.toLocaleTimeString() })
      : this.paused ? text("Paused.") : this.away() ? text("New entries wait while you read further down.")
      : text("Live: updates every {seconds} s.", { seconds: EVERY / 1000 });
    if (this.state.textContent !== words) this.state.textContent = words;
  }
}

function dragged(svg) {
  // From one bar to another: the time between them.
  const bars = [...svg.querySelectorAll("a")];
  let from = null;
  const at = (event) => {
    const x = ((event.clientX - svg.getBoundingClientRect().left) / svg.clientWidth) * 600;
    return bars.reduce((best, bar) => (Math.abs(middle(bar) - x) < Math.abs(middle(best) - x) ? bar : best));
  };
  const middle = (bar) => { const room = bar.querySelector("rect"); return Number(room.getAttribute("x")) + Number(room.getAttribute("width")) / 2; };
  const mark = (event) => {
    if (!from) return;
    const [a, b] = [bars.indexOf(from), bars.indexOf(at(event))].sort((x, y) => x - y);
    bars.forEach((bar, number) => bar.querySelector("rect").classList.toggle("chosen", number >= a && number <= b && a !== b));
  };
  svg.addEventListener("dragstart", (event) => event.preventDefault());
  svg.addEventListener("pointerdown", (event) => { from = at(event); });
  svg.addEventListener("pointermove", mark);
  window.addEventListener("pointerup", (event) => {
    if (!from) return;
    const [first, last] = [from, at(event)].sort((x, y) => bars.indexOf(x) - bars.indexOf(y));
    from = null;
    if (first === last) return;
    event.preventDefault();
    const address = new URL(first.getAttribute("href"), location);
    address.searchParams.set("until", new URL(last.getAttribute("href"), location).searchParams.get("until"));
    location.assign(address);
  });
}

document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-copy-value]");
  if (!button) return;
  try { await navigator.clipboard.writeText(button.parentElement.querySelector(".value").innerText); button.textContent = text("Copied"); }
  catch { button.textContent = text("Copy failed"); }
  setTimeout(() => { button.textContent = text("Copy"); }, 1500);
});

// Where an opened line is shown beside the list, one is open at a time, and Escape closes it.
const BESIDE = matchMedia("screen and (min-width: 90rem)");
document.addEventListener("toggle", (event) => {
  const line = event.target;
  if (!BESIDE.matches || !line.open || !line.matches?.(".log.split > details")) return;
  for (const other of line.parentElement.querySelectorAll(":scope > details[open]")) if (other !== line) other.open = false;
}, true);
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape" || !BESIDE.matches) return;
  const line = document.querySelector(".log.split > details[open]");
  if (!line) return;
  line.open = false;
  line.querySelector("summary").focus();
});

function dress(scope) {
  for (const button of scope.querySelectorAll("[data-copy-value]")) button.hidden = false;
  for (const words of scope.querySelectorAll("[data-searching]")) words.hidden = false;
}
document.addEventListener("htmx:load", (event) => dress(event.detail.elt));
document.addEventListener("DOMContentLoaded", () => {
  dress(document);
  const list = document.querySelector("[data-tail-from]");
  if (list) new Tail(list);
  const svg = document.querySelector("svg.histogram");
  if (svg && svg.querySelector("a")) dragged(svg);
});
