/** JSX types for React 19: `import type {} from 'atlas-restore-dialog/react'`. */

import type { DetailedHTMLProps, HTMLAttributes } from 'react';
import type { AtlasRestoreDialogAttributes, AtlasRestoreDialogElement } from './embed.js';

declare module 'react' {
  namespace JSX {
    interface IntrinsicElements {
      'atlas-restore-dialog': Omit<
        DetailedHTMLProps<HTMLAttributes<AtlasRestoreDialogElement>, AtlasRestoreDialogElement>,
        keyof AtlasRestoreDialogAttributes
      > &
        AtlasRestoreDialogAttributes;
    }
  }
}
