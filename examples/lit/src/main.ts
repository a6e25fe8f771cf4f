import { LitElement, html } from 'lit';
import { createRef, ref } from 'lit/directives/ref.js';
import 'atlas-restore-dialog/embed.js';
import type { AtlasRestoreDialogElement, AtlasRestoreDialogEventMap, Policy } from 'atlas-restore-dialog';

const policy: Policy = { acceptedRoles: ['GROUP_OWNER', 'GROUP_BACKUP_MANAGER'] };

class PortalBackups extends LitElement {
  static override properties = { outcome: { state: true } };
  declare outcome: string;
  dialog = createRef<AtlasRestoreDialogElement>();

  override render() {
    return html`
      <atlas-restore-dialog
        ${ref(this.dialog)}
        source-project="64f1c0de0a1b2c3d4e5f6001"
        source-cluster="orders"
        snapshot="6b04efa0066650660db4c887"
        .policy=${policy}
        @restore-finished=${this.finished}
      ></atlas-restore-dialog>
      <button id="restore" @click=${() => this.dialog.value?.show()}>Restore…</button>
      <output id="outcome">${this.outcome}</output>
    `;
  }

  finished({ detail }: AtlasRestoreDialogEventMap['restore-finished']) {
    this.outcome = `Job ${detail.job.id}: ${detail.state}`;
  }
}

customElements.define('portal-backups', PortalBackups);
