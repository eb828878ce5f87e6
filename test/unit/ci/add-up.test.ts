import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, test } from 'vitest';
import { openedForTests } from '../../support/set-up/opened-for-tests.ts';
import { openTemporaryFolder } from '../../support/set-up/temporary-folder.ts';

const program = join(import.meta.dirname, '../../../.ci/add-up.mjs');
const folder = openedForTests(openTemporaryFolder);

interface Counts {
  readonly passed: number;
  readonly failed?: number;
  readonly skipped?: number;
  /** Files that could not be loaded. */
  readonly broken?: number;
  readonly seconds?: number;
}

/** Writes a report as vitest does, and returns its path. */
function report(name: string, { passed, failed = 0, skipped = 0, broken = 0, seconds = 1 }: Counts): string {
  const path = join(folder.path, `${name}.json`);
  const failures = Array.from({ length: failed }, (_, index) => ({
    status: 'failed',
    fullName: `lends ${index}`,
    failureMessages: [`\u001b[31mexpected\u001b[39m ${index}${'!'.repeat(2000)}`],
  }));
  const tested = {
    name: resolve('test/lending.test.ts'),
    status: failed > 0 ? 'failed' : 'passed',
    startTime: 1_000,
    endTime: 1_000 * (1 + seconds),
    assertionResults: [{ status: 'passed' }, ...failures],
  };
  const unloaded = Array.from({ length: broken }, () => ({
    name: resolve('test/broken.test.ts'),
    status: 'failed',
    message: 'no such file',
    assertionResults: [],
  }));
  writeFileSync(
    path,
    JSON.stringify({
      numPassedTests: passed,
      numFailedTests: failed,
      numPendingTests: skipped,
      testResults: [tested, ...unloaded],
    }),
  );
  return path;
}

function addUp(...paths: readonly string[]) {
  const { status, stdout } = spawnSync(process.execPath, [program, ...paths], { encoding: 'utf8' });
  return { status, lines: stdout.trimEnd().split('\n') };
}

test('two reports have one sum', () => {
  const paths = [report('quick', { passed: 7, skipped: 1 }), report('slow', { passed: 3 })];
  expect(addUp(...paths)).toEqual({
    status: 0,
    lines: ['1 skipped: the output above says why', '10 passed, 0 failed'],
  });
});

test('a file that took long is named with its seconds', () => {
  const paths = [report('quick', { passed: 7, seconds: 29 }), report('slow', { passed: 3, seconds: 30 })];
  expect(addUp(...paths)).toEqual({
    status: 0,
    lines: ['30 s: test/lending.test.ts', '10 passed, 0 failed'],
  });
});

test('a failed test of either fails the run, and is named before the sum', () => {
  const paths = [report('quick', { passed: 7 }), report('slow', { passed: 3, failed: 2 })];
  const { status, lines } = addUp(...paths);
  expect({ status, last: lines.at(-1) }).toEqual({ status: 1, last: '10 passed, 2 failed' });
  const failure = (index: number) => [
    `FAILED test/lending.test.ts > lends ${index}`,
    `expected ${index}${'!'.repeat(590)}`,
  ];
  expect(lines.slice(0, -1)).toEqual([...failure(0), ...failure(1)]);
});

test('a file that could not be loaded counts as a failed test', () => {
  const paths = [report('quick', { passed: 7, broken: 1 }), report('slow', { passed: 3 })];
  expect(addUp(...paths)).toEqual({
    status: 1,
    lines: ['FAILED test/broken.test.ts', 'no such file', '10 passed, 1 failed'],
  });
});

test('a run without a passed test fails, and so does one that wrote no report', () => {
  const empty = report('empty', { passed: 0, skipped: 9 });
  expect(addUp(report('quick', { passed: 7 }), empty)).toMatchObject({ status: 1 });
  const { status, lines } = addUp(report('quick', { passed: 7 }), join(folder.path, 'none.json'));
  expect({ status, last: lines.at(-1) }).toEqual({ status: 1, last: '7 passed, 0 failed' });
  expect(lines[0]).toContain("none.json can't be read");
  expect(addUp()).toEqual({ status: 1, lines: ['0 passed, 0 failed'] });
});
