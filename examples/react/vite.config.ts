import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

// The development server would bundle it anew, away from its wasm.
const optimizeDeps = { exclude: ['atlas-restore-dialog'] };

export default defineConfig({ base: './', optimizeDeps, plugins: [react()] });
