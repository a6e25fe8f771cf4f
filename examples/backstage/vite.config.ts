import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

// The development server would bundle it anew, away from its wasm.
const optimizeDeps = { exclude: ['atlas-restore-dialog'] };

// The samples share a folder of packages, in which another one has React 19.
export default defineConfig({ base: './', optimizeDeps, plugins: [react()], resolve: { dedupe: ['react', 'react-dom'] } });
