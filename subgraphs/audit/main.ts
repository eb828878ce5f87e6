/** Who has read what of a patron's identity (R27): `npm run --silent audit -- --patron P0000001`. */
import { existsSync } from 'node:fs';
import { parseArgs } from 'node:util';
import type { JournalDatabase } from '../../adapters/journal/port.ts';
import { openPostgresJournal } from '../../adapters/journal/postgres.ts';
import { openSqliteJournal } from '../../adapters/journal/sqlite.ts';
import { journalFileIn, readOperationsConfig } from '../operations-config.ts';
import { tableOf } from './table.ts';

const usage = `Usage: npm run --silent audit -- --patron NUMBER

Lists who has read the whole identity number of a patron, or found the patron by an identity document: one line for each
reading, the oldest first.

  --patron NUMBER   as in P0000001
  --help            this

DATABASE_URL      the PostgreSQL in which all processes keep their operations; else
DATA_DIR          the folder of the one process that keeps them in a file (.data)

Ends with 0; with 1 where the readings can't be had, and with 2 where the command is not understood.
`;

/** Readings that are listed: the journal tells no more at once. */
const most = 10_000;

/** Null where only help is wanted. Throws what is wrong with the arguments. */
function patronOf(args: string[]): string | null {
  const { values } = parseArgs({
    args,
    options: { patron: { type: 'string' }, help: { type: 'boolean', default: false } },
  });
  if (values.help) return null;
  if (values.patron === undefined) throw new Error('--patron is wanted.');
  if (!/^P[0-9]{7}$/.test(values.patron)) throw new Error('--patron takes a patron number, as in P0000001.');
  return values.patron;
}

/** A file is not made where there is none: that nothing was read would be a false answer. */
async function openJournal(env: NodeJS.ProcessEnv): Promise<JournalDatabase> {
  const { databaseUrl } = readOperationsConfig(env);
  if (databaseUrl !== null) return await openPostgresJournal({ url: databaseUrl.href });
  const path = journalFileIn(env.DATA_DIR || '.data');
  if (!existsSync(path)) {
    throw new Error(`There is no journal at ${path}: set DATA_DIR, or DATABASE_URL.`);
  }
  return await openSqliteJournal({ path });
}

async function list(patronId: string): Promise<void> {
  await using journal = await openJournal(process.env);
  const readings = await journal.readingsOf(patronId, most);
  process.stdout.write(
    readings.length === 0 ? `Nobody has read the identity of ${patronId}.\n` : tableOf(readings),
  );
  if (readings.length === most) process.stderr.write(`Only the first ${most} are listed.\n`);
}

const say = (error: unknown): string => (error instanceof Error ? error.message : String(error));

try {
  const patronId = patronOf(process.argv.slice(2));
  if (patronId === null) process.stdout.write(usage);
  else {
    await list(patronId).catch((error: unknown) => {
      process.stderr.write(`${say(error)}\n`);
      process.exitCode = 1;
    });
  }
} catch (error) {
  process.stderr.write(`${say(error)}\n\n${usage}`);
  process.exitCode = 2;
}
