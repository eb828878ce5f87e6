import type { Syntax } from '../dialect.ts';

/**
 * The statements about the payment system's changes under ids of operations (effects), and their comparison with the
 * operations.
 */
export function paymentBookStatements({ schema, ago, among, isUnlisted, rowsOf, removeOldest }: Syntax) {
  const effects = `${schema}payment_effects`;
  const operations = `${schema}operations`;
  const follower = `${schema}owing_follower`;
  const given = rowsOf('$1', {
    sequence: 'text',
    operationId: 'text',
    kind: 'text',
    subject: 'text',
    cents: 'number',
    at: 'time',
  });
  // Two statements below begin with this. It reads the next operations, and the rest of each statement selects some of
  // them. If there are operations, the result has at least one row, which contains the last operation that was read.
  // `code >= $1` lets the database use the index.
  const nextOperations = `with next as materialized (
        select id, code, kind, state, requested_at, settled_at, cast(result as text) as result from ${operations}
        where ${isUnlisted} and about_patron is not null and code >= $1 and (code, id) > ($1, $2) order by code, id limit $3
      )
      select last.code as "lastCode", last.id as "lastId", found.*
      from (select code, id from next order by code desc, id desc limit 1) as last left join (`;
  return {
    addPaymentEffects: `insert into ${effects} (sequence, operation_id, event, subject, cents, at)
      select sequence, "operationId", kind, subject, cents, at from ${given} where at > ${ago('$2')}
      on conflict (sequence) do nothing`,
    forgetPaymentEffects: `delete from ${effects}`,
    removePaymentEffects: removeOldest('payment_effects', 'sequence', 'at', ago('$1'), '$2'),
    // Sequences are decimal numbers without leading zeros, so the longer one is greater.
    paymentAccountsAfter: `select effects.sequence, effects.operation_id as "operationId", effects.event as kind,
        effects.subject, effects.cents, effects.at, coalesce(operations.kind, past.kind) as "operationKind",
        coalesce(operations.state, past.state) as state, cast(operations.result as text) as result
      from ${effects} as effects left join ${operations} as operations on operations.id = effects.operation_id
        left join ${schema}past_operations as past on past.id = effects.operation_id
      where effects.operation_id in (
        select distinct operation_id from ${effects} where operation_id > $1 order by operation_id limit $2
      )
      order by effects.operation_id, length(effects.sequence), effects.sequence`,
    paymentsWithoutEffect: `${nextOperations}
        select id as "operationId", kind, settled_at as "settledAt" from next
        where state = 'DONE' and ${among('kind', '$4')} and settled_at <= ${ago('$5')}
          and requested_at > (select books_since from ${follower})
          and not exists (select 1 from ${effects} as own where own.operation_id = next.id)
          and not exists (
            select 1 from ${schema}findings as own
            where own.operation_id = next.id and own.discrepancy = 'PAYMENT_NOT_DONE'
          )
      ) as found on true`,
    paymentCancellations: `${nextOperations}
        select id as "operationId", settled_at as "settledAt", result,
          case when settled_at <= ${ago('$5')} then 1 else 0 end as "isBefore" from next
        where state in ('DONE', 'UNSETTLED') and ${among('kind', '$4')}
      ) as found on true`,
    comparedNight: `select compared_night as "comparedNight" from ${follower} where books_since is not null`,
    paymentsCompared: `update ${follower} set compared_night = $2 where holder = $1`,
  } as const;
}
