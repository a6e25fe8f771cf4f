import vue from '@vitejs/plugin-vue';
import { defineConfig } from 'vite';

const isCustomElement = (tag: string) => tag === 'atlas-restore-dialog';

// The development server would bundle it anew, away from its wasm.
const optimizeDeps = { exclude: ['atlas-restore-dialog'] };

export default defineConfig({ base: './', optimizeDeps, plugins: [vue({ template: { compilerOptions: { isCustomElement } } })] });
