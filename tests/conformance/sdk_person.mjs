#!/usr/bin/env node
// One device: the published IM SDK @tencentcloud/chat, pointed at a desk by its own option `proxyServer`, driven over
// stdin and stdout, a JSON object a line.
//
//   node sdk_person.mjs --url ws://127.0.0.1:PORT --app 1600000001
//   in   {"id":1,"do":"login","user":"vera","sig":"…"}      out  {"id":1,"ok":true,"value":…} | {"id":1,"ok":false,"code":…,"message":…}
//                                                           out  {"event":"onMessageReceived","data":…}
//
// The SDK may reach nothing but that desk: every other address is an error of the test.
import { createRequire } from 'node:module';
import { createInterface } from 'node:readline';

const require = createRequire(import.meta.url);
const { WebSocket } = require('ws');
const { JSDOM } = require('jsdom');

const args = process.argv.slice(2);
const option = (name, fallback) => (args.includes(`--${name}`) ? args[args.indexOf(`--${name}`) + 1] : fallback);
const url = option('url').replace(/\/$/, '');
const home = url.replace(/^ws/, 'http');
const out = (line) => process.stdout.write(`${JSON.stringify(line)}\n`);

// --- a browser, as far as the SDK asks for one

const dom = new JSDOM('<!doctype html>', { url: 'http://shop.example/', pretendToBeVisual: true });
globalThis.window = dom.window;
for (const name of ['document', 'localStorage', 'File', 'FileList', 'HTMLInputElement']) globalThis[name] = dom.window[name];
Object.defineProperty(globalThis, 'navigator', { value: dom.window.navigator, configurable: true });
Object.defineProperty(dom.window.navigator, 'onLine', { value: true, configurable: true });
dom.window.URL.createObjectURL = () => 'blob:local';

const sockets = new Set();
const sent = {}; // requests by command
class OwnWebSocket extends WebSocket {
  constructor(address) {
    if (!String(address).startsWith(url)) { out({ event: 'stray', data: String(address) }); throw new Error(`stray ${address}`); }
    super(address, [], { allowSynchronousEvents: false }); // a frame a task, as in browsers
    sockets.add(this);
    this.on('open', () => out({ event: 'socketOpened', data: null }));
    this.on('error', () => {}); // a browser's socket does not throw either
    this.on('close', (code) => { sockets.delete(this); out({ event: 'socketClosed', data: code }); });
  }
  send(bytes, ...rest) {
    const name = JSON.parse(Buffer.from(bytes).toString()).head.servcmd;
    sent[name] = (sent[name] ?? 0) + 1;
    super.send(bytes, ...rest);
  }
}
dom.window.WebSocket = globalThis.WebSocket = OwnWebSocket;

class OwnRequest extends dom.window.XMLHttpRequest {
  open(method, address, ...rest) {
    if (!String(address).startsWith(home)) { out({ event: 'stray', data: String(address) }); throw new Error(`stray ${address}`); }
    return super.open(method, address, ...rest);
  }
}
dom.window.XMLHttpRequest = globalThis.XMLHttpRequest = OwnRequest;

// jsdom draws no pictures: the bytes are fetched as a page would, their size is said to be 3 × 2
class OwnImage {
  set src(address) {
    fetch(address).then((answer) => {
      Object.assign(this, { width: 3, height: 2, naturalWidth: 3, naturalHeight: 2 });
      answer.ok && String(answer.headers.get('content-type')).startsWith('image/') ? this.onload?.() : this.onerror?.();
    }).catch(() => this.onerror?.());
  }
}
dom.window.Image = globalThis.Image = OwnImage;

// --- the SDK

for (const name of ['log', 'info', 'debug', 'warn', 'error']) console[name] = () => {};
const loaded = await import('@tencentcloud/chat');
const TencentCloudChat = loaded.default?.default ?? loaded.default;
const plugin = await import('tim-upload-plugin');
const chat = TencentCloudChat.create({ SDKAppID: Number(option('app')), proxyServer: url });
chat.setLogLevel(4);
chat.registerPlugin({ 'tim-upload-plugin': plugin.default?.default ?? plugin.default });

