// Texts of the scripts in the language of the page: `text("Copied")`, `counted("1 article", "{n} articles", 3)`.
// In English there is nothing to look up: a text that is not known is shown as it is.
"use strict";

const TEXTS = JSON.parse(document.querySelector("#texts")?.textContent || "{}");
const PLURAL = new Intl.PluralRules(document.documentElement.lang || "en");

// {name} is replaced by the value of that name.
function filled(pattern, values) {
  return pattern.replace(/\{(\w+)\}/g, (whole, name) => (name in values ? values[name] : whole));
}

function text(english, values = {}) { return filled(TEXTS[english] || english, values); }

function counted(one, many, n) {
  const forms = TEXTS[one] || [one, many];
  return filled(forms[PLURAL.select(n) === "one" ? 0 : forms.length - 1], { n });
}
