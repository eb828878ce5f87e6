import { eventSecondMs } from '../port.ts';
import type { Syntax } from './dialect.ts';

/** The maximum number of effects that are measured. With more effects, the statements might not end within seconds. */
const measured = 10_000;

/**
 * Computes the measures from the latest effects and their operations. Times are measured for each day separately, so
 * that days on which a clock was set can be left out. Moves of holds are not timed: the second change of a move begins
 * only after the first, and would seem to take too long.
 */
export function measureStatements({ schema, msBetween, earlier, dayOf }: Syntax) {
  const latest = `(
      select sequence, operation_id, event, at, seen_at from ${schema}effects order by at desc limit ${measured}
    ) as effects`;
  // This is a subquery for each effect and not a join, because for a join PostgreSQL would read all operations.
  const ofOperation = (value: string) => `(
      select ${value} from ${schema}operations as operations
      where operations.id = effects.operation_id and state = 'DONE' and kind <> 'MOVE_HOLD' and certain_at is not null
    )`;
  const sinceSent = msBetween('at', 'sent_at');
  return {
    measureChanges: `select ${dayOf('at')} as day, max(${sinceSent}) as "longestMs",
        max(${msBetween('at', 'settled_at')}) as "minOffset", min(${sinceSent}) + ${eventSecondMs} as "maxOffset"
      from (
        select at, ${ofOperation(earlier('certain_at', 'certain_after_ms'))} as sent_at,
          ${ofOperation('settled_at')} as settled_at
        from ${latest}
      ) as changes where sent_at is not null group by ${dayOf('at')} order by day`,
    measureDuplicates: `select count(*) as count from (
        select 1 from ${latest} group by operation_id, event having count(*) > 1
      ) as repeated`,
    // Finds events that filled a gap in the feed: another event of the same day with a higher sequence was seen
    // earlier.
    measureGaps: `select day, count(*) as count, max(${msBetween('seen_at', 'later_seen_at')}) as "longestMs" from (
        select ${dayOf('at')} as day, seen_at, min(seen_at) over (
          partition by ${dayOf('at')}
          order by length(sequence) desc, sequence desc rows between unbounded preceding and 1 preceding
        ) as later_seen_at from ${latest}
      ) as seen where later_seen_at < seen_at group by day`,
  } as const;
}
