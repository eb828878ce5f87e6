import type { TestContext } from 'vitest';
import { findPostgres, type PostgresDatabase } from '../postgres.ts';

/** An empty database for one test, which is skipped where there is no PostgreSQL. Disposing drops it. */
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
