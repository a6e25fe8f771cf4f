// esbuild leaves `new URL(…, import.meta.url)` as it is: the wasm belongs beside what it has written.
import { copyFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const wasm = fileURLToPath(import.meta.resolve('atlas-restore-dialog/atlas-restore-dialog_bg.wasm'));
copyFileSync(wasm, 'dist/atlas-restore-dialog_bg.wasm');
copyFileSync('index.html', 'dist/index.html');
