// Turbo exchanges the body and keeps this script: so it listens on the document, where the events arrive.
import './turbo.js';
import './atlas-restore-dialog/embed.js';

const dialog = () => document.querySelector('atlas-restore-dialog');

document.addEventListener('click', ({ target }) => target.id === 'restore' && dialog().show());
document.addEventListener('restore-finished', ({ detail }) => {
  document.getElementById('outcome').textContent = `Job ${detail.job.id}: ${detail.state}`;
});
// Or the page would come out of Turbo's cache with an open dialog.
document.addEventListener('turbo:before-cache', () => dialog()?.close());
