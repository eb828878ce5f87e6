import type { TestContext } from 'vitest';
import { findPostgres, type PostgresDatabase } from '../postgres.ts';

/** An empty database for one test. Disposing drops it. If there is no PostgreSQL, the test is skipped. */
export async function databaseOrSkip({ skip }: Pick<TestContext, 'skip'>): Promise<PostgresDatabase> {
  const server = await findPostgres();
  if ('reason' in server) {
    return skip(`no PostgreSQL: ${server.reason}`);
  }
  const database = await server.createDatabase();
  return {
    ...database,
    async [Symbol.asyncDispose]() {
      await database[Symbol.asyncDispose]();
      await server[Symbol.asyncDispose]();
    },
  };
}
