import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { TestSpecification, Vitest } from 'vitest/node';
import { root } from '../../support/services/source-tree.ts';
import { LongestFirst, longestFiles } from '../../support/suites/longest-first.ts';

test('each of the longest files exists, and is named once', () => {
  expect(longestFiles.filter((file) => !existsSync(join(root, file)))).toEqual([]);
  expect(new Set(longestFiles).size).toBe(longestFiles.length);
});

test('each file is in one shard, whatever the order in which the files are found, and so are the longest', async () => {
  const moduleIds = [...longestFiles.slice(0, 4).map((file) => join(root, file)), '/b', '/a', '/c'];
  const specifications = (ids: readonly string[]) =>
    ids.map((moduleId) => ({ moduleId }) as TestSpecification);
  const shard = async (index: number, ids: readonly string[]) => {
    const vitest = { config: { root, shard: { index, count: 2 } } } as Vitest;
    const files = await new LongestFirst(vitest).shard(specifications(ids));
    return files.map(({ moduleId }) => moduleId);
  };
  const shards = await Promise.all([shard(1, moduleIds), shard(2, moduleIds.toReversed())]);
  expect(shards.flat().sort()).toEqual(moduleIds.toSorted());
  for (const files of shards) {
    expect(files.filter((file) => file.startsWith(root))).toHaveLength(2);
  }
});
