import { afterAll, describe } from 'vitest';
import { findPostgres } from '../../support/postgres.ts';
import { skipSuite } from '../../support/suites/skip-suite.ts';
import { sealedStateContract } from './sealed-state.contract.ts';
import { openInPostgres, openInSqlite } from './state-under-test.ts';

describe('sealed state in SQLite', () => sealedStateContract(openInSqlite));

const server = await findPostgres();
afterAll(() => server[Symbol.asyncDispose]());

if ('reason' in server) {
  skipSuite('sealed state in PostgreSQL', server.reason);
} else {
  describe('sealed state in PostgreSQL', () => sealedStateContract(openInPostgres(server)));
}
