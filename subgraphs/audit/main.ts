/**
 * Lists who has read personal data of a patron or an application, and who has changed data of a patron (R27): `npm run
 * --silent audit -- --patron P0000001`. It can also write all audit records continuously.
 */
import { parseArgs } from 'node:util';
import type { Logger } from 'pino';
import { runCommand } from '../../platform/commands/run-command.ts';
import { textTable } from '../../platform/commands/text-table.ts';
import type { ChangeAudit, ReadingAudit } from '../../store/journal/port.ts';
import { openJournalToRead } from '../open-journal-to-read.ts';
import { followAudit } from './follow.ts';
import { tableOf } from './table.ts';

const usage = `Usage: npm run --silent audit -- --patron NUMBER | --application NUMBER | --colleagues | --follow FILE

Lists who has opened the record or the loans of a patron, read their whole identity number, found them by an identity
document, looked up their operations, or changed their record or cards; or who has read the numbers that an application
bears. One line for each reading and each field changed, the oldest first. A change is listed by the name of the field,
never its value: of a card as in credential.status. Nothing is listed of a patron who was erased.

  --patron NUMBER        as in P0000001
  --application NUMBER   as in A0000001
  --colleagues           the members of staff who have read data of the most patrons within the last hour
  --follow FILE          writes every entry as a line of JSON, and goes on as the audit grows, until it is stopped. FILE
                         keeps how far it is, so that the next run goes on there. An entry comes a minute after it was made.
                         To syslog: … --follow FILE | logger --tag patron-graph-audit
  --help                 this

DATABASE_URL      the PostgreSQL in which all processes keep their operations; else
DATA_DIR          the folder of the one process that keeps them in a file (.data)
JOURNAL_SECRET    opens them; in DATA_DIR the key beside the file, where it is not set

Ends with 0; with 1 where the audit can't be read, and with 2 where the command is not understood.
`;

/** The journal returns at most this many audit records of readings, and of changes, in one call. */
const maxEntries = 10_000;

/** The maximum number of members of staff in the list of `--colleagues`. */
const maxColleagues = 20;

type Subject = { readonly patronId: string } | { readonly applicationId: string };
type Task = Subject | { readonly positionFile: string } | 'colleagues';

/**
 * The task that the arguments name. Null for `--help`.
 * @throws Error whose message says what is wrong with the arguments.
 */
function taskOf(args: string[]): Task | null {
  const { values } = parseArgs({
    args,
    options: {
      patron: { type: 'string' },
      application: { type: 'string' },
      colleagues: { type: 'boolean' },
      follow: { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  });
  const { help, patron: patronId, application: applicationId, colleagues, follow: positionFile } = values;
  if (help) {
    return null;
  }
  const given = [patronId, applicationId, colleagues, positionFile].filter((value) => value !== undefined);
  if (given.length !== 1) {
    throw new Error('Give --patron, --application, --colleagues or --follow, and only one of them.');
  }
  if (colleagues) {
    return 'colleagues';
  }
  if (positionFile !== undefined) {
    return { positionFile };
  }
  if (applicationId !== undefined) {
    if (/^[\w-]{1,64}$/.test(applicationId)) {
      return { applicationId };
    }
    throw new Error('--application takes the number of an application, as in A0000001.');
  }
  if (patronId === undefined || !/^P[0-9]{7}$/.test(patronId)) {
    throw new Error('--patron takes a patron number, as in P0000001.');
  }
  return { patronId };
}

async function run(task: Task, log: Logger): Promise<number> {
  await using journal = await openJournalToRead(process.env, log, 'with secrets');
  if (task === 'colleagues') {
    const busiest = await journal.busiestColleagues(maxColleagues);
    const rows = busiest.map(({ subject, clientId, patrons }) => [subject, clientId ?? '-', String(patrons)]);
    process.stdout.write(
      rows.length === 0
        ? 'Nobody has read data of a patron within the last hour.\n'
        : textTable(['colleague', 'client', 'patrons'], rows),
    );
    return 0;
  }
  if ('positionFile' in task) {
    const stopping = new AbortController();
    for (const name of ['SIGINT', 'SIGTERM'] as const) {
      process.once(name, () => stopping.abort());
    }
    await followAudit(journal, { ...task, write: writeOut, signal: stopping.signal });
    return 0;
  }
  return await list(task, journal);
}

/** Writes the lines to standard output. Rejects if the output was closed. */
const writeOut = (lines: string): Promise<void> =>
  new Promise((resolve, reject) => {
    process.stdout.write(lines, (error) => (error == null ? resolve() : reject(error)));
  });

async function list(subject: Subject, journal: ReadingAudit & ChangeAudit): Promise<number> {
  const { readings, changes, nobody } =
    'patronId' in subject
      ? {
          readings: await journal.readingsOfPatron(subject.patronId, maxEntries),
          changes: await journal.changesOfPatron(subject.patronId, maxEntries),
          nobody: `Nobody has opened the record or the loans of ${subject.patronId}, looked them up, or changed the record or a card.`,
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

await runCommand({ usage, parse: taskOf, run, failureCode: 1 });
