/**
 * A command for operators: lets loans and holds begin before the journal is compared with circulation again, for
 * example after a restore. `npm run --silent open-places`
 */
import { parseArgs } from 'node:util';
import type { Logger } from 'pino';
import { runCommand } from '../../platform/commands/run-command.ts';
import { hongKongInstant } from '../library/calendar.ts';
import { openJournalToRead } from '../open-journal-to-read.ts';

const maxMinutes = 24 * 60;
/** The maximum length of the reason, in characters. The journal has the same limit. */
const maxReason = 500;

const usage = `Usage: npm run --silent open-places -- --operator NAME --reason TEXT [--minutes N]

Lets items be lent and reserved although the journal is not compared with circulation: after the database was restored or promoted,
or while another database is in use, too. A patron may then get more than ten loans. Read npm run books first: docs/runbook.md says
when this is right. It ends by itself, and when the database server is started or replaced.

  --operator NAME   who decides this; kept for ever
  --reason TEXT     why, in at most ${maxReason} characters; kept for ever
  --minutes N       for how long, 1 to ${maxMinutes} (60)
  --help            this

DATABASE_URL      the PostgreSQL in which all processes keep their operations; else
DATA_DIR          the folder of the one process that keeps them in a file (.data)

Ends with 0 where places are open, and with 2 in case of trouble.
`;

interface Opening {
  readonly operator: string;
  readonly reason: string;
  readonly minutes: number;
}

/** Parses the arguments. Null for `--help`. @throws Error whose message says which argument is wrong */
function parse(args: string[]): Opening | null {
  const { values } = parseArgs({
    args,
    options: {
      operator: { type: 'string' },
      reason: { type: 'string' },
      minutes: { type: 'string', default: '60' },
      help: { type: 'boolean' },
    },
  });
  if (values.help) {
    return null;
  }
  const { operator = '', reason = '' } = values;
  const minutes = Number(values.minutes);
  if (operator === '' || reason === '' || reason.length > maxReason) {
    throw new Error(`--operator and --reason are needed, and --reason may have ${maxReason} characters`);
  }
  if (!Number.isInteger(minutes) || minutes < 1 || minutes > maxMinutes) {
    throw new Error(`--minutes is ${values.minutes}, but must be a whole number from 1 to ${maxMinutes}`);
  }
  return { operator, reason, minutes };
}

async function open({ operator, reason, minutes }: Opening, log: Logger): Promise<number> {
  await using journal = await openJournalToRead(process.env, log);
  const endsAt = await journal.openPlaces({ operator, reason, forMs: minutes * 60_000 });
  process.stdout.write(`Places are reserved until ${hongKongInstant(endsAt)}, whatever the books say.\n`);
  return 0;
}

await runCommand({ usage, parse, run: open, failureCode: 2 });
