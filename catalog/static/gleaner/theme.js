// Loaded before the page is painted, so that no page flashes in the wrong colours.
"use strict";
(function () {
  const root = document.documentElement;
  const dark = window.matchMedia("(prefers-color-scheme: dark)");
  const choice = () => {
    try { return localStorage.getItem("theme") || "auto"; } catch { return "auto"; }
  };
  function apply() {
    const chosen = choice();
    root.dataset.bsTheme = chosen === "auto" ? (dark.matches ? "dark" : "light") : chosen;
    root.dataset.theme = chosen;
  }
  window.gleanerTheme = {
    choice,
    choose(name) {
      try { localStorage.setItem("theme", name); } catch { /* a private window may refuse */ }
      apply();
      document.dispatchEvent(new Event("gleaner:theme"));
    },
  };
  // Paper is white: what is drawn by script is drawn anew for it.
  window.addEventListener("beforeprint", () => { root.dataset.bsTheme = "light"; document.dispatchEvent(new Event("gleaner:theme")); });
  window.addEventListener("afterprint", () => { apply(); document.dispatchEvent(new Event("gleaner:theme")); });
  dark.addEventListener("change", () => { apply(); document.dispatchEvent(new Event("gleaner:theme")); });
  apply();
})();
