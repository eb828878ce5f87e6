import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { run } from '../../support/processes.ts';
import { askingForEpoch, reservingPlace, sendingCheckOut } from '../faults/process-freezer.ts';
import { lendingMutants } from './lending-mutants.ts';
import { makeMutant, mutantNames, mutated, textOf } from './mutants.ts';

test('each mutant changes a text that occurs once in the program', async () => {
  const results = await Promise.allSettled(mutantNames.map(textOf));
  const faults = results.flatMap((result) => (result.status === 'rejected' ? [String(result.reason)] : []));
  expect(results.length).toBeGreaterThan(15);
  expect(faults).toEqual([]);
});

test.each([
  ['', 0],
  ['text text', 2],
])(
  'a mutant whose text occurs in the file %j fails with its name, its file and the count %i',
  (source, count) => {
    const mutant = { file: 'a/file.ts', edits: [{ from: 'text', to: 'mistake' }] };
    expect(mutated('one', mutant, 'a text')).toBe('a mistake');
    expect(() => mutated('one', mutant, source)).toThrow(
      `mutant one no longer applies: a/file.ts has this ${count} times instead of once: text`,
    );
  },
);

test('a mutant has its mistake and all files that it needs, and its copy is removed afterwards', async () => {
  const { file } = lendingMutants['no-epoch'];
  let changed: string;
  {
    await using mutant = await makeMutant('no-epoch');
    changed = join(mutant.folder, file);
    expect(await readFile(changed, 'utf8')).toBe(await textOf('no-epoch'));
    await using replica = run('subgraphs/circulation/main.ts', {}, [], mutant.folder);
    expect(await replica.exit).toBe(1);
    expect(replica.output.stderr).toContain('SUBGRAPH_SECRET');
  }
  await expect(stat(changed)).rejects.toThrow('ENOENT');
});

test.each([sendingCheckOut, askingForEpoch, reservingPlace])(
  'the step at $text is one line of $file',
  async ({ file, text }) => {
    const lines = (await readFile(join(import.meta.dirname, '../../..', file), 'utf8')).split('\n');
    expect(lines.filter((line) => line.includes(text))).toHaveLength(1);
  },
);
