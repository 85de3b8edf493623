// node check_markdown.mjs texts.json: every text, through the published client's own markdown parser into a page, as its
// v-html does. Exit 1 names those that make anything but harmless elements and http(s) or own addresses.
import { readFileSync } from 'node:fs';
import { JSDOM } from 'jsdom';
import { marked } from 'marked';

const HARMLESS = new Set(['A', 'IMG', 'P', 'EM', 'STRONG', 'DEL', 'CODE', 'PRE', 'BLOCKQUOTE', 'UL', 'OL', 'LI', 'BR', 'HR', 'TABLE', 'THEAD', 'TBODY', 'TR', 'TH', 'TD', 'H1', 'H2', 'H3', 'H4', 'H5', 'H6', 'INPUT']);
const ATTRIBUTES = new Set(['href', 'src', 'alt', 'title', 'id', 'start', 'align', 'type', 'checked', 'disabled', 'class']);
const { document } = new JSDOM('<!doctype html><body>', { url: 'https://shop.example/help' }).window;

function* troubles(text) {
  const box = document.createElement('div');
  box.innerHTML = marked(text);
  for (const node of box.querySelectorAll('*')) {
    if (!HARMLESS.has(node.tagName)) yield `<${node.tagName}>`;
    for (const { name } of node.attributes) if (!ATTRIBUTES.has(name)) yield `${node.tagName} ${name}`;
    const address = node.href || node.src;
    if (address && !/^(https?:|mailto:)/.test(address)) yield `${node.tagName} to ${address}`;
  }
}

const bad = JSON.parse(readFileSync(process.argv[2], 'utf8')).flatMap((text) => [...troubles(text)].map((what) => [text, what]));
for (const [text, what] of bad) console.log(`${JSON.stringify(text)}: ${what}`);
process.exit(bad.length ? 1 : 0);
