// What the loader promises where there is no browser: it can be imported, and does nothing.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';

const file = (name) => readFile(new URL(name, import.meta.url), 'utf8');

test('importing either entry in Node neither registers nor throws', async () => {
  for (const entry of ['./index.js', './embed.js']) {
    const module = await import(entry);
    assert.equal(typeof module.AtlasRestoreDialogElement, 'function');
    module.define();
  }
  assert.equal(globalThis.customElements, undefined);
});

test('no public property shares its name with a method or misses a getter or setter', async () => {
  const { AtlasRestoreDialogElement } = await import('./index.js');
  const own = Object.getOwnPropertyDescriptors(AtlasRestoreDialogElement.prototype);
  const names = 'backend sourceProject sourceCluster snapshot targetProject targetCluster job theme reason reasonPattern reasonLimit snapshotAdvice snapshotAction freshFor longAfter jobLink mode headingLevel framed remember open fetch headers roles policy messages';
  for (const name of names.split(' ')) {
    assert.ok(own[name]?.get && own[name]?.set, name);
  }
  for (const name of ['show', 'close', 'check', 'preload']) assert.equal(typeof own[name].value, 'function', name);
});

test('types and manifest name every attribute', async () => {
  const { AtlasRestoreDialogElement } = await import('./index.js');
  const manifest = JSON.parse(await file('./custom-elements.json'));
  const declared = manifest.modules[0].declarations.find((entry) => entry.customElement);
  const attributes = [...AtlasRestoreDialogElement.observedAttributes].sort();
  assert.deepEqual(declared.attributes.map((attribute) => attribute.name).sort(), attributes);
  const types = await file('./embed.d.ts');
  for (const name of attributes) assert.match(types, new RegExp(`^  '?${name}'?\\??:`, 'm'), name);
  for (const event of declared.events) assert.ok(types.includes(`'${event.name}': CustomEvent<`), event.name);
});

test('the loader uses no string sink and evaluates nothing', async () => {
  const source = (await file('./index.js')) + (await file('./embed.js'));
  for (const sink of ['innerHTML', 'outerHTML', 'insertAdjacentHTML', 'document.write', 'eval(', 'new Function', 'createPolicy', 'style=']) {
    assert.ok(!source.includes(sink), sink);
  }
});

/** The least of a browser's page that an element needs to be asked about its backend; everything in it is at `address`. */
async function pageAt(address) {
  globalThis.HTMLElement = class {
    isConnected = true;
    #attributes = new Map();
    attachShadow = () => ({ adoptedStyleSheets: [], append() {}, appendChild: (child) => child });
    addEventListener() {}
    dispatchEvent() {}
    hasAttribute = (name) => this.#attributes.has(name);
    getAttribute = (name) => this.#attributes.get(name) ?? null;
    removeAttribute = (name) => this.#attributes.delete(name);
    setAttribute(name, value) {
      this.#attributes.set(name, value);
      this.attributeChangedCallback(name, null, value);
    }
  };
  globalThis.CSSStyleSheet = class { replaceSync() {} };
  const node = () => ({ setAttribute() {}, append() {}, appendChild: (child) => child, addEventListener() {}, remove() {}, checkVisibility: () => true });
  const { version } = await import('./index.js');
  delete globalThis[Symbol.for(`atlas-restore-dialog${version}`)]; // each page has a class of its own
  globalThis.document = { baseURI: address, createElement: node };
  globalThis.location = new URL(address);
}

test('a backend is a bare address on http(s), and on https where the page is', async (context) => {
  context.mock.method(console, 'warn', () => {});
  context.mock.method(console, 'error', () => {});
  const [portal, query, scheme] = ['https://portal.example/backups', /it has a query or fragment/, /it is not http\(s\)/];
  for (const [address, backend, refused] of [
    [portal, 'http://api.example/restore', /it is http and this page is https/],
    [portal, 'https://api.example/restore'],
    [portal, '/restore'],
    ['http://localhost/backups', 'http://api.example/restore'],
    [portal, 'javascript:alert(1)', scheme],
    [portal, 'data:,x', scheme],
    [portal, '/restore?x=1', query],
    [portal, '/restore#x', query],
    [portal, 'https://name:word@api.example/restore', /it holds credentials/],
    [portal, 'https://', /it is not a URL/],
  ]) {
    await pageAt(address);
    const { AtlasRestoreDialogElement } = await import(`./index.js?at=${encodeURIComponent(address + backend)}`);
    const element = new AtlasRestoreDialogElement();
    element.backend = backend;
    assert.equal(element.backend, refused ? '/restore' : backend);
    if (!refused) continue;
    const { outcome, error } = await element.show();
    assert.deepEqual([outcome, error.code], ['error', 'backend-refused']);
    assert.match(error.message, refused);
    assert.match(console.warn.mock.calls.at(-1).arguments[0], refused);
  }
});
