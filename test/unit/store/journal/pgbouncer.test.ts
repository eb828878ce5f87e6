/** The journal behind PgBouncer in transaction mode. Each transaction may use another session of the server. */
import { Client } from 'pg';
import { afterAll, describe, expect, test } from 'vitest';
import { outcomeOf } from '../../../../store/journal/port.ts';
import { openPostgresJournal } from '../../../../store/journal/postgres/index.ts';
import { always, begun, epochOf, loanOf, reserved } from '../../../contract/journal/journal-under-test.ts';
import { secret } from '../../../support/journal-secret.ts';
import { findPostgres, type PostgresServer } from '../../../support/postgres.ts';
import { run } from '../../../support/processes.ts';
import {
  type PgBouncerSettings,
  startPgBouncer,
  whyNoPgBouncer,
} from '../../../support/servers/pgbouncer.ts';
import { skipSuite } from '../../../support/suites/skip-suite.ts';

const server = await findPostgres();
afterAll(() => server[Symbol.asyncDispose]());
const noPgBouncer = whyNoPgBouncer();

if ('reason' in server) {
  skipSuite('behind PgBouncer', server.reason);
} else if (noPgBouncer !== null) {
  skipSuite('behind PgBouncer', noPgBouncer);
} else {
  describe('behind PgBouncer', () => suite(server));
}

/** The server has fewer sessions than the two processes have connections, so they share the sessions. */
const shared = { pool_size: 3, max_prepared_statements: 200 };

async function openBehind(server: PostgresServer, settings: PgBouncerSettings) {
  await using resources = new AsyncDisposableStack();
  const database = resources.use(await server.createDatabase());
  const pooler = resources.use(await startPgBouncer(database.url, settings));
  const open = (preparesStatements: boolean) =>
    openPostgresJournal({ url: pooler.url, tls: null, secret, preparesStatements });
  const closing = resources.move();
  return { database, pooler, open, [Symbol.asyncDispose]: () => closing.disposeAsync() };
}

function suite(server: PostgresServer): void {
  test.each([
    ['statements are prepared by name, which PgBouncer knows', shared, true],
    [
      'nothing is prepared, for a pooler that knows no names',
      { ...shared, max_prepared_statements: 0 },
      false,
    ],
  ])(
    'two processes reserve, lock, count attempts and settle: %s',
    async (_what, settings, preparesStatements) => {
      await using behind = await openBehind(server, settings);
      await using one = await behind.open(preparesStatements);
      await using other = await behind.open(preparesStatements);
      const patronId = 'P0000001';
      const limit = 10;
      const station = async (at: number) => {
        const journal = at % 2 === 0 ? one : other;
        const { id } = await begun(journal);
        const isFirst = (await journal.lock(id, ['one key'])) === null;
        const isCounted = 'id' in (await journal.attempt('key', 5, 60_000));
        const reservation = await journal.reserve(id, loanOf(patronId), ({ unsettled, doneSince }) =>
          unsettled.length + doneSince.length < limit ? null : 'full',
        );
        await journal.settle(id, outcomeOf(reservation.kind === 'reserved' ? 'DONE' : 'REFUSED', null));
        return { isFirst, isCounted, isLent: reservation.kind === 'reserved' };
      };
      const workers = Array.from({ length: 8 }, async (_, at) => [
        await station(at),
        await station(at),
        await station(at),
      ]);
      const all = (await Promise.all(workers)).flat();
      expect(all.filter(({ isLent }) => isLent)).toHaveLength(limit);
      expect(all.filter(({ isCounted }) => isCounted)).toHaveLength(5);
      expect(all.some(({ isFirst }) => isFirst)).toBe(true);
      expect(await epochOf(one, patronId)).toBe(BigInt(limit));
      const sessions = await behind.database.query(`select count(*)::integer as count from pg_stat_activity
      where datname = current_database() and pid <> pg_backend_pid()`);
      expect(sessions).toEqual([{ count: expect.toSatisfy((count: number) => count <= settings.pool_size) }]);
    },
  );

  test('nothing of the journal is left in a session that somebody else gets', async () => {
    await using behind = await openBehind(server, { ...shared, pool_size: 1 });
    await using journal = await behind.open(true);
    const client = new Client({ connectionString: behind.pooler.url });
    await client.connect();
    try {
      const settings = async () =>
        (
          await client.query(`select name, setting from pg_settings where name in ('statement_timeout',
            'idle_in_transaction_session_timeout', 'default_transaction_isolation', 'synchronous_commit') order by name`)
        ).rows.map(({ setting }) => setting);
      const before = await settings();
      await reserved(journal, loanOf('P0000001'));
      await journal.lock((await begun(journal)).id, ['key']);
      expect(await settings()).toEqual(before);
      const { rows } = await client.query("select 1 from pg_locks where locktype = 'advisory'");
      expect(rows).toEqual([]);
    } finally {
      await client.end();
    }
  });

  test('a statement that waits for another ends after four seconds', { timeout: 15_000 }, async () => {
    await using behind = await openBehind(server, shared);
    await using journal = await behind.open(true);
    const { id } = await reserved(journal, loanOf('P0000001'));
    const other = new Client({ connectionString: behind.database.url });
    await other.connect();
    try {
      await other.query('begin');
      await other.query('select from patron_graph.operations for update');
      const began = performance.now();
      await expect(journal.settle(id, outcomeOf('DONE', null))).rejects.toThrow('57014');
      expect(performance.now() - began).toBeGreaterThan(3_500);
    } finally {
      await other.end();
    }
    expect((await journal.settle(id, outcomeOf('DONE', null))).operation.state).toBe('DONE');
  });

  test('the commands migrate and list the books through it', { timeout: 60_000 }, async () => {
    await using behind = await openBehind(server, shared);
    const env = { DATABASE_URL: behind.pooler.url };
    await using lacking = run('subgraphs/books/main.ts', env);
    expect(await lacking.exit).toBe(2);
    expect(lacking.output.stderr).toContain('run npm run migrate first');
    await using migrate = run('subgraphs/migrate/main.ts', env);
    expect(await migrate.exit).toBe(0);
    await using books = run('subgraphs/books/main.ts', env);
    expect(await books.exit).toBe(0);
    await using journal = await behind.open(true);
    await expect(
      journal.reserve((await begun(journal)).id, loanOf('P0000001'), always),
    ).resolves.toMatchObject({
      kind: 'reserved',
    });
  });
}
