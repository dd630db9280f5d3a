"use strict";
(() => {
  const $ = (selector, root = document) => root.querySelector(selector);
  const $$ = (selector, root = document) => [...root.querySelectorAll(selector)];
  const root = document.documentElement;
  root.classList.add("js");

  // One frame of each stack is shown; the keys move in the stack that was used last.
  let current = $(".stack .split");
  const shown = a => a.getClientRects().length > 0;
  function show(link, focus) {
    current = link.closest(".split");
    const fold = link.closest("details");
    if (fold) fold.open = true;
    for (const a of $$(".frame", current)) a.removeAttribute("aria-current");
    for (const pane of $$(".pane", current)) pane.classList.toggle("sel", "#" + pane.id === link.hash);
    link.setAttribute("aria-current", "true");
    if (focus) link.focus();
  }
  for (const link of $$(".frame")) {
    link.addEventListener("click", event => { event.preventDefault(); show(link); });
  }
  function step(by) {
    if (!current) return;
    const links = $$(".frame", current).filter(shown);
    const at = links.findIndex(a => a.hasAttribute("aria-current"));
    const next = links[Math.min(Math.max(at + by, 0), links.length - 1)];
    if (next) show(next, true);
  }
  function fold() {
    const folds = $$(".fold");
    const open = !folds.every(d => d.open);
    for (const d of folds) d.open = open;
  }
  function edit() {
    const link = current && $(".pane.sel .editor", current);
    if (link) link.click();
  }

  // The Clipboard API wants a secure context, which a colleague's address is not.
  async function copy(id) {
    const source = document.getElementById(id);
    try {
      await navigator.clipboard.writeText(source.textContent);
      say("Copied.");
    } catch {
      source.closest("details").open = true;
      getSelection().selectAllChildren(source);
      const copied = document.execCommand("copy");
      if (!copied) source.scrollIntoView();
      say(copied ? "Copied." : "Selected: press Ctrl+C.");
    }
  }
  // What is said stays until the next key or click: nobody has to read in a hurry.
  function say(text) { $("#said").textContent = text; }
  for (const kind of ["keydown", "click"]) document.addEventListener(kind, () => say(""), true);
  for (const button of $$("[data-copy]")) button.addEventListener("click", () => copy(button.dataset.copy));

  const help = $("[data-help]");
  function toggleHelp() {
    const box = $("#help");
    box.hidden = !box.hidden;
    box.scrollIntoView({ block: "nearest" });
    help.setAttribute("aria-expanded", String(!box.hidden));
  }
  help.addEventListener("click", toggleHelp);

  // Keys of one letter get in the way of those who dictate: they can be turned off.
  const keys = {
    j: () => step(1), k: () => step(-1), l: fold, e: edit, "?": toggleHelp,
    m: () => copy("as-markdown"), t: () => copy("as-text"), u: () => copy("as-curl"),
  };
  document.addEventListener("keydown", event => {
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    const act = $("#keys").checked && keys[event.key];
    if (act) { event.preventDefault(); act(); }
  });
})();
