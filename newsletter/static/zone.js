// Chooses the time zone that the browser knows, once, before anything is typed. The page works without it.
(() => {
  const select = document.querySelector("select[data-guess]");
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  if (!select || !zone) return;
  const twins = { "Asia/Calcutta": "Asia/Kolkata", "Asia/Saigon": "Asia/Ho_Chi_Minh", "Europe/Kiev": "Europe/Kyiv" };
  const known = (name) => [...select.options].some((option) => option.value === name);
  const name = [zone, twins[zone]].find((candidate) => candidate && known(candidate));
  if (name) {
    select.value = name;
  } else {
    select.add(new Option(zone.split("/").pop().replaceAll("_", " "), zone, true, true), 0);
  }
})();
