import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { root } from '../../support/services/source-tree.ts';
import { longestFiles } from '../../support/suites/longest-first.ts';

test('each of the longest files exists, and is named once', () => {
  expect(longestFiles.filter((file) => !existsSync(join(root, file)))).toEqual([]);
  expect(new Set(longestFiles).size).toBe(longestFiles.length);
});
