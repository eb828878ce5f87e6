import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';
import { budget } from '../build/budget.ts';
import { content } from './content/plugin.ts';

/** The portal: guides, reference and changelog, at `/docs`. */
export default defineConfig({
  base: '/docs/',
  plugins: [react(), content(), budget()],
  build: { outDir: '../dist/docs', emptyOutDir: true, modulePreload: { polyfill: false } },
});
