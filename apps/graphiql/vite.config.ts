import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';
import { content } from './content/plugin.ts';

/**
 * GraphiQL, at `/graphiql`. Its script has no size limit: the editor alone is larger than all other pages, and only
 * developers load it. The rest of the page is shown before the editor is loaded.
 */
export default defineConfig({
  base: '/graphiql/',
  plugins: [react(), content()],
  build: {
    outDir: '../dist/graphiql',
    emptyOutDir: true,
    modulePreload: { polyfill: false },
    // A font in a `data:` URL would need a Content-Security-Policy that allows such URLs.
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 4096,
    rolldownOptions: {
      checks: { pluginTimings: false },
      onwarn(warning, warn) {
        // This warning is about `"use no memo"`, a directive for a compiler that is not used here.
        if (warning.code !== 'MODULE_LEVEL_DIRECTIVE') {
          warn(warning);
        }
      },
    },
  },
  worker: { format: 'es' },
});
