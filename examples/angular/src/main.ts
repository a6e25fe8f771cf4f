import { Dialog } from '@angular/cdk/dialog';
import { Component, CUSTOM_ELEMENTS_SCHEMA, inject, provideZonelessChangeDetection, signal } from '@angular/core';
import { bootstrapApplication } from '@angular/platform-browser';
import 'atlas-restore-dialog/embed.js';
import type { AtlasRestoreDialogEventMap, Policy } from 'atlas-restore-dialog';

@Component({
  selector: 'portal-backups',
  schemas: [CUSTOM_ELEMENTS_SCHEMA],
  template: `
    <atlas-restore-dialog
      #dialog
      source-project="64f1c0de0a1b2c3d4e5f6001"
      source-cluster="orders"
      snapshot="6b04efa0066650660db4c887"
      [policy]="policy"
      (restore-finished)="finished($event)"
    ></atlas-restore-dialog>
    <button id="restore" (click)="dialog.show()">Restore…</button>
    <button id="details" (click)="modals.open(modal)">Details…</button>
    <ng-template #modal>
      <p>Taken this morning.</p>
      <button id="restore-from-details" (click)="modals.closeAll(); dialog.show()">Restore…</button>
    </ng-template>
    <output id="outcome">{{ outcome() }}</output>
  `,
})
class Backups {
  readonly policy: Policy = { acceptedRoles: ['GROUP_OWNER', 'GROUP_BACKUP_MANAGER'] };
  readonly outcome = signal('');
  readonly modals = inject(Dialog);

  finished({ detail }: AtlasRestoreDialogEventMap['restore-finished']) {
    this.outcome.set(`Job ${detail.job.id}: ${detail.state}`);
  }
}

bootstrapApplication(Backups, { providers: [provideZonelessChangeDetection()] });
