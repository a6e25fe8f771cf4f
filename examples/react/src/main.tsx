import { StrictMode, useRef, useState } from 'react';
import { createRoot } from 'react-dom/client';
import 'atlas-restore-dialog/embed.js';
import type { AtlasRestoreDialogElement, Policy } from 'atlas-restore-dialog';
import type {} from 'atlas-restore-dialog/react';

const policy: Policy = { acceptedRoles: ['GROUP_OWNER', 'GROUP_BACKUP_MANAGER'] };

function Backups() {
  const dialog = useRef<AtlasRestoreDialogElement>(null);
  const [offered, setOffered] = useState(true);
  const [outcome, setOutcome] = useState('');
  return (
    <>
      <label>
        <input id="offered" type="checkbox" checked={offered} onChange={() => setOffered(!offered)} /> Offer restores
      </label>
      {offered && (
        <>
          <atlas-restore-dialog
            ref={dialog}
            sourceProject="64f1c0de0a1b2c3d4e5f6001"
            sourceCluster="orders"
            snapshot="6b04efa0066650660db4c887"
            policy={policy}
            onrestore-finished={({ detail }) => setOutcome(`Job ${detail.job.id}: ${detail.state}`)}
          />
          <button id="restore" onClick={() => dialog.current?.show()}>
            Restore…
          </button>
        </>
      )}
      <output id="outcome">{outcome}</output>
    </>
  );
}

createRoot(document.getElementById('root')!).render(
  <StrictMode>
    <Backups />
  </StrictMode>,
);
