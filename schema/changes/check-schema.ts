/** `npm run --silent check:schema`: says which clients a change of the schema breaks. */
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import type { Logger } from 'pino';
import { runCommand } from '../../platform/commands/run-command.ts';
import { breakingChanges } from './breaking-changes.ts';
import { shippedOperations } from './checked-operations.ts';
import { type BrokenClient, type Judgement, judgeChanges } from './judge-changes.ts';
import { readClientSchema } from './read-schema.ts';
import { noUsage, readUsage } from './read-usage.ts';

const usage = `Usage: npm run --silent check:schema -- --against FILE [OPTION ...]

Compares a schema with the one that clients know, and says which change breaks which client. Each file has a supergraph,
or the schema that clients see.

  --against FILE     the schema that clients know: the one that is served
  --schema FILE      the schema that is to be served (default: schema/supergraph.graphql)
  --documents DIR    the documents that clients have shipped: the folder of the manifests of trusted documents
  --usage DATABASE   what gateways have recorded in 90 days: the URL of a PostgreSQL, or a file of SQLite. Give the
                     password in PGPASSWORD or ~/.pgpass
  --help             print this

Ends with 0 if no client breaks, with 1 if one does, and with 2 if the command or a file is wrong. Without documents and
usage every breaking change counts, because nobody is known.
`;

interface Arguments {
  readonly against: string;
  readonly schema: string;
  readonly documents: string | undefined;
  readonly database: string | undefined;
}

function parse(args: string[]): Arguments | null {
  const text = { type: 'string' } as const;
  const options = {
    against: text,
    schema: text,
    documents: text,
    usage: text,
    help: { type: 'boolean' },
  } as const;
  const { against, schema, documents, usage: database, help } = parseArgs({ args, options }).values;
  if (help) {
    return null;
  }
  if (against === undefined) {
    throw new Error('--against is missing.');
  }
  const own = fileURLToPath(new URL('../supergraph.graphql', import.meta.url));
  return { against, schema: schema ?? own, documents, database };
}

async function run({ against, schema, documents, database }: Arguments, log: Logger): Promise<number> {
  const [known, next] = await Promise.all([readClientSchema(against), readClientSchema(schema)]);
  const changes = await breakingChanges(known.sdl, next.sdl);
  const shipped = documents === undefined ? [] : await shippedOperations(documents);
  const recorded = database === undefined ? noUsage : await readUsage(database, log);
  const judgement = judgeChanges(
    changes,
    { before: known.schema, after: next.schema },
    { shipped, recorded },
  );
  const isNobodyKnown = documents === undefined && database === undefined;
  const lines = linesOf(judgement, isNobodyKnown);
  process.stdout.write(lines.map((line) => `${line.replace(/\p{C}/gu, '?')}\n`).join(''));
  return lines.some((line) => line.startsWith('BREAKS')) ? 1 : 0;
}

function linesOf({ changes, invalid }: Judgement, isNobodyKnown: boolean): readonly string[] {
  const clients = [...changes.flatMap((change) => change.clients), ...invalid].map(({ client }) => client);
  return [
    ...changes.flatMap((change) => [
      `${isNobodyKnown || change.clients.length > 0 ? 'BREAKS' : 'unused'}  ${change.message}`,
      ...change.clients.map(lineOf),
    ]),
    ...(invalid.length === 0 ? [] : ['BREAKS  Documents that become invalid for another reason']),
    ...invalid.map(({ client, label, problem }) => `  ${client}: ${label}: ${problem}`),
    summaryOf(changes.length, new Set(clients).size, isNobodyKnown),
  ];
}

/** The maximum number of operations that are named for each client. */
const maxNamed = 10;

function lineOf({ client, recorded, operations }: BrokenClient): string {
  const named = operations.slice(0, maxNamed).join(', ');
  const more = operations.length > maxNamed ? ` and ${operations.length - maxNamed} more` : '';
  const requests =
    recorded === null ? '' : `${counted(recorded.requests, 'request')} until ${recorded.lastDay}`;
  const source = recorded === null ? 'shipped' : 'recorded';
  return `  ${client} (${source}): ${[requests, `${named}${more}`].filter((text) => text !== '').join('; ')}`;
}

function summaryOf(changes: number, clients: number, isNobodyKnown: boolean): string {
  if (changes === 0 && clients === 0) {
    return 'Nothing breaks a client.';
  }
  const count = counted(changes, 'breaking change');
  return isNobodyKnown
    ? `${count}. Which clients break is known with --documents or --usage.`
    : `${count}, ${clients === 0 ? 'no client breaks' : `${counted(clients, 'client')} ${clients === 1 ? 'breaks' : 'break'}`}.`;
}

const counted = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? '' : 's'}`;

await runCommand({ usage, parse, run, failureCode: 2 });
