import { describe, test } from 'vitest';

/** Stands for tests that can't run on this machine: prints why, and is counted as one skipped test. */
export function skipSuite(title: string, reason: string): void {
  process.stderr.write(`skipped: ${title}: ${reason}\n`);
  describe(title, () => {
    // Skipped on purpose: it has no content, and its name tells the report why the suite is missing.
    test.skip(reason, () => {});
  });
}
