import type { PostgresDatabase } from '../../support/postgres.ts';
import type { SteppedTime } from './stepped-time.ts';

/** The database's clock in a run. */
export interface DatabaseClock {
  /** How far the clock is ahead of the machine's, in ms. A negative number means that it is behind. */
  readonly offsetMs: number;
  stepTo(offsetMs: number): Promise<void>;
}

/** Steps the clock of the whole server. If `time` is null, it steps only the function that the journal reads. */
export function createDatabaseClock(database: PostgresDatabase, time: SteppedTime | null): DatabaseClock {
  let offsetMs = 0;
  return {
    get offsetMs() {
      return offsetMs;
    },
    async stepTo(ms) {
      if (time === null) {
        await stepJournalClock(database, ms);
      } else {
        time.stepTo(ms);
      }
      offsetMs = ms;
    },
  };
}

async function stepJournalClock(database: PostgresDatabase, offsetMs: number): Promise<void> {
  await database.query(`create or replace function patron_graph.journal_now() returns timestamptz
    language sql volatile as $$
      select date_trunc('milliseconds', clock_timestamp()) + interval '${offsetMs} milliseconds'
    $$`);
}

/**
 * Creates `machine_now()`, the time by the clock of the machine. The offset is read before and after the server's
 * clock, because a step may come between.
 */
export async function createMachineClock(
  database: PostgresDatabase,
  time: SteppedTime | null,
): Promise<void> {
  const body =
    time === null
      ? 'begin return clock_timestamp(); end'
      : `declare before text; at timestamptz;
         begin
           loop
             before := pg_read_file('${time.file}');
             at := clock_timestamp();
             exit when before = pg_read_file('${time.file}');
           end loop;
           return at - make_interval(secs => before::float8);
         end`;
  await database.query(`create function public.machine_now() returns timestamptz
    language plpgsql volatile as $$ ${body} $$`);
}
