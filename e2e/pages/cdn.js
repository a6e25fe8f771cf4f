// The package from another origin (`?cdn=ORIGIN`), its hashes checked by the browser.
const query = new URLSearchParams(location.search);
const cdn = query.get('cdn');
const wrong = query.get('wrong');
const hashes = await (await fetch(`${cdn}/package/integrity.json`)).json();
const hash = (name) => (name === wrong ? hashes['embed.js'] : hashes[name]);

const { define, AtlasRestoreDialogElement } = await new Promise((resolve, reject) => {
  const script = document.createElement('script');
  Object.assign(script, { type: 'module', crossOrigin: 'anonymous', integrity: hash('index.js'), src: `${cdn}/package/index.js` });
  script.onload = () => resolve(import(script.src));
  script.onerror = reject;
  document.head.append(script);
});
AtlasRestoreDialogElement.wasmIntegrity = hash('atlas-restore-dialog_bg.wasm');
define();
for (const name of ['cdn', 'wrong']) query.delete(name);
history.replaceState(null, '', `?${query}`);
await import('./bare.js');
