/* Papers of a digest: dragged into order by a handle, or moved by buttons. The places stand in the form's own fields,
   where an editor without this script types them. */
"use strict";
(() => {
  const section = document.getElementById("entries");
  const list = section && section.querySelector(".lines");
  if (!list || !list.querySelector(".line-moves")) return;
  const said = document.getElementById("entries-said");
  const EDGE = 90; /* pixels from the window's edge, where it scrolls */

  const lines = () => [...list.querySelectorAll(":scope > .line[data-title]")];
  const place = (line) => line.querySelector('input[name$="-place"]');
  const isPinned = (line) => line.querySelector('input[name$="-pinned"]').checked;

  /* Pinned papers stand first, whatever else is moved. */
  function pinnedFirst() {
    const all = lines();
    const ordered = [...all.filter(isPinned), ...all.filter((line) => !isPinned(line))];
    if (ordered.some((line, index) => line !== all[index])) list.append(...ordered);
  }

  function number() {
    pinnedFirst();
    lines().forEach((line, index) => { place(line).value = index + 1; });
  }

  function tell(line) {
    const all = lines();
    const parts = { title: line.dataset.title, place: all.indexOf(line) + 1, total: all.length };
    said.textContent = section.dataset.moved.replace(/%\((\w+)\)s/g, (_whole, name) => parts[name]);
  }

  function move(line, where) {
    const all = lines();
    const group = all.filter((other) => isPinned(other) === isPinned(line));
    const at = group.indexOf(line);
    if (where === "top" && at > 0) group[0].before(line);
    if (where === "up" && at > 0) group[at - 1].before(line);
    if (where === "down" && at < group.length - 1) group[at + 1].after(line);
    number();
    tell(line);
  }

  function drag(line, started) {
    const after = line.nextElementSibling;
    let y = started.clientY, frame = 0, isDone = false;
    line.classList.add("held");

    function follow() {
      const others = lines().filter((other) => other !== line);
      const below = others.find((other) => {
        const box = other.getBoundingClientRect();
        return y < box.top + box.height / 2;
      });
      const last = others[others.length - 1];
      if (below && below !== line.nextElementSibling) below.before(line);
      if (!below && last && last !== line.previousElementSibling) last.after(line);
    }
    function scroll() {
      const by = y < EDGE ? y - EDGE : Math.max(0, y - (innerHeight - EDGE));
      if (by) { scrollBy(0, by / 5); follow(); }
      frame = requestAnimationFrame(scroll);
    }
    function moved(event) {
      if (event.pointerId !== started.pointerId) return;
      y = event.clientY;
      follow();
    }
    function end(event) {
      if (isDone || (event.pointerId ?? started.pointerId) !== started.pointerId) return;
      isDone = true;
      if (event.type === "pointerup") moved(event);
      cancelAnimationFrame(frame);
      line.classList.remove("held");
      document.removeEventListener("pointermove", moved);
      for (const name of ["pointerup", "pointercancel"]) document.removeEventListener(name, end);
      document.removeEventListener("keydown", escape);
      if (event.type === "pointercancel" || event.type === "keydown") list.insertBefore(line, after);
      else if (line.nextElementSibling !== after) { number(); tell(line); }
    }
    function escape(event) { if (event.key === "Escape") end(event); }

    /* On the document: an element that is moved within the page loses the pointer that it had captured. */
    document.addEventListener("pointermove", moved);
    for (const name of ["pointerup", "pointercancel"]) document.addEventListener(name, end);
    document.addEventListener("keydown", escape);
    frame = requestAnimationFrame(scroll);
  }

  for (const line of lines()) {
    const handle = document.createElement("span");
    handle.className = "handle";
    handle.title = section.dataset.held;
    handle.setAttribute("aria-hidden", "true"); /* by keyboard and screen reader there are the buttons */
    handle.textContent = "⠿";
    handle.addEventListener("pointerdown", (event) => {
      if (event.button === 0) { event.preventDefault(); drag(line, event); }
    });
    line.querySelector(".line-place").prepend(handle);
    line.querySelector(".line-number").hidden = true;
    line.querySelector(".line-moves").hidden = false;
  }
  section.classList.add("moving");

  list.addEventListener("click", (event) => {
    const button = event.target.closest("[data-move]");
    if (!button) return;
    move(button.closest(".line"), button.dataset.move);
    button.focus();
    button.scrollIntoView({ block: "nearest" });
  });
  list.addEventListener("change", (event) => {
    if (!event.target.name.endsWith("-pinned")) return;
    const line = event.target.closest(".line");
    pinnedFirst();
    event.target.focus();
    tell(line);
  });
})();
