// What a finger must hit: everything that can be pressed is at least 24 by 24 CSS pixels (WCAG 2.2, 2.5.8), what leads
// on at least 44 high. Gives a line for each that is smaller.

const PRESSED = 'button, a[href], input, textarea, select, summary, label:has(input), [role="option"], [tabindex="0"]';
const MAIN = '.actions .button, .input, .select, [part="main-button"], .panel-actions .button:not(.small)';

function targets() {
  const found = [];
  const dialog = one('restore-dialog');
  for (const e of (isOpen() ? dialog : document).querySelectorAll(PRESSED)) {
    if (!visible(e) || e.closest('.unseen')) continue;
    // A radio button is pressed by its label too.
    const box = (e.closest('label') ?? e).getBoundingClientRect();
    const least = e.matches(MAIN) ? 44 : 24;
    if (box.width < 24 || box.height < least) {
      found.push(`${box.width.toFixed(1)} by ${box.height.toFixed(1)}, less than ${least}: ${e.localName}.${e.className} "${(e.innerText || e.ariaLabel || '').slice(0, 40)}"`);
    }
  }
  return found;
}
