import { ago, isDurable, now } from '../sql.ts';

const columns = `operation_id as "operationId", document as "documentKey", document_encrypted as "documentEncrypted", state,
  application_id as "applicationId", application_encrypted as "applicationEncrypted", received_at as "receivedAt"`;
const table = 'patron_graph.received_applications';

/** The SQL of received applications over PostgreSQL. */
export const applicationStatements = {
  receiveApplication: `insert into ${table}
      (operation_id, document, document_encrypted, state, application_encrypted, received_at)
    select $1, $2, $3, case when is_free then 'SENT' else 'WAITING' end, case when is_free then null else $4 end, ${now}
    from (select count(*) < $5::integer as is_free from ${table} where document = $2 and state = 'SENT') as places
    where ${isDurable}
    on conflict do nothing`,
  applicationOfOperation: `select ${columns} from ${table} where operation_id = $1`,
  applicationsOfDocuments: `select received.* from unnest($1::text[]) as key cross join lateral (
      select ${columns} from ${table} where document = key and state <> 'CLOSED'
      order by received_at, operation_id limit 100
    ) as received order by "receivedAt", "operationId"`,
  applicationSent: `update ${table} set application_id = $2, application_encrypted = null
    where operation_id = $1 and ${isDurable}`,
  closeApplications: `update ${table} set state = 'CLOSED', application_encrypted = null where operation_id in (
      select operation_id from ${table} where operation_id = any($1::text[]) order by operation_id for update
    )`,
  waitingDocuments: `select document as "documentKey", max(document_encrypted) as "documentEncrypted" from ${table}
    where state = 'WAITING' and document > $1 group by document order by document limit $2`,
  admitWaiting: `update ${table} set state = 'SENT' where operation_id in (
      select operation_id from ${table} where document = $1 and state = 'WAITING'
      order by received_at, operation_id
      limit greatest(0, $2::integer - (select count(*) from ${table} where document = $1 and state = 'SENT'))
    )`,
  applicationsToSend: `select ${columns} from ${table}
    where state = 'SENT' and application_encrypted is not null order by received_at, operation_id limit $1`,
  removeApplications: `delete from ${table} where operation_id in (
      select operation_id from ${table}
      where received_at <= ${ago('$2')} or (received_at <= ${ago('$1')} and state = 'CLOSED')
      order by received_at limit $3 for update skip locked
    ) returning 1 as removed`,
};
