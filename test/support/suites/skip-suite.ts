import { describe, test } from 'vitest';

/** Replaces tests that can't run on this machine. Prints the reason, and adds one skipped test to the report. */
export function skipSuite(title: string, reason: string): void {
  process.stderr.write(`skipped: ${title}: ${reason}\n`);
  describe(title, () => {
    // The test is skipped on purpose. Its name tells the report why the suite is missing.
    test.skip(reason, () => {});
  });
}
