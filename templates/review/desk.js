// Keys for the desk. Every one of them presses something that is on the page and works without this file.
"use strict";
document.documentElement.classList.add("scripted");
const one = (selector) => document.querySelector(selector);
const all = (selector) => [...document.querySelectorAll(selector)];
for (const field of all("[data-here]")) field.value = location.pathname + location.search;
for (const select of all("[data-submit]")) select.addEventListener("change", () => select.form.requestSubmit());

const help = one("#help");
for (const button of all("[data-help]")) button.addEventListener("click", () => help.showModal());

const rows = all("table.list td.title a");
function step(by) {
  const at = rows.indexOf(document.activeElement);
  const next = rows[at < 0 ? 0 : Math.min(Math.max(at + by, 0), rows.length - 1)];
  if (next) { next.focus(); next.scrollIntoView({ block: "nearest" }); }
}

const flicker = one("#flicker");
let turning = 0;
function toggleFlicker() {
  const button = one("[data-flicker]");
  if (!flicker || !button) return;
  if (turning) { clearInterval(turning); turning = 0; flicker.setAttribute("hidden", ""); }
  else turning = setInterval(() => flicker.toggleAttribute("hidden"), 600);
  button.setAttribute("aria-pressed", String(turning !== 0));
}
function toggleOutline() {
  const button = one("[data-outline]");
  if (!button) return;
  const shown = document.body.classList.toggle("no-outline");
  button.setAttribute("aria-pressed", String(!shown));
}
one("[data-flicker]")?.addEventListener("click", toggleFlicker);
one("[data-outline]")?.addEventListener("click", toggleOutline);

// A decision is sent once, however often the key is pressed.
let sent = false;
for (const form of all("form")) form.addEventListener("submit", (event) => {
  if (form.method !== "post") return;
  if (sent) event.preventDefault();
  sent = true;
});
addEventListener("pageshow", () => { sent = false; });

const keys = {
  j: () => rows.length ? step(1) : one("#next")?.click(),
  k: () => step(-1),
  f: toggleFlicker,
  o: toggleOutline,
  v: () => one("[data-zoom]")?.click(),
  "+": () => one("[data-closer='1']")?.click(),
  "-": () => one("[data-closer='-1']")?.click(),
  n: () => one("#note")?.focus(),
  z: () => (one("#undo button") ?? document.activeElement?.closest("tr")?.querySelector(".undo button") ?? one(".history .undo button"))?.click(),
  b: () => one("#back")?.click(),
  "/": () => one("#search")?.focus(),
  "?": () => help?.open ? help.close() : help?.showModal(),
};
addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.repeat) return;
  const target = event.target;
  if (target.matches("input, select, textarea")) {
    if (event.key === "Escape") target.blur();
    return;
  }
  if (help?.open && event.key !== "?") return;
  const button = all("[data-key]").find((each) => each.dataset.key === event.key);
  const act = button ? () => button.click() : keys[event.key];
  if (act) { event.preventDefault(); act(); }
});
