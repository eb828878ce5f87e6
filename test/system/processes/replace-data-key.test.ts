import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openSqliteJournal } from '../../../store/journal/sqlite/index.ts';
import { journalFileIn } from '../../../subgraphs/runtime/operations-config.ts';
import { run } from '../../support/processes.ts';
import { openedForTests } from '../../support/set-up/opened-for-tests.ts';
import { openTemporaryFolder } from '../../support/set-up/temporary-folder.ts';

const data = openedForTests(openTemporaryFolder);

const text = 'a secret of thirty-two characters';
const secret = new TextEncoder().encode(text);

/** Runs the command for the data in this folder. */
async function replace(folder: string, ...args: string[]) {
  await using process = run('subgraphs/rekey/main.ts', { DATA_DIR: folder, JOURNAL_SECRET: text }, args);
  return { exit: await process.exit, ...process.output };
}

test('replaces the data key, and the journal opens with the same secret', async () => {
  const open = () => openSqliteJournal({ path: journalFileIn(data.path), secret });
  let before: Uint8Array;
  {
    await using journal = await open();
    before = journal.keys.fingerprintKey;
    await journal.keys.agreeOnPseudonymKey({ key: secret, isConfigured: true });
  }
  expect(await replace(data.path)).toEqual({
    exit: 0,
    stdout: 'The journal is encrypted with a new data key.\n',
    stderr: '',
  });
  await using journal = await open();
  expect(journal.keys.fingerprintKey).not.toEqual(before);
});

test('says why it can’t, and prints its usage', async () => {
  const missing = await replace(join(data.path, 'elsewhere'));
  expect(missing).toMatchObject({ exit: 1, stdout: '' });
  expect(missing.stderr).toMatch(/^There is no journal at /);
  const misunderstood = await replace(data.path, '--force');
  expect(misunderstood).toMatchObject({ exit: 2, stdout: '' });
  expect(misunderstood.stderr).toContain('Usage: npm run --silent replace-data-key');
});