const { EVENT } = TencentCloudChat;
const messages = new Map(); // by ID: what recall and sending again need
const told = (message) => {
  messages.set(message.ID, message);
  const { ID, type, flow, from, to, time, sequence, random, nick, avatar, isRevoked, isPeerRead, isModified, version, conversationID, payload, status } = message;
  return { ID, type, flow, from, to, time, sequence, random, nick, avatar, isRevoked, isPeerRead, isModified, version, conversationID, payload, status, onlineOnly: message._onlineOnlyFlag === true };
};
const conversation = ({ conversationID, type, unreadCount, peerReadTime, userProfile, lastMessage }) => ({ conversationID, type, unreadCount, peerReadTime, userProfile, lastMessage });
const lists = { [EVENT.MESSAGE_RECEIVED]: told, [EVENT.MESSAGE_MODIFIED]: told, [EVENT.MESSAGE_REVOKED]: told, [EVENT.MESSAGE_READ_BY_PEER]: told, [EVENT.CONVERSATION_LIST_UPDATED]: conversation };
for (const name of Object.values(EVENT)) {
  chat.on(name, (event) => out({ event: name, data: lists[name] && Array.isArray(event.data) ? event.data.map(lists[name]) : event.data }));
}

const C2C = 'C2C';
const send = async (message, ask) => {
  messages.set(message.ID, message);
  try {
    return told((await chat.sendMessage(message, ask.onlineUserOnly ? { onlineUserOnly: true } : undefined)).data.message);
  } catch (error) {
    throw Object.assign(error, { ID: message.ID }); // a page offers to send it again
  }
};
const file = (ask) => new dom.window.File([Buffer.from(ask.bytes, 'base64')], ask.name, { type: ask.mime });
const to = (ask) => ({ to: ask.to ?? '@customer_service_account', conversationType: C2C });
const doings = {
  login: async (ask) => {
    const ready = new Promise((done) => chat.on(EVENT.SDK_READY, done));
    await chat.login({ userID: ask.user, userSig: ask.sig });
    await ready;
  },
  logout: () => chat.logout(),
  text: (ask) => send(chat.createTextMessage({ ...to(ask), payload: { text: ask.text } }), ask),
  face: (ask) => send(chat.createFaceMessage({ ...to(ask), payload: { index: 0, data: ask.data } }), ask),
  custom: (ask) => send(chat.createCustomMessage({ ...to(ask), payload: { data: typeof ask.data === 'string' ? ask.data : JSON.stringify(ask.data), description: '', extension: '' } }), ask),
  image: (ask) => send(chat.createImageMessage({ ...to(ask), payload: { file: file(ask) } }), ask),
  file: (ask) => send(chat.createFileMessage({ ...to(ask), payload: { file: file(ask) } }), ask),
  again: async (ask) => told((await chat.resendMessage(messages.get(ask.ID))).data.message),
  recall: async (ask) => { await chat.revokeMessage(messages.get(ask.ID)); },
  history: async (ask) => {
    const { data } = await chat.getMessageList({ conversationID: C2C + to(ask).to, nextReqMessageID: ask.next || undefined });
    return { messages: data.messageList.map(told), next: data.nextReqMessageID, isCompleted: data.isCompleted };
  },
  conversations: async () => (await chat.getConversationList()).data.conversationList.map(conversation),
  unread: () => chat.getTotalUnreadMessageCount(),
  read: async (ask) => { await chat.setMessageRead({ conversationID: C2C + to(ask).to }); },
  profile: async (ask) => (await chat.getUserProfile({ userIDList: ask.users })).data,
  introduce: async (ask) => { await chat.updateMyProfile(ask.profile); },
  delete_conversation: async (ask) => { await chat.deleteConversation(C2C + to(ask).to); },
  sent: async () => sent,
  cut: async () => { for (const socket of sockets) socket.terminate(); },
};

createInterface({ input: process.stdin }).on('line', async (line) => {
  const ask = JSON.parse(line);
  try {
    out({ id: ask.id, ok: true, value: (await doings[ask.do](ask)) ?? null });
  } catch (error) {
    out({ id: ask.id, ok: false, ID: error.ID, code: error.code ?? null, message: String(error.message ?? error) });
  }
}).on('close', () => process.exit());
out({ event: 'loaded', data: chat.VERSION ?? null });
