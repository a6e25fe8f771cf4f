// Before anything else of the page: writes down what goes wrong, so that a journey can ask.
window.seen = { ready: false, events: [], outcomes: [], errors: [], violations: [], fetched: [], lost: [] };
document.addEventListener('securitypolicyviolation', ({ violatedDirective, blockedURI, sourceFile, lineNumber, sample }) => {
  // Firefox and WebKit ask for the page's icon by themselves, and blame the page.
  if (!blockedURI.endsWith('/favicon.ico')) seen.violations.push({ violatedDirective, blockedURI, sourceFile, lineNumber, sample });
});
// A listener of the page's own: in Firefox one of a journey's script would not be reported to the page.
seen.isPlain = (data) => Object.getPrototypeOf(data) === Object.prototype;
seen.throws = () => { seen.thrown += 1; throw new Error('by the page'); };
window.addEventListener('error', (event) => seen.errors.push(String(event.error?.stack ?? event.message)));
window.addEventListener('unhandledrejection', (event) => seen.errors.push(`rejected: ${event.reason?.stack ?? event.reason}`));

// Where the focus was in an open dialog, in any frame that was drawn, and nobody had sent it there: on nothing at all, or on
// the button that deletes. Tab or a mouse that moves it is somebody.
{
  let sent = false;
  addEventListener('keydown', ({ key, code }) => { if (key !== 'Shift') sent = [key, code].includes('Tab'); }, true);
  addEventListener('mousedown', () => { sent = true; }, true);
  const watch = (root) => {
    let last;
    let reached;
    let left = false;
    const look = () => {
      const at = root.querySelector('dialog:modal') ? root.activeElement : undefined;
      if (at === last || !document.hasFocus()) return;
      last = at;
      const lost = at === null ? !left : at?.dataset.testid === 'restore-button' && at !== reached;
      if (lost) seen.lost.push(`${at?.dataset.testid ?? 'nowhere'}, in: ${root.getElementById('heading')?.textContent}`);
    };
    let due = 0;
    const soon = () => { due ||= requestAnimationFrame(() => { due = 0; look(); }); };
    new MutationObserver(soon).observe(root, { subtree: true, childList: true, attributes: true });
    root.addEventListener('focusout', () => { left = sent; soon(); });
    root.addEventListener('focusin', ({ target }) => {
      [reached, left, sent] = [sent && target, false, false];
      soon();
    });
  };
  seen.watch = ({ shadowRoot }) => { if (shadowRoot) watch(shadowRoot); };
}

/** The memory of the page's wasm: in Firefox a journey's script would load one of its own. */
seen.wasmBytes = async () => (await (await import('../package/atlas-restore-dialog.js')).default()).memory.buffer.byteLength;

// What a journey does to the page's own functions: in Firefox a journey's script would change copies of its own.
/** The wasm does not come before `letGo()`; answers are counted in `answered`. */
seen.holdWasm = () => {
  const real = fetch;
  const held = new Promise((resolve) => { window.letGo = resolve; });
  window.answered = 0;
  window.fetch = async (url, init) => {
    if (String(url).endsWith('.wasm')) await held;
    const answer = await real(url, init);
    window.answered += 1;
    return answer;
  };
};
/** A browser on a system with VoiceOver, as far as a script can tell. */
seen.onMac = () => Object.defineProperty(navigator, 'platform', { value: 'MacIntel' });
/** Each look at the clock takes 20 ms, and nothing that waits is called within a frame. */
seen.slow = () => {
  const [now, later] = [Date.now, setTimeout];
  let spent = 0;
  Date.now = () => { spent += 20; return now() + spent; };
  window.setTimeout = (action, ms = 0) => later(action, Math.max(ms, 100));
};
/**
 * Timers of `least` milliseconds or more do not run out before `seen.ring()`; those of the package that nobody has taken
 * back stand in `seen.due`.
 */
seen.countTimers = (least = 1000) => {
  const [set, clear] = [setTimeout, clearTimeout];
  const actions = new Map();
  [seen.due, seen.timers] = [new Map(), 0];
  window.setTimeout = (action, ms, ...rest) => {
    // WebKit's driver has timers of its own in the page.
    if (!(ms >= least && new Error().stack.includes('/package/'))) return set(action, ms, ...rest);
    seen.timers += 1;
    const id = set(() => {}, 0);
    seen.due.set(id, ms);
    actions.set(id, action);
    return id;
  };
  window.clearTimeout = (id) => { seen.due.delete(id); clear(id); };
  seen.ring = () => {
    for (const id of seen.due.keys()) actions.get(id)();
    seen.due.clear();
  };
};
