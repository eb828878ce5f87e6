/**
 * `npm run --silent plans`: reports which operations need more or fewer requests, or another cost, in another supergraph.
 */
import { readFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import type { Logger } from 'pino';
import { runCommand } from '../../platform/commands/run-command.ts';
import { textTable } from '../../platform/commands/text-table.ts';
import { messageOf } from '../../platform/lifecycle/message-of.ts';
import { type CheckedOperation, recordedOperations, shippedOperations } from './checked-operations.ts';
import { type ChangedPlan, comparePlans, figureNames } from './compare-plans.ts';
import { type PlanOperation, plansOver } from './operation-figures.ts';
import { readUsage } from './read-usage.ts';

const usage = `Usage: npm run --silent plans -- --from FILE --to FILE [OPTION ...]

Plans the operations of clients over two supergraphs, and says which of them change in requests to subgraphs, in depth
(requests that wait for one another) or in cost. Everything with @skip and @include is asked for, progressive overrides
are on, and a list whose size is a variable counts as 10 items.

  --from FILE        the supergraph that is served
  --to FILE          the supergraph that is to be served
  --documents DIR    the documents that clients have shipped: the folder of the manifests of trusted documents
  --usage DATABASE   the operations that gateways have recorded in 90 days: the URL of a PostgreSQL, or a file of
                     SQLite. Give the password in PGPASSWORD or ~/.pgpass
  --help             print this

Ends with 0, with 1 if an operation can't be planned any more, and with 2 if the command or a file is wrong.
`;

interface Arguments {
  readonly from: string;
  readonly to: string;
  readonly documents: string | undefined;
  readonly database: string | undefined;
}

function parse(args: string[]): Arguments | null {
  const text = { type: 'string' } as const;
  const options = { from: text, to: text, documents: text, usage: text, help: { type: 'boolean' } } as const;
  const { from, to, documents, usage: database, help } = parseArgs({ args, options }).values;
  if (help) {
    return null;
  }
  if (from === undefined || to === undefined) {
    throw new Error('--from or --to is missing.');
  }
  if (documents === undefined && database === undefined) {
    throw new Error('Give --documents or --usage, or both.');
  }
  return { from, to, documents, database };
}

async function run({ from, to, documents, database }: Arguments, log: Logger): Promise<number> {
  const [before, after] = await Promise.all([openPlans(from), openPlans(to)]);
  const operations: readonly CheckedOperation[] = [
    ...(documents === undefined ? [] : await shippedOperations(documents)),
    ...(database === undefined ? [] : recordedOperations(await readUsage(database, log))),
  ];
  const changed = await comparePlans(operations, before, after);
  if (changed.length > 0) {
    process.stdout.write(textTable(['client', 'operation', ...figureNames, ''], changed.map(rowOf)));
  }
  process.stdout.write(`${changed.length} of ${operations.length} operations change.\n`);
  return changed.some((plan) => 'problem' in plan.after) ? 1 : 0;
}

async function openPlans(file: string): Promise<PlanOperation> {
  const sdl = await readFile(file, 'utf8');
  try {
    return plansOver(sdl);
  } catch (error) {
    throw new Error(`${file} can't be used: ${messageOf(error)}`);
  }
}

function rowOf({ client, label, before, after }: ChangedPlan): readonly string[] {
  const figures = figureNames.map((name) => {
    const [was, is] = [before, after].map((plan) =>
      'figures' in plan ? String(plan.figures[name] ?? '?') : '-',
    );
    return was === is ? `${is}` : `${was} → ${is}`;
  });
  const problem =
    'problem' in after
      ? `can't be planned any more: ${after.problem}`
      : 'problem' in before
        ? "couldn't be planned before"
        : '';
  return [client, label, ...figures, problem];
}

await runCommand({ usage, parse, run, failureCode: 2 });
