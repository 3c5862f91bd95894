/* Shows the pre-flight anew once a worker has looked. Without it a link does the same. */
"use strict";
(() => {
  const { url } = document.getElementById("looking").dataset;

  async function look() {
    try {
      const answer = await fetch(url, { signal: AbortSignal.timeout(10000) });
      if (answer.redirected) return;
      if (answer.ok && !(await answer.json()).looking) {
        if (!document.querySelector("details[open]")) location.reload(); /* a reason that is being written stays */
        return;
      }
    } catch (problem) {
      console.warn(problem); /* the network comes back */
    }
    setTimeout(look, 2000);
  }

  setTimeout(look, 2000);
})();
