/* The bubble on the host's page. Async, in a shadow tree, no cookies; the frame is made when it is first opened. */
(function (config) {
  "use strict";
  var queued = (window.CSDesk && window.CSDesk.q) || (Array.isArray(window.CSDesk) ? window.CSDesk : []);
  if (window.CSDesk && window.CSDesk.loaded) return;
  var script = document.currentScript;
  var origin = script ? new URL(script.src).origin : location.origin;
  var language = config.language || (/^en/i.test(document.documentElement.lang || "") ? "en" : config.default_language);
  var words = config.strings[language] || config.strings["zh-Hans"];
  var listeners = {};
  var host, bubble, badge, panel, frame, teaser, opened = false, unread = 0;
  var CHAT = "M5.5 4.5h13A1.5 1.5 0 0 1 20 6v9a1.5 1.5 0 0 1-1.5 1.5H12L7.5 20v-3.5h-2A1.5 1.5 0 0 1 4 15V6a1.5 1.5 0 0 1 1.5-1.5ZM8.5 9.5h7M8.5 12.5h4";
  var DOWN = "m6 9.5 6 6 6-6";

  var CSS = ":host{all:initial;position:fixed;z-index:2147483000;bottom:0;" + (config.position === "left" ? "left" : "right") + ":0}" +
    "*{box-sizing:border-box}" +
    ".bubble{position:fixed;bottom:24px;SIDE:24px;width:56px;height:56px;padding:0;border:0;border-radius:50%;color:#fff;cursor:pointer;" +
    "display:grid;place-items:center;box-shadow:0 6px 20px rgba(16,24,40,.22);transition:transform .15s}" +
    ".bubble:hover{transform:scale(1.05)}.bubble:focus-visible{outline:3px solid #fff;outline-offset:-6px}" +
    ".bubble svg{width:26px;height:26px;fill:none;stroke:currentColor;stroke-width:1.75;stroke-linecap:round;stroke-linejoin:round}" +
    ".badge{position:absolute;top:-3px;right:-3px;min-width:20px;padding:0 5px;border-radius:10px;background:#c0303b;color:#fff;" +
    "font:600 12px/20px system-ui,sans-serif;text-align:center}" +
    ".panel{position:fixed;bottom:92px;SIDE:24px;width:384px;height:min(640px,calc(100vh - 116px));overflow:hidden;border-radius:12px;" +
    "border:1px solid rgba(120,130,145,.35);background:#f3f5f8;box-shadow:0 12px 40px rgba(16,24,40,.2);opacity:0;transform:translateY(8px);" +
    "transition:opacity .16s,transform .16s}.panel.in{opacity:1;transform:none}" +
    ".teaser{position:fixed;bottom:32px;SIDE:92px;display:flex;align-items:flex-start;max-width:260px;border:1px solid rgba(120,130,145,.35);" +
    "border-radius:12px;background:#fff;color:#18202c;box-shadow:0 6px 20px rgba(16,24,40,.14);font:14px/1.5 system-ui,'PingFang SC','Microsoft YaHei',sans-serif}" +
    ".teaser button{border:0;background:none;color:inherit;font:inherit;cursor:pointer;border-radius:12px}" +
    ".teaser .say{padding:10px 0 10px 14px;text-align:start}.teaser .away{flex:none;width:36px;height:36px;color:#626d7e;font-size:18px}" +
    "iframe{display:block;width:100%;height:100%;border:0;color-scheme:normal}[hidden]{display:none!important}" +
    "@media(prefers-color-scheme:dark){.panel{background:#0e1218}.teaser{background:#161b23;color:#e7ebf1}.teaser .away{color:#929dad}}" +
    "@media(max-width:480px){.panel{inset:0;width:auto;height:100%;height:100dvh;border:0;border-radius:0}.open .bubble{display:none}}" +
    "@media(prefers-reduced-motion:reduce){*{transition:none!important}}@media print{.bubble,.panel{display:none}}";

  function element(tag, attributes, parent) {
    var node = document.createElement(tag);
    for (var name in attributes) node.setAttribute(name, attributes[name]);
    if (parent) parent.appendChild(node);
    return node;
  }

  function style(root) {
    var css = CSS.replace(/SIDE/g, config.position === "left" ? "left" : "right");
    try { // a host with a strict style-src forbids <style>, not a constructed sheet
      var sheet = new CSSStyleSheet();
      sheet.replaceSync(css);
      root.adoptedStyleSheets = [sheet];
    } catch (_) {
      element("style", {}, root).textContent = css;
    }
  }

  function draw() {
    host = element("csdesk-chat", {});
    var root = host.attachShadow({ mode: "open" });
    style(root);
    var wrap = element("div", { "class": "wrap" }, root);
    panel = element("div", { "class": "panel", role: "dialog", "aria-label": config.name, hidden: "" }, wrap);
    bubble = element("button", { "class": "bubble", type: "button", "aria-expanded": "false", "aria-label": words.open }, wrap);
    bubble.style.background = config.accent;
    sign(CHAT);
    badge = element("span", { "class": "badge", hidden: "" }, bubble);
    bubble.addEventListener("click", function () { opened ? close() : open(); });
    root.addEventListener("keydown", function (event) { if (event.key === "Escape" && opened) close(); });
    document.body.appendChild(host);
    if (config.greeting) setTimeout(greet, 2500, wrap);
  }

  // The channel's greeting beside the bubble, until it is opened or sent away.
  function greet(wrap) {
    if (opened || frame) return;
    teaser = element("div", { "class": "teaser" }, wrap);
    var say = element("button", { type: "button", "class": "say" }, teaser);
    say.textContent = config.greeting;
    say.addEventListener("click", open);
    var away = element("button", { type: "button", "class": "away", "aria-label": words.dismiss }, teaser);
    away.textContent = "\u00d7";
    away.addEventListener("click", function () { teaser.remove(); bubble.focus(); });
  }

  function sign(path) {
    var space = "http://www.w3.org/2000/svg";
    var svg = bubble.querySelector("svg") || bubble.insertBefore(document.createElementNS(space, "svg"), bubble.firstChild);
    svg.setAttribute("viewBox", "0 0 24 24");
    svg.setAttribute("aria-hidden", "true");
    svg.replaceChildren(document.createElementNS(space, "path"));
    svg.firstChild.setAttribute("d", path);
  }

  function open() {
    if (!host || opened) return;
    opened = true;
    if (!frame) frame = element("iframe", { title: words.frame, allow: "clipboard-write", src: origin + "/web/im/chat/?webAppId=" +
      config.id + "&embed=1&lang=" + (language === "en" ? "en" : "zh-hans") }, panel);
    if (teaser) teaser.remove();
    sign(DOWN);
    panel.hidden = false;
    panel.parentNode.classList.add("open");
    requestAnimationFrame(function () { panel.classList.add("in"); });
    bubble.setAttribute("aria-expanded", "true");
    bubble.setAttribute("aria-label", words.close);
    tell("csdesk:shown");
    frame.focus();
    emit("open");
  }

  function close() {
    if (!opened) return;
    opened = false;
    sign(CHAT);
    panel.hidden = true;
    panel.classList.remove("in");
    panel.parentNode.classList.remove("open");
    bubble.setAttribute("aria-expanded", "false");
    tell("csdesk:hidden");
    count(unread);
    bubble.focus();
    emit("close");
  }

  function tell(type) {
    if (frame && frame.contentWindow) frame.contentWindow.postMessage({ type: type }, origin);
  }

  function count(value) {
    unread = value;
    badge.hidden = !value || opened;
    badge.textContent = value > 99 ? "99+" : String(value);
    bubble.setAttribute("aria-label", opened ? words.close : words.open + (value ? ", " + words.unread.replace("{count}", value) : ""));
  }

  function emit(name, value) {
    (listeners[name] || []).slice().forEach(function (listener) {
      try { listener(value); } catch (error) { console.error(error); }
    });
  }

  window.addEventListener("message", function (event) {
    if (!frame || event.source !== frame.contentWindow || event.origin !== origin) return;
    var data = event.data || {};
    if (data.type === "csdesk:close") close();
    if (data.type === "csdesk:unread") {
      count(Number(data.count) || 0);
      emit("unread", unread);
    }
  });

  // Calls made before the page had a body, or before this script came, are kept and run in order.
  var api = {
    loaded: true,
    open: function () { host ? open() : waiting.push(open); },
    close: function () { host ? close() : waiting.push(close); },
    on: function (name, listener) { (listeners[name] = listeners[name] || []).push(listener); },
    off: function (name, listener) { listeners[name] = (listeners[name] || []).filter(function (each) { return each !== listener; }); },
    push: function (call) { if (api[call[0]]) api[call[0]].apply(null, [].slice.call(call, 1)); }
  };
  var waiting = [];
  window.CSDesk = api;
  queued.forEach(api.push);

  function start() {
    draw();
    waiting.splice(0).forEach(function (call) { call(); });
    emit("ready");
  }
  if (document.body) start();
  else document.addEventListener("DOMContentLoaded", start);
})(__CONFIG__);
