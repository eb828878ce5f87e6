import { expect, test } from 'vitest';
import type { CallClass } from '../../../platform/priority/call-classes.ts';
import { askGraph } from '../../support/graph/ask-graph.ts';
import { mutationOf } from '../../support/mutation.ts';
import { findPostgres } from '../../support/postgres.ts';
import { startWholeGraph, type WholeGraph } from '../../support/services/whole-graph.ts';
import { holdLock } from '../../support/set-up/held-lock.ts';

const server = await findPostgres();
const reason = 'reason' in server ? server.reason : null;
await server[Symbol.asyncDispose]();
if (reason !== null) {
  process.stderr.write(`waiting for connections to the journal is not tested: ${reason}\n`);
}

const checkIn = mutationOf('checkIn', 'operation { state } problems { code }');
const checkInInput = () => ({ input: { reference: crypto.randomUUID(), itemNumber: '31852000000494' } });

async function askAs(graph: WholeGraph, scope: string) {
  const token = await graph.issuer.sign({ subject: `somebody with ${scope}`, scope }, 600);
  return (query: string, variables: object = {}) => askGraph(graph.origin, query, { token, variables });
}

/** The number of calls of each class that wait for a connection of *circulation* to the journal. */
async function waiting({ services }: WholeGraph): Promise<Partial<Record<CallClass, number>>> {
  const text = await (await fetch(`${services.circulation.origin}/metrics`)).text();
  const lines = text.matchAll(/^db_client_connection_pending_requests\{call_class="(\w+)"\} (\d+)$/gm);
  return Object.fromEntries(Array.from(lines, ([, callClass, count]) => [callClass, Number(count)]));
}

test.skipIf(reason !== null)(
  'a request waits for a connection to the journal in its own class',
  { timeout: 120_000 },
  async () => {
    await using graph = await startWholeGraph({ JOURNAL_CONNECTIONS: '2' });
    const station = await askAs(graph, 'station');
    const staff = await askAs(graph, 'circulation:read');
    const requests = () => [
      ...[1, 2, 3, 4].map(() => station(checkIn, checkInInput())),
      station('{ operation(reference: "none") { state } }'),
      staff('{ undeliveredNotices(first: 10) { edges { node { kind } } } }'),
    ];
    const answers = async () => (await Promise.all(requests())).map(({ errors }) => errors);
    await expect.poll(answers, { timeout: 60_000 }).toEqual(new Array(6).fill(undefined));

    const tables = 'patron_graph.operations, patron_graph.notices';
    const lock = await holdLock(graph.database, `begin; lock table ${tables} in access exclusive mode`);
    try {
      const held = requests();
      const isWaiting = async () => {
        const { lending = 0, reader = 0, staff: lists = 0, anonymous } = await waiting(graph);
        return { lending: lending > 0, reader: reader > 0, lists: lists > 0, anonymous };
      };
      const expected = { lending: true, reader: true, lists: true, anonymous: 0 };
      await expect.poll(isWaiting, { timeout: 30_000, interval: 50 }).toEqual(expected);
      await lock[Symbol.asyncDispose]();
      await Promise.all(held);
    } finally {
      await lock[Symbol.asyncDispose]();
    }
    await expect.poll(answers, { timeout: 60_000 }).toEqual(new Array(6).fill(undefined));
  },
);
