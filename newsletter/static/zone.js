// Chooses the time zone that the browser knows, once, before anything is typed, and shows what time it is there.
// The page works without it.
(() => {
  const select = document.querySelector("select[name=time_zone]");
  if (!select) return;
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  if ("guess" in select.dataset && zone) guess(zone);

  const clock = document.querySelector("[data-clock]");
  if (clock) {
    show();
    select.addEventListener("change", show);
    setInterval(show, 5000);
  }

  function guess(zone) {
    const twins = { "Asia/Calcutta": "Asia/Kolkata", "Asia/Saigon": "Asia/Ho_Chi_Minh", "Europe/Kiev": "Europe/Kyiv" };
    const known = (name) => [...select.options].some((option) => option.value === name);
    const name = [zone, twins[zone]].find((candidate) => candidate && known(candidate));
    if (name) {
      select.value = name;
    } else {
      select.add(new Option(zone.split("/").pop().replaceAll("_", " "), zone, true, true), 0);
    }
  }

  function show() {
    const time = { hour: "2-digit", minute: "2-digit", hourCycle: "h23" };
    try {
      clock.querySelector("[data-now]").textContent = new Date().toLocaleTimeString("en-GB", { ...time, timeZone: select.value });
      clock.hidden = false;
    } catch {
      clock.hidden = true; // a zone that the browser does not know
    }
  }
})();
