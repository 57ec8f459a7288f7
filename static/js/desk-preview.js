/* Scales each frame so that its whole width fits its place: a desktop page beside a phone page, both as they are. */
"use strict";

const HEIGHT = 800;

function fit(view) {
  const frame = view.querySelector("iframe");
  const scale = Math.min(1, view.clientWidth / Number(frame.dataset.width));
  if (!scale) return;
  frame.style.transform = scale < 1 ? `scale(${scale})` : "";
  frame.style.height = `${HEIGHT / scale}px`;
  view.style.height = `${HEIGHT}px`;
  view.style.overflow = "hidden";
}

const watcher = new ResizeObserver((seen) => seen.forEach((one) => fit(one.target)));
for (const view of document.querySelectorAll(".frame-view")) {
  view.removeAttribute("tabindex");
  watcher.observe(view);
}
