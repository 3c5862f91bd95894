/* Brings the figures of a digest that is going out up to date, as long as they change. */
"use strict";
(() => {
  const panel = document.getElementById("progress");
  const samples = [{ at: panel.dataset.at, done: panel.dataset.done }];

  function show(said) {
    for (const [name, text] of Object.entries(said.words)) {
      panel.querySelector(`[data-figure="${name}"]`).textContent = text;
    }
    Object.assign(panel.querySelector("progress"), { max: said.total || 1, value: said.total - said.left });
    for (const part of panel.querySelectorAll("[data-when]")) part.hidden = part.dataset.when !== said.status;
    samples.push(said.sample);
    while (samples.length > 2 && said.sample.at - samples[0].at > 60) samples.shift();
  }

  async function look() {
    let pause = 10;
    try {
      const query = new URLSearchParams(samples[0]);
      const answer = await fetch(`${panel.dataset.url}?${query}`, { signal: AbortSignal.timeout(20000) });
      if (answer.ok && !answer.redirected) {
        const said = await answer.json();
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
