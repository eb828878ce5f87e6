import type { Syntax } from './dialect.ts';

/** The statements about findings that staff work on, and about the events of cards that prove or disprove findings. */
export function findingStatements(syntax: Syntax) {
  return { ...workStatements(syntax), ...cardEventStatements(syntax) };
}

const isOpen = `state in ('OPEN', 'ACKNOWLEDGED')`;

const columns = `operation_id as id, discrepancy as kind, state, found_at as "foundAt", at, sequence,
  version, patron_encrypted as "patronEncrypted", evidence_encrypted as "evidenceEncrypted", changed_at as "changedAt",
  change_encrypted as "changeEncrypted"`;

function workStatements({ schema, now, among, isMissing, rowsOf, isDurable, ago, skipLocked }: Syntax) {
  const findings = `${schema}findings`;
  const operations = `${schema}operations`;
  const lastNumber = `(select last_number from ${schema}books)`;
  const givenFindings = rowsOf('$1', {
    id: 'text',
    kind: 'text',
    sequence: 'text',
    at: 'time',
    patronKey: 'text',
    patronEncrypted: 'text',
    evidenceEncrypted: 'text',
  });
  const matches = `(${isMissing('$1')} or ${among('state', '$1')}) and (${isMissing('$2')} or ${among('discrepancy', '$2')})`;
  return {
    statesOfFindings: `select operation_id as id, discrepancy as kind, state, version,
        evidence_encrypted as "evidenceEncrypted" from ${findings}
      where ${among('operation_id', '$1')}`,
    recordPatronFindings: `insert into ${findings} (operation_id, discrepancy, sequence, at, found_at, patron_id,
        patron_encrypted, evidence_encrypted, version)
      select id, kind, sequence, at, ${now}, "patronKey", "patronEncrypted", "evidenceEncrypted", ${lastNumber} from ${givenFindings}
      where ${isDurable} on conflict (operation_id, discrepancy) do update set
        evidence_encrypted = excluded.evidence_encrypted, sequence = excluded.sequence, at = excluded.at,
        version = excluded.version,
        found_at = case when findings.state = 'RESOLVED' then excluded.found_at else findings.found_at end,
        state = case when findings.state = 'RESOLVED' then 'OPEN' else findings.state end
      where findings.state <> 'CLOSED'`,
    openFindingsOf: `select ${columns} from ${findings} where ${among('patron_id', '$1')} and ${isOpen}`,
    findingsLatestFirst: `select ${columns} from ${findings}
      where ${matches} and (found_at, operation_id, discrepancy) < ($3, $4, $5)
      order by found_at desc, operation_id desc, discrepancy desc limit $6`,
    findingsOldestFirst: `select ${columns} from ${findings}
      where ${matches} and (found_at, operation_id, discrepancy) > ($3, $4, $5)
      order by found_at, operation_id, discrepancy limit $6`,
    countFindings: `select count(*) as count from ${findings} where ${matches}`,
    countOpenFindings: `select discrepancy as kind, count(*) as count from ${findings} where ${isOpen} group by discrepancy`,
    findFinding: `select ${columns} from ${findings} where operation_id = $1 and discrepancy = $2`,
    changeFinding: `update ${findings} set state = $3, change_encrypted = $4, changed_at = ${now}, version = ${lastNumber}
      where operation_id = $1 and discrepancy = $2 and ${isOpen} and version = coalesce(cast($5 as bigint), version)
        and ${isDurable} returning 1 as changed`,
    resolveClosed: `update ${findings} set state = 'RESOLVED' where ${among('discrepancy', '$1')} and state = 'CLOSED'`,
    // Returns operations that are still unsettled long after `certain_at` or, if that is null, long after the request.
    // An operation without `certain_at` is never sent later than a day after its request.
    neverSettling: `select id as "operationId", kind, requested_at as "settledAt" from ${operations} as stuck
      where state = 'UNSETTLED' and look_at is not null and coalesce(certain_at, requested_at) <= ${ago('$1')} and not exists (
        select 1 from ${findings} as own where own.operation_id = stuck.id and own.discrepancy = 'NEVER_SETTLES'
      ) order by requested_at limit $2`,
    resolveSettled: `update ${findings} set state = 'RESOLVED', changed_at = ${now}
      where discrepancy = 'NEVER_SETTLES' and ${isOpen} and not exists (
        select 1 from ${operations} as own where own.id = findings.operation_id and own.state = 'UNSETTLED'
      )`,
    unsettledParts: `select count(*) as count from ${operations} where caller = $1 and state = 'UNSETTLED'`,
    // Removes expired findings. A finding that still needs work stays, however old it is.
    removeFindings: `delete from ${findings} where (operation_id, discrepancy) in (
        select operation_id, discrepancy from ${findings} where found_at <= ${ago('$1')} and not (${isOpen})
        order by found_at limit $2 ${skipLocked}
      ) returning 1 as removed`,
  } as const;
}

function cardEventStatements({ schema, among, rowsOf }: Syntax) {
  const events = `${schema}card_events`;
  const books = `${schema}books`;
  const givenEvents = rowsOf('$1', {
    card: 'text',
    cardEncrypted: 'text',
    about: 'text',
    event: 'text',
    sequence: 'text',
    at: 'time',
  });
  return {
    cardEventsRead: `select cards_sequence as sequence, cards_since as since, since as "usedSince" from ${books}`,
    // Sequences are decimal numbers without leading zeros, so the longer one is greater.
    keepCardEvents: `insert into ${events} (card, card_encrypted, about, event, sequence, at)
      select card, "cardEncrypted", about, event, sequence, at from ${givenEvents} where true
      on conflict (card, about) do update set event = excluded.event, sequence = excluded.sequence, at = excluded.at
      where (length(excluded.sequence), excluded.sequence) > (length(card_events.sequence), card_events.sequence)`,
    saveCardsRead: `update ${books} set cards_sequence = $1, cards_since = coalesce(cards_since, $2)
      where cards_sequence = $3 returning 1 as saved`,
    forgetCardEvents: `delete from ${events} where about <> 'BLOCK_BY_OTHERS'`,
    forgetCardSequences: `update ${events} set sequence = '0'`,
    forgetCardsRead: `update ${books} set cards_sequence = '0', cards_since = null`,
    cardEventsOf: `select card, event, sequence, at, about from ${events} where ${among('card', '$1')}`,
  } as const;
}
