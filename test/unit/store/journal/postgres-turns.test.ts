/** The order in which requests get a connection to PostgreSQL when all connections are in use. */
import { Client } from 'pg';
import { afterAll, describe, expect, test } from 'vitest';
import { type CallClass, callClasses } from '../../../../platform/priority/call-classes.ts';
import { withinRequest } from '../../../../platform/telemetry/request-scope.ts';
import { openPostgresJournal } from '../../../../store/journal/postgres/index.ts';
import { StoreUnavailable } from '../../../../store/store-unavailable.ts';
import { secret } from '../../../support/journal-secret.ts';
import { findPostgres, type PostgresServer } from '../../../support/postgres.ts';
import { skipSuite } from '../../../support/suites/skip-suite.ts';

const server = await findPostgres();
afterAll(() => server[Symbol.asyncDispose]());

if ('reason' in server) {
  skipSuite('PostgreSQL', server.reason);
} else {
  describe('PostgreSQL', () => suite(server));
}

/**
 * A journal with `maxConnections` connections. A lock on its operations makes every lookup of an operation keep its
 * connection.
 */
async function openLocked(server: PostgresServer, maxConnections: number) {
  await using opening = new AsyncDisposableStack();
  const database = opening.use(await server.createDatabase());
  const journal = opening.use(await openPostgresJournal({ ...database, secret, maxConnections }));
  const holder = new Client(database.url);
  await holder.connect();
  opening.defer(() => holder.end());
  await holder.query('begin; lock table patron_graph.operations in access exclusive mode');
  const order: string[] = [];
  const ask = async (callClass: CallClass, name: string = callClass) => {
    try {
      await journal.forClass(callClass).findById('no operation');
      order.push(name);
    } catch (error) {
      order.push(error instanceof StoreUnavailable ? `${name}: ${error.message}` : String(error));
    }
  };
  const resources = opening.move();
  return {
    journal,
    order,
    ask,
    unlock: () => holder.query('rollback'),
    [Symbol.asyncDispose]: () => resources.disposeAsync(),
  };
}

function suite(server: PostgresServer): void {
  test('a connection that comes free goes to lending before readers, staff and searches, whoever came first', async () => {
    await using locked = await openLocked(server, 1);
    const { journal, order, ask, unlock } = locked;
    const asked = [ask('staff', 'the first')];
    for (const callClass of [...callClasses].reverse()) {
      asked.push(ask(callClass));
    }
    asked.push(ask('lending', 'a later check-out'));
    await expect
      .poll(() => journal.connections()?.waiting)
      .toEqual({
        lending: 2,
        reader: 1,
        staff: 1,
        anonymous: 1,
        background: 1,
        live: 1,
      });
    await unlock();
    await Promise.all(asked);
    expect(order).toEqual([
      'the first',
      'lending',
      'a later check-out',
      'reader',
      'staff',
      'anonymous',
      'background',
      'live',
    ]);
    expect(journal.connections()).toMatchObject({ used: 0, idle: 1, waiting: { lending: 0 }, max: 1 });
  });

  test('a flood of lists takes half of the connections, and lending has the rest', async () => {
    await using locked = await openLocked(server, 4);
    const { journal, order, ask, unlock } = locked;
    const flood = Array.from({ length: 20 }, () => ask('staff'));
    await expect.poll(() => journal.connections()?.used).toBe(2);
    // A ping needs no locked table.
    await journal.ping();
    expect(order).toEqual([]);
    expect(journal.connections()?.waiting).toMatchObject({ staff: 18 });
    await unlock();
    await Promise.all(flood);
    expect(order).toEqual(new Array(20).fill('staff'));
  });

  test('the callers of a class have their turns, and one connection is kept for a caller who has none', async () => {
    await using locked = await openLocked(server, 8);
    const { journal, order, ask, unlock } = locked;
    const askAs = (caller: string) => withinRequest({ requestId: null, caller }, () => ask('staff', caller));
    const flood = Array.from({ length: 6 }, () => askAs('A'));
    await expect.poll(() => journal.connections()?.used).toBe(3);
    const others = [askAs('B'), askAs('C')];
    await expect.poll(() => journal.connections()?.used).toBe(4);
    await unlock();
    await Promise.all([...flood, ...others]);
    expect(order.indexOf('C')).toBeLessThan(7);
    expect(order).toHaveLength(8);
  });

  test('whoever has had no connection for two seconds is told so, and has no turn any more', async () => {
    await using locked = await openLocked(server, 1);
    const { journal, order, ask, unlock } = locked;
    const first = ask('staff', 'the first');
    const tooLate = ask('reader');
    await tooLate;
    expect(order).toEqual(['reader: journal: PostgreSQL: no connection was free within 2000 ms']);
    await unlock();
    await first;
    await ask('background');
    expect(order.slice(1)).toEqual(['the first', 'background']);
    expect(journal.connections()?.waiting).toMatchObject({ reader: 0 });
  });
}
