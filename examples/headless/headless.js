// A chat in sixty lines on top of csdesk-client.js. Open it as …/index.html?desk=https://desk.example.com&webAppId=…
// The page's own origin must be on the channel's list of allowed sites.
const address = new URLSearchParams(location.search);
const desk = address.get("desk") ?? "http://127.0.0.1:8000";
const { CSDeskClient, payloadOf } = await import(`${desk}/static/webchat/csdesk-client.js`);

const $ = (id) => document.getElementById(id);
const client = new CSDeskClient({ webAppId: address.get("webAppId"), server: desk });

client.on("state", (state) => { $("state").textContent = state; });
client.on("reset", () => $("list").replaceChildren());
client.on("entry", (entry, replaces) => {
  if (replaces) row(replaces)?.remove();
  draw(entry);
  if (entry.from.kind !== "visitor") client.read(entry.seq);
});
client.on("change", (entry) => row(entry.client_id || entry.seq)?.replaceWith(item(entry)));
client.on("pending", (entry) => draw(entry, "pending"));
client.on("gone", (clientId) => row(clientId)?.remove());
client.on("failed", (clientId, reason) => row(clientId)?.append(` ✗ ${reason}`));
client.on("session", ({ session, queue, inSeat }) => {
  $("end").hidden = !inSeat;
  $("human").hidden = inSeat;
  if (session?.state === "waiting") $("state").textContent = `排队中,第 ${queue?.position ?? 1} 位`;
  if (session?.state === "serving") $("state").textContent = `${session.agent.name} 为您服务`;
});

$("form").addEventListener("submit", (event) => {
  event.preventDefault();
  const words = $("words").value.trim();
  if (words) client.say(words);
  $("words").value = "";
});
$("human").addEventListener("click", () => client.say("转人工"));
$("end").addEventListener("click", () => client.flag("27"));
client.connect();

function row(key) {
  return document.querySelector(`[data-key="${CSS.escape(key)}"]`);
}

function draw(entry, look = "") {
  if (entry.elem) $("list").append(item(entry, look));
}

// Texts and the choices of menus (src 15, 21, 29); everything else by its src. docs/wire.md has them all.
function item(entry, look = "") {
  const node = document.createElement("li");
  node.dataset.key = entry.client_id || entry.seq;
  node.className = `${entry.from.kind} ${look}`;
  const payload = payloadOf(entry.elem);
  const words = entry.recalled ? "消息已撤回" : entry.elem?.MsgContent.Text ?? said(payload);
  node.append(words);
  for (const { content } of payload?.content?.items ?? []) {
    const button = document.createElement("button");
    button.textContent = content;
    button.addEventListener("click", () => client.say(content));
    node.append(button);
  }
  return node;
}

function said(payload) {
  const content = payload?.content;
  return typeof content === "string" ? content : content?.header ?? content?.title ?? `[src ${payload?.src ?? "?"}]`;
}
