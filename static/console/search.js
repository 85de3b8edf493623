/** The console's search (Ctrl or ⌘ and K). It asks while one types; arrow keys walk through what was found: links. */
{
  const WAIT_MS = 200;

  function wire(dialog) {
    const form = dialog.querySelector("form");
    const field = form.querySelector("input");
    const found = dialog.querySelector("[data-found]");
    const status = dialog.querySelector("[role=status]");
    const hint = found.innerHTML;
    let asked = "", answer = Promise.resolve(), request = null, timer = 0;

    function show(html, said) {
      found.innerHTML = html;
      found.scrollTop = 0;
      status.textContent = said;
    }

    async function fetchFor(words) {
      request?.abort();
      request = new AbortController();
      dialog.dataset.busy = "1";
      try {
        const response = await fetch(`${form.action}?part=1&${new URLSearchParams({ q: words })}`, { signal: request.signal });
        if (response.redirected) return location.reload(); // logged out meanwhile
        if (!response.ok) throw new Error(response.status);
        const html = await response.text();
        if (words === asked) show(html, /data-said="([^"]*)"/.exec(html)?.[1] ?? "");
      } catch (error) {
        if (error.name === "AbortError" || words !== asked) return;
        asked = "";
        show("", "");
        found.append(Object.assign(document.createElement("p"), { className: "cs-found-none", textContent: dialog.dataset.failed }));
        status.textContent = dialog.dataset.failed;
      } finally {
        if (words === asked || !asked) delete dialog.dataset.busy;
      }
    }

    /** Asks for what the field has now. Settles when that is shown. */
    function ask() {
      clearTimeout(timer);
      const words = field.value.trim();
      if (words === asked) return answer;
      asked = words;
      if (words) answer = fetchFor(words);
      else {
        request?.abort();
        answer = Promise.resolve(show(hint, ""));
      }
      return answer;
    }

    function walk(step) {
      const stops = [field, ...found.querySelectorAll("a")];
      const at = Math.max(0, stops.indexOf(document.activeElement));
      stops[(at + step + stops.length) % stops.length].focus();
    }

    field.addEventListener("input", (event) => {
      clearTimeout(timer);
      if (!event.isComposing) timer = setTimeout(ask, WAIT_MS);
    });
    field.addEventListener("compositionend", () => { timer = setTimeout(ask, WAIT_MS); });
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      await ask();
      found.querySelector("a")?.click();
    });
    dialog.addEventListener("keydown", (event) => {
      if (event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return;
      if (event.key === "Escape") {
        event.preventDefault(); // a search field would first be emptied
        dialog.close();
      } else if (event.key === "ArrowDown" || event.key === "ArrowUp") {
        event.preventDefault();
        walk(event.key === "ArrowDown" ? 1 : -1);
      } else if (event.target.matches("a") && (event.key.length === 1 && event.key !== " " || event.key === "Backspace")) {
        field.focus(); // what is typed goes on in the field
      }
    });
    dialog.addEventListener("click", (event) => {
      const isLink = event.target.closest("a") && !event.ctrlKey && !event.metaKey && !event.shiftKey;
      if (isLink || event.target === dialog || event.target.closest("[data-close]")) dialog.close();
    });
    return () => {
      if (!dialog.open) dialog.showModal();
      field.select();
      field.focus();
    };
  }

  document.addEventListener("DOMContentLoaded", () => {
    const dialog = document.getElementById("cs-find");
    if (!dialog) return;
    const open = wire(dialog);
    document.addEventListener("keydown", (event) => {
      if (event.key.toLowerCase() !== "k" || !(event.ctrlKey || event.metaKey) || event.altKey || event.shiftKey) return;
      event.preventDefault();
      open();
    });
    document.addEventListener("click", (event) => {
      if (!event.target.closest("[data-search]") || event.ctrlKey || event.metaKey || event.shiftKey) return;
      event.preventDefault();
      open();
    });
  });
}
