/* Says beside each field of a limited length how many characters it has. */
"use strict";
(() => {
  for (const field of document.querySelectorAll(".words input[maxlength]")) {
    const count = document.createElement("p");
    count.className = "hint length";
    const show = () => { count.textContent = `${[...field.value].length} / ${field.maxLength}`; };
    field.addEventListener("input", show);
    field.after(count);
    show();
  }
})();
