import { defineConfig } from 'vitest/config';

export default defineConfig({
  resolve: {
    // Vite resolves graphql to its ES modules, and Node to CommonJS. Two copies would not accept each other's types.
    alias: [{ find: /^graphql$/, replacement: 'graphql/index.js' }],
  },
  test: {
    include: ['test/**/*.test.ts'],
    testTimeout: 20_000,
    hookTimeout: 20_000,
  },
});
