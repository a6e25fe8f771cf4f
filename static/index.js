// The element's class, which exists before its wasm does: it mirrors attributes, fetches the wasm on first use
// and queues calls. Importing this file registers nothing, in Node too.

/** The version of the package, for two copies that meet on one page. */
export const version = '0.1.0';

const TAG = 'atlas-restore-dialog';
const TEXT = ['sourceProject', 'sourceCluster', 'snapshot', 'targetProject', 'targetCluster', 'job', 'reasonPattern', 'reasonLimit', 'snapshotAdvice', 'snapshotAction'];
const CHOICES = { theme: ['auto', 'light', 'dark'], reason: ['off', 'optional', 'required'], framed: ['allow', 'refuse'], remember: ['off', 'session'] };
const OBJECTS = ['fetch', 'headers', 'roles', 'policy', 'messages', 'returnFocus'];
const CALLABLE = ['fetch', 'headers'];
const WATCHED = ['focusin', 'keydown'];
const TEXTS = {
  'loader.loading': 'Loading the restore dialog…',
  'loader.unavailable': 'The restore dialog could not be loaded. Nothing was restored. Reload the page, or try again later.',
  'loader.backend-refused': 'The address of the backend was refused. Nothing was restored.',
  'loader.framed': 'This page is shown inside another site, where nothing is restored. Open it in a window of its own.',
  'loader.close': 'Close',
};
const SHEET = `[part=loader]{all:initial;color-scheme:inherit;position:fixed;inset:auto 16px 16px auto;z-index:2147483647;max-width:26em;
padding:16px;border:1px solid;border-radius:8px;background:Canvas;color:CanvasText;font:16px/1.5 system-ui}
[part=loader] button{font:inherit;min-height:44px;padding:0 16px}`;

const kebab = (name) => name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
const camel = (name) => name.replace(/-(.)/g, (_, letter) => letter.toUpperCase());
const told = new Set();
const warn = (text) => told.has(text) || (told.add(text), console.warn(`<${TAG}> ${text}`));
const failure = (code, message) => Object.assign(new Error(message), { code });

/** Whether this page, or one around it, is in a frame of another origin, where browsers show no `frameElement`. */
const framed = (page = window) => page !== page.parent && (!page.frameElement || framed(page.parent));

/** What around the element keeps it from assistive technology: a page's modal does that to all but itself. */
function hider(node) {
  while (node && node.ariaHidden !== 'true') node = node.assignedSlot ?? node.parentNode ?? node.host;
  return node;
}

/** Whether a job that was followed when the page was left is shown by itself: once, and only after a reload. */
let reloaded = globalThis.performance?.getEntriesByType?.('navigation')[0]?.type === 'reload';

let module; // one download and one compilation for all elements of the page

function load() {
  return (module ??= start().catch((error) => {
    module = undefined; // a later call tries again: the network may be back
    throw error;
  }));
}

async function start() {
  const { wasmUrl, wasmIntegrity } = AtlasRestoreDialogElement;
  const url = wasmUrl ?? new URL('./atlas-restore-dialog_bg.wasm', import.meta.url);
  const answer = globalThis.fetch(url, { credentials: 'same-origin', integrity: wasmIntegrity ?? '' });
  answer.catch(() => {}); // reported below, after the glue has arrived
  const glue = await import('./atlas-restore-dialog.js');
  const response = await answer;
  if (!response.ok) throw new Error(`${response.status} for ${response.url}`);
  await glue.default({ module_or_path: response }); // streams; a wrong MIME type costs one warning and a copy
  return glue;
}

