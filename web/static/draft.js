// Keeps what is being written in a form, sealed on the server, so that a lost session loses no words.
"use strict";
for (const form of document.querySelectorAll("form[data-draft]")) {
  let waiting = null;
  const keep = () => {
    waiting = null;
    // Failing is no harm: the next change tries again, and the form itself still holds everything.
    fetch(form.dataset.draft, { method: "POST", body: new FormData(form), credentials: "same-origin" }).catch(() => {});
  };
  form.addEventListener("input", () => {
    if (waiting === null) waiting = setTimeout(keep, 1500);
  });
  form.addEventListener("submit", () => clearTimeout(waiting));
}
