// From change to change with the keyboard (Alt+↓, Alt+↑) and with two buttons; a folded part opens when it is led to.
(() => {
  const changes = [...document.querySelectorAll("[data-difference] [data-change]")];
  if (!changes.length) return;
  let at = -1;

  const open = (row) => {
    const fold = row.closest("details");
    if (fold) fold.open = true;
  };

  const go = (row) => {
    at = changes.indexOf(row);
    changes.forEach((other) => other.classList.toggle("is-current", other === row));
    open(row);
    row.scrollIntoView({ block: "center" });
    row.focus({ preventScroll: true });
  };

  const jump = (by) => {
    const here = changes.indexOf(document.activeElement);
    if (here >= 0) at = here;
    go(changes[Math.min(changes.length - 1, Math.max(0, at + by))]);
  };

  const isTyping = (target) => target.closest("input, textarea, select, [contenteditable]");

  document.addEventListener("keydown", (event) => {
    if (event.isComposing || !event.altKey || event.ctrlKey || event.metaKey || isTyping(event.target)) return;
    const by = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (!by) return;
    event.preventDefault();
    jump(by);
  });

  for (const button of document.querySelectorAll("[data-difference] [data-jump]")) {
    button.hidden = false;
    button.addEventListener("click", () => jump(Number(button.dataset.jump)));
  }
  for (const link of document.querySelectorAll("[data-difference] .diff-first")) link.hidden = true;

  document.addEventListener("click", (event) => {
    const link = event.target.closest('[data-difference] a[href^="#"]');
    const row = link && document.getElementById(link.hash.slice(1));
    if (!row) return;
    event.preventDefault();
    go(row);
  });
})();
