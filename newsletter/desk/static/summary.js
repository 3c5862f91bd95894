/* The summary desk: shows which sentence a point tells of, and goes from paper to paper by keyboard. */
"use strict";
(() => {
  const letters = document.getElementById("letters");
  const form = document.getElementById("text-form");
  const text = document.getElementById("text");
  const store = "desk-letters";

  function remembered() {
    try { return localStorage.getItem(store); } catch { return null; /* a browser may forbid it */ }
  }
  letters.checked = remembered() !== "off";
  letters.addEventListener("change", () => {
    try { localStorage.setItem(store, letters.checked ? "on" : "off"); } catch { /* as above */ }
  });

  /* A point and its sentence light up together. */
  function light(sentence, on) {
    if (!sentence) return;
    for (const part of document.querySelectorAll(`[data-tied="${sentence}"], [data-sentence="${sentence}"]`)) {
      part.classList.toggle("lit", on);
    }
  }
  for (const part of document.querySelectorAll("[data-tied], [data-sentence]")) {
    const sentence = part.dataset.tied || part.dataset.sentence;
    for (const [begin, end] of [["mouseenter", "mouseleave"], ["focusin", "focusout"]]) {
      part.addEventListener(begin, () => light(sentence, true));
      part.addEventListener(end, () => light(sentence, false));
    }
  }

  function go(way) {
    const link = document.querySelector(`[data-way="${way}"]`);
    if (link) location.assign(link.href);
  }
  function nextFinding() {
    const open = [...document.querySelectorAll("[data-open]")];
    const at = open.indexOf(document.activeElement.closest("[data-open]"));
    if (at + 1 < open.length) open[at + 1].focus();
    else go("open");
  }
  /* What the form's last button does: it saves, or says that it is right, and goes on. */
  function saveAndGoOn() {
    if (form) form.requestSubmit(form.querySelector("[name=then]"));
  }
  const byLetter = { j: () => go("after"), k: () => go("before"), n: nextFinding, e: () => text && text.focus() };
  const byArrow = { ArrowDown: () => go("after"), ArrowUp: () => go("before") };
  document.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && !event.isComposing) {
      event.preventDefault();
      saveAndGoOn();
      return;
    }
    const typing = event.target.closest("input:not([type=checkbox]), textarea, select, [contenteditable]");
    if (typing || event.isComposing || event.ctrlKey || event.metaKey || event.shiftKey) return;
    const act = event.altKey ? byArrow[event.key] : letters.checked && byLetter[event.key];
    if (!act) return;
    event.preventDefault();
    act();
  });

  /* What was typed is not lost by a key, a link or an accepted finding. */
  if (!form) return;
  let leaving = false;
  form.addEventListener("submit", () => { leaving = true; });
  addEventListener("beforeunload", (event) => {
    if (!leaving && text.value !== text.defaultValue) event.preventDefault();
  });
})();
