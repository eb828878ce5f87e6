import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe } from 'vitest';
import { openPostgresUsage } from '../../../store/shared-state/postgres/usage.ts';
import { openSqliteUsage } from '../../../store/shared-state/sqlite/usage.ts';
import { findPostgres } from '../../support/postgres.ts';
import { preparedForProcesses, urlAs } from '../../support/set-up/process-roles.ts';
import { skipSuite } from '../../support/suites/skip-suite.ts';
import { type UsageOpening, usageContract } from './usage.contract.ts';

const openInSqlite: UsageOpening = async (limits) => {
  await using resources = new AsyncDisposableStack();
  const folder = await mkdtemp(join(tmpdir(), 'usage-'));
  resources.defer(() => rm(folder, { recursive: true }));
  const openAnother = async () => moved.use(await openSqliteUsage(join(folder, 'usage.sqlite'), limits));
  const moved = resources.move();
  return { store: await openAnother(), openAnother, [Symbol.asyncDispose]: () => moved.disposeAsync() };
};

describe('usage in SQLite', () => usageContract(openInSqlite));

const server = await findPostgres();
afterAll(() => server[Symbol.asyncDispose]());

if ('reason' in server) {
  skipSuite('usage in PostgreSQL', server.reason);
} else {
  const createDatabase = preparedForProcesses(server);
  describe('usage in PostgreSQL', () =>
    usageContract(async (limits) => {
      await using resources = new AsyncDisposableStack();
      const database = resources.use(await createDatabase());
      const url = urlAs('patron_graph_gateway', database.url);
      const openAnother = async () =>
        moved.use(await openPostgresUsage({ url, tls: null, migrates: false }, limits));
      const moved = resources.move();
      return { store: await openAnother(), openAnother, [Symbol.asyncDispose]: () => moved.disposeAsync() };
    }));
}
