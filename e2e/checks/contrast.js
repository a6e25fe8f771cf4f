// Contrast as it is on the screen: colours are those that the browser computed, put over all that lies below them.
// WCAG 2.2, 1.4.3 (text) and 1.4.11 (what a control or a drawing is known by). Gives a line for each that falls short.
// `least` is what text needs; what is no text needs 3.

const pencil = new OffscreenCanvas(1, 1).getContext('2d', { willReadFrequently: true });

/** Red, green and blue of these colours, one painted over the other, the lowest first. */
function painted(colours) {
  pencil.clearRect(0, 0, 1, 1);
  for (const colour of colours) {
    pencil.fillStyle = colour;
    pencil.fillRect(0, 0, 1, 1);
  }
  return [...pencil.getImageData(0, 0, 1, 1).data].slice(0, 3);
}

function luminance(rgb) {
  const [r, g, b] = rgb.map((c) => c / 255).map((c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4));
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

function ratio(one, other) {
  const [light, dark] = [luminance(one), luminance(other)].sort((a, b) => b - a);
  return (light + 0.05) / (dark + 0.05);
}

/** What the page is painted on, in this theme. */
function paper() {
  const probe = document.body.appendChild(document.createElement('i'));
  probe.style.backgroundColor = 'Canvas';
  const colour = getComputedStyle(probe).backgroundColor;
  probe.remove();
  return colour;
}

const parent = (e) => e.assignedSlot ?? e.parentElement ?? e.getRootNode().host;

/** The backgrounds below a place of an element, the lowest first: of what is around it, and of what it lies over. */
function below(element, x, y) {
  const chain = [];
  for (let e = element; e; e = parent(e)) chain.push(e);
  const under = element.getRootNode().elementsFromPoint(x, y);
  // What lies over others without being inside them, such as a number at the end of a field.
  const others = under.filter((e) => !chain.includes(e) && !element.contains(e) && !e.contains(element));
  const around = chain.filter((e) => others.length === 0 || e !== element).reverse();
  const colours = (list) => list.map((e) => getComputedStyle(e).backgroundColor);
  const pictures = chain.filter((e) => getComputedStyle(e).backgroundImage !== 'none' || getComputedStyle(e).opacity !== '1');
  const own = others.length === 0 ? [] : colours([element]);
  return { colours: [paper(), ...colours(around), ...colours(others.reverse()), ...own], unknown: pictures[0] };
}

const describe = (e) => `${e.localName}.${[...e.classList].join('.')} "${(e.innerText ?? '').trim().replace(/\s+/g, ' ').slice(0, 40)}"`;
const seen = (e) => visible(e) && !e.closest('.unseen') && e.getBoundingClientRect().width > 1;

/** A place of the element that is inside the viewport. */
function place(box) {
  return [box.left + Math.min(box.width / 2, 3), box.top + box.height / 2];
}

function contrasts(least) {
  const found = [];
  const dialog = one('restore-dialog');
  const whole = isOpen() ? dialog : document.body;
  const told = new Set();
  const tell = (e, what, colour, colours, wanted) => {
    const is = ratio(painted([...colours, colour]), painted(colours));
    const line = `${what} ${is.toFixed(2)} < ${wanted}: ${describe(e)} ${colour} on ${painted(colours)}`;
    if (is < wanted - 0.005 && !told.has(line)) found.push(line);
    told.add(line);
  };
  const over = (e, x, y) => {
    const { colours, unknown } = below(e, x, y);
    if (unknown) found.push(`cannot be computed: ${describe(unknown)} has a picture or lets others through`);
    return colours;
  };

  const walker = document.createTreeWalker(whole, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const text = walker.currentNode;
    const e = text.parentElement;
    if (!text.data.trim() || !seen(e) || e.closest('option, script, style')) continue;
    const range = document.createRange();
    range.selectNodeContents(text);
    // Below, what is in the viewport counts.
    e.scrollIntoView({ block: 'nearest', inline: 'nearest' });
    tell(e, 'text', getComputedStyle(e).color, over(e, ...place(range.getClientRects()[0])), least);
  }
  for (const e of whole.querySelectorAll('input, textarea, select')) {
    if (!seen(e) || e.type === 'radio') continue;
    e.scrollIntoView({ block: 'nearest' });
    const on = [...over(e, ...place(e.getBoundingClientRect()))];
    tell(e, 'text', getComputedStyle(e).color, on, least);
    if (e.placeholder) tell(e, 'placeholder', getComputedStyle(e, '::placeholder').color, on, least);
  }
  for (const e of whole.querySelectorAll('svg')) {
    if (!seen(e)) continue;
    e.scrollIntoView({ block: 'nearest' });
    const box = e.getBoundingClientRect();
    tell(e, 'drawing', getComputedStyle(e).stroke, over(e, box.left + 1, box.top + 1), 3);
  }
  // A control is known by its border, or by its own background, against what is around it. One that is nothing but
  // underlined text or a drawing is known by that.
  for (const e of whole.querySelectorAll('button, input, textarea, select, .step-mark')) {
    if (!seen(e) || e.type === 'radio' || e.matches('.link, .close')) continue;
    e.scrollIntoView({ block: 'nearest' });
    const style = getComputedStyle(e);
    const box = e.getBoundingClientRect();
    const around = over(parent(e), box.left + 1, box.top + 1);
    const edge = ratio(painted([...around, style.borderTopColor]), painted(around));
    const fill = ratio(painted([...around, style.backgroundColor]), painted(around));
    if (style.borderTopStyle === 'none' || Math.max(edge, fill) < 3) {
      found.push(`edge ${edge.toFixed(2)}, fill ${fill.toFixed(2)} < 3: ${describe(e)}`);
    }
  }
  return found;
}

/** What is wrong with the ring around what has the focus; nothing where the page has none. */
function ring() {
  const e = deepFocus();
  // What lies around the dialog itself is the page's.
  if (!root()?.contains(e) || e.matches('.dialog')) return null;
  const style = getComputedStyle(e);
  const box = e.getBoundingClientRect();
  const { colours } = below(parent(e), box.left - 3, box.top + box.height / 2);
  const is = ratio(painted([...colours, style.outlineColor]), painted(colours));
  const wide = style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2;
  return wide && is >= 3 ? null : `${style.outline}, ${is.toFixed(2)} to 1 on ${painted(colours)}: ${describe(e)}`;
}
