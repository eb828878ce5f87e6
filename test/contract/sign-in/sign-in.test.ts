import { afterAll, describe } from 'vitest';
import { findPostgres } from '../../support/postgres.ts';
import { signInContract } from './sign-in.contract.ts';
import { openInPostgres, openInSqlite } from './state-under-test.ts';

describe('state of sign-in in SQLite', () => signInContract(openInSqlite));

const server = await findPostgres();
afterAll(() => server[Symbol.asyncDispose]());

if ('reason' in server) {
  describe.skip(`state of sign-in in PostgreSQL: ${server.reason}`, () => {});
} else {
  describe('state of sign-in in PostgreSQL', () => signInContract(openInPostgres(server)));
}