/** What is wrong with a backend's address, or nothing. */
function backendFault(value) {
  try {
    const url = new URL(value, document.baseURI);
    if (!/^https?:$/.test(url.protocol)) return 'it is neither http(s) nor relative';
    if (url.username || url.password) return 'it holds credentials';
    if (/[?#]/.test(value)) return 'it has a query or fragment';
    if (url.protocol === 'http:' && location.protocol === 'https:') return 'it is http and this page is https';
  } catch {
    return 'it is not a URL';
  }
}

export class AtlasRestoreDialogElement extends (globalThis.HTMLElement ?? class {}) {
  static version = version;
  /** Where the wasm is, if not beside this file; and its SRI hash, checked by the browser if given. */
  static wasmUrl = null;
  static wasmIntegrity = null;
  /** What is spoken beside English, which is in the wasm: a line and a file for each. A page may add its own. */
  static languages = {
    ar: () => import('./text/ar.js'),
    de: () => import('./text/de.js'),
    ja: () => import('./text/ja.js'),
    qps: () => import('./text/qps.js'),
  };
  static observedAttributes = ['backend', ...TEXT.map(kebab), 'lang', ...Object.keys(CHOICES), 'open'];

  #root = this.attachShadow({ mode: 'open' });
  #objects = {};
  #backend = '/restore';
  #mounting; // promise of the instance
  #instance; // what the wasm gave for this element
  #live = false; // whether it was told that it is connected
  #showing; // { promise, settle, shown } from show() until the dialog has closed
  #panel;
  #asked; // promise of the catalogue that was asked for last
  #watch; // for changes of the language while the dialog is open
  #kept; // key of the job in session storage
  #armed; // nobody was told yet that the page takes the focus
  #unread; // that job was asked for, and nothing came of it yet
  #abandon; // aborts the reads that were asked ahead
  #stale; // when they are too old, on the page's clock

  constructor() {
    super();
    const happened = ({ target, type, detail }) => {
      if (target !== this) return;
      if (type === 'restore-close' || detail?.code === 'panic') this.#closed();
      this.#remember(type, detail?.job);
    };
    for (const name of ['close', 'error', 'started', 'progress', 'finished']) this.addEventListener(`restore-${name}`, happened);
    // Properties set before the upgrade win over attributes.
    for (const name of ['backend', ...TEXT, ...Object.keys(CHOICES), ...OBJECTS, 'open']) {
      if (!Object.hasOwn(this, name)) continue;
      const value = this[name];
      delete this[name];
      this[name] = value;
    }
  }

  get backend() { return this.#backend; }
  set backend(value) { this.#write('backend', value); }
  get open() { return this.hasAttribute('open'); }
  set open(value) { this.toggleAttribute('open', Boolean(value)); }

  /** Opens the dialog. The promise never rejects; while the dialog is open it is the same one. */
  show() {
    if (this.#showing) return this.#showing.promise;
    this.#unveil();
    const error = this.#obstacle();
    if (error) {
      if (`loader.${error.code}` in TEXTS) this.#report(error);
      this.removeAttribute('open');
      return Promise.resolve({ outcome: 'error', error });
    }
    let settle;
    const promise = new Promise((resolve) => (settle = resolve));
    const showing = (this.#showing = { promise, settle });
    this.toggleAttribute('open', true);
    this.#run(showing);
    return promise;
  }

  /** One that is still loading is never shown. */
  close(reason) {
    if (this.#showing && !this.#showing.shown) {
      this.#showing.settle({ outcome: 'dismissed' });
      this.#emit('restore-close', { reason: 'host' });
    } else if (this.#instance) this.#tell((instance) => instance.close(reason));
  }

  /** The findings as they are now, by reads only. */
  async check() {
    const error = this.#refused();
    if (error) throw error;
    return (await this.#ready()).check();
  }

  /** Fetches and compiles the wasm. Resolves with whether it is there; never rejects. */
  preload() {
    return load().then(() => true, () => false);
  }

  connectedCallback() {
    this.#connect();
    if (this.open) this.show();
    this.#resume();
  }

  #resume() {
    if (!reloaded || !this.isConnected || !this.#memory('getItem', this.#key())) return;
    reloaded = false;
    this.show();
  }

  /** Session storage (S14, X11), where the page wants it: the id of the job that runs, under what the page asks for. */
  #memory(method, key, value) {
    try {
      return key ? sessionStorage[method](key, value) : null;
    } catch {} // a page without storage
  }

  #key() {
    const source = this.remember === 'session' && this.sourceProject && this.sourceCluster;
    return source && [TAG, this.sourceProject, source, this.snapshot].join(' ');
  }

  #remember(type, job) {
    if (job && type !== 'restore-finished') this.#memory('setItem', this.#kept, job.id);
    else if (job || this.#unread) this.#memory('removeItem', this.#kept); // it has ended, or there is no such job
    this.#unread = false;
  }

  // After a move too: a modal dialog that was moved has left the top layer.
  #connect() {
    if (!this.isConnected || !this.#instance) return;
    this.#live = true;
    this.#tell((instance) => instance.connected());
  }

  // Later, so that a synchronous move keeps the state.
  disconnectedCallback() {
    queueMicrotask(() => {
      if (this.isConnected) return;
      if (this.#live) this.#tell((instance) => instance.disconnected());
      this.#live = false;
      if (this.#showing && !this.#showing.shown) this.#showing.settle({ outcome: 'dismissed' });
      this.#unveil();
      this.#closed();
    });
  }

  connectedMoveCallback() {}

  attributeChangedCallback(name, before, value) {
    if (name === 'open') {
      if (this.open && this.isConnected) this.show();
      else if (!this.open && this.#showing) this.close('host');
      return;
    }
    if (before === value) return;
    if (name === 'backend') {
      const fault = backendFault(value || '/restore');
      if (fault) return warn(`backend="${value}" is refused: ${fault}.`);
      this.#backend = value || '/restore';
    } else if (value && CHOICES[name]?.includes(value.toLowerCase()) === false) {
      warn(`${name}="${value}" is unknown; allowed: ${CHOICES[name].join(', ')}. "${CHOICES[name][0]}" is used.`);
    }
    this.#resume();
    if (name !== 'lang') this.#changed(camel(name));
    else if (this.#instance) this.#learn();
  }

  /** Fetches the catalogue of the language around the element. Without one, or until it comes, the dialog speaks English. */
  #learn() {
    const { languages } = AtlasRestoreDialogElement;
    let lang;
    for (let at = this; at && lang === undefined; at = at.getRootNode().host) lang = at.closest('[lang]')?.lang;
    const isFor = (tag) => `${lang}-`.toLowerCase().startsWith(`${tag}-`.toLowerCase());
    const tag = Object.keys(languages).find(isFor);
    const asked = (this.#asked = Promise.resolve(tag).then(() => languages[tag]?.()));
    const learned = asked
      .catch((error) => warn(`speaks English, because the texts of "${tag}" could not be loaded: ${error?.message}`))
      .then((module) => {
        const texts = module?.default;
        const isNew = this._lang !== lang || this._texts !== texts;
        if (!isNew || asked !== this.#asked) return; // another language was asked for meanwhile
        this._lang = lang; // the wasm reads both
        this._texts = texts;
        this.#changed('lang');
      });
    // A catalogue that takes its time changes the words of the open dialog.
    let late;
    const waited = new Promise((resolve) => (late = setTimeout(resolve, 3000)));
    return Promise.race([learned, waited]).finally(() => clearTimeout(late));
  }

  #write(name, value) {
    if (value === null || value === undefined) this.removeAttribute(name);
    else this.setAttribute(name, value);
  }

  #changed(name) {
    if (this.#instance) this.#tell((instance) => instance.changed(name));
  }

  #tell(call) {
    try {
      return call(this.#instance);
    } catch (error) {
      console.error(`<${TAG}>`, error); // a panic, which says so itself
    }
  }

  #ready() {
    return (this.#mounting ??= load().then(({ mount }) => {
      this.#instance = mount(this, this.#root);
      this.#connect();
      return this.#instance;
    })).catch((error) => {
      this.#mounting = undefined;
      throw failure('wasm-unavailable', `The wasm could not be loaded: ${error?.message ?? error}`);
    });
  }

  /**
   * Sends the first reads beside the download of the wasm, which takes their answers over by URL (http.rs): as they are
   * in atlas/call.rs, for ids that need no encoding. Headers of the page's are left to the wasm.
   */
  #askAhead() {
    const { sourceProject, sourceCluster, snapshot } = this;
    const targetProject = this.targetProject ?? sourceProject;
    const ids = [sourceProject, sourceCluster, snapshot, targetProject];
    if (this.job || this.headers || !ids.every((id) => /^[\w-]+$/.test(id ?? ''))) return;
    const groups = '/api/atlas/v2/groups';
    const project = `${groups}/${sourceProject}`;
    const cluster = `${project}/clusters/${sourceCluster}`;
    const first = '?itemsPerPage=500&pageNum=1&includeCount=true';
    const [common, clusters] = ['2023-01-01', '2024-08-05'].map((date) => `application/vnd.atlas.${date}+json`);
    const { signal } = (this.#abandon = new AbortController());
    const fetch = this.fetch ?? globalThis.fetch;
    this.#stale = performance.now() + 10_000;
    this._ahead = {};
    for (const [path, Accept] of [
      ['/session', 'application/json'],
      [`${cluster}/backup/snapshots/${snapshot}`, common],
      [cluster, clusters],
      [project, common],
      [`${groups}/${targetProject}/clusters${first}`, clusters],
      [groups + first, common],
      [`${project}/encryptionAtRest`, common],
      [`${cluster}/backup/restoreJobs${first}`, common],
    ]) {
      const url = this.#backend.replace(/\/+$/, '') + path;
      const init = { method: 'GET', headers: { Accept }, credentials: 'same-origin', cache: 'no-store', signal };
      const answer = (this._ahead[url] = new Promise((resolve) => resolve(fetch(url, init))));
      answer.catch(() => {}); // told by the wasm, which tries again
    }
  }

  async #run(showing) {
    const slow = setTimeout(() => this.#veil('loader.loading', 'status'), 400);
    let result;
    try {
      const ready = this.#ready();
      if (!this.#instance) this.#askAhead();
      const [instance] = await Promise.all([ready, this.#learn()]).finally(() => (clearTimeout(slow), this.#unveil()));
      if (this.#showing !== showing) return; // closed meanwhile
      const obstacle = this.#obstacle();
      if (obstacle) throw obstacle;
      if (performance.now() > this.#stale) this._ahead = undefined;
      showing.shown = true;
      this.#watch = new MutationObserver(() => this.#learn());
      this.#watch.observe(document, { subtree: true, attributeFilter: ['lang'] });
      this.#kept = this.#key();
      this._job = this.#memory('getItem', this.#kept); // read by the wasm where the page names no job
      this.#unread = Boolean(this._job);
      const shown = instance.show();
      this.#armed = true;
      for (const name of WATCHED) window.addEventListener(name, this.#pulled, true);
      const hidden = hider(this);
      if (hidden) {
        const name = hidden.localName + (hidden.id && `#${hidden.id}`);
        this.#warn('aria-hidden', `${name} has aria-hidden="true", so assistive technology cannot see the dialog in it: close the modal that set it first.`);
      }
      result = await shown;
      // The wasm gives a sentence.
      if (result.error) result.error = failure(this.isConnected ? 'failed' : 'not-connected', result.error);
    } catch (error) {
      result = { outcome: 'error', error };
      if (error?.code === 'wasm-unavailable' && this.#showing === showing) this.#report(error);
    }
    showing.settle(result);
    // Once started, the dialog stays open until restore-close.
    if (this.#showing === showing && result?.outcome !== 'started') this.#closed();
  }

  #closed() {
    if (!this.#showing) return;
    this.#showing = undefined;
    this.#armed = false;
    this.#abandon?.abort();
    this._ahead = undefined;
    this.#watch?.disconnect();
    for (const name of WATCHED) window.removeEventListener(name, this.#pulled, true);
    this.removeAttribute('open');
  }

  #refused() {
    const value = this.getAttribute('backend') || '/restore';
    const fault = backendFault(value);
    return fault && failure('backend-refused', `backend="${value}" is refused: ${fault}.`);
  }

  #obstacle() {
    if (!this.isConnected) return failure('not-connected', 'The element is not in the document.');
    // Asked of a child: the element itself may have no box (display: contents) and still show its dialog.
    const probe = this.#root.appendChild(document.createElement('span'));
    const rendered = probe.checkVisibility?.() ?? probe.getClientRects().length > 0;
    probe.remove();
    if (!rendered) return failure('not-rendered', 'The element or one around it is not rendered (display: none).');
    const refused = this.#refused();
    if (refused || this.framed === 'allow' || !framed()) return refused;
    return failure('framed', 'This page is in a frame of another origin, which framed="refuse" forbids.');
  }

  /** D16: a script of the page's keeps Tab from moving the focus, or takes the focus away as soon as it has come. */
  #pulled = (event) => {
    const isKey = event.type === 'keydown';
    const path = event.composedPath();
    if ((isKey && event.key !== 'Tab') || !path.includes(this)) return;
    setTimeout(() => {
      // What had the focus may be gone by a drawing of the dialog's own, which then gives it to another.
      const kept = isKey ? !event.defaultPrevented : this.#root.activeElement || !path[0].isConnected || !document.hasFocus();
      if (kept || !this.#armed) return;
      this.#armed = false;
      this.#warn('focus-pulled', 'a script of the page takes the focus out of the open dialog, or the Tab key: close the modal that does it first.');
    });
  };

  /** Told once for each show: it works, but not for everybody. */
  #warn(code, message) {
    console.warn(`<${TAG}> ${message}`);
    this.#emit('restore-warning', { code, message });
  }

  #report(error) {
    console.error(`<${TAG}> ${error.message}`);
    this.#veil(`loader.${error.code}` in TEXTS ? `loader.${error.code}` : 'loader.unavailable', 'alert');
    this.#emit('restore-error', { code: error.code, message: error.message });
  }

  #emit(type, detail) {
    this.dispatchEvent(new CustomEvent(type, { bubbles: true, composed: true, detail }));
  }

  /** A line of text in place of the dialog; slot="fallback" replaces what is said on failure. */
  #veil(key, role) {
    this.#unveil();
    const text = (name) => this.messages?.[name] ?? this._texts?.[name] ?? TEXTS[name];
    const panel = (this.#panel = document.createElement('div'));
    panel.setAttribute('part', 'loader');
    panel.setAttribute('role', role);
    if (role === 'alert') {
      const slot = panel.appendChild(document.createElement('slot'));
      slot.name = 'fallback';
      slot.append(text(key));
      const button = document.createElement('button');
      button.type = 'button';
      button.append(text('loader.close'));
      button.addEventListener('click', () => this.#unveil());
      panel.append(document.createElement('br'), button);
    } else panel.append(text(key));
    sheet ??= newSheet();
    const { adoptedStyleSheets } = this.#root;
    if (!adoptedStyleSheets.includes(sheet)) adoptedStyleSheets.push(sheet);
    this.#root.append(panel);
  }

  #unveil() {
    this.#panel?.remove();
    this.#panel = undefined;
  }

  static {
    const property = (name, get, set) =>
      Object.defineProperty(this.prototype, name, { get, set, enumerable: true, configurable: true });
    for (const name of TEXT) {
      property(name, function () { return this.getAttribute(kebab(name)) || null; },
        function (value) { this.#write(kebab(name), value); });
    }
    for (const [name, allowed] of Object.entries(CHOICES)) {
      property(name, function () {
        const value = this.getAttribute(name)?.toLowerCase();
        return allowed.includes(value) ? value : allowed[0];
      }, function (value) { this.#write(name, value); });
    }
    for (const name of OBJECTS) {
      property(name, function () { return this.#objects[name] ?? null; }, function (value) {
        if (value && CALLABLE.includes(name) && typeof value !== 'function') return warn(`${name} must be a function.`);
        this.#objects[name] = value;
        this.#changed(name);
      });
    }
  }
}

let sheet;
function newSheet() {
  const made = new CSSStyleSheet();
  made.replaceSync(SHEET);
  return made;
}

/** Registers the element, once: a second call, or a second copy of this file, changes nothing. */
export function define(tag = TAG) {
  if (!globalThis.customElements) return;
  const known = customElements.get(tag);
  if (known) {
    if (known.version !== version) warn(`is already defined, by version ${known.version ?? 'unknown'}; version ${version} is not used.`);
    return;
  }
  customElements.define(tag, tag === TAG ? AtlasRestoreDialogElement : class extends AtlasRestoreDialogElement {});
}
