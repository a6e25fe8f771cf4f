import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

// The samples share a folder of packages, in which another one has React 19.
export default defineConfig({ base: './', plugins: [react()], resolve: { dedupe: ['react', 'react-dom'] } });
