/** `<atlas-restore-dialog>`: the typed contract of its element, its events and its two entry points. */

export type Severity = 'blocker' | 'warning' | 'notice';

/** What a rule found. `code` is stable (see the README); the text shown follows from it. */
export interface Finding {
  code: string;
  severity: Severity;
  parameters: Record<string, string>;
}

export type Outcome = 'started' | 'cancelled' | 'dismissed' | 'error';

/** A restore job, with the names of Atlas's Administration API. */
export interface RestoreJob {
  id: string;
  deliveryType?: string;
  snapshotId?: string;
  targetGroupId?: string;
  targetClusterName?: string;
  failed: boolean;
  cancelled: boolean;
  expired: boolean;
  finishedAt?: string;
}

/** What is about to be sent, or was. */
export interface RestoreRequest {
  sourceProject: string;
  sourceCluster: string;
  snapshot: string;
  targetProject: string;
  targetCluster: string;
  reason?: string;
}

export type ShowErrorCode = 'not-connected' | 'not-rendered' | 'backend-refused' | 'framed' | 'wasm-unavailable' | 'failed';

export interface ShowResult {
  outcome: Outcome;
  /** The job, when `outcome` is `started`. */
  job?: RestoreJob;
  /** When `outcome` is `error`: what went wrong, in words for a developer and by a stable code. */
  error?: Error & { code: ShowErrorCode };
}

export interface Roles {
  /** By project id, for example `{"5f…": ["GROUP_OWNER"]}`. */
  roles?: Record<string, string[]> | null;
  /** By organization id. */
  orgRoles?: Record<string, string[]> | null;
}

export interface Policy {
  /** Default `["GROUP_OWNER"]`. */
  acceptedRoles?: string[];
  /** Default true. */
  requireEncryption?: boolean;
  /** Default `replica-set`. */
  topology?: 'replica-set' | 'matching';
}

export type CloseReason = 'cancel' | 'escape' | 'x' | 'host' | 'forced';

export interface Awaitable {
  /**
   * The dialog waits for the promise; a rejection stops it, and its message is shown. To be called synchronously, while
   * the event is dispatched: an async listener calls it before its first `await`. A later call throws, and stops nothing.
   */
  waitUntil(promise: Promise<unknown>): void;
}

/** The choice so far; absent members are not chosen yet. */
export interface Selection {
  sourceProject?: string;
  sourceCluster?: string;
  snapshot?: string;
  targetProject?: string;
  targetCluster?: string;
}

export type JobState = 'running' | 'completed' | 'failed' | 'cancelled' | 'expired' | 'unknown';

export interface JobDetail {
  job: RestoreJob;
  state: JobState;
}

export interface AtlasRestoreDialogEventMap {
  /** A choice changed: a chance to update the page's URL. */
  'restore-select': CustomEvent<Selection>;
  /** Cancelable, just before the one unsafe request; a promise given to `waitUntil` holds it back. */
  'restore-before-submit': CustomEvent<{ request: RestoreRequest } & Awaitable>;
  /** The page is to take a snapshot of the target: the review waits for the promise, and reads everything again. */
  'restore-take-snapshot': CustomEvent<{ targetProject: string; targetCluster: string } & Awaitable>;
  'restore-started': CustomEvent<{ job: RestoreJob; request: RestoreRequest }>;
  'restore-progress': CustomEvent<JobDetail>;
  'restore-finished': CustomEvent<JobDetail>;
  'restore-close': CustomEvent<{ reason: CloseReason }>;
  /** The session has ended: sign in again, then the promise lets the dialog go on. */
  'restore-auth-required': CustomEvent<Awaitable>;
  'restore-error': CustomEvent<{ code: string; message?: string }>;
  /**
   * It works, but not for everybody: `aria-hidden` around the element keeps it from assistive technology; a script of
   * the page takes the focus out of it, or the Tab key.
   */
  'restore-warning': CustomEvent<{ code: 'aria-hidden' | 'focus-pulled'; message: string }>;
}

export declare class AtlasRestoreDialogElement extends HTMLElement {
  static readonly version: string;
  /** Where the wasm is, if not beside `index.js`. Set it before the first `show()`, `check()` or `preload()`. */
  static wasmUrl: string | URL | null;
  /** The hash that the browser is to check. Without it that of the package's own wasm, or none where `wasmUrl` is set. */
  static wasmIntegrity: string | null;
  /** What is spoken beside English: how the catalogue of each language tag is fetched. A page may add its own. */
  static languages: Record<string, () => Promise<{ default: Record<string, string> }>>;

