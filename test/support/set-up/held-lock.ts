import { Client } from 'pg';
import type { PostgresDatabase } from '../postgres.ts';

/** Runs the statements in a connection that stays open, with the locks that they took. Disposing closes it. */
export async function holdLock(
  { url }: Pick<PostgresDatabase, 'url'>,
  statements: string,
): Promise<AsyncDisposable> {
  const holder = new Client(url);
  // The server may end the connection: a transaction may not be idle for long.
  holder.on('error', () => undefined);
  await holder.connect();
  await holder.query(statements);
  return { [Symbol.asyncDispose]: () => holder.end() };
}
