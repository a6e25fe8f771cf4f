// Beside the wasm, fetched with it: what changes around the open dialog, what there keeps it from people (D16), and what a
// browser keeps to itself.

// Where nobody has used Intl yet, the browser takes tens of milliseconds to look for the languages that it knows: here they
// pass while the wasm is on its way.
try {
  new Intl.DateTimeFormat('en', { month: 'short', timeZone: 'UTC', timeZoneName: 'short' }).format();
} catch {} // a page may have one of its own: the dialog does without (format.rs)

/** What around the element keeps it from assistive technology: a page's modal does that to all but itself. */
function hider(node) {
  while (node && node.ariaHidden !== 'true') node = node.assignedSlot ?? node.parentNode ?? node.host;
  return node;
}

/** From now on `learn` hears of another language, and the page of what it does to the dialog; gives what ends it. */
export function watch(element, learn) {
  const languages = new MutationObserver(learn);
  languages.observe(document, { subtree: true, attributeFilter: ['lang'] });

  // Told once for each show: it works, but not for everybody.
  const warn = (code, message) => {
    console.warn(`<${element.localName}> ${message}`);
    element.dispatchEvent(new CustomEvent('restore-warning', { bubbles: true, composed: true, detail: { code, message } }));
  };

  const hidden = hider(element);
  if (hidden) {
    const name = hidden.localName + (hidden.id && `#${hidden.id}`);
    warn('aria-hidden', `${name} has aria-hidden="true", so assistive technology cannot see the dialog in it: close the modal that set it first.`);
  }

  let armed = true;
  const root = element.shadowRoot;
  /** A script of the page's keeps Tab from moving the focus, or takes the focus away as soon as it has come. */
  const pulled = (event) => {
    const isKey = event.type === 'keydown';
    const path = event.composedPath();
    if ((isKey && event.key !== 'Tab') || !path.includes(element)) return;
    setTimeout(() => {
      // What had the focus may be gone by a drawing of the dialog's own, which then gives it to another.
      const kept = isKey ? !event.defaultPrevented : root.activeElement || !path[0].isConnected || !document.hasFocus();
      if (kept || !armed) return;
      armed = false;
      warn('focus-pulled', 'a script of the page takes the focus out of the open dialog, or the Tab key: close the modal that does it first.');
    });
  };

  // WebKit says nothing of a pick at the place that was chosen when its select had the focus last, whatever stands there
  // now: then what a person does next says it.
  const picked = () => {
    for (const select of root.querySelectorAll('select[data-value]')) {
      if (select.value !== select.dataset.value) select.dispatchEvent(new Event('change', { bubbles: true }));
    }
  };

  // VoiceOver may keep silent about the option that the arrow keys are at (A12): on its systems the option is said, too. No
  // feature of a browser tells; a live region is what it reads in all of them.
  const said = document.createElement('span');
  const options = new MutationObserver(([{ target }]) => {
    const option = root.getElementById(target.getAttribute('aria-activedescendant'));
    const words = [];
    const texts = option && document.createTreeWalker(option, 4); // SHOW_TEXT
    while (texts?.nextNode()) words.push(texts.currentNode.data.trim());
    said.textContent = words.join(', ');
    root.querySelector('[aria-live=polite]')?.append(said);
  });
  if (/^(Mac|iP)/.test(navigator.platform)) options.observe(root, { subtree: true, attributeFilter: ['aria-activedescendant'] });

  const ends = new AbortController();
  const on = (target, names, act) => {
    for (const name of names) target.addEventListener(name, act, { capture: true, signal: ends.signal });
  };
  if (element.mode !== 'inline') on(window, ['focusin', 'keydown'], pulled);
  on(root, ['focusin', 'keydown', 'keyup', 'pointermove'], picked);
  on(root, ['focusout'], () => said.remove()); // nobody finds it later, where no list is
  return () => {
    armed = false;
    languages.disconnect();
    options.disconnect();
    ends.abort();
  };
}
