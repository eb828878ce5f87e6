import type { Syntax } from '../dialect.ts';
import { operationColumns, operationNames } from './operations.ts';

export function reconcilingStatements(syntax: Syntax) {
  const { schema, now, clock, later, earlier, inMs, ago, among, isMissing, rowsOf } = syntax;
  const { isDurable, isWritable, canGrow, isPlaceHeld, forUpdate, skipLocked, removeOldest } = syntax;
  const operations = `${schema}operations`;
  const due = (state: string) => `select ${operationColumns}, send_number, look_at from ${operations}
      where ${state} and look_at <= ${now} and (${isMissing('$2')} or ${among('kind', '$2')})
        and not ${among('id', '$3')}
      order by look_at limit $1 ${skipLocked}`;
  const hasten = (state: string) => `update ${operations} set look_at = ${now} where id in (
      select id from ${operations} where ${state} and look_at > ${inMs('$1')} order by look_at limit $2 ${skipLocked}
    ) returning 1 as hastened`;
  return {
    hastenUnsettled: hasten("state = 'UNSETTLED'"),
    hastenSettled: hasten("state <> 'UNSETTLED'"),
    hastenHeld: hasten(isPlaceHeld),
    reconcileAgain: `update ${operations}
      set look_at = case when state = 'UNSETTLED' or look_at is not null then ${inMs('$2')} end where id = $1 returning id`,
    due: `with unsettled as (${due("state = 'UNSETTLED'")}),
      -- For a calculated limit, the planner of PostgreSQL expects a tenth of the table, and would read all of it. The inner limit is known.
      again as (
        select * from (${due("state <> 'UNSETTLED'")}) as others limit $1 - (select count(*) from unsettled)
      )
      select ${operationNames}, send_number, clock.now
      from (select * from unsettled union all select * from again) as due, ${clock}
      order by case state when 'UNSETTLED' then 0 else 1 end, look_at`,
    lease: `update ${operations} set look_at = $2 where ${among('id', '$1')}`,
    now: `select ${now} as now`,
    // Every unsettled operation has a `look_at`. The second condition lets the database use the index of unsettled
    // operations.
    countOpen: `with open as materialized (
        select requested_at from ${operations} where state = 'UNSETTLED' and look_at is not null limit $2
      )
      select clock.now, (select min(requested_at) from open) as oldest, (
        select count(*) from open where requested_at <= ${earlier('clock.now', '"ageMs"')}
      ) as count
      from ${clock} left join ${rowsOf('$1', { ageMs: 'number' })} on true order by position`,
    ping: `select number from ${schema}migrations where number = $1 and ${isWritable} and ${isDurable} and ${canGrow}`,
    dropTime: `select drop_after_ms from ${schema}settings ${forUpdate}`,
    // `look_at is not null` lets the database use the index of unsettled operations, so that settled ones cost nothing.
    postponeCertainty: `update ${operations}
      set certain_after_ms = certain_after_ms + cast($1 as integer), certain_at = ${later('certain_at', '$1')}
      where state = 'UNSETTLED' and look_at is not null and certain_at is not null`,
    postponeHeld: `update ${operations}
      set certain_after_ms = certain_after_ms + cast($1 as integer), certain_at = ${later('certain_at', '$1')}
      where ${isPlaceHeld} and certain_at is not null`,
    raiseDropTime: `insert into ${schema}settings as settings (only_row, drop_after_ms) values (true, $1)
      on conflict (only_row) do update set drop_after_ms = case
        when settings.drop_after_ms < excluded.drop_after_ms then excluded.drop_after_ms else settings.drop_after_ms
      end
      returning drop_after_ms`,
    expiredOperations: `select id from ${operations} where settled_at <= ${ago('$1')}
      order by settled_at limit $2 ${skipLocked}`,
    keepOutcomes: `insert into ${schema}past_operations (id, kind, state, requested_at, settled_at)
      select id, kind, state, requested_at, settled_at from ${operations} where ${among('id', '$1')}`,
    removeOperations: `delete from ${operations} where ${among('id', '$1')}`,
    removeOutcomes: removeOldest('past_operations', 'id', 'settled_at', ago('$1'), '$2'),
  } as const;
}
