import type { Syntax } from './dialect.ts';

export const applicationColumns = `operation_id as "operationId", document as "documentKey",
  document_encrypted as "documentEncrypted", state, application_id as "applicationId",
  application_encrypted as "applicationEncrypted", received_at as "receivedAt"`;

/** Each database has its own `applicationsOfDocuments`. */
export function applicationStatements({ schema, now, among, ago, isDurable, forUpdate, skipLocked }: Syntax) {
  const received = `${schema}received_applications`;
  const sent = `from ${received} where document = $1 and state = 'SENT'`;
  return {
    receiveApplication: `insert into ${received}
        (operation_id, document, document_encrypted, state, application_encrypted, received_at)
      select $2, $1, $3, case when is_free then 'SENT' else 'WAITING' end, case when is_free then null else $4 end, ${now}
      from (select count(*) < cast($5 as integer) as is_free ${sent}) as slots
      where ${isDurable} on conflict do nothing`,
    applicationOfOperation: `select ${applicationColumns} from ${received} where operation_id = $1`,
    applicationSent: `update ${received} set application_id = $2, application_encrypted = null
      where operation_id = $1 and ${isDurable}`,
    closeApplications: `update ${received} set state = 'CLOSED', application_encrypted = null where operation_id in (
        select operation_id from ${received} where ${among('operation_id', '$1')} order by operation_id ${forUpdate}
      )`,
    waitingDocuments: `select document as "documentKey", max(document_encrypted) as "documentEncrypted" from ${received}
      where state = 'WAITING' and document > $1 group by document order by document limit $2`,
    admitWaiting: `update ${received} set state = 'SENT' where operation_id in (
        select operation_id from ${received} where document = $1 and state = 'WAITING'
        order by received_at, operation_id
        limit (select case when count(*) < cast($2 as integer) then cast($2 as integer) - count(*) else 0 end ${sent})
      )`,
    applicationsToSend: `select ${applicationColumns} from ${received}
      where state = 'SENT' and application_encrypted is not null order by received_at, operation_id limit $1`,
    removeApplications: `delete from ${received} where operation_id in (
        select operation_id from ${received}
        where received_at <= ${ago('$2')} or (received_at <= ${ago('$1')} and state = 'CLOSED')
        order by received_at limit $3 ${skipLocked}
      ) returning 1 as removed`,
  } as const;
}
