import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openSqliteJournal } from '../../../store/journal/sqlite/index.ts';
import { secret } from '../../support/journal-secret.ts';
import { run } from '../../support/processes.ts';
import { openTemporaryFolder } from '../../support/set-up/temporary-folder.ts';

test('an operator who opens the places is told until when, in Hong Kong time', async () => {
  await using folder = await openTemporaryFolder();
  await using journal = await openSqliteJournal({ secret, path: join(folder.path, 'journal.sqlite') });
  await using command = run('subgraphs/places/main.ts', { DATA_DIR: folder.path }, [
    ...['--operator', 'an operator', '--reason', 'a drill', '--minutes', '5'],
  ]);
  expect(await command.exit, command.output.stderr).toBe(0);
  const [, until = ''] = /^Places are reserved until (\S+), /.exec(command.output.stdout) ?? [];
  expect(until).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+08:00$/);
  const leftMs = Date.parse(until) - (await journal.now()).getTime();
  expect(leftMs).toBeGreaterThan(4 * 60_000);
  expect(leftMs).toBeLessThanOrEqual(5 * 60_000);
});
