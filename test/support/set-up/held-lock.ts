import { Client } from 'pg';
import type { PostgresDatabase } from '../postgres.ts';

/** Runs the statements on a connection and keeps it open, so that their locks are held. Disposing closes it. */
export async function holdLock(
  { url }: Pick<PostgresDatabase, 'url'>,
  statements: string,
): Promise<AsyncDisposable> {
  const holder = new Client(url);
  // The server may end the connection, because it limits the time of idle transactions.
  holder.on('error', () => undefined);
  await holder.connect();
  await holder.query(statements);
  return { [Symbol.asyncDispose]: () => holder.end() };
}
