/** Lists the differences between the journal and circulation: `npm run --silent books`. */
import { parseArgs } from 'node:util';
import type { Logger } from 'pino';
import { openJournalToRead } from '../open-services.ts';
import { runCommand } from '../runtime/commands/run-command.ts';
import { tableOf } from './table.ts';

const usage = `Usage: npm run --silent books

Lists the operations about which the journal and circulation don't agree, as found in the last 100 days; the latest first. No line
has anything of a person. The process that follows circulation's feed of events finds them, and raises an alarm for each.
docs/runbook.md says what to do.

  --help                 this

DATABASE_URL      the PostgreSQL in which all processes keep their operations; else
DATA_DIR          the folder of the one process that keeps them in a file (.data)

Ends with 0 where they agree, with 1 where anything is listed, and with 2 in case of trouble.
`;

/** The maximum number of findings that the journal returns in one call. */
const maxFindings = 10_000;

async function list(_given: object, log: Logger): Promise<number> {
  await using journal = await openJournalToRead(process.env, log);
  const findings = await journal.latestFindings(maxFindings);
  if (findings.length === 0) {
    process.stdout.write('Nothing was found that does not agree.\n');
    return 0;
  }
  process.stdout.write(tableOf(findings));
  if (findings.length === maxFindings) {
    process.stderr.write(`Only the latest ${maxFindings} are listed.\n`);
  }
  return 1;
}

await runCommand({
  usage,
  parse: (args) => (parseArgs({ args, options: { help: { type: 'boolean' } } }).values.help ? null : {}),
  run: list,
  failureCode: 2,
});
