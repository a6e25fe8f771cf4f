// The element's class, which exists before its wasm does: it mirrors attributes, fetches the wasm on first use
// and queues calls. Importing this file registers nothing, in Node too.

/** The version of the package, for two copies that meet on one page. */
export const version = '0.1.0';

const WASM_HASH = ''; // `cargo xtask dist` puts it in
const TAG = 'atlas-restore-dialog';
const TEXT = ['sourceProject', 'sourceCluster', 'snapshot', 'targetProject', 'targetCluster', 'job', 'reasonPattern', 'reasonLimit', 'snapshotAdvice', 'snapshotAction', 'freshFor', 'longAfter', 'jobLink', 'headingLevel'];
const CHOICES = { mode: ['modal', 'inline'], theme: ['auto', 'light', 'dark'], reason: ['off', 'optional', 'required'], framed: ['allow', 'refuse'], remember: ['off', 'session'] };
const OBJECTS = ['fetch', 'headers', 'roles', 'policy', 'messages', 'returnFocus'];
const CALLABLE = ['fetch', 'headers'];
const TEXTS = {
  'loader.loading': 'Loading the restore dialog…',
  'loader.unavailable': 'The restore dialog could not be loaded. It has started nothing. Reload the page, or try again later.',
  'loader.backend-refused': 'The address of the backend was refused. Nothing was restored.',
  'loader.framed': 'This page is shown inside another site, where nothing is restored. Open it in a window of its own.',
  'loader.close': 'Close',
};
const SHEET = `[part=loader]{all:initial;color-scheme:inherit;position:fixed;inset-block:auto 16px;inset-inline:auto 16px;z-index:2147483647;max-width:26em;
padding:16px;border:1px solid;background:Canvas;color:CanvasText;font:16px/1.5 system-ui}
[part=loader] button{font:inherit;min-height:44px;padding:0 16px}`;

const kebab = (name) => name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
const told = new Set();
const warn = (text) => told.has(text) || (told.add(text), console.warn(`<${TAG}> ${text}`));
const failure = (code, message) => Object.assign(new Error(message), { code });

/** Whether this page, or one around it, is in a frame of another origin, where browsers show no `frameElement`. */
const framed = (page = window) => page !== page.parent && (!page.frameElement || framed(page.parent));

/** Whether a job that was followed when the page was left is shown by itself: once, and only after a reload. */
let reloaded = performance.getEntriesByType('navigation')[0]?.type === 'reload';

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
  const integrity = wasmIntegrity ?? (wasmUrl ? '' : WASM_HASH);
  const answer = globalThis.fetch(url, { credentials: 'same-origin', integrity });
  answer.catch(() => {}); // reported below, after the glue has arrived
  const [glue, around] = await Promise.all([import('./atlas-restore-dialog.js'), import('./around.js')]);
  const response = await answer;
  if (!response.ok) throw new Error(`${response.status} for ${response.url}`);
  await glue.default({ module_or_path: response }); // streams; a wrong MIME type costs one warning and a copy
  return { ...glue, ...around };
}