  /** Base URL of the backend, http(s) or relative. Default `/restore`. A refused value is not taken. */
  get backend(): string;
  set backend(value: string | null | undefined);
  get sourceProject(): string | null;
  set sourceProject(value: string | null | undefined);
  get sourceCluster(): string | null;
  set sourceCluster(value: string | null | undefined);
  get snapshot(): string | null;
  set snapshot(value: string | null | undefined);
  get targetProject(): string | null;
  set targetProject(value: string | null | undefined);
  get targetCluster(): string | null;
  set targetCluster(value: string | null | undefined);
  /** A restore job to follow. */
  get job(): string | null;
  set job(value: string | null | undefined);
  get theme(): 'auto' | 'light' | 'dark';
  set theme(value: 'auto' | 'light' | 'dark' | null | undefined);
  /** Whether the person is asked why. */
  get reason(): 'off' | 'optional' | 'required';
  set reason(value: 'off' | 'optional' | 'required' | null | undefined);
  /** The form that a reason must have as a whole: a regular expression (flag `u`). */
  get reasonPattern(): string | null;
  set reasonPattern(value: string | null | undefined);
  /** How many characters a reason has at most; 500 without it, and never more. */
  get reasonLimit(): string | null;
  set reasonLimit(value: string | number | null | undefined);
  /** Hours: where the target's newest snapshot is older, the review advises to take one first. */
  get snapshotAdvice(): string | null;
  set snapshotAdvice(value: string | number | null | undefined);
  /** What the button below that advice says, which dispatches `restore-take-snapshot`; without it there is none. */
  get snapshotAction(): string | null;
  set snapshotAction(value: string | null | undefined);
  /** Seconds: what was read longer ago is read again on entering the review; 60 without it. */
  get freshFor(): string | null;
  set freshFor(value: string | number | null | undefined);
  /** Minutes from which on a restore takes longer than usual; 60 without it. */
  get longAfter(): string | null;
  set longAfter(value: string | number | null | undefined);
  /** The address of the page's own page about a restore, with `{project}`, `{cluster}` and `{job}` in it. */
  get jobLink(): string | null;
  set jobLink(value: string | null | undefined);
  /** Whether it is a modal dialog, or the same form in the page. Counts from the next time that it is shown. */
  get mode(): 'modal' | 'inline';
  set mode(value: 'modal' | 'inline' | null | undefined);
  /** The level of its title among the page's headings, 1 to 6; 2 without it. */
  get headingLevel(): string | null;
  set headingLevel(value: string | number | null | undefined);
  /** Whether the id of the job that runs is kept in session storage, so that a reload shows it again. */
  get remember(): 'off' | 'session';
  set remember(value: 'off' | 'session' | null | undefined);
  /** Whether it opens where the page is in a frame of another origin. */
  get framed(): 'allow' | 'refuse';
  set framed(value: 'allow' | 'refuse' | null | undefined);
  open: boolean;

  /** Called as `fetch(url, init)` for all traffic. Default: the page's `fetch` with same-origin credentials. */
  get fetch(): ((url: string, init?: RequestInit) => Promise<Response>) | null;
  set fetch(value: ((url: string, init?: RequestInit) => Promise<Response>) | null | undefined);
  /** Extra headers for each request, asked for at that moment. */
  get headers(): (() => HeadersInit | Promise<HeadersInit>) | null;
  set headers(value: (() => HeadersInit | Promise<HeadersInit>) | null | undefined);
  /** The person's roles, where the backend has no session of its own. */
  get roles(): Roles | null;
  set roles(value: Roles | null | undefined);
  get policy(): Policy | null;
  set policy(value: Policy | null | undefined);
  /** Texts by key, in place of the dialog's own. */
  get messages(): Record<string, string> | null;
  set messages(value: Record<string, string> | null | undefined);
  /** Where the focus goes when what opened the dialog is gone or disabled by then. */
  get returnFocus(): HTMLElement | null;
  set returnFocus(value: HTMLElement | null | undefined);

  /** Opens the dialog. Never rejects, resolves once; while it is open, the same promise. */
  show(): Promise<ShowResult>;
  close(reason?: string): void;
  /** What the rules say now, by reads only. Rejects where the dialog cannot be loaded. */
  check(): Promise<Finding[]>;
  /** Fetches the wasm ahead. Resolves with whether it is there. */
  preload(): Promise<boolean>;

  addEventListener<K extends keyof AtlasRestoreDialogEventMap>(
    type: K,
    listener: (this: AtlasRestoreDialogElement, event: AtlasRestoreDialogEventMap[K]) => void,
    options?: boolean | AddEventListenerOptions,
  ): void;
  addEventListener<K extends keyof HTMLElementEventMap>(
    type: K,
    listener: (this: AtlasRestoreDialogElement, event: HTMLElementEventMap[K]) => void,
    options?: boolean | AddEventListenerOptions,
  ): void;
  addEventListener(type: string, listener: EventListenerOrEventListenerObject, options?: boolean | AddEventListenerOptions): void;
  removeEventListener<K extends keyof AtlasRestoreDialogEventMap>(
    type: K,
    listener: (this: AtlasRestoreDialogElement, event: AtlasRestoreDialogEventMap[K]) => void,
    options?: boolean | EventListenerOptions,
  ): void;
  removeEventListener<K extends keyof HTMLElementEventMap>(
    type: K,
    listener: (this: AtlasRestoreDialogElement, event: HTMLElementEventMap[K]) => void,
    options?: boolean | EventListenerOptions,
  ): void;
  removeEventListener(type: string, listener: EventListenerOrEventListenerObject, options?: boolean | EventListenerOptions): void;
}

