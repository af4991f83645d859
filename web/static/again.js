// Looks again until what is being counted is there; without it, a link does the same.
"use strict";
const place = document.querySelector("[data-again]");
const look = async () => {
  const answer = await fetch(location.href, { credentials: "same-origin" }).catch(() => null);
  const page = answer?.ok ? new DOMParser().parseFromString(await answer.text(), "text/html") : null;
  const found = page?.querySelector("[data-again]");
  if (found && !found.querySelector("[role=status]")) place.innerHTML = found.innerHTML;
  else setTimeout(look, 2000);
};
setTimeout(look, 1000);
