/* Enter on a tick confirms nothing: what stands below it has not been read yet. */
"use strict";
document.querySelector(".reading form").addEventListener("keydown", (event) => {
  if (event.key === "Enter" && event.target.type === "checkbox") event.preventDefault();
});
