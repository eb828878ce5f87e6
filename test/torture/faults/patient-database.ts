import { setTimeout as sleep } from 'node:timers/promises';
import type { PostgresDatabase } from '../../support/postgres.ts';

/** The time after which a server that is down is an error, and the pause between two tries, in ms. */
const patienceMs = 120_000;
const retryMs = 100;

/**
 * The database for statements of a run that may be executed twice. It waits while the server is down, or cuts
 * connections.
 */
export const patientDatabase = (database: PostgresDatabase): PostgresDatabase => ({
  ...database,
  async query(text) {
    const until = performance.now() + patienceMs;
    for (;;) {
      try {
        return await database.query(text);
      } catch (error) {
        if (!isOfConnection(error) || performance.now() > until) {
          throw error;
        }
        await sleep(retryMs);
      }
    }
  },
  [Symbol.asyncDispose]: () => database[Symbol.asyncDispose](),
});

/** PostgreSQL's codes of a server that starts, stops, or cuts a connection. */
const serverCodes: readonly unknown[] = ['57P01', '57P02', '57P03', 'ECONNREFUSED', 'ECONNRESET'];

const isOfConnection = (error: unknown): boolean =>
  error instanceof Error &&
  (serverCodes.includes((error as NodeJS.ErrnoException).code) ||
    // The client's own messages. The second one comes from a server that is frozen, or on a full machine.
    error.message.startsWith('Connection terminated') ||
    error.message === 'timeout expired');
