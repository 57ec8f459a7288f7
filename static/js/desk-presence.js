// Says every 20 seconds that this text is open here, and shows who else has it open. Advisory: nothing is locked.
(() => {
  const place = document.querySelector("[data-presence]");
  if (!place) return;
  const EVERY = 20_000;
  let timer = 0;

  const body = (leave) => {
    const data = new FormData();
    data.append("csrfmiddlewaretoken", document.querySelector("input[name=csrfmiddlewaretoken]").value);
    if (leave) data.append("leave", "1");
    return data;
  };

  const show = (others) => {
    if (others.join("\n") === [...place.children].map((line) => line.textContent).join("\n")) return;
    place.replaceChildren(...others.map((words) => Object.assign(document.createElement("p"), { textContent: words })));
  };

  const beat = async () => {
    clearTimeout(timer);
    if (document.visibilityState !== "visible") return;
    timer = setTimeout(beat, EVERY);
    try {
      const answer = await fetch(place.dataset.presence, { method: "POST", body: body(), credentials: "same-origin" });
      if (answer.ok) show((await answer.json()).others);
    } catch {
      // Offline or signed out: the next beat tries again; saving says so in words.
    }
  };

  const leave = () => {
    clearTimeout(timer);
    navigator.sendBeacon(place.dataset.presence, body(true));
  };

  document.addEventListener("visibilitychange", beat);
  window.addEventListener("pagehide", leave);
  window.addEventListener("pageshow", beat);
})();
