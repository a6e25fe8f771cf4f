// Who may frame this page is for its server to say: Content-Security-Policy: frame-ancestors https://portal.example.
const dialog = document.querySelector('atlas-restore-dialog');

document.getElementById('restore').addEventListener('click', () => dialog.show());
dialog.addEventListener('restore-finished', ({ detail: { job, state } }) => {
  document.getElementById('outcome').textContent = `Job ${job.id}: ${state}`;
  // Ids are for the portal alone. Browsers name it, or its page did when it loaded this one; else nobody is told.
  const portal = location.ancestorOrigins?.[0] ?? (document.referrer && new URL(document.referrer).origin);
  if (portal) parent.postMessage({ job: job.id, state }, portal);
});
