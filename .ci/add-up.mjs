/**
 * Adds up the JSON reports of vitest that are its arguments. It prints the files that took long, each failed test or file
 * with the beginning of its message, because often only the end of a long output is kept, and last `N passed, N failed`.
 * Exits with 1 if a report is missing or unreadable, or has no passed test, or has a failed test or file.
 */
import { readFileSync } from 'node:fs';
import { relative } from 'node:path';
import { stripVTControlCharacters } from 'node:util';

/** Of each message, in characters. */
const MAX_MESSAGE = 600;

/** A file that takes as long as this, in ms, is printed. */
const LONG_MS = 30_000;

const counts = { passed: 0, failed: 0, skipped: 0 };
const faults = [];

/** A file that can't be loaded has no test that fails, so it counts as one. */
function failuresOf({ name, status, message, assertionResults }) {
  const failed = assertionResults.filter((test) => test.status === 'failed');
  if (failed.length > 0) {
    return failed.map((test) =>
      describe(`${relative('.', name)} > ${test.fullName}`, test.failureMessages.join('\n')),
    );
  }
  return status === 'failed' ? [describe(relative('.', name), message)] : [];
}

const describe = (title, message) =>
  `FAILED ${title}\n${stripVTControlCharacters(message).slice(0, MAX_MESSAGE)}`;

function add(path) {
  const report = JSON.parse(readFileSync(path, 'utf8'));
  counts.passed += report.numPassedTests;
  const failures = report.testResults.flatMap(failuresOf);
  counts.failed += failures.length;
  faults.push(...failures);
  counts.skipped += report.numPendingTests;
  const times = report.testResults.map(({ name, startTime, endTime }) => ({ name, ms: endTime - startTime }));
  for (const { name, ms } of times.filter(({ ms }) => ms >= LONG_MS).sort((a, b) => b.ms - a.ms)) {
    process.stdout.write(`${Math.round(ms / 1000)} s: ${relative('.', name)}\n`);
  }
  if (report.numPassedTests === 0) {
    faults.push(`${path}: no test passed`);
  }
}

for (const path of process.argv.slice(2)) {
  try {
    add(path);
  } catch (error) {
    faults.push(`${path} can't be read: ${error instanceof Error ? error.message : error}`);
  }
}
for (const fault of faults) {
  process.stdout.write(`${fault}\n`);
}
if (counts.skipped > 0) {
  process.stdout.write(`${counts.skipped} skipped: the output above says why\n`);
}
process.stdout.write(`${counts.passed} passed, ${counts.failed} failed\n`);
process.exitCode = faults.length > 0 || counts.failed > 0 || process.argv.length < 3 ? 1 : 0;
