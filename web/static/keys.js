// Keys that lead somewhere; without it, the same links and the field to find something are on the page.
"use strict";
const OFF = "werkpad-keys-off";
const field = document.getElementById("find") ?? document.getElementById("find-anywhere");
const help = document.querySelector("[data-keys]");
const isOff = () => localStorage.getItem(OFF) !== null;
let before = null;

const find = () => {
  // On a small screen the field is in the menu; its own page has it at once.
  if (!field.checkVisibility()) return location.assign(field.form.action);
  before = document.activeElement;
  field.focus();
  field.select();
};
const follow = (key) => document.querySelector(`a[data-key="${key}"]`)?.click();
const ONE_KEY = { "/": find, "?": () => location.assign(help.dataset.keys), c: () => follow("c"), s: () => follow("s") };

document.addEventListener("keydown", (event) => {
  if (event.key === "k" && (event.ctrlKey || event.metaKey) && !event.shiftKey && !event.altKey) {
    event.preventDefault();
    return find();
  }
  if (event.key === "Escape" && document.activeElement === field) {
    field.blur();
    return before?.focus();
  }
  const writes = event.target.closest("input:not([type=checkbox], [type=radio]), select, textarea, [contenteditable]");
  if (writes || isOff() || event.ctrlKey || event.metaKey || event.altKey || !Object.hasOwn(ONE_KEY, event.key)) return;
  event.preventDefault();
  ONE_KEY[event.key]();
});

const choice = document.querySelector("[data-keys-off]");
if (choice) {
  const show = () => (choice.textContent = isOff() ? choice.dataset.keysOn : choice.dataset.keysOff);
  choice.hidden = false;
  choice.addEventListener("click", () => {
    if (isOff()) localStorage.removeItem(OFF);
    else localStorage.setItem(OFF, "");
    show();
  });
  show();
}
