import 'atlas-restore-dialog/embed.js';

const dialog = document.querySelector('atlas-restore-dialog');
document.getElementById('restore').addEventListener('click', () => dialog.show());
dialog.addEventListener('restore-finished', ({ detail }) => {
  document.getElementById('outcome').textContent = `Job ${detail.job.id}: ${detail.state}`;
});
