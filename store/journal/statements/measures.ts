import type { Syntax } from './dialect.ts';

/** Events have times in whole seconds. An event at 12:00:00 may have happened at any time before 12:00:01. */
const eventSecondMs = 1_000;
const dayMs = '86400000';

/** What effects and their operations tell of circulation. `MOVE_HOLD` makes several changes, the later ones later. */
export function measureStatements({ schema, ago, msBetween, earlier }: Syntax) {
  const effects = `${schema}effects`;
  const sentAt = earlier('operations.certain_at', 'operations.certain_after_ms');
  const sinceSent = msBetween('effects.at', sentAt);
  return {
    measureChanges: `select
        max(${sinceSent}) as "longestMs",
        max(case when effects.at > ${ago(dayMs)} then ${msBetween('effects.at', 'operations.settled_at')} end) as "minOffset",
        min(case when effects.at > ${ago(dayMs)} then ${sinceSent} + ${eventSecondMs} end) as "maxOffset"
      from ${effects} as effects join ${schema}operations as operations on operations.id = effects.operation_id
      where operations.state = 'DONE' and operations.kind <> 'MOVE_HOLD' and operations.certain_at is not null`,
    measureDuplicates: `select count(*) as count from (
        select 1 from ${effects} group by operation_id, event having count(*) > 1
      ) as repeated`,
    // An event fills a gap if one with a higher sequence was seen before it.
    measureGaps: `select count(*) as count, max(${msBetween('seen_at', 'later_seen_at')}) as "longestMs" from (
        select seen_at, min(seen_at) over (
          order by length(sequence) desc, sequence desc rows between unbounded preceding and 1 preceding
        ) as later_seen_at from ${effects}
      ) as seen where later_seen_at < seen_at`,
  } as const;
}
