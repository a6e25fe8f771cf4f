// The builder leaves the wasm where it is.
import { copyFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const wasm = fileURLToPath(import.meta.resolve('atlas-restore-dialog/atlas-restore-dialog_bg.wasm'));
copyFileSync(wasm, 'dist/atlas-restore-dialog_bg.wasm');
