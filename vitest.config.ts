import { chmodSync, mkdtempSync, rmSync, statfsSync } from 'node:fs';
import { join } from 'node:path';
import { defineConfig } from 'vitest/config';
import { LongestFirst } from './test/support/suites/longest-first.ts';

const ramDisk = '/dev/shm';
/**
 * The RAM disk is used only if it has this much room. One run fills it with databases, browsers and copies of the
 * program. In a container, it may have only 64 MB.
 */
const enoughBytes = 4 * 2 ** 30;

function hasRamDisk(): boolean {
  try {
    const { bsize, bavail } = statfsSync(ramDisk);
    return bsize * bavail >= enoughBytes;
  } catch {
    return false;
  }
}

// Each commit of a journal waits for the disk, and each test opens new databases. On a RAM disk none of them waits. The
// test that data outlives a crash of the machine needs no disk (`test/unit/store/journal/sqlite-durability.test.ts`).
if (hasRamDisk()) {
  const folder = mkdtempSync(`${ramDisk}/patron-graph-tests-`);
  // Some servers run as another user, and must reach their own folders inside this folder.
  chmodSync(folder, 0o755);
  process.env.TMPDIR = folder;
  // Gateways of the tests start a hundred processes that check a supergraph, and most of a start is compilation.
  process.env.NODE_COMPILE_CACHE = join(folder, 'node-compile');
  process.once('exit', () => rmSync(folder, { recursive: true, force: true, maxRetries: 10 }));
}

/**
 * The tests that need real minutes, as patterns of files. They start many processes, kill some, and wait for leases and
 * deadlines. `npm run test:slow` runs them, and `.ci/run` half of them. A test belongs here if its file takes more than
 * half a minute.
 */
const slow = [
  'test/system/{browsers,adopt,kubernetes,live,processes,registry,streams}/**/*.test.ts',
  'test/system/sign-in/{chromium,npm-start}.test.ts',
  'test/packages/**/*.test.ts',
  'test/system/alerts/rules.test.ts',
  // Processes and servers that are killed, frozen or replaced, at each step.
  'test/fault/{books,index,kill,notices,payments,procedures,soak}/**/*.test.ts',
  'test/peers/turns/**/*.test.ts',
  'test/torture/terminated.test.ts',
];

/**
 * The pages in Chromium, used as people use them. `npm run test:pages` runs all, and `.ci/run` a fifth of the files.
 * `test/system/pages` has the servers of the pages, and is in `npm test`.
 */
const pages = ['test/apps/{graphiql,layout,live,partner,portal,reader,staff,station}/**/*.test.ts'];

/** The slow tests that run together, after all others. Each runs a system under load. */
const loaded = [
  'test/torture/torture.test.ts',
  'test/system/alerts/alerts.test.ts',
  'test/system/processes/upgrade.test.ts',
];

/** The slow tests that need the processor for themselves. They run one at a time, after all other files. */
const alone = ['test/fault/load/**/*.test.ts'];

/**
 * The test files whose modules Vite loads, again for each file. They replace a module, load one with other variables,
 * or import a page's `.tsx`. Vite also loads the modules of `pages`.
 */
const byVite = [
  'test/unit/subgraphs/circulation/quota-of-twelve.test.ts',
  'test/unit/platform/ports/choose-port.test.ts',
  'test/support/sample.test.ts',
  'test/apps/ui/texts.test.ts',
];

/**
 * Node itself imports all other tests, as it runs the program. Vite would transform each module, and call every import
 * through an object: that took a seventh of the processor's time. Vitest calls the setting an experiment. With it,
 * `vi.mock` fails and `vi.resetModules` resets nothing: a file that needs them belongs in `byVite`. The URL of a test
 * file ends with `?vitest=` and a time, also in stacks.
 */
const byNode = { viteModuleRunner: false, nodeLoader: false } as const;

/**
 * The number of test files that run at the same time. On two cores, a file waits for more than half of its time: for
 * sockets, leases, deadlines, and processes that start.
 */
const maxWorkers = 7;

/** Chromium takes most of the processor. */
const maxWorkersOfPages = 5;

export default defineConfig({
  resolve: {
    // Vite resolves graphql to its ES modules, and Node to CommonJS. Two copies would not accept each other's types.
    alias: [{ find: /^graphql$/, replacement: 'graphql/index.js' }],
  },
  test: {
    // The limits are long, because a busy machine is several times slower.
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // By default, `expect.poll` waits one second. This is too short for another process on a busy machine.
    expect: { poll: { timeout: 10_000 } },
    sequence: { sequencer: LongestFirst },
    // `npm test` runs the projects `fast…`, `npm run test:slow` those named `slow…`, `npm run test:pages` the last.
    projects: [
      {
        extends: true,
        test: {
          name: 'fast',
          include: ['test/**/*.test.ts'],
          // Benchmarks install what they compare with in folders of theirs, and some of these packages contain tests.
          exclude: [...slow, ...pages, ...loaded, ...alone, ...byVite, '**/node_modules/**'],
          experimental: byNode,
          // The test files of a worker share imported modules. To load them again for each file took half of the
          // processor's time.
          isolate: false,
          maxWorkers,
          sequence: { groupOrder: 0 },
        },
      },
      {
        extends: true,
        test: { name: 'fast-by-vite', include: byVite, maxWorkers, sequence: { groupOrder: 0 } },
      },
      {
        extends: true,
        test: {
          name: 'slow',
          include: slow,
          exclude: [...loaded, ...alone],
          experimental: byNode,
          isolate: false,
          maxWorkers,
          sequence: { groupOrder: 1 },
        },
      },
      {
        extends: true,
        test: {
          name: 'slow-loaded',
          include: loaded,
          experimental: byNode,
          isolate: false,
          maxWorkers: 3,
          sequence: { groupOrder: 2 },
        },
      },
      {
        extends: true,
        test: {
          name: 'slow-alone',
          include: alone,
          experimental: byNode,
          isolate: false,
          maxWorkers: 1,
          sequence: { groupOrder: 3 },
        },
      },
      {
        extends: true,
        test: {
          name: 'pages',
          include: pages,
          isolate: false,
          maxWorkers: maxWorkersOfPages,
          sequence: { groupOrder: 4 },
        },
      },
    ],
  },
});
