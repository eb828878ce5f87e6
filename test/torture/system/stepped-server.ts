import { findPostgres, type NoPostgres, ownPostgresIn, type PostgresServer } from '../../support/postgres.ts';
import { createSteppedTime, findFakeTime, type SteppedTime } from './stepped-time.ts';

/** The PostgreSQL server of the runs. */
export interface SteppedServer extends AsyncDisposable {
  readonly postgres: PostgresServer;
  /** The clock of the whole server; null if only the journal's clock can be stepped. */
  readonly time: SteppedTime | null;
  /** The path of libfaketime, with which processes are started; null if it is not installed. */
  readonly fakeTime: string | null;
}

/** The server that DATABASE_URL names, or a server of its own, which runs on a clock that can be stepped. */
export async function findSteppedServer(): Promise<SteppedServer | NoPostgres> {
  const fakeTime = findFakeTime();
  await using resources = new AsyncDisposableStack();
  const isOwn = process.env.DATABASE_URL === undefined;
  const time = fakeTime !== null && isOwn ? resources.use(createSteppedTime(fakeTime)) : null;
  const postgres = resources.use(isOwn ? await ownPostgresIn(time?.environment ?? {}) : await findPostgres());
  if ('reason' in postgres) {
    return postgres;
  }
  const open = resources.move();
  return { postgres, time, fakeTime, [Symbol.asyncDispose]: () => open.disposeAsync() };
}

/** Says which clocks of a run are not stepped, and why. Null if all clocks are stepped. */
export function unsteppedClocks({ time, fakeTime }: SteppedServer): string | null {
  if (fakeTime === null) {
    return 'libfaketime is not installed (apt-get install libfaketime): the clocks of the processes and of PostgreSQL are not stepped, only those of the journal and of the legacy systems';
  }
  return time === null
    ? 'DATABASE_URL names the server: its clock is not stepped, only that of the journal'
    : null;
}
