import { syntaxOf } from '../statements/dialect.ts';
import type { OwnStatements } from '../statements/index.ts';
import { sqliteDialect } from './dialect.ts';

const { now, inMs } = syntaxOf(sqliteDialect);

/** A file has no server that could be another, or have been started. */
export const ownStatements: OwnStatements = {
  followFeed: `update books set follower = $1, leased_until = ${inMs('$2')},
      since = coalesce(since, (select min(requested_at) from operations), ${now})
    where follower is null or follower = $1 or leased_until <= ${now}
    returning since, last_sequence, last_at, settled_sequence, oldest_at, counted_sequence, is_restored, false as is_started`,
  confirmCompared: 'select $1',
};
