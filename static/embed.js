// Importing this file registers <atlas-restore-dialog>. What it is: index.js.
import { define } from './index.js';

export * from './index.js';
define();
