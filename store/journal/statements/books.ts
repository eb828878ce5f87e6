import type { Syntax } from './dialect.ts';

export function bookStatements(syntax: Syntax) {
  return { ...feedStatements(syntax), ...accountStatements(syntax), ...comparedStatements(syntax) };
}

/**
 * The statements about the position in circulation's feed. `followFeed` and `confirmCompared` are not here, because
 * they depend on the database server, and each database has its own.
 */
function feedStatements({ schema, among, rowsOf, isGeneration, now }: Syntax) {
  const books = `${schema}books`;
  const effects = `${schema}effects`;
  const loans = `${schema}loans_out`;
  const isLeased = `follower = $1 and ${isGeneration('$2')}`;
  const loansOf = `from ${schema}operations where ${among('id', '$1')} and place_kind = 'LOAN'`;
  const givenEffects = rowsOf('$1', { sequence: 'text', operationId: 'text', kind: 'text', at: 'time' });
  return {
    feedLease: `select cast(lease_number as text) as number from ${books}`,
    leaveFeed: `update ${books} set follower = null, leased_until = null where follower = $1`,
    savePosition: `update ${books} set last_sequence = $3, last_at = $4, settled_sequence = $5, oldest_at = $6
      where ${isLeased} returning 1 as saved`,
    addEffects: `insert into ${effects} (sequence, operation_id, event, at, seen_at)
      select sequence, "operationId", kind, at, ${now} from ${givenEffects} where true on conflict (sequence) do nothing`,
    forgetEffects: `delete from ${effects}`,
    // The position of notices is a sequence of circulation's feed, so it must also be forgotten when the sequences
    // begin again. Events are then read again, but no notice is made twice, because the occasion of each notice is
    // stored.
    forgetNoticeEvents: `update ${schema}notice_sender set event_sequence = null`,
    forgetLoans: `delete from ${loans}`,
    patronsOfLoans: `select id as "operationId", patron_id as "patronKey" ${loansOf}`,
    loansOut: `select loan, patron_id as "patronKey" from ${loans} where patron_id in (select patron_id ${loansOf})`,
    saveCounted: `update ${books} set counted_sequence = $3 where ${isLeased} returning 1 as saved`,
    endLoans: `delete from ${loans} where ${among('loan', '$1')}`,
    beginLoans: `insert into ${loans} (loan, patron_id)
      select loan, "patronKey" from ${rowsOf('$1', { loan: 'text', patronKey: 'text' })} where true on conflict do nothing`,
    closePlaces: `update ${books} set is_restored = true`,
    reopenPlaces: `update ${books} set is_restored = false where ${isLeased}`,
  } as const;
}

function accountStatements({ schema, among, rowsOf, later, ago }: Syntax) {
  const operations = `${schema}operations`;
  const effects = `${schema}effects`;
  /**
   * Selects effects (changes that circulation made for operations) with their operations. The columns of an operation
   * are null if the journal doesn't have it.
   */
  const account = (
    which: string,
  ) => `select effects.sequence, effects.operation_id, effects.event, effects.at,
      coalesce(operations.kind, past.kind) as kind, coalesce(operations.state, past.state) as state, operations.certain_at,
      operations.certain_after_ms, operations.settled_at
    from ${effects} left join ${operations} on operations.id = effects.operation_id
      left join ${schema}past_operations as past on past.id = effects.operation_id
    where ${which}`;
  const expected = `(select kind, event from ${rowsOf('$1', { kind: 'text', event: 'text' })}) as expected`;
  const settledId = 'id as "operationId", kind, settled_at as "settledAt"';
  /**
   * True if the operation is done, but has neither the expected event nor a finding `NOT_DONE`. False for an operation
   * that was requested before the oldest event, or within a margin after it.
   */
  const isWithoutEvent = (of: string, marginMs: string) => `state = 'DONE'
      and requested_at > (select ${later('oldest_at', marginMs)} from ${schema}books)
      and not exists (
        select 1 from ${effects} as own where own.operation_id = ${of}.id and own.event = expected.event
      )
      and not exists (
        select 1 from ${schema}findings as own where own.operation_id = ${of}.id and own.discrepancy = 'NOT_DONE'
      )`;
  return {
    accountsOf: account(among('effects.operation_id', '$1')),
    accountsAfter: account(`effects.operation_id in (
        select distinct operation_id from ${effects} where operation_id > $1 order by operation_id limit $2
      )`),
    accountsRefused: account(`effects.operation_id in (
        select id from ${operations} as refused where settled_at >= ${ago('$1')} and state = 'REFUSED'
          and exists (select 1 from ${effects} as own where own.operation_id = refused.id) limit $2
      )`),
    withoutEvent: `select ${settledId} from ${operations} as settled join ${expected} using (kind)
      where settled_at > ${ago('$2')} and settled_at <= ${ago('$3')} and ${isWithoutEvent('settled', '$5')}
      order by settled_at limit $4`,
    // The result has at least one row, which contains the id of the last operation that was checked.
    withoutEventAfter: `with next as materialized (select * from ${operations} where id > $2 order by id limit $3)
      select last.id as "lastId", "operationId", kind, "settledAt"
      from (select max(id) as id from next) as last left join (
        select ${settledId} from next join ${expected} using (kind) where ${isWithoutEvent('next', '$4')}
      ) as found on true`,
  } as const;
}

function comparedStatements({ schema, now, rowsOf, isDurable, removeOldest, ago }: Syntax) {
  const findings = `${schema}findings`;
  const given = rowsOf('$1', { operationId: 'text', discrepancy: 'text', sequence: 'text', at: 'time' });
  return {
    recordFindings: `insert into ${findings} (operation_id, discrepancy, sequence, at, found_at)
      select "operationId", discrepancy, sequence, at, ${now} from ${given}
      where ${isDurable} on conflict (operation_id, discrepancy) do nothing
      returning operation_id as "operationId", discrepancy, sequence, at`,
    latestFindings: `select operation_id as "operationId", discrepancy, sequence, at, found_at as "foundAt", state
      from ${findings} where evidence_encrypted is null order by found_at desc, operation_id, discrepancy limit $1`,
    reopenRefusal: `update ${schema}operations set is_concluded = true, look_at = ${now}
      where id = $1 and state = 'REFUSED'`,
    removeEffects: removeOldest('effects', 'sequence', 'at', ago('$1'), '$2'),
  } as const;
}
