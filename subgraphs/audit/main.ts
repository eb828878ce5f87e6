/**
 * Lists who has read personal data of a patron or an application, and who has changed data of a patron (R27):
 * `npm run --silent audit -- --patron P0000001`.
 */
import { parseArgs } from 'node:util';
import type { Logger } from 'pino';
import { openJournalToRead } from '../open-services.ts';
import { runCommand } from '../runtime/commands/run-command.ts';
import { tableOf } from './table.ts';

const usage = `Usage: npm run --silent audit -- --patron NUMBER | --application NUMBER

Lists who has read the whole identity number of a patron, found the patron by an identity document, looked up the patron's
operations, or changed the patron's record or cards; or who has read the numbers that an application bears. One line for each
reading and each field changed, the oldest first. A change is listed by the name of the field, never its value: of a card as
in credential.status.

  --patron NUMBER        as in P0000001
  --application NUMBER   as in A0000001
  --help                 this

DATABASE_URL      the PostgreSQL in which all processes keep their operations; else
DATA_DIR          the folder of the one process that keeps them in a file (.data)

Ends with 0; with 1 where the audit can't be read, and with 2 where the command is not understood.
`;

/** The maximum number of readings, and the most changes, that the journal returns in one call. */
const maxEntries = 10_000;

/** The patron or the application whose audit is listed. */
type Subject = { readonly patronId: string } | { readonly applicationId: string };

/**
 * The patron or application that the arguments name. Null for `--help`.
 * @throws Error whose message says what is wrong with the arguments.
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

async function list(subject: Subject, log: Logger): Promise<number> {
  await using journal = await openJournalToRead(process.env, log);
  const { readings, changes, nobody } =
    'patronId' in subject
      ? {
          readings: await journal.readingsOfPatron(subject.patronId, maxEntries),
          changes: await journal.changesOfPatron(subject.patronId, maxEntries),
          nobody: `Nobody has read the identity of ${subject.patronId}, looked up their operations, or changed the record or a card.`,
        }
      : {
          readings: await journal.readingsOfApplication(subject.applicationId, maxEntries),
          changes: [],
          nobody: `Nobody has read the numbers of application ${subject.applicationId}.`,
        };
  const isEmpty = readings.length === 0 && changes.length === 0;
  process.stdout.write(isEmpty ? `${nobody}\n` : tableOf(readings, changes));
  if (readings.length === maxEntries || changes.length === maxEntries) {
    process.stderr.write(`Only the first ${maxEntries} readings and changes are listed.\n`);
  }
  return 0;
}

await runCommand({ usage, parse: subjectOf, run: list, failureCode: 1 });
