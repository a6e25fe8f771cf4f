// Whether there is room for everything: nothing needs two-way scrolling (WCAG 2.2, 1.4.10), nothing is cut, stands out
// of the dialog or lies over something else. Gives a line for each that has none.

function tooWide() {
  const wide = [];
  const dialog = one('restore-dialog');
  if (document.documentElement.scrollWidth > innerWidth) wide.push(`the page: ${document.documentElement.scrollWidth}`);
  if (!isOpen()) return wide;
  const edges = dialog.getBoundingClientRect();
  for (const e of [dialog, ...dialog.querySelectorAll('*')]) {
    if (!e.checkVisibility() || unseen(e) || e.closest('svg')) continue;
    const style = getComputedStyle(e);
    const name = `${e.localName}.${e.className}`;
    const box = e.getBoundingClientRect();
    if (/auto|scroll/.test(style.overflowX) && e.scrollWidth > e.clientWidth + 1) {
      wide.push(`${name} scrolls ${e.scrollWidth} > ${e.clientWidth}`);
    } else if (e.clientWidth > 1 && !/input|select|option/.test(e.localName) && e.scrollWidth > e.clientWidth + 1) {
      wide.push(`${name} holds ${e.scrollWidth} > ${e.clientWidth}`);
    }
    if (e.clientHeight > 1 && /hidden|clip/.test(style.overflowY) && e.scrollHeight > e.clientHeight + 1) {
      wide.push(`${name} cuts ${e.scrollHeight} > ${e.clientHeight}`);
    }
    if (style.textOverflow === 'ellipsis' && e.localName !== 'select') wide.push(`${name} may be cut`);
    if (box.width > 0 && (box.right > edges.right + 1 || box.left < edges.left - 1)) wide.push(`${name} stands out`);
  }
  return wide;
}

/** Whether it is there for screen readers alone. */
const unseen = (e) => e.closest('.unseen') || getComputedStyle(e).clipPath === 'inset(50%)';

/** What a person sees as one thing: the lines of a text, a control, a drawing. */
function things(dialog) {
  const all = [];
  const add = (box, what, element) => {
    if (box.width > 2 && box.height > 2) all.push({ box, what, element });
  };
  const walker = document.createTreeWalker(dialog, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const text = walker.currentNode;
    const e = text.parentElement;
    if (!text.data.trim() || !e.checkVisibility() || unseen(e) || e.closest('option')) continue;
    const range = document.createRange();
    range.selectNodeContents(text);
    // Letters fill less than their line.
    const size = parseFloat(getComputedStyle(e).fontSize);
    for (const line of range.getClientRects()) {
      const spare = Math.max(0, (line.height - size) / 2);
      add(new DOMRect(line.x, line.y + spare, line.width, line.height - 2 * spare), text.data.trim().slice(0, 30), e);
    }
  }
  for (const e of dialog.querySelectorAll('button, input, select, textarea, svg, progress')) {
    if (e.checkVisibility() && !unseen(e) && !unseen(e.parentElement)) add(e.getBoundingClientRect(), `${e.localName}.${[...e.classList].join('.')}`, e);
  }
  return all;
}

/** What can be seen of a box: what a scroller cuts off lies over nothing. */
function inSight({ box, element }) {
  let [left, top, right, bottom] = [box.left, box.top, box.right, box.bottom];
  for (let e = element.parentElement; e; e = e.parentElement) {
    if (getComputedStyle(e).overflowY === 'visible') continue;
    const around = e.getBoundingClientRect();
    [left, top] = [Math.max(left, around.left), Math.max(top, around.top)];
    [right, bottom] = [Math.min(right, around.right), Math.min(bottom, around.bottom)];
  }
  return new DOMRect(left, top, Math.max(0, right - left), Math.max(0, bottom - top));
}

function overlaps() {
  const dialog = one('restore-dialog');
  if (!isOpen()) return [];
  const found = [];
  const all = things(dialog).map((thing) => ({ ...thing, box: inSight(thing) }));
  for (const [index, one] of all.entries()) {
    for (const other of all.slice(index + 1)) {
      // What is inside a control or beside itself in one text is no other thing; a drawing may lie at a field's end.
      if (one.element.contains(other.element) || other.element.contains(one.element)) continue;
      if (one.element.closest('.pick') && other.element.localName === 'svg') continue;
      const width = Math.min(one.box.right, other.box.right) - Math.max(one.box.left, other.box.left);
      const height = Math.min(one.box.bottom, other.box.bottom) - Math.max(one.box.top, other.box.top);
      if (width <= 1.5 || height <= 1.5) continue;
      // The number of matches lies in the filter, where nothing is written.
      const field = [one, other].find((thing) => thing.element.matches('.filter > input'));
      const count = [one, other].find((thing) => thing.element.closest('.count'));
      if (field && count) {
        if (!covers(field.element, count.box)) continue;
      }
      found.push(`"${one.what}" and "${other.what}" lie over each other by ${width.toFixed(0)} by ${height.toFixed(0)}`);
    }
  }
  return found;
}

/** Whether a box lies over where a field's text may be. */
function covers(field, box) {
  const style = getComputedStyle(field);
  const around = field.getBoundingClientRect();
  return style.direction === 'rtl'
    ? box.right > around.left + parseFloat(style.paddingLeft) + 1
    : box.left < around.right - parseFloat(style.paddingRight) - 1;
}

/** The person's own spacing of text (1.4.12), until it is called with false. */
function spaced(on) {
  window.spacing ??= new window.CSSStyleSheet();
  window.spacing.replaceSync(
    '* { line-height: 1.5em !important; letter-spacing: 0.12em !important; word-spacing: 0.16em !important; } p { margin-block-end: 2em !important; }',
  );
  for (const tree of [document, root()]) {
    if (!tree) continue;
    const others = [...tree.adoptedStyleSheets].filter((sheet) => sheet !== window.spacing);
    tree.adoptedStyleSheets = on ? [...others, window.spacing] : others;
  }
}

/** Text of twice its size without anything else growing (1.4.4), until it is called with 1. */
function enlarged(times) {
  const all = [...(one('restore-dialog')?.querySelectorAll('*') ?? [])].filter((e) => e instanceof HTMLElement);
  for (const e of all) for (const name of ['font-size', 'line-height']) e.style.removeProperty(name);
  if (times === 1) return;
  const sizes = all.map((e) => ['font-size', 'line-height'].map((name) => getComputedStyle(e)[name === 'font-size' ? 'fontSize' : 'lineHeight']));
  for (const [index, e] of all.entries()) {
    const [size, line] = sizes[index].map((value) => parseFloat(value));
    e.style.setProperty('font-size', `${size * times}px`);
    if (line) e.style.setProperty('line-height', `${line * times}px`);
  }
  // WebKit keeps the heights of a grid's rows when only letters grow; a person's setting is there from the start.
  const body = root()?.querySelector('.body');
  if (!body) return;
  body.style.display = 'none';
  body.getBoundingClientRect();
  body.style.removeProperty('display');
}
