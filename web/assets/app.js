// Postwacht's own script. Everything works without it; with it the list follows a running batch by
// itself, and a finding lights up with its marker on the photo.
"use strict";

const REFRESH_MS = 250; // several sheets within this time cost one refresh

function followBatch(live) {
  let stream = null;
  let timer = 0;

  // The element that had the focus is found again in the new markup by what it points to.
  function focusKey() {
    const element = document.activeElement;
    return element && live.contains(element) ? element.getAttribute("href") : null;
  }

  async function refresh() {
    timer = 0;
    const answer = await fetch("/fragment/list" + location.search, { cache: "no-store" });
    if (!answer.ok) return;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const fresh = page.getElementById("live");
    if (!fresh) return;
    const key = focusKey();
    const known = new Set([...live.querySelectorAll("[data-row]")].map((row) => row.dataset.row));
    for (const row of fresh.querySelectorAll("[data-row]")) {
      if (known.size && !known.has(row.dataset.row)) row.classList.add("fresh");
    }
    // The status text stays the same node, so that a screen reader says what changed and no more.
    const said = live.querySelector("[role=status]");
    const says = fresh.querySelector("[role=status]");
    if (said && says && said.innerHTML !== says.innerHTML) said.replaceChildren(...says.childNodes);
    if (said && says) says.replaceWith(said);
    live.dataset.seen = fresh.dataset.seen;
    live.replaceChildren(...fresh.childNodes);
    if (key) {
      const again = [...live.querySelectorAll("a")].find((a) => a.getAttribute("href") === key);
      if (again) again.focus({ preventScroll: true });
    }
  }

  function changed() {
    if (!timer) timer = setTimeout(() => refresh().catch(() => {}), REFRESH_MS);
  }

  function open() {
    if (stream || document.hidden) return;
    stream = new EventSource("/events?seen=" + encodeURIComponent(live.dataset.seen));
    stream.addEventListener("changed", changed);
  }

  function close() {
    if (stream) stream.close();
    stream = null;
  }

  document.addEventListener("visibilitychange", () => (document.hidden ? close() : open()));
  addEventListener("pagehide", close);
  addEventListener("pageshow", open);
  open();
}

function pairFindings() {
  const markers = document.querySelectorAll(".marker[data-finding]");
  function light(number, on) {
    for (const marker of markers) {
      marker.classList.toggle("lit", on && marker.dataset.finding === number);
    }
  }
  for (const finding of document.querySelectorAll(".finding[data-finding]")) {
    const number = finding.dataset.finding;
    finding.addEventListener("pointerenter", () => light(number, true));
    finding.addEventListener("pointerleave", () => light(number, false));
    finding.addEventListener("focusin", () => light(number, true));
    finding.addEventListener("focusout", () => light(number, false));
  }
}

const live = document.getElementById("live");
if (live && "EventSource" in window) followBatch(live);
pairFindings();
