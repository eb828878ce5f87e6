import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { run } from '../../support/processes.ts';
import { askingForEpoch, reservingPlace, sendingCheckOut } from '../faults/step-freezer.ts';
import { makeMutant, mutantNames, mutated } from './mutants.ts';

test.each(mutantNames)(
  '%s: its text occurs once in the program, and its copy is removed afterwards',
  async (name) => {
    const mutant = await makeMutant(name);
    const main = join(mutant.folder, 'subgraphs/circulation/main.ts');
    expect((await stat(main)).isFile()).toBe(true);
    await mutant[Symbol.asyncDispose]();
    await expect(stat(main)).rejects.toThrow('ENOENT');
  },
);

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

test('a mutant has all files that it needs', async () => {
  await using mutant = await makeMutant('no-epoch');
  await using replica = run('subgraphs/circulation/main.ts', {}, [], mutant.folder);
  expect(await replica.exit).toBe(1);
  expect(replica.output.stderr).toContain('SUBGRAPH_SECRET');
});

test.each([sendingCheckOut, askingForEpoch, reservingPlace])(
  'the step at $text is one line of $file',
  async ({ file, text }) => {
    const lines = (await readFile(join(import.meta.dirname, '../../..', file), 'utf8')).split('\n');
    expect(lines.filter((line) => line.includes(text))).toHaveLength(1);
  },
);
