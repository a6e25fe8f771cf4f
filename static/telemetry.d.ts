import type { AtlasRestoreDialogElement } from './embed.js';

/** What is told of a step: when it is left, and when something comes of it. */
export interface RestoreTelemetry {
  step: 'source' | 'destination' | 'review' | 'progress';
  /** Milliseconds since the step was reached. */
  duration: number;
  /** The next step, the reason of closing, the code of an error, the state of the job's end, `started` or `auth-required`. */
  outcome: string;
}

/** Has the element dispatch `restore-telemetry` from now on; gives a function that ends it. */
export declare function telemetry(element: AtlasRestoreDialogElement): () => void;

declare module './embed.js' {
  interface AtlasRestoreDialogEventMap {
    'restore-telemetry': CustomEvent<RestoreTelemetry>;
  }
}
