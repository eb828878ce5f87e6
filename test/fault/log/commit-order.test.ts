import { randomUUID } from 'node:crypto';
import { Client } from 'pg';
import { afterAll, expect, test } from 'vitest';
import type { JournalDatabase } from '../../../store/journal/port.ts';
import { openPostgresJournal } from '../../../store/journal/postgres/index.ts';
import { checkOut } from '../../contract/journal/journal-under-test.ts';
import { secret } from '../../support/journal-secret.ts';
import { findPostgres } from '../../support/postgres.ts';
import { skipSuite } from '../../support/suites/skip-suite.ts';

const server = await findPostgres();
afterAll(() => server[Symbol.asyncDispose]());

/** A transaction that is open as long as the test likes. */
interface OpenTransaction {
  /** Begins an operation with this id of 22 characters, as a program does that doesn't know the log. */
  begin(id: string): Promise<void>;
  commit(): Promise<void>;
  rollBack(): Promise<void>;
}

async function openTransaction(url: string, resources: AsyncDisposableStack): Promise<OpenTransaction> {
  const client = new Client({ connectionString: url });
  await client.connect();
  resources.defer(() => client.end());
  await client.query('begin');
  return {
    async begin(id) {
      await client.query(
        `insert into patron_graph.operations
          (id, caller, reference, kind, fingerprint, state, requested_at, details, sealed)
        select $1, caller, $2, kind, fingerprint, 'UNSETTLED', requested_at, details, sealed
        from patron_graph.operations limit 1`,
        [id, randomUUID()],
      );
    },
    commit: async () => void (await client.query('commit')),
    rollBack: async () => void (await client.query('rollback')),
  };
}

const idOf = (name: string): string => name.padEnd(22, '0');

async function number(journal: JournalDatabase): Promise<void> {
  const followed = await journal.followFeed('the only follower', 15_000);
  if (followed !== null) {
    await journal.numberLog(followed.lease, 500);
  }
}

const read = async (journal: JournalDatabase, after: number) =>
  (await journal.readLog(after, 500)).rows.map(({ number: at, operation }) => [at, operation?.id]);

if ('reason' in server) {
  skipSuite('the order of commits in the log', server.reason);
} else {
  test('a transaction that commits late gets a later number, and leaves no gap if it is rolled back', async () => {
    await using resources = new AsyncDisposableStack();
    const database = resources.use(await server.createDatabase());
    const journal = resources.use(await openPostgresJournal({ secret, url: database.url, tls: null }));
    const first = (await journal.begin(checkOut('0012'))).operation.id;
    const [early, undone, late] = [
      await openTransaction(database.url, resources),
      await openTransaction(database.url, resources),
      await openTransaction(database.url, resources),
    ];
    // The sequence of the rows is: early, undone, late.
    await early.begin(idOf('early'));
    await undone.begin(idOf('undone'));
    await late.begin(idOf('late'));
    await late.commit();
    await number(journal);
    expect(await read(journal, 0)).toEqual([
      [1, first],
      [2, idOf('late')],
    ]);
    await undone.rollBack();
    await number(journal);
    expect(await read(journal, 2)).toEqual([]);
    await early.commit();
    await number(journal);
    expect(await read(journal, 2)).toEqual([[3, idOf('early')]]);
    expect(await read(journal, 0)).toHaveLength(3);
  });
}
