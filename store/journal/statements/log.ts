import type { Syntax } from './dialect.ts';

const columns = `number, kind, at, patron, card, branch, operation_id as "operationId",
  operation_kind as "operationKind", operation_state as "operationState", caller, reference, caused_by as "causedBy",
  subject, subject_encrypted as "subjectEncrypted"`;
const stateColumns = `cast(epoch as text) as epoch, last_number as "newest", removed_until as "removedUntil",
  indexed_number as "indexedNumber"`;

export function logStatements({ schema, now, ago, inMs, isDurable, forUpdate, ...syntax }: Syntax) {
  const entries = `${schema}log_entries`;
  const state = `${schema}log_state`;
  const isLeased = `exists (
      select 1 from ${schema}books where follower = $1 and ${syntax.isGeneration('$2')}
    )`;
  return {
    logState: `select ${stateColumns} from ${state}`,
    readLog: `select ${stateColumns}, entry.* from ${state} as state left join (
        select ${columns} from ${entries} where number > cast($1 as bigint) order by number limit $2
      ) as entry on true order by entry.number`,
    logFigures: `select ${now} as now, last_number as "newest", removed_until as "removed", (
        select at from ${entries} where number is null order by id limit 1
      ) as oldest from ${state}`,
    hasUnnumbered: `select 1 as found from ${entries} where number is null limit 1`,
    // Two processes may believe that they have the lease. This lock lets only one transaction at a time give numbers,
    // so a program that sees a number sees all lower numbers.
    lockToNumber: `select ${isLeased} as "isLeased" from ${state} where ${isDurable} ${forUpdate}`,
    // Must see the rows that were committed while `lockToNumber` waited for the lock. So it can't be a part of that
    // statement: a statement sees only what was committed when it began.
    numberLog: `update ${entries} set number = next.number
      from (
        select id, (select last_number from ${state}) + row_number() over (order by id) as number from (
          select id from ${entries}
          where number is null and ${isLeased} and ${syntax.isServerCompared} order by id limit $3
        ) as oldest
      ) as next where log_entries.id = next.id returning 1 as numbered`,
    // The index of numbers contains only rows that have a number. Without `number is not null`, SQLite would read all
    // rows.
    saveLastNumber: `update ${state} set last_number = top.number
      from (select max(number) as number from ${entries} where number is not null) as top
      where top.number > last_number`,
    lockToRemove: `select 1 as locked from ${state} ${forUpdate}`,
    // Removes only the lowest numbers, so that no gap arises. A row whose time is far in the future was written while
    // the clock was wrong. It doesn't stop the removal, and is removed itself.
    removeLogged: `with oldest as materialized (
        select id, number, at from ${entries} where number is not null order by number limit $2
      ) delete from ${entries} where id in (
        select id from oldest where number < coalesce(
          (select min(number) from oldest where at > ${ago('$1')} and at <= ${inMs('$1')}),
          (select max(number) + 1 from oldest)
        )
      ) returning 1 as removed`,
    saveRemoved: `update ${state} set removed_until = removed_until + cast($1 as bigint)`,
    eraseLogged: `update ${entries} set patron = null where patron = $1`,
    saveIndexedNumber: `update ${state} set indexed_number = cast($3 as bigint) where ${isLeased}`,
  } as const;
}

/** The statements about facts that no trigger writes: facts of circulation's feed, of holds and of stations. */
export function loggedFactStatements({ schema, now, ago, among, rowsOf, forUpdate, ...syntax }: Syntax) {
  const entries = `${schema}log_entries`;
  const state = `${schema}log_state`;
  const holds = `${schema}told_holds`;
  const facts = rowsOf('$1', {
    kind: 'text',
    fact: 'text',
    card: 'text',
    branch: 'text',
    causedBy: 'text',
    subject: 'text',
    subjectEncrypted: 'text',
  });
  const givenHolds = rowsOf('$1', {
    hold: 'text',
    card: 'text',
    encrypted: 'text',
    state: 'text',
    branch: 'text',
    readyUntil: 'text',
  });
  const putHolds = `insert into ${holds} (hold, card, hold_encrypted, state, branch, ready_until, seen_at)
      select hold, card, encrypted, state, branch, "readyUntil", ${now} from ${givenHolds} where true
      on conflict (hold) do`;
  return {
    lockToLog: `select cast(epoch as text) as epoch, feed_sequence as "feedSequence",
        began_at_sequence as "beganAtSequence", began_at as "beganAt", are_holds_told as "areHoldsTold"
      from ${state} where exists (
        select 1 from ${schema}books where follower = $1 and ${syntax.isGeneration('$2')}
      ) ${forUpdate}`,
    loggedSequence: `select feed_sequence as sequence, are_holds_told as "areHoldsTold" from ${state}`,
    beginLog: `update ${state} set epoch = epoch + 1, indexed_number = null, feed_sequence = $1, began_at_sequence = $1,
        began_at = $2`,
    saveLoggedSequence: `update ${state} set feed_sequence = $1`,
    addFacts: `insert into ${entries} (kind, at, fact, card, branch, caused_by, subject, subject_encrypted)
      select kind, ${now}, fact, card, branch, "causedBy", subject, "subjectEncrypted" from ${facts} where true
      order by position on conflict (fact) where fact is not null do nothing`,
    toldHolds: `select hold, card, hold_encrypted as encrypted, state, branch, ready_until as "readyUntil",
        seen_at <= ${ago('$2')} as "isOld" from ${holds} where ${among('card', '$1')} or ${among('hold', '$3')}`,
    putToldHolds: `${putHolds} update set card = excluded.card, hold_encrypted = excluded.hold_encrypted,
        state = excluded.state, branch = excluded.branch, ready_until = excluded.ready_until, seen_at = excluded.seen_at`,
    seedToldHolds: `${putHolds} nothing`,
    removeToldHolds: `delete from ${holds} where ${among('hold', '$1')}`,
    holdsAreTold: `update ${state} set are_holds_told = true`,
    forgetToldHolds: syntax.removeOldest('told_holds', 'hold', 'seen_at', ago('$1'), '$2'),
  } as const;
}
