// Calendar and board: drag an item, or move it by keys. Every move is a plain form or link that works without this file.
(() => {
  "use strict";
  const say = (words) => {
    const place = document.querySelector("[data-say]");
    if (place) place.textContent = words;
  };
  let held = null;

  document.addEventListener("dragstart", (event) => {
    const item = event.target.closest?.("[draggable=true]");
    if (!item) return;
    held = item;
    event.dataTransfer.effectAllowed = "move";
    event.dataTransfer.setData("text/plain", item.querySelector(".item-title").href);
    item.classList.add("is-held");
  });
  document.addEventListener("dragend", () => {
    held?.classList.remove("is-held");
    document.querySelectorAll(".is-target, .is-no-target").forEach((one) => one.classList.remove("is-target", "is-no-target"));
    held = null;
  });

  const target = (node) => node.closest?.("[data-planning] [data-day], [data-board] [data-column]");
  document.addEventListener("dragover", (event) => {
    const place = held && target(event.target);
    if (!place) return;
    const open = place.dataset.day !== undefined || Boolean(way(held, place.dataset.column));
    if (open) event.preventDefault();
    document.querySelectorAll(".is-target, .is-no-target").forEach((one) => {
      if (one !== place) one.classList.remove("is-target", "is-no-target");
    });
    place.classList.add(open ? "is-target" : "is-no-target");
    if (!open && !place.contains(held)) say(document.querySelector("[data-board]").dataset.noWay);
  });
  document.addEventListener("drop", (event) => {
    const place = held && target(event.target);
    if (!place) return;
    event.preventDefault();
    if (place.dataset.day !== undefined) toDay(held, place.dataset.day);
    else take(way(held, place.dataset.column));
  });

  // --- calendar
  const form = document.querySelector("[data-move-form]");
  const send = (item, values) => {
    if (!form || !item.dataset.move) return;
    form.action = item.dataset.move;
    for (const [name, value] of Object.entries(values)) form.elements[name].value = value;
    form.submit();
  };
  const toDay = (item, day) => {
    if (item.closest(`[data-day="${day}"]`)) return;
    if (item.dataset.ask) location.assign(`${item.dataset.ask}&day=${day}`);
    else send(item, { day, by: "" });
  };
  const STEPS = { ArrowLeft: "-1", ArrowRight: "1", ArrowUp: "-7", ArrowDown: "7" };

  // --- board
  const way = (card, column) =>
    column && !card.closest(`[data-column="${column}"]`)
      ? card.querySelector(`[data-to="${column}"], [data-also="${column}"]`)
      : null;
  const take = (step) => {
    if (!step) return;
    if (step instanceof HTMLFormElement) step.submit();
    else step.click();
  };

  document.addEventListener("keydown", (event) => {
    if (event.isComposing || event.ctrlKey || event.altKey || event.metaKey) return;
    const open = event.target.closest?.("details.move[open]");
    if (event.key === "Escape" && open) {
      open.open = false;
      open.querySelector("summary").focus();
      return;
    }
    if (!event.target.matches?.(".item-title, details.move > summary")) return;
    const item = event.target.closest(".item, .board-card");
    const menu = item?.querySelector("details.move");
    if (event.key.toLowerCase() === "m" && !event.shiftKey && menu) {
      event.preventDefault();
      menu.open = true;
      menu.querySelector("input[type=date], button, a")?.focus();
    } else if (event.shiftKey && STEPS[event.key] && item?.dataset.move && !item.matches(".item-unplanned")) {
      event.preventDefault();
      send(item, { day: "", by: STEPS[event.key] });
    }
  });

  // One menu at a time, and none when somebody clicks elsewhere.
  document.addEventListener("click", (event) => {
    document.querySelectorAll("details.move[open]").forEach((menu) => {
      if (!menu.contains(event.target)) menu.open = false;
    });
  });
})();
