import { defineConfig } from 'vitest/config';

/** These need a processor of their own while they run: one file at a time, when all else is done. */
const alone = [
  'test/fault/{kill,load}/**/*.test.ts',
  'test/torture/**/*.test.ts',
  'test/system/alerts/**/*.test.ts',
  'test/system/processes/upgrade.test.ts',
];

export default defineConfig({
  resolve: {
    // Vite resolves graphql to its ES modules, and Node to CommonJS. Two copies would not accept each other's types.
    alias: [{ find: /^graphql$/, replacement: 'graphql/index.js' }],
  },
  test: {
    testTimeout: 20_000,
    hookTimeout: 20_000,
    projects: [
      {
        extends: true,
        test: {
          name: 'together',
          include: ['test/**/*.test.ts'],
          exclude: alone,
          maxWorkers: 2,
          sequence: { groupOrder: 0 },
        },
      },
      { extends: true, test: { name: 'alone', include: alone, maxWorkers: 1, sequence: { groupOrder: 1 } } },
    ],
  },
});