/** Custom properties that the page may set on the element or around it. */
export type RestoreDialogCssProperty =
  | '--restore-surface'
  | '--restore-surface-raised'
  | '--restore-surface-hover'
  | '--restore-text'
  | '--restore-text-quiet'
  | '--restore-line'
  | '--restore-control-line'
  | '--restore-accent'
  | '--restore-on-accent'
  | '--restore-accent-soft'
  | '--restore-danger'
  | '--restore-danger-fill'
  | '--restore-on-danger'
  | '--restore-danger-soft'
  | '--restore-danger-line'
  | '--restore-warning'
  | '--restore-warning-soft'
  | '--restore-warning-line'
  | '--restore-good'
  | '--restore-good-soft'
  | '--restore-good-line'
  | '--restore-focus'
  | '--restore-radius'
  | '--restore-font'
  | '--restore-font-mono'
  | '--restore-width';

/** Parts for `atlas-restore-dialog::part(…)`. */
export type RestoreDialogPart =
  | 'dialog'
  | 'header'
  | 'steps'
  | 'close'
  | 'body'
  | 'footer'
  | 'main-button'
  | 'panel'
  | 'snapshot'
  | 'list'
  | 'chosen'
  | 'state'
  | 'loader';

/** Registers the element under a tag name, once. `embed.js` calls it when imported; `index.js` does not. */
export declare function define(tag?: string): void;

export declare const version: string;

/** The element's attributes, properties and events as JSX takes them. React 19 finds them by `react.d.ts`. */
export interface AtlasRestoreDialogAttributes {
  backend?: string;
  'source-project'?: string;
  'source-cluster'?: string;
  snapshot?: string;
  'target-project'?: string;
  'target-cluster'?: string;
  job?: string;
  lang?: string;
  theme?: 'auto' | 'light' | 'dark';
  reason?: 'off' | 'optional' | 'required';
  'reason-pattern'?: string;
  'reason-limit'?: string | number;
  'snapshot-advice'?: string | number;
  'snapshot-action'?: string;
  'fresh-for'?: string | number;
  'long-after'?: string | number;
  'job-link'?: string;
  mode?: 'modal' | 'inline';
  'heading-level'?: string | number;
  remember?: 'off' | 'session';
  framed?: 'allow' | 'refuse';
  open?: boolean;
  sourceProject?: string | null;
  sourceCluster?: string | null;
  targetProject?: string | null;
  targetCluster?: string | null;
  reasonPattern?: string | null;
  reasonLimit?: string | number | null;
  snapshotAdvice?: string | number | null;
  snapshotAction?: string | null;
  freshFor?: string | number | null;
  longAfter?: string | number | null;
  jobLink?: string | null;
  headingLevel?: string | number | null;
  fetch?: AtlasRestoreDialogElement['fetch'];
  headers?: AtlasRestoreDialogElement['headers'];
  roles?: Roles | null;
  policy?: Policy | null;
  messages?: Record<string, string> | null;
  returnFocus?: HTMLElement | null;
  'onrestore-select'?: (event: AtlasRestoreDialogEventMap['restore-select']) => void;
  'onrestore-before-submit'?: (event: AtlasRestoreDialogEventMap['restore-before-submit']) => void;
  'onrestore-take-snapshot'?: (event: AtlasRestoreDialogEventMap['restore-take-snapshot']) => void;
  'onrestore-started'?: (event: AtlasRestoreDialogEventMap['restore-started']) => void;
  'onrestore-progress'?: (event: AtlasRestoreDialogEventMap['restore-progress']) => void;
  'onrestore-finished'?: (event: AtlasRestoreDialogEventMap['restore-finished']) => void;
  'onrestore-close'?: (event: AtlasRestoreDialogEventMap['restore-close']) => void;
  'onrestore-auth-required'?: (event: AtlasRestoreDialogEventMap['restore-auth-required']) => void;
  'onrestore-error'?: (event: AtlasRestoreDialogEventMap['restore-error']) => void;
  'onrestore-warning'?: (event: AtlasRestoreDialogEventMap['restore-warning']) => void;
}

declare global {
  interface HTMLElementTagNameMap {
    'atlas-restore-dialog': AtlasRestoreDialogElement;
  }
}
