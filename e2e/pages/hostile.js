// What a portal's own scripts may do to everything on it.
for (const type of ['keydown', 'keyup', 'keypress', 'click', 'input', 'change', 'focusin', 'pointerdown', 'mousedown', 'mouseup', 'submit']) {
  for (const target of [document, document.documentElement, document.body]) {
    target.addEventListener(type, (event) => event.stopPropagation());
  }
  window.addEventListener(type, (event) => event.stopImmediatePropagation());
}

// An open modal of the portal's own, which takes every focus that is not inside it.
const modal = document.createElement('div');
modal.id = 'portal-modal';
modal.setAttribute('role', 'dialog');
modal.setAttribute('aria-modal', 'true');
modal.append(document.createElement('input'));
document.body.append(modal);
window.pulled = 0;
document.addEventListener('focusin', (event) => {
  if (modal.contains(event.target) || window.pulled > 100) return;
  window.pulled += 1;
  modal.firstElementChild.focus();
}, true);

// Libraries of another age.
Array.prototype.toJSON = function () { return `[${Array.prototype.join.call(this)}]`; };
Array.prototype.last = function () { return this[this.length - 1]; };
Object.prototype.extend = function () {};
String.prototype.trim = function () { return String(this); };
