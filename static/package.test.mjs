// What the package says of itself: manifest, types, README and code name the same things.
import assert from 'node:assert/strict';
import { readFile, readdir } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { test } from 'node:test';

const file = (name) => readFile(new URL(name, import.meta.url), 'utf8');
const manifest = JSON.parse(await file('./custom-elements.json'));
const element = manifest.modules[0].declarations.find((entry) => entry.customElement);
const types = await file('./embed.d.ts');
const readme = await file('../README.md');
const names = (entries) => entries.map(({ name }) => name).sort();

/** The members of a union of string literals in the types. */
function union(name) {
  const [, body] = types.match(new RegExp(`export type ${name} =([^;]*);`)) ?? assert.fail(`${name} is not declared`);
  return [...body.matchAll(/'([^']+)'/g)].map(([, member]) => member).sort();
}

/** The rows of a section's tables whose first cell is code that begins so: its text, and that of the next cell. */
function rows(section, first) {
  const [, text] = readme.split(`\n## ${section}\n`);
  const cells = text.split('\n## ')[0].matchAll(/^\| `([^|]+)` \| ([^|\n]*) \|/gm);
  return [...cells].filter(([, name]) => first.test(name)).map(([, name, second]) => [name, second.replaceAll('`', '')]);
}

/** Every property that the style sheet takes from the page, with its default. */
async function propertiesOfTheSheet() {
  const css = await file('../src/widget/style.css');
  const found = new Map();
  for (const { 0: start, 1: name, index } of css.matchAll(/var\(\s*(--restore-[a-z-]+),\s*/g)) {
    let depth = 1;
    let end = index + start.length;
    for (; depth > 0; end += 1) depth += css[end] === '(' ? 1 : css[end] === ')' ? -1 : 0;
    found.set(name, css.slice(index + start.length, end - 1).replace(/\s+/g, ' ').trim());
  }
  for (const [, name] of css.matchAll(/(--restore-[a-z-]*[a-z])/g)) assert.ok(found.has(name), `${name} has no default`);
  return found;
}

async function partsOfTheCode() {
  const parts = new Set(['loader']);
  const folder = new URL('../src/widget/', import.meta.url);
  for (const name of await readdir(folder, { recursive: true })) {
    if (!name.endsWith('.rs')) continue;
    const code = await readFile(new URL(name, folder), 'utf8');
    for (const [, part] of code.matchAll(/\bpart="?([a-z-]+)/g)) parts.add(part);
  }
  return [...parts].sort();
}

test('the manifest is valid against the schema of custom elements manifests', async () => {
  const require = createRequire(new URL('../e2e/package.json', import.meta.url));
  const { default: Ajv } = require('ajv');
  const schema = require('custom-elements-manifest/schema.json');
  const validate = new Ajv({ allowUnionTypes: true, allErrors: true }).compile(schema);
  assert.ok(validate(manifest), JSON.stringify(validate.errors, null, 2));
  assert.ok(!validate({ ...manifest, modules: [{}] }), 'it would find something');
});

test('custom properties are the same in style sheet, manifest, types and README', async () => {
  const sheet = await propertiesOfTheSheet();
  const inOrder = [...sheet.keys()].sort();
  assert.ok(inOrder.length > 20);
  assert.deepEqual(names(element.cssProperties), inOrder, 'manifest');
  assert.deepEqual(union('RestoreDialogCssProperty'), inOrder, 'types');
  const table = new Map(rows('Theming', /^--/));
  assert.deepEqual([...table.keys()].sort(), inOrder, 'README');
  for (const { name, default: value } of element.cssProperties) {
    assert.equal(value, sheet.get(name), `${name} in the manifest`);
    assert.equal(table.get(name), sheet.get(name), `${name} in the README`);
  }
});

test('parts are the same in code, manifest, types and README', async () => {
  const code = await partsOfTheCode();
  assert.ok(code.length > 5);
  assert.deepEqual(names(element.cssParts), code, 'manifest');
  assert.deepEqual(union('RestoreDialogPart'), code, 'types');
  assert.deepEqual(rows('Theming', /^::part/).map(([name]) => name.slice('::part('.length, -1)).sort(), code, 'README');
});

test('properties and events are the same in class, manifest, types and README', async () => {
  const { AtlasRestoreDialogElement } = await import('./index.js');
  const own = Object.getOwnPropertyDescriptors(AtlasRestoreDialogElement.prototype);
  const properties = Object.keys(own).filter((name) => own[name].set).sort();
  const fields = element.members.filter((member) => member.kind === 'field' && !member.static);
  assert.deepEqual(names(fields), properties, 'manifest');
  const section = readme.split('\n## The element\n')[1].split('\n## ')[0];
  for (const name of properties) {
    assert.match(types, new RegExp(`^  (set ${name}\\(value:|${name}: boolean;)`, 'm'), name);
    assert.ok(section.includes(`\`${name}\``), `${name} in the README`);
  }
  for (const name of names(element.events)) {
    assert.ok(section.includes(`\`${name}\``), `${name} in the README`);
    assert.ok(types.includes(`'on${name}'?:`), `${name} for JSX`);
  }
});

test('types of events are the same in manifest and types', () => {
  const declared = [...types.matchAll(/^  '(restore-[a-z-]+)': (CustomEvent<.+>);$/gm)].map(([, name, type]) => [name, type]);
  assert.ok(declared.length > 8);
  assert.deepEqual(element.events.map(({ name, type }) => [name, type.text]).sort(), declared.sort());
});

test('codes of errors are the same in loader, types and README', async () => {
  const loader = await file('./index.js');
  const codes = new Set([...loader.matchAll(/failure\('([a-z-]+)'/g)].map(([, code]) => code));
  for (const [, one, two] of loader.matchAll(/failure\(.* \? '([a-z-]+)' : '([a-z-]+)'/g)) codes.add(one).add(two);
  assert.deepEqual([...codes].sort(), union('ShowErrorCode'));
  for (const code of codes) assert.ok(readme.includes(`\`${code}\``), code);
});

test('what was published last can be imported in Node, and registers nothing', async (context) => {
  const published = new URL('../dist/package/', import.meta.url);
  const { AtlasRestoreDialogElement } = await import(new URL('index.js', published)).catch((error) => {
    if (error.code !== 'ERR_MODULE_NOT_FOUND') throw error;
    context.skip('there is no dist/package/');
    return {};
  });
  if (!AtlasRestoreDialogElement) return;
  const entry = await import(new URL('embed.js', published));
  assert.equal(entry.AtlasRestoreDialogElement, AtlasRestoreDialogElement);
  entry.define();
  assert.equal(globalThis.customElements, undefined);
});

test('types come first, and every file that is exported is published', async () => {
  const { exports, files, sideEffects } = JSON.parse(await file('./package.json'));
  for (const [entry, to] of Object.entries(exports)) {
    if (typeof to === 'object') assert.equal(Object.keys(to)[0], 'types', entry);
    for (const path of typeof to === 'object' ? Object.values(to) : [to]) {
      const name = path.slice('./'.length);
      const published = files.some((pattern) => pattern === name || (pattern.startsWith('*') && name.endsWith(pattern.slice(1))));
      assert.ok(published || name === 'package.json', path);
    }
  }
  assert.deepEqual(sideEffects, ['./embed.js']);
});
