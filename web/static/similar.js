// Shows what is like the words that are being typed; without it, a button does the same.
"use strict";
for (const form of document.querySelectorAll("form[data-alike]")) {
  const place = form.querySelector("[data-alike-place]");
  let waiting = null;
  let last = 0;
  const look = async () => {
    const nth = ++last;
    const answer = await fetch(form.dataset.alike, { method: "POST", body: new FormData(form), credentials: "same-origin" }).catch(() => null);
    if (answer?.ok && nth === last) place.innerHTML = await answer.text();
  };
  form.addEventListener("input", (event) => {
    if (event.target.tagName !== "TEXTAREA") return;
    clearTimeout(waiting);
    waiting = setTimeout(look, 300);
  });
}
