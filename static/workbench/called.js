// What a notice that was clicked asks for: from the worker while the workbench is open, else by its address. W57, W34

export function watchCalls({ desk, link, toast, open }) {
  function online() {
    if (link.state === "online") return Promise.resolve();
    return new Promise((resolve) => {
      link.addEventListener("state", function heard({ detail }) {
        if (detail !== "online") return;
        link.removeEventListener("state", heard);
        resolve();
      });
    });
  }

  async function follow(session, accept) {
    await online();
    const result = accept && !desk.row(session) ? await link.ask({ op: "offer.accept", session }) : { ok: true };
    if (!result.ok) return toast(result.reason, "danger");
    if (accept) desk.dropOffer(session);
    desk.whenServed(session, open);
  }

  navigator.serviceWorker?.addEventListener("message", ({ data }) => {
    if (data?.open) follow(data.open, data.accept);
  });
  const asked = new URLSearchParams(location.search);
  if (asked.get("open")) {
    history.replaceState(history.state, "", location.pathname);
    follow(asked.get("open"), asked.get("accept") === "1");
  }
}
