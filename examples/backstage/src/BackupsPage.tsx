import { useEffect, useRef, useState } from 'react';
import { Button, Dialog, DialogActions, DialogContent, DialogTitle, Typography } from '@material-ui/core';
import 'atlas-restore-dialog/embed.js';
import type { AtlasRestoreDialogElement, AtlasRestoreDialogEventMap } from 'atlas-restore-dialog';
import type {} from 'atlas-restore-dialog/react';

export function BackupsPage() {
  const dialog = useRef<AtlasRestoreDialogElement>(null);
  const [details, setDetails] = useState(false);
  const next = useRef(false);
  const [outcome, setOutcome] = useState('');

  // React 18 knows attributes of a custom element, and neither its properties nor its events.
  useEffect(() => {
    const finished = ({ detail }: AtlasRestoreDialogEventMap['restore-finished']) =>
      setOutcome(`Job ${detail.job.id}: ${detail.state}`);
    const element = dialog.current!;
    element.policy = { acceptedRoles: ['GROUP_OWNER', 'GROUP_BACKUP_MANAGER'] };
    element.addEventListener('restore-finished', finished);
    return () => element.removeEventListener('restore-finished', finished);
  }, []);

  return (
    <>
      <Typography variant="h4">Backups of orders</Typography>
      <Button id="restore" variant="contained" onClick={() => dialog.current?.show()}>
        Restore…
      </Button>
      <Button id="details" onClick={() => setDetails(true)}>
        Details
      </Button>
      <output id="outcome">{outcome}</output>
      {/* Beside the modal, not in it: there it would go with the modal. */}
      <atlas-restore-dialog
        ref={dialog}
        source-project="64f1c0de0a1b2c3d4e5f6001"
        source-cluster="orders"
        snapshot="6b04efa0066650660db4c887"
      />
      {/* Material UI hides the page from assistive technology while its modal is there: so that goes first. */}
      <Dialog
        open={details}
        onClose={() => setDetails(false)}
        TransitionProps={{
          onExited: () => {
            if (next.current) dialog.current?.show();
            next.current = false;
          },
        }}
      >
        <DialogTitle>Snapshot of orders</DialogTitle>
        <DialogContent>Completed, encrypted with AWS KMS.</DialogContent>
        <DialogActions>
          <Button
            id="restore-from-details"
            onClick={() => {
              next.current = true;
              setDetails(false);
            }}
          >
            Restore…
          </Button>
        </DialogActions>
      </Dialog>
    </>
  );
}
