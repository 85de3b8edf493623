import TencentCloudChat from '@tencentcloud/chat';
import TIMUploadPlugin from 'tim-upload-plugin';

const { EVENT, TYPES } = TencentCloudChat;
const list = document.querySelector('ol');
let chat;
let account;

// --- sending: an element of the SDK, or a customer-service payload (src 7, 10, 24, 27 are not stored)

const target = () => ({ to: account, conversationType: TYPES.CONV_C2C });
const send = async (message, options) => show((await chat.sendMessage(message, options)).data.message);
const say = (text) => send(chat.createTextMessage({ ...target(), payload: { text } }));
const flag = (payload) => send(
  chat.createCustomMessage({ ...target(), payload: { data: JSON.stringify({ customerServicePlugin: 0, ...payload }), description: '', extension: '' } }),
  { onlineUserOnly: true },
);
const failed = (error) => note(`${error.code ?? ''} ${error.message}`);

// --- drawing

const make = (name, text, more = {}) => Object.assign(document.createElement(name), { textContent: text }, more);
const note = (text) => { list.append(make('li', text, { className: 'note' })); list.scrollTop = list.scrollHeight; };

function show(message) {
  const row = make('li', '', { className: message.flow, id: `m-${message.ID}` });
  const parts = message.isRevoked ? [make('em', '消息已撤回 Recalled')] : drawn(message);
  if (!parts.length) return;
  row.append(...parts);
  const shown = document.getElementById(row.id);
  shown ? shown.replaceWith(row) : list.append(row);
  list.scrollTop = list.scrollHeight;
}

function drawn({ type, payload }) {
  if (type === TYPES.MSG_TEXT) return [payload.text];
  if (type === TYPES.MSG_IMAGE) return [make('img', '', { src: payload.imageInfoArray[1].url, alt: '图片 Picture' })];
  if (type === TYPES.MSG_FILE) return [make('a', payload.fileName, { href: payload.fileUrl, download: '' })];
  if (type !== TYPES.MSG_CUSTOM) return [];
  const data = JSON.parse(payload.data);
  if (data.src === '29' || data.src === '15' || data.src === '21') return menu(data.content);
  if (data.src === '9') return rating(data.menuContent);
  if (data.src === '30') return [data.content]; // markdown, drawn as it is
  if (data.src === '31') return [data.chunks.join('')];
  return []; // 23 and 26 decide about buttons, 12 is typing, 19 and 20 tell of the end
}

const menu = ({ title, header, items = [], selected }) => [title ?? header, ...items.map(({ content }) => make('button', content, {
  disabled: Boolean(selected), onclick: () => say(content).catch(failed),
}))];

const rating = ({ head, tail, menu: levels, sessionId, selected }) => [head, ...levels.map((level) => make('button', level.content, {
  disabled: Boolean(selected), onclick: () => flag({ src: '10', menuSelected: { ...level, sessionId } }).catch(failed),
})), selected ? `${selected.content} · ${tail}` : ''];

// --- coming in

document.querySelector('#login').onsubmit = async (event) => {
  event.preventDefault();
  const form = Object.fromEntries(new FormData(event.target));
  account = form.account;
  chat ??= TencentCloudChat.create({ SDKAppID: Number(form.app), proxyServer: form.desk.replace(/\/$/, '') });
  chat.registerPlugin({ 'tim-upload-plugin': TIMUploadPlugin });
  for (const name of [EVENT.MESSAGE_RECEIVED, EVENT.MESSAGE_MODIFIED, EVENT.MESSAGE_REVOKED]) chat.on(name, ({ data }) => data.forEach(show));
  chat.on(EVENT.KICKED_OUT, ({ data }) => note(data.type));
  chat.on(EVENT.SDK_READY, async () => {
    document.querySelector('#login').hidden = true;
    document.querySelector('main').hidden = false;
    const { data } = await chat.getMessageList({ conversationID: `C2C${account}` });
    data.messageList.forEach(show);
    flag({ src: '7' }).catch(failed);
  });
  chat.login({ userID: form.user, userSig: form.sig.trim() }).catch((error) => {
    document.querySelector('[role="alert"]').textContent = `${error.code} ${error.message}`;
  });
};

document.querySelector('#write').onsubmit = (event) => {
  event.preventDefault();
  const { text } = event.target;
  if (text.value.trim()) say(text.value).catch(failed);
  text.value = '';
};
document.querySelector('[name="picture"]').onchange = ({ target: { files: [file] } }) => {
  if (file) send(chat.createImageMessage({ ...target(), payload: { file } })).catch(failed);
};
