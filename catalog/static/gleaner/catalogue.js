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
