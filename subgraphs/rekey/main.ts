/**
 * Encrypts the whole journal again, with a new data key: `npm run --silent replace-data-key`. docs/runbook.md says when
 * to run it.
 */
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { Logger } from 'pino';
import { runCommand } from '../../platform/commands/run-command.ts';
import { openClientTls } from '../../platform/tls/client.ts';
import type { JournalDatabase } from '../../store/journal/port.ts';
import { openPostgresJournal } from '../../store/journal/postgres/index.ts';
import { openSqliteJournal } from '../../store/journal/sqlite/index.ts';
import { journalFileIn, readOperationsConfig } from '../runtime/operations-config.ts';
import { required } from '../runtime/start.ts';

const usage = `Usage: npm run --silent replace-data-key

Makes a new data key, and encrypts everything in the journal again with it. To change JOURNAL_SECRET this is not needed: only
where somebody may have learnt the data key, or a secret of before that was used as one. Stop all other processes first. It is
refused while an operation is unsettled. Afterwards a repeated reference is refused as if it had another input, and receipts of
earlier applications open nothing.

DATABASE_URL      the PostgreSQL in which all processes keep their operations; else
DATA_DIR          the folder of the one process that keeps them in a file (.data)
JOURNAL_SECRET    seals the new data key; in DATA_DIR the key beside the file, where it is not set

Ends with 0; with 1 where the data key can't be replaced, and with 2 where the command is not understood.
`;

/** Replaces the data key. If this fails, rejects with an Error whose message gives the reason. */
async function replaceDataKey(env: NodeJS.ProcessEnv, log: Logger): Promise<JournalDatabase> {
  const { databaseUrl, databaseTls, journalSecrets } = readOperationsConfig(env);
  if (databaseUrl !== null) {
    const { JOURNAL_SECRET } = required({ JOURNAL_SECRET: journalSecrets });
    const [secret, ...otherSecrets] = JOURNAL_SECRET;
    const tls = openClientTls(databaseTls, log);
    const url = databaseUrl.href;
    return await openPostgresJournal({ url, tls, secret, otherSecrets, replaceDataKey: true });
  }
  const dataDir = env.DATA_DIR || '.data';
  const path = journalFileIn(dataDir);
  if (!existsSync(path)) {
    throw new Error(`There is no journal at ${path}: set DATA_DIR, or DATABASE_URL.`);
  }
  const [secret, ...otherSecrets] = journalSecrets ?? [await readFile(join(dataDir, 'journal.key'))];
  const holder = 'npm run replace-data-key';
  return await openSqliteJournal({ path, secret, otherSecrets, replaceDataKey: true, holder });
}

await runCommand({
  usage,
  parse: (args) => (parseArgs({ args, options: { help: { type: 'boolean' } } }).values.help ? null : {}),
  async run(_given, log) {
    await using _journal = await replaceDataKey(process.env, log);
    process.stdout.write('The journal is encrypted with a new data key.\n');
    return 0;
  },
  failureCode: 1,
});
