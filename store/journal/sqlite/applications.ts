import type { SqliteDatabase } from '../../sqlite/database.ts';
import { requireFound } from '../rows.ts';
import type { ApplicationTables, ReceivedRow } from '../tables.ts';

type StoredRow = Omit<ReceivedRow, 'receivedAt'> & { readonly receivedAt: number };

const columns = `operation_id as operationId, document as documentKey, document_encrypted as documentEncrypted, state,
  application_id as applicationId, application_encrypted as applicationEncrypted, received_at as receivedAt`;
/** How many places of a document are free. */
const free = `max(0, :maxSent - (select count(*) from received_applications where document = :documentKey and state = 'SENT'))`;

const withDate = (row: StoredRow): ReceivedRow => ({ ...row, receivedAt: new Date(row.receivedAt) });

/** Received applications in SQLite. `now` is in milliseconds since 1970. */
export function applicationsIn(database: SqliteDatabase, now: () => number): ApplicationTables {
  return { ...receivingIn(database, now), ...waitingIn(database, now) };
}

type Receiving = 'receiveApplication' | 'applicationOfOperation' | 'applicationSent' | 'closeApplications';

function receivingIn(database: SqliteDatabase, now: () => number): Pick<ApplicationTables, Receiving> {
  const add = database.run(`insert into received_applications
      (operation_id, document, document_encrypted, state, application_encrypted, received_at)
    select :operationId, :documentKey, :documentEncrypted,
      case when is_free then 'SENT' else 'WAITING' end, case when is_free then null else :applicationEncrypted end, :now
    from (select ${free} > 0 as is_free) where true
    on conflict do nothing`);
  const find = database.one<StoredRow>(
    `select ${columns} from received_applications where operation_id = :operationId`,
  );
  const send = database.run(`update received_applications
    set application_id = :applicationId, application_encrypted = null where operation_id = :operationId`);
  const close = database.run(`update received_applications set state = 'CLOSED', application_encrypted = null
    where operation_id in (select value from json_each(:operationIds))`);
  return {
    receiveApplication: async (received, maxSent) =>
      await database.durably(() => {
        add({ ...received, maxSent, now: now() });
        const { state } = requireFound(find({ operationId: received.operationId }));
        return state === 'WAITING' ? 'WAITING' : 'SENT';
      }),
    async applicationOfOperation(operationId) {
      const row = find({ operationId });
      return row === undefined ? undefined : withDate(row);
    },
    async applicationSent(operationId, applicationId) {
      await database.durably(() => send({ operationId, applicationId }));
    },
    async closeApplications(operationIds) {
      await database.durably(() => close({ operationIds: JSON.stringify(operationIds) }));
    },
  };
}

function waitingIn(database: SqliteDatabase, now: () => number): Omit<ApplicationTables, Receiving> {
  const ofDocument = database.all<StoredRow>(`select ${columns} from received_applications
    where document = :documentKey and state <> 'CLOSED' order by received_at, operation_id limit 100`);
  const documents = database.all<Pick<ReceivedRow, 'documentKey' | 'documentEncrypted'>>(`select
      document as documentKey, max(document_encrypted) as documentEncrypted from received_applications
    where state = 'WAITING' and document > :after group by document order by document limit :maxRows`);
  const admit = database.run(`update received_applications set state = 'SENT' where operation_id in (
      select operation_id from received_applications where document = :documentKey and state = 'WAITING'
      order by received_at, operation_id limit ${free}
    )`);
  const toSend = database.all<StoredRow>(`select ${columns} from received_applications
    where state = 'SENT' and application_encrypted is not null order by received_at, operation_id limit :maxRows`);
  const remove = database.run(`delete from received_applications where operation_id in (
      select operation_id from received_applications
      where received_at <= :until or (received_at <= :closedUntil and state = 'CLOSED')
      order by received_at limit :maxRows
    )`);
  return {
    applicationsOfDocuments: async (documentKeys) =>
      documentKeys.flatMap((documentKey) => ofDocument({ documentKey }).map(withDate)),
    waitingDocuments: async (after, maxRows) => documents({ after: after ?? '', maxRows }),
    async admitWaiting(documentKey, maxSent) {
      await database.durably(() => admit({ documentKey, maxSent }));
    },
    applicationsToSend: async (maxRows) => toSend({ maxRows }).map(withDate),
    removeApplications: async (closedKeptMs, keptMs, maxRows) =>
      await database.durably(() =>
        remove({ until: now() - keptMs, closedUntil: now() - closedKeptMs, maxRows }),
      ),
  };
}
