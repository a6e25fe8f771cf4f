// The least that a page does with the dialog: one import, attributes, show(). What it is told is kept for the journeys.
if (!customElements.get('atlas-restore-dialog')) await import('../package/embed.js');

const dialog = document.querySelector('atlas-restore-dialog');
const names = ['select', 'before-submit', 'started', 'progress', 'finished', 'close', 'auth-required', 'error'];

for (const name of names) {
  document.addEventListener(`restore-${name}`, (event) => {
    // Functions cannot be asked for from outside.
    const detail = JSON.parse(JSON.stringify(event.detail ?? null));
    seen.events.push({ type: event.type, detail, cancelable: event.cancelable, target: event.target.localName });
  });
}
for (const [name, value] of new URLSearchParams(location.search)) dialog.setAttribute(name, value);

document.getElementById('open').addEventListener('click', () => {
  dialog.show().then((outcome) => seen.outcomes.push({ ...outcome, error: outcome.error && String(outcome.error) }));
});
seen.watch(dialog);
seen.ready = true;
