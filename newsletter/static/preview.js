// Shows what the choices would bring while one chooses. Without it the button below the form does.
(() => {
  const form = document.querySelector("#chosen");
  const beside = document.querySelector("#beside");
  const ask = document.querySelector("#ask");
  const old = document.querySelector("#old");
  if (!form || !beside || !ask) return;
  let waiting;
  let asking;

  const put = (found) => {
    const line = beside.querySelector("#explained");
    const said = found.querySelector("#explained");
    // The line stays the same element: only then do screen readers say what it says now.
    if (line && said && line.textContent !== said.textContent) line.textContent = said.textContent;
    const shown = beside.querySelector("#previewed");
    const next = found.querySelector("#previewed");
    if (shown && next) shown.replaceWith(document.adoptNode(next));
  };

  const age = (isOld) => {
    beside.classList.toggle("stale", isOld);
    if (old) old.hidden = !isOld;
  };

  const show = async () => {
    asking?.abort();
    asking = new AbortController();
    const { signal } = asking;
    beside.setAttribute("aria-busy", "true");
    try {
      const answer = await fetch(ask.formAction, {
        method: "POST",
        body: new URLSearchParams(new FormData(form)),
        headers: { "X-Preview": "1" },
        signal,
      });
      // What is half typed is no choice yet: the last preview stays, and looks its age.
      if (answer.ok) put(new DOMParser().parseFromString(await answer.text(), "text/html"));
      age(!answer.ok);
    } catch (error) {
      if (signal.aborted) return;
      age(true);
    }
    beside.removeAttribute("aria-busy");
  };

  const soon = () => {
    clearTimeout(waiting);
    waiting = setTimeout(show, 250);
  };

  ask.hidden = true;
  form.addEventListener("input", soon);
  form.addEventListener("change", soon);
})();
