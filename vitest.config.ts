import { defineConfig } from 'vitest/config';

/** These files need the processor for themselves. They run one at a time, after all other files. */
const alone = [
  'test/fault/load/**/*.test.ts',
  'test/torture/torture.test.ts',
  'test/system/alerts/**/*.test.ts',
  'test/system/processes/upgrade.test.ts',
];

/** These files replace a module, so they need modules of their own. */
const mocking = ['test/unit/subgraphs/circulation/quota-of-twelve.test.ts'];

export default defineConfig({
  resolve: {
    // Vite resolves graphql to its ES modules, and Node to CommonJS. Two copies would not accept each other's types.
    alias: [{ find: /^graphql$/, replacement: 'graphql/index.js' }],
  },
  test: {
    testTimeout: 20_000,
    hookTimeout: 20_000,
    // The default of one second is too short for another process on a busy machine.
    expect: { poll: { timeout: 10_000 } },
    projects: [
      {
        extends: true,
        test: {
          name: 'together',
          include: ['test/**/*.test.ts'],
          exclude: [...alone, ...mocking],
          // The files of a worker share the modules that they import: loading them anew took half of the processor's time.
          isolate: false,
          maxWorkers: 3,
          sequence: { groupOrder: 0 },
        },
      },
      {
        extends: true,
        test: { name: 'mocking', include: mocking, maxWorkers: 1, sequence: { groupOrder: 0 } },
      },
      { extends: true, test: { name: 'alone', include: alone, maxWorkers: 1, sequence: { groupOrder: 1 } } },
    ],
  },
});
