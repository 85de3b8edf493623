// Copies the browser libraries named here, with their licences, from node_modules into static/vendor/
// and writes static/vendor/vendor.json. Run by `make vendor`; the result is committed.
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const root = path.join(path.dirname(fileURLToPath(import.meta.url)), '..');
const modules = path.join(root, 'node_modules');
const vendor = path.join(root, 'static', 'vendor');

// package -> { file in the package: file in static/vendor/<package>/ }
const libraries = {
  'partysocket': { 'dist/ws.js': 'ws.js', 'LICENSE.txt': 'LICENSE.txt' },
  'photoswipe': {
    'dist/photoswipe.esm.min.js': 'photoswipe.esm.min.js',
    'dist/photoswipe-lightbox.esm.min.js': 'photoswipe-lightbox.esm.min.js',
    'dist/photoswipe.css': 'photoswipe.css',
    'LICENSE': 'LICENSE',
  },
  'emoji-picker-element': {
    'index.js': 'index.js',
    'picker.js': 'picker.js',
    'database.js': 'database.js',
    'i18n/zh_CN.js': 'i18n/zh_CN.js',
    'i18n/en.js': 'i18n/en.js',
    'LICENSE': 'LICENSE',
  },
  'emoji-picker-element-data': {
    'zh/cldr/data.json': 'zh/data.json',
    'en/cldr/data.json': 'en/data.json',
    'LICENSE': 'LICENSE',
  },
};

const sha256 = (content, encoding) => createHash('sha256').update(content).digest(encoding);

// Source maps are not shipped, and Django's hashed storage refuses a reference to a missing file.
const withoutSourceMap = (text) => text.replace(/^\/\/# sourceMappingURL=.*\n?/gm, '');

// A strict CSP forbids style attributes, but not the same declarations set through CSSOM.
const patches = {
  'emoji-picker-element/picker.js': {
    note: '/* Changed by deploy/vendor.mjs: style attributes are set through CSSOM, for a strict CSP. */\n',
    from: 'targetNode.setAttribute(attributeName, newValue);',
    to: "if (attributeName === 'style') targetNode.style.cssText = newValue; else targetNode.setAttribute(attributeName, newValue);",
  },
};

function patched(name, text) {
  const patch = patches[name];
  if (!patch) return text;
  if (text.split(patch.from).length !== 2) throw new Error(`the patch of ${name} no longer fits`);
  return patch.note + text.replace(patch.from, patch.to);
}

function copy(name, files) {
  const { version, license } = JSON.parse(readFileSync(path.join(modules, name, 'package.json'), 'utf8'));
  const written = {};
  for (const [from, to] of Object.entries(files)) {
    const text = patched(`${name}/${from}`, withoutSourceMap(readFileSync(path.join(modules, name, from), 'utf8')));
    const target = path.join(vendor, name, to);
    mkdirSync(path.dirname(target), { recursive: true });
    writeFileSync(target, text);
    written[to] = sha256(text, 'hex');
  }
  return { name, version, licence: license, files: written };
}

// The emoji picker puts one <style> into its shadow root; a strict CSP must name its hash.
// Its constructor is run against the few DOM names that it touches up to there.
async function emojiPickerStyle() {
  let Picker, style;
  globalThis.HTMLElement = class {
    attachShadow() { this.shadowRoot = { appendChild: (element) => { style = element.textContent; } }; }
  };
  Object.assign(globalThis, { requestAnimationFrame() {}, Element: class {} });
  globalThis.customElements = { get() {}, define(_name, element) { Picker = element; } };
  globalThis.document = { createElement: () => ({}) };
  await import(pathToFileURL(path.join(modules, 'emoji-picker-element', 'picker.js')).href);
  try { new Picker(); } catch { /* it goes on to need more of a browser than this */ }
  if (!style) throw new Error('emoji-picker-element no longer adds its style in the constructor');
  return style;
}

rmSync(vendor, { recursive: true, force: true });
const listed = Object.entries(libraries).map(([name, files]) => copy(name, files));
const csp_style_hashes = [`sha256-${sha256(await emojiPickerStyle(), 'base64')}`];
writeFileSync(path.join(vendor, 'vendor.json'), `${JSON.stringify({ libraries: listed, csp_style_hashes }, null, 2)}\n`);
console.log(`vendored ${listed.map(({ name, version }) => `${name} ${version}`).join(', ')}`);
process.exit(0);