/** What is wrong with a backend's address, or nothing. */
function backendFault(value) {
  try {
    const url = new URL(value, document.baseURI);
    if (!/^https?:$/.test(url.protocol)) return 'it is not http(s)';
    if (url.username || url.password) return 'it holds credentials';
    if (/[?#]/.test(value)) return 'it has a query or fragment';
    if (url.protocol === 'http:' && location.protocol === 'https:') return 'it is http and this page is https';
  } catch {
    return 'it is not a URL';
  }
}

/** One class for all copies of this file: `embed.js` of the package holds one, so that it comes without another request. */
export const AtlasRestoreDialogElement = (globalThis[Symbol.for(TAG + version)] ??= class extends (globalThis.HTMLElement ?? class {}) {
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
  #watch; // begins to watch what is around the open dialog
  #unwatch; // and this ends it
  #panel;
  #asked; // promise of the catalogue that was asked for last
  #kept = []; // keys in session storage: of what is shown, and of each job by its id
  #abandon; // aborts the reads that were asked ahead
  #stale; // when they are too old, on the page's clock

  constructor() {
    super();
    const happened = ({ target, type, detail }) => {
      if (target !== this) return;
      if (type === 'restore-close' || detail?.code === 'panic') this.#closed();
      this.#remember(type, detail);
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
      this.#unveil();
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

  // A restore may end while another snapshot is shown: its own key is forgotten then.
  #remember(type, detail) {
    const id = detail?.job?.id ?? 0;
    const key = this.#kept[id] ??= this.#kept[0];
    if (type === 'restore-finished' || detail?.code === 'job-not-found') this.#memory('removeItem', key);
    else if (id) this.#memory('setItem', key, id);
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
      this.#unveil();
      // Once it is shown, the wasm says so.
      if (this.#showing && !this.#showing.shown) this.#showing.settle({ outcome: 'error', error: this.#obstacle() });
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
    this.#take(name);
    this.#resume();
    if (name !== 'lang') this.#changed(name);
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
      .catch((error) => warn(`speaks English; no texts for "${tag}": ${error?.message}`))
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
    this.#take(name); // nobody is told of attributes that are set before the upgrade has ended
  }

  /** Takes in what an attribute says now, which is not what it said when it was queued. */
  #take(name) {
    const value = this.getAttribute(name);
    if (name === 'backend') {
      const refused = this.#refused();
      if (refused) warn(refused.message);
      else this.#backend = value || '/restore';
    } else if (value && CHOICES[name]?.includes(value.toLowerCase()) === false) {
      warn(`${name}="${value}" is unknown; allowed: ${CHOICES[name].join(', ')}. "${CHOICES[name][0]}" is used.`);
    }
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
    return (this.#mounting ??= load().then(({ mount, watch }) => {
      this.#watch = watch;
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
    if (this.job || this.#memory('getItem', this.#key()) || this.headers || !ids.every((id) => /^[\w-]+$/.test(id ?? ''))) return;
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
    const slow = setTimeout(() => this.#showing === showing && this.#veil('loader.loading'), 400);
    let result;
    try {
      const ready = this.#ready();
      if (!this.#instance) this.#askAhead();
      const [instance] = await Promise.all([ready, this.#learn()]).finally(() => {
        clearTimeout(slow);
        if (this.#showing === showing) this.#unveil();
      });
      if (this.#showing !== showing) return; // closed meanwhile
      const obstacle = this.#obstacle();
      if (obstacle) throw obstacle;
      if (performance.now() > this.#stale) this._ahead = undefined;
      showing.shown = true;
      this.#kept[0] = this.#key();
      this._job = this.#memory('getItem', this.#kept[0]); // read by the wasm where the page names no job
      const shown = instance.show();
      this.#unwatch = this.#watch(this, () => this.#learn());
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
    this.#abandon?.abort();
    this._ahead = undefined;
    this.#unwatch?.();
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
    if (!rendered) return failure('not-rendered', 'The element is not rendered (display: none).');
    const refused = this.#refused();
    if (refused || this.framed === 'allow' || !framed()) return refused;
    return failure('framed', 'The page is in a frame of another origin.');
  }

  #report(error) {
    console.error(`<${TAG}> ${error.message}`);
    const key = `loader.${error.code}`;
    this.#veil(key in TEXTS ? key : 'loader.unavailable', true);
    this.#emit('restore-error', { code: error.code, message: error.message });
  }

  #emit(type, detail) {
    this.dispatchEvent(new CustomEvent(type, { bubbles: true, composed: true, detail }));
  }

  /** A line of text in place of the dialog, or an alert over all of the page; slot="fallback" replaces what that says. */
  #veil(key, isAlert) {
    this.#unveil();
    const make = (name) => document.createElement(name);
    const own = (name) => this.messages?.[name] ?? this._texts?.[name];
    const text = own(key) ?? TEXTS[key];
    const panel = (this.#panel = make(isAlert ? 'dialog' : 'div'));
    const line = panel.appendChild(make('div'));
    panel.part = 'loader';
    panel.dir = /[\u0590-\u08ff]/.test(text) ? 'rtl' : 'ltr';
    if (!own(key)) panel.lang = 'en';
    line.setAttribute('role', isAlert ? 'alert' : 'status');
    sheet ??= newSheet();
    const { adoptedStyleSheets } = this.#root;
    if (!adoptedStyleSheets.includes(sheet)) adoptedStyleSheets.push(sheet);
    this.#root.append(panel);
    if (!isAlert) return line.append(text);
    line.id = 'said';
    panel.setAttribute('aria-labelledby', line.id);
    const slot = line.appendChild(make('slot'));
    slot.name = 'fallback';
    slot.append(text);
    const button = panel.appendChild(make('button'));
    button.append(own('loader.close') ?? TEXTS['loader.close']);
    button.onclick = () => this.#unveil();
    panel.onclose = () => panel.remove(); // by Esc
    // Modal, since a page's own modal would make anything else inert.
    try {
      panel.showModal();
    } catch {
      panel.setAttribute('open', '');
    }
  }

  #unveil() {
    this.#panel?.close?.(); // gives the focus back
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
});

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
