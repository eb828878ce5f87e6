/** Lists who has read a patron's identity document, or an application's (R27): `npm run --silent audit -- --patron P0000001`. */
import { existsSync } from 'node:fs';
import { parseArgs } from 'node:util';
import type { JournalDatabase } from '../../adapters/journal/port.ts';
import { openPostgresJournal } from '../../adapters/journal/postgres/index.ts';
import { openSqliteJournal } from '../../adapters/journal/sqlite/index.ts';
import { journalFileIn, readOperationsConfig } from '../runtime/operations-config.ts';
import { tableOf } from './table.ts';

const usage = `Usage: npm run --silent audit -- --patron NUMBER | --application NUMBER

Lists who has read the whole identity number of a patron, or found the patron by an identity document, or who has read the
numbers that an application bears: one line for each reading, the oldest first.

  --patron NUMBER        as in P0000001
  --application NUMBER   as in A0000001
  --help                 this

DATABASE_URL      the PostgreSQL in which all processes keep their operations; else
DATA_DIR          the folder of the one process that keeps them in a file (.data)

Ends with 0; with 1 where the readings can't be had, and with 2 where the command is not understood.
`;

/** The journal returns no more than this at once. */
const maxReadings = 10_000;

/** What the readings are of. */
type Subject = { readonly patronId: string } | { readonly applicationId: string };

/**
 * Null for `--help`.
 * @throws Error that says what is wrong with the arguments.
 */
function subjectOf(args: string[]): Subject | null {
  const { values } = parseArgs({
    args,
    options: {
      patron: { type: 'string' },
      application: { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  });
  const { help, patron: patronId, application: applicationId } = values;
  if (help) {
    return null;
  }
  if (patronId !== undefined && applicationId !== undefined) {
    throw new Error('--patron or --application, not both.');
  }
  if (applicationId !== undefined) {
    if (/^[\w-]{1,64}$/.test(applicationId)) {
      return { applicationId };
    }
    throw new Error('--application takes the number of an application, as in A0000001.');
  }
  if (patronId === undefined) {
    throw new Error('--patron is wanted. For an application give --application.');
  }
  if (!/^P[0-9]{7}$/.test(patronId)) {
    throw new Error('--patron takes a patron number, as in P0000001.');
  }
  return { patronId };
}

/** A missing file is an error, and is not created: an empty journal would say that nobody has read anything. */
async function openJournal(env: NodeJS.ProcessEnv): Promise<JournalDatabase> {
  const { databaseUrl } = readOperationsConfig(env);
  if (databaseUrl !== null) {
    return await openPostgresJournal({ url: databaseUrl.href, secret: null });
  }
  const path = journalFileIn(env.DATA_DIR || '.data');
  if (!existsSync(path)) {
    throw new Error(`There is no journal at ${path}: set DATA_DIR, or DATABASE_URL.`);
  }
  return await openSqliteJournal({ path, secret: null });
}

async function list(subject: Subject): Promise<void> {
  await using journal = await openJournal(process.env);
  const [readings, what] =
    'patronId' in subject
      ? [await journal.readingsOfPatron(subject.patronId, maxReadings), `the identity of ${subject.patronId}`]
      : [
          await journal.readingsOfApplication(subject.applicationId, maxReadings),
          `the numbers of application ${subject.applicationId}`,
        ];
  process.stdout.write(readings.length === 0 ? `Nobody has read ${what}.\n` : tableOf(readings));
  if (readings.length === maxReadings) {
    process.stderr.write(`Only the first ${maxReadings} are listed.\n`);
  }
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

try {
  const subject = subjectOf(process.argv.slice(2));
  if (subject === null) {
    process.stdout.write(usage);
  } else {
    await list(subject).catch((error: unknown) => {
      process.stderr.write(`${messageOf(error)}\n`);
      process.exitCode = 1;
    });
  }
} catch (error) {
  process.stderr.write(`${messageOf(error)}\n\n${usage}`);
  process.exitCode = 2;
}
