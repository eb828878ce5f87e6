/**
 * Adds up the JSON reports of vitest that are its arguments, and prints `N passed, N failed`. Exits with 1 if a report is
 * missing or unreadable, or has no passed test, or has a failed test or file.
 */
import { readFileSync } from 'node:fs';

const counts = { passed: 0, failed: 0, skipped: 0 };
const faults = [];

/** A file that can't be loaded has no test that fails, so it counts as one. */
const brokenFiles = ({ testResults }) =>
  testResults.filter(
    ({ status, assertionResults }) =>
      status === 'failed' && assertionResults.every((test) => test.status !== 'failed'),
  ).length;

function add(path) {
  const report = JSON.parse(readFileSync(path, 'utf8'));
  counts.passed += report.numPassedTests;
  counts.failed += report.numFailedTests + brokenFiles(report);
  counts.skipped += report.numPendingTests;
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
