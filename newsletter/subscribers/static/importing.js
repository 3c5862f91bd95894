/* Brings the figures of an import up to date, as long as they change. What may be done changes with the state, so
   the page is loaded again then. */
"use strict";
(() => {
  const panel = document.getElementById("importing");
  const bar = panel.querySelector("progress");

  function show(said) {
    for (const [name, text] of Object.entries(said.words)) {
      const place = panel.querySelector(`[data-figure="${name}"]`);
      if (place && place.textContent !== text) place.textContent = text;
    }
    if (said.max !== null) Object.assign(bar, { max: said.max || 1, value: said.value });
  }

  async function look() {
    let pause = 10;
    try {
      const answer = await fetch(panel.dataset.url, { signal: AbortSignal.timeout(20000) });
      if (answer.ok && !answer.redirected) {
        const said = await answer.json();
        if (said.state !== panel.dataset.state) return location.reload();
        show(said);
        pause = said.pause;
      }
    } catch (problem) {
      console.warn(problem); /* the network comes back */
    }
    if (pause) setTimeout(look, pause * 1000);
  }

  if (panel.dataset.pause) setTimeout(look, panel.dataset.pause * 1000);
})();
