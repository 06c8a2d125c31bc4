// Conveniences only; every page works without this file. It tells when newer articles are there, and closes menus.
"use strict";

(() => {
  const note = document.querySelector(".fresh[data-seen]");
  if (note) {
    const link = note.querySelector("a");
    const title = document.title;
    const parameters = new URLSearchParams(location.search);
    parameters.delete("page");
    parameters.set("seen", note.dataset.seen);
    const ask = async () => {
      if (document.hidden) return;
      try {
        const answer = await fetch("/api/newest?" + parameters, { headers: { Accept: "application/json" } });
        if (!answer.ok) return;
        const fresh = (await answer.json()).new;
        if (!fresh) return;
        link.textContent = fresh.toLocaleString("en") + (fresh === 1 ? " new article" : " new articles");
        link.hidden = false;
        document.title = "(" + fresh + ") " + title;
      } catch {
        // The console may be restarting: the next round asks again.
      }
    };
    setInterval(ask, Number(note.dataset.every || 20000));
    document.addEventListener("visibilitychange", ask);
  }

  const menus = document.querySelectorAll("details.menu");
  const closeOthers = (kept) => menus.forEach((menu) => { if (menu !== kept) menu.open = false; });
  document.addEventListener("click", (event) => closeOthers(event.target.closest("details.menu")));
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") closeOthers(null);
    const typing = event.target.closest("input, textarea, select, [contenteditable]");
    if (event.key === "/" && !typing && !event.ctrlKey && !event.metaKey && !event.altKey) {
      const box = document.getElementById("q");
      if (box) { event.preventDefault(); box.focus(); box.select(); }
    }
  });
})();
