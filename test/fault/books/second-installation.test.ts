/** Two installations, each with a database of its own, are configured with one circulation. */
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, describe, expect, test } from 'vitest';
import { stampOf } from '../../../simulators/hong-kong-time.ts';
import { startSimulators } from '../../../simulators/index.ts';
import { findPostgres, type PostgresServer } from '../../support/postgres.ts';
import { freePorts, run } from '../../support/processes.ts';
import { legacyEnv, subgraphEnvOf } from '../../support/services/environment.ts';
import { storeForTests } from '../../support/set-up/store-for-tests.ts';
import { openTemporaryFolder } from '../../support/set-up/temporary-folder.ts';
import { skipSuite } from '../../support/suites/skip-suite.ts';

const server = await findPostgres();
afterAll(() => server[Symbol.asyncDispose]());
if ('reason' in server) {
  skipSuite('a second installation', server.reason);
} else {
  describe('a second installation', { timeout: 60_000 }, () => suite(server));
}

/** Circulation in use by another installation, which is told by its last operation. */
async function circulationInUse(resources: AsyncDisposableStack) {
  const store = storeForTests();
  const operationId = 'F'.repeat(22);
  const addEvent = (seq: number, ref: string) =>
    store.circ.events.push({
      seq,
      at: stampOf(new Date()),
      kind: 'IN',
      cardNo: '',
      itemNo: '',
      loanNo: '',
      ref,
    });
  addEvent(100_001, 'a desk');
  const legacy = resources.use(await startSimulators({ store }));
  return { legacy, operationId, change: () => addEvent(100_002, operationId) };
}

test('`npm start` is refused, too, with a new database over a circulation in use', {
  timeout: 60_000,
}, async () => {
  await using resources = new AsyncDisposableStack();
  const { legacy, operationId, change } = await circulationInUse(resources);
  const start = (dataDir: string) =>
    run('embedded/main.ts', {
      ...freePorts,
      ...legacyEnv(legacy),
      ALLOW_DEVELOPMENT_ISSUER: '1',
      ALLOW_SIMULATOR_TIMES: '1',
      DATA_DIR: dataDir,
    });
  const ofFirst = resources.use(await openTemporaryFolder());
  {
    await using first = start(ofFirst.path);
    await first.says(/GraphQL/);
    using file = new DatabaseSync(join(ofFirst.path, 'journal.sqlite'), { readOnly: true });
    const lastRead = () => file.prepare('select last_sequence as last from books').get()?.last;
    await expect.poll(lastRead, { timeout: 30_000 }).toEqual(expect.any(String));
  }
  change();
  await using second = start(resources.use(await openTemporaryFolder()).path);
  expect(await second.exit).toBe(1);
  expect(second.output.stderr).toContain(`is of its operation ${operationId}, and this database is new`);
  expect(second.output.stderr).toContain('set DATABASE_URL or DATA_DIR to its database');
  await using again = start(ofFirst.path);
  await again.says(/GraphQL/);
});

function suite(postgres: PostgresServer): void {
  test('is not started over a circulation in use, and the first one starts again', async () => {
    await using resources = new AsyncDisposableStack();
    const { legacy, operationId, change } = await circulationInUse(resources);
    const start = (url: string) =>
      run('subgraphs/circulation/main.ts', { ...subgraphEnvOf(legacy, url), PORT: '0' });
    await using ofFirst = await postgres.createDatabase();
    const followsTheFeed = async () => {
      const [row] = await ofFirst.query('select last_sequence from patron_graph.books');
      return row?.last_sequence;
    };
    await using first = start(ofFirst.url);
    await first.says(/at http/);
    await expect.poll(followsTheFeed, { timeout: 30_000 }).toEqual(expect.any(String));
    await first[Symbol.asyncDispose]();

    change();
    await using ofSecond = await postgres.createDatabase();
    await using second = start(ofSecond.url);
    expect(await second.exit).toBe(1);
    expect(second.output.stderr).toContain(`is of its operation ${operationId}, and this database is new`);
    expect(second.output.stderr).not.toContain('    at ');
    await using again = start(ofFirst.url);
    await again.says(/at http/);
  });
}
