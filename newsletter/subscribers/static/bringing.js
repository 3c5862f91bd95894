/* Says that a file is too large before it is sent: of 2 GB the server refuses to read enough to answer. */
"use strict";
(() => {
  const form = document.getElementById("bringing");
  const field = form.querySelector("input[type=file]");

  field.addEventListener("change", () => {
    const [file] = field.files;
    field.setCustomValidity(file && file.size > form.dataset.largest ? form.dataset.words : "");
    field.reportValidity();
  });
  form.addEventListener("submit", (event) => {
    if (!field.reportValidity()) event.preventDefault();
  });
})();
