import './atlas-restore-dialog/embed.js';

class PortalBackups extends HTMLElement {
  constructor() {
    super();
    const dialog = document.createElement('atlas-restore-dialog');
    dialog.sourceProject = '64f1c0de0a1b2c3d4e5f6001';
    dialog.sourceCluster = 'orders';
    dialog.snapshot = '6b04efa0066650660db4c887';
    const button = document.createElement('button');
    button.id = 'restore';
    button.textContent = 'Restore…';
    button.addEventListener('click', () => dialog.show());
    const outcome = document.createElement('output');
    outcome.id = 'outcome';
    dialog.addEventListener('restore-finished', ({ detail }) => {
      outcome.textContent = `Job ${detail.job.id}: ${detail.state}`;
    });
    this.attachShadow({ mode: 'open' }).append(dialog, button, outcome);
  }
}

customElements.define('portal-backups', PortalBackups);
