/* The bubble on the host's page (docs/embedding.md): async, in a shadow tree, no cookies, a frame when it is first opened. */
(function (config) {
  "use strict";
  var before = window.CSDesk;
  if (before && before.loaded) return;
  var script = document.currentScript;
  var origin = script ? new URL(script.src).origin : location.origin;
  var language = config.language || (/^en/i.test(document.documentElement.lang || "") ? "en" : config.default_language);
  var words = config.strings[language] || config.strings["zh-Hans"];
  var key = "csdesk." + config.id;
  var listeners = {};
  var host, root, wrap, bubble, badge, panel, frame, teaser, flashing, isReady, opened = false, unread = 0, waiting = [];
  var mine = { calls: [], trail: recall(sessionStorage_()).trail || [] }; // what the frame is told when it comes
  var CHAT = "M5.5 4.5h13A1.5 1.5 0 0 1 20 6v9a1.5 1.5 0 0 1-1.5 1.5H12L7.5 20v-3.5h-2A1.5 1.5 0 0 1 4 15V6a1.5 1.5 0 0 1 1.5-1.5ZM8.5 9.5h7M8.5 12.5h4";
  var DOWN = "m6 9.5 6 6 6-6";
  var WEEK = 7 * 24 * 3600 * 1000;
  var MOST_PAGES = 20;

  var CSS = ":host{all:initial;position:fixed;z-index:2147483000;bottom:0;SIDE:0}*{box-sizing:border-box}" +
    ".bubble{position:fixed;bottom:calc(24px + env(safe-area-inset-bottom));SIDE:24px;width:56px;height:56px;padding:0;border:0;border-radius:50%;cursor:pointer;" +
    "display:grid;place-items:center;box-shadow:0 6px 20px rgba(16,24,40,.22);transition:transform .15s}" +
    ".bubble:hover{transform:scale(1.05)}.bubble:focus-visible{outline:3px solid currentColor;outline-offset:-6px}" +
    ".bubble svg{width:26px;height:26px;fill:none;stroke:currentColor;stroke-width:1.75;stroke-linecap:round;stroke-linejoin:round}" +
    ".badge{position:absolute;top:-3px;right:-3px;min-width:20px;padding:0 5px;border-radius:10px;background:#c0303b;color:#fff;" +
    "font:600 12px/20px system-ui,sans-serif;text-align:center}" +
    ".panel{position:fixed;bottom:92px;SIDE:24px;width:384px;height:min(640px,calc(100vh - 116px));overflow:hidden;border-radius:12px;" +
    "border:1px solid rgba(120,130,145,.35);background:#f3f5f8;box-shadow:0 12px 40px rgba(16,24,40,.2);opacity:0;transform:translateY(8px);" +
    "transition:opacity .16s,transform .16s}.panel.in{opacity:1;transform:none}" +
    ".teaser{position:fixed;bottom:32px;SIDE:92px;display:flex;align-items:flex-start;max-width:min(280px,calc(100vw - 116px));border:1px solid rgba(120,130,145,.35);" +
    "border-radius:12px;background:#fff;color:#18202c;box-shadow:0 6px 20px rgba(16,24,40,.14);font:14px/1.5 system-ui,'PingFang SC','Microsoft YaHei',sans-serif}" +
    ".teaser img{flex:none;width:32px;height:32px;margin:10px 0 10px 12px;border-radius:50%}" +
    ".teaser button{border:0;background:none;color:inherit;font:inherit;cursor:pointer;border-radius:12px}" +
    ".teaser .say{padding:12px 0 12px 14px;text-align:start;overflow-wrap:anywhere}.teaser .away{flex:none;width:44px;height:44px;color:#626d7e;font-size:18px}" +
    "iframe{display:block;width:100%;height:100%;border:0;color-scheme:normal}[hidden]{display:none!important}" +
    "@media(prefers-color-scheme:dark){.panel{background:#0e1218}.teaser{background:#161b23;color:#e7ebf1}.teaser .away{color:#929dad}}" +
    "@media(max-width:480px){.panel{inset:0;width:auto;height:100%;height:100dvh;border:0;border-radius:0}.open .bubble{display:none}}" +
    "@media(prefers-reduced-motion:reduce){*{transition:none!important}}@media print{.bubble,.panel,.teaser{display:none}}";

  // --- small things

  function element(tag, attributes, parent) {
    var node = document.createElement(tag);
    for (var name in attributes) node.setAttribute(name, attributes[name]);
    if (parent) parent.appendChild(node);
    return node;
  }

  function localStorage_() { try { return window.localStorage; } catch (_) { return null; } }
  function sessionStorage_() { try { return window.sessionStorage; } catch (_) { return null; } }

  // One small entry each in the host's storages: was the greeting sent away; is the chat open, does somebody talk, the trail.
  function recall(storage) {
    try { return JSON.parse(storage.getItem(key)) || {}; } catch (_) { return {}; }
  }

  function remember(storage, name, value) {
    var kept = recall(storage);
    kept[name] = value;
    try { storage.setItem(key, JSON.stringify(kept)); } catch (_) { /* then not */ }
  }

  // What the host got wrong must not take the chat away.
  function safely(act, value) {
    try { act(value); } catch (error) { console.error(error); }
  }

  function emit(name, value) {
    (listeners[name] || []).slice().forEach(function (listener) { safely(listener, value); });
  }

  // --- drawing

  function draw() {
    host = element("csdesk-chat", {});
    root = host.attachShadow({ mode: "open" });
    style(CSS.replace(/SIDE/g, config.position === "left" ? "left" : "right"));
    wrap = element("div", { "class": "wrap" }, root);
    panel = element("div", { "class": "panel", role: "dialog", "aria-label": config.name, hidden: "" }, wrap);
    bubble = element("button", { "class": "bubble", type: "button", "aria-expanded": "false", "aria-label": words.open }, wrap);
    bubble.style.background = config.accent;
    bubble.style.color = isLight(config.accent) ? "#18202c" : "#fff";
    sign(CHAT);
    badge = element("span", { "class": "badge", hidden: "" }, bubble);
    bubble.addEventListener("click", toggle);
    root.addEventListener("keydown", function (event) { if (event.key === "Escape") close(); });
    document.body.appendChild(host);
  }

  function style(css) {
    try { // a host with a strict style-src forbids <style>, not a constructed sheet
      var sheet = new CSSStyleSheet();
      sheet.replaceSync(css);
      root.adoptedStyleSheets = [sheet];
    } catch (_) {
      element("style", {}, root).textContent = css;
    }
  }

  function isLight(hex) {
    var rgb = [1, 3, 5].map(function (at) { return parseInt(hex.substr(at, 2), 16) / 255; });
    return 0.299 * rgb[0] + 0.587 * rgb[1] + 0.114 * rgb[2] > 0.62;
  }

  function sign(path) {
    var space = "http://www.w3.org/2000/svg";
    var svg = bubble.querySelector("svg") || bubble.insertBefore(document.createElementNS(space, "svg"), bubble.firstChild);
    svg.setAttribute("viewBox", "0 0 24 24");
    svg.setAttribute("aria-hidden", "true");
    svg.replaceChildren(document.createElementNS(space, "path"));
    svg.firstChild.setAttribute("d", path);
  }

  // The channel's greeting beside the bubble, until it is opened or sent away (then for a week).
  function greet() {
    if (opened || frame || Date.now() - (recall(localStorage_()).away || 0) < WEEK) return;
    teaser = element("div", { "class": "teaser", role: "status" }, wrap);
    if (config.avatar) {
      element("img", { src: origin + config.avatar, alt: "" }, teaser).addEventListener("error", function () { this.remove(); });
    }
    var say = element("button", { type: "button", "class": "say" }, teaser);
    say.textContent = config.greeting;
    say.addEventListener("click", open);
    var away = element("button", { type: "button", "class": "away", "aria-label": words.dismiss }, teaser);
    away.textContent = "\u00d7";
    away.addEventListener("click", function () {
      remember(localStorage_(), "away", Date.now());
      teaser.remove();
      bubble.focus();
    });
  }

  // --- open and closed

  function load() {
    if (frame) return;
    frame = element("iframe", { title: words.frame, allow: "clipboard-write", src: origin + "/web/im/chat/?webAppId=" + config.id +
      "&embed=1&lang=" + (language === "en" ? "en" : "zh-hans") + "&host=" + encodeURIComponent(location.origin) }, panel);
    setTimeout(function () {
      if (!isReady) console.warn("CSDesk: the chat does not answer. Is " + location.origin + " among the channel's allowed sites?");
    }, 10000);
  }

  function open() {
    if (opened) return;
    opened = true;
    load();
    if (teaser) teaser.remove();
    sign(DOWN);
    panel.hidden = false;
    wrap.classList.add("open");
    requestAnimationFrame(function () { panel.classList.add("in"); });
    bubble.setAttribute("aria-expanded", "true");
    remember(sessionStorage_(), "open", true);
    tell({ type: "csdesk:shown" });
    count(unread);
    frame.focus();
    emit("opened");
  }

  function close() {
    if (!opened) return;
    opened = false;
    sign(CHAT);
    panel.hidden = true;
    panel.classList.remove("in");
    wrap.classList.remove("open");
    bubble.setAttribute("aria-expanded", "false");
    remember(sessionStorage_(), "open", false);
    tell({ type: "csdesk:hidden" });
    count(unread);
    if (document.activeElement === host) bubble.focus();
    emit("closed");
  }

  function toggle() { opened ? close() : open(); }

  function count(value) {
    unread = value;
    badge.hidden = !value || opened;
    badge.textContent = value > 99 ? "99+" : String(value);
    bubble.setAttribute("aria-label", opened ? words.close : words.open + (value ? ", " + words.unread.replace("{count}", value) : ""));
    flash(value && !opened && config.flashes ? "(" + value + ") " + words.flash : "");
  }

  // The title says it every other second; whatever the host writes there meanwhile stays the title.
  function flash(said) {
    if (flashing) {
      clearInterval(flashing.timer);
      if (document.title === flashing.said) document.title = flashing.title;
      flashing = null;
    }
    if (!said) return;
    var still = matchMedia("(prefers-reduced-motion: reduce)").matches;
    var now = flashing = { said: said, title: document.title };
    function turn() {
      if (document.title !== now.said) {
        now.title = document.title;
        document.title = now.said;
      } else if (!still) {
        document.title = now.title;
      }
    }
    turn();
    now.timer = setInterval(turn, 1200);
  }

  // --- the frame

  function tell(message) {
    if (isReady) frame.contentWindow.postMessage(message, origin);
  }

  function call(name, value) {
    if (isReady) tell({ type: "csdesk:call", name: name, value: value });
    else mine.calls.push([name, value]);
  }

  // Everything that was said before, in its order; then the chat begins.
  function greetFrame() {
    if (isReady && mine.user) mine.calls.unshift(["identify", mine.user]); // the frame began anew
    isReady = true;
    tell({ type: opened ? "csdesk:shown" : "csdesk:hidden" });
    mine.calls.splice(0).forEach(function (each) { call(each[0], each[1]); });
    if (mine.trail.length) call("pages", mine.trail);
    mine.trail = [];
    remember(sessionStorage_(), "trail", []);
    call("start");
  }

  window.addEventListener("message", function (event) {
    if (!frame || event.source !== frame.contentWindow || event.origin !== origin) return;
    var data = event.data || {};
    if (data.type === "csdesk:ready") greetFrame();
    if (data.type === "csdesk:close") close();
    if (data.type === "csdesk:unread") {
      count(Number(data.count) || 0);
      emit("unread", unread);
    }
    if (data.type === "csdesk:event") {
      if (data.name === "message") remember(sessionStorage_(), "talks", true);
      emit(data.name, data.value);
    }
  });

  // --- where the visitor is; single-page sites change the address without loading

  var last = "";
  function look() {
    if (location.href === last || document.visibilityState !== "visible") return;
    var page = { url: location.href, title: document.title, referrer: last || document.referrer, at: Date.now() };
    last = location.href;
    if (isReady) return call("pages", [page]);
    mine.trail = mine.trail.concat(page).slice(-MOST_PAGES);
    remember(sessionStorage_(), "trail", mine.trail);
  }

  // --- what the host may call; before the page has a body, calls wait in order

  function later(act) {
    return function (value) { root ? safely(act, value) : waiting.push(function () { safely(act, value); }); };
  }

  var api = window.CSDesk = {
    loaded: true,
    open: later(open),
    close: later(close),
    toggle: later(toggle),
    identify: later(function (user) {
      mine.user = { userID: String(user.userID), userSig: String(user.userSig) };
      call("identify", mine.user);
    }),
    logout: later(function () {
      if (!frame && recall(sessionStorage_()).talks) load();
      remember(sessionStorage_(), "talks", false);
      mine.calls = [];
      mine.user = null;
      call("logout");
    }),
    setAttributes: later(function (attributes) { call("setAttributes", attributes); }),
    showCard: later(function (card) { call("card", card); }),
    on: function (name, listener) { (listeners[name] = listeners[name] || []).push(listener); },
    off: function (name, listener) { listeners[name] = (listeners[name] || []).filter(function (each) { return each !== listener; }); },
    push: function (call) { if (typeof api[call[0]] === "function") api[call[0]].apply(null, [].slice.call(call, 1)); }
  };
  [].slice.call(Array.isArray(before) ? before : (before && before.q) || []).forEach(api.push);

  function start() {
    draw();
    var kept = recall(sessionStorage_());
    look();
    setInterval(look, 1000);
    waiting.splice(0).forEach(function (act) { act(); });
    emit("ready");
    if (kept.open && innerWidth > 480) open();
    else if (kept.talks) setTimeout(load, 1000); // somebody talked on the page before: the badge shall tell him of answers
    if (config.greeting) setTimeout(greet, config.greeting_ms);
  }
  if (document.body) start();
  else document.addEventListener("DOMContentLoaded", start);
})(__CONFIG__);
