import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openSqliteJournal } from '../../../store/journal/sqlite/index.ts';
import { secret } from '../../support/journal-secret.ts';
import { openTemporaryFolder } from '../../support/set-up/temporary-folder.ts';

const source = new URL('../../../store/sqlite/hold-file.ts', import.meta.url).href;

/** A process that holds the file until it is killed. */
async function startHolder(path: string): Promise<AsyncDisposable> {
  const program = `
    const { holdFile } = await import('${source}');
    globalThis.held = holdFile('${path}', 'npm start');
    console.log('held');
    setInterval(() => globalThis.held, 1_000);`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', program], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const exit = once(child, 'exit');
  await Promise.race([once(child.stdout, 'data'), exit]);
  return {
    async [Symbol.asyncDispose]() {
      child.kill('SIGKILL');
      await exit;
    },
  };
}

test('a second process is told who holds the file, and gets it when that process was killed', {
  timeout: 20_000,
}, async () => {
  await using folder = await openTemporaryFolder();
  const path = join(folder.path, 'journal.sqlite');
  const open = () => openSqliteJournal({ path, secret, holder: 'npm run replace-data-key' });
  {
    await using _holder = await startHolder(path);
    await expect(open()).rejects.toThrow(/journal\.sqlite is in use by npm start, process \d+ on \S+, since/);
    // A command that only reads, or adds an audited line, is not refused.
    await using reader = await openSqliteJournal({ path, secret });
    await reader.ping();
  }
  await using journal = await open();
  await journal.ping();
});
