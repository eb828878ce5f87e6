/** Two installations, each with a database of its own, are configured with one circulation. */
import { afterAll, describe, expect, test } from 'vitest';
import { stampOf } from '../../../simulators/hong-kong-time.ts';
import { readSeed, startSimulators } from '../../../simulators/index.ts';
import { createStore } from '../../../simulators/tables/store.ts';
import { findPostgres, type PostgresServer } from '../../support/postgres.ts';
import { run } from '../../support/processes.ts';
import { subgraphEnvOf } from '../../support/services/environment.ts';
import { skipSuite } from '../../support/suites/skip-suite.ts';

const server = await findPostgres();
afterAll(() => server[Symbol.asyncDispose]());
if ('reason' in server) {
  skipSuite('a second installation', server.reason);
} else {
  describe('a second installation', { timeout: 60_000 }, () => suite(server));
}

function suite(postgres: PostgresServer): void {
  test('is not started over a circulation in use, and the first one starts again', async () => {
    const store = createStore(readSeed());
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
    await using legacy = await startSimulators({ store });
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

    const operationId = 'F'.repeat(22);
    addEvent(100_002, operationId);
    await using ofSecond = await postgres.createDatabase();
    await using second = start(ofSecond.url);
    expect(await second.exit).toBe(1);
    expect(second.output.stderr).toContain(`is of its operation ${operationId}, and this database is new`);
    expect(second.output.stderr).not.toContain('    at ');
    await using again = start(ofFirst.url);
    await again.says(/at http/);
  });
}
