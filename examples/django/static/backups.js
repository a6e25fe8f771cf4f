const dialog = document.querySelector('atlas-restore-dialog');

// Django asks for its token on everything that changes something.
dialog.headers = () => ({ 'X-CSRFToken': dialog.dataset.csrfToken });
document.getElementById('restore').addEventListener('click', () => dialog.show());
dialog.addEventListener('restore-finished', ({ detail }) => {
  document.getElementById('outcome').textContent = `Job ${detail.job.id}: ${detail.state}`;
});
