import type { SqliteDatabase } from '../../sqlite/database.ts';
import type { NoticeLease } from '../port.ts';
import { requireFound } from '../rows.ts';
import type { DeliveryRow, NoticeTables, UndeliveredRow } from '../tables.ts';

/** Times are milliseconds since 1970. */
type Stored<Row> = Omit<Row, Times> & Readonly<Record<Times, number>>;
type Times = 'madeAt' | 'startedAt' | 'givenUpAt';

const columns = `id, endpoint, kind, patron_encrypted as patronEncrypted, made_at as madeAt,
  started_at as startedAt, attempts`;
const givenUpColumns = `${columns}, failure, status, given_up_at as givenUpAt`;

/** Notices and their deliveries in SQLite. `now` is in milliseconds since 1970. */
export function noticesIn(database: SqliteDatabase, now: () => number): NoticeTables {
  return { ...sendingIn(database, now), ...deliveriesIn(database, now), ...undeliveredIn(database, now) };
}

type SendingTables = Pick<
  NoticeTables,
  'agreeOnNoticeKey' | 'leaseNotices' | 'leaveNotices' | 'saveNoticeEvents' | 'saveNoticeDay'
>;

function sendingIn(database: SqliteDatabase, now: () => number): SendingTables {
  const keepKey = database.one<{ readonly encrypted: string }>(`update notice_sender
    set digest_key_encrypted = coalesce(digest_key_encrypted, :encrypted) returning digest_key_encrypted as encrypted`);
  const lease = database.one<Omit<NoticeLease, 'since'> & { readonly since: number }>(`update notice_sender
    set holder = :holder, leased_until = :now + :leaseMs, since = coalesce(since, :now)
    where holder is null or holder = :holder or leased_until <= :now
    returning since, event_sequence as eventSequence, passed_day as passedDay`);
  const leave = database.run(
    'update notice_sender set holder = null, leased_until = null where holder = :holder',
  );
  const saveEvents = database.run(
    'update notice_sender set event_sequence = :sequence where holder = :holder',
  );
  const saveDay = database.run('update notice_sender set passed_day = :day where holder = :holder');
  return {
    agreeOnNoticeKey: async (encrypted) =>
      await database.durably(() => requireFound(keepKey({ encrypted })).encrypted),
    async leaseNotices(holder, leaseMs) {
      const row = database.transact(() => lease({ holder, leaseMs, now: now() }));
      return row === undefined ? null : { ...row, since: new Date(row.since) };
    },
    async leaveNotices(holder) {
      database.transact(() => leave({ holder }));
    },
    async saveNoticeEvents(holder, sequence) {
      database.transact(() => saveEvents({ holder, sequence }));
    },
    async saveNoticeDay(holder, day) {
      database.transact(() => saveDay({ holder, day }));
    },
  };
}

type DeliveryTables = Pick<
  NoticeTables,
  | 'noticeKeysMade'
  | 'makeNotices'
  | 'dueDeliveries'
  | 'delivered'
  | 'deliveryFailed'
  | 'countDeliveries'
  | 'removeNotices'
  | 'removeNoticeKeys'
>;

function deliveriesIn(database: SqliteDatabase, now: () => number): DeliveryTables {
  const make = database.run(
    'insert into notices_made (key, made_at) values (:key, :now) on conflict do nothing',
  );
  const add =
    database.run(`insert into notices (id, endpoint, kind, patron_encrypted, made_at, started_at, due_at)
    values (:id, :endpoint, :kind, :patronEncrypted, :now, :now, :now)`);
  const due = database.all<Stored<DeliveryRow>>(`select ${columns} from notices
    where endpoint = :endpoint and due_at <= :now order by due_at limit :maxRows`);
  const remove = database.run('delete from notices where id = :id and endpoint = :endpoint');
  const fail = database.run(`update notices set attempts = attempts + 1, failure = :failure, status = :status,
      due_at = :dueAt, given_up_at = :givenUpAt
    where id = :id and endpoint = :endpoint and due_at is not null`);
  const count = database.one<{ readonly pending: number; readonly undelivered: number }>(
    'select count(due_at) as pending, count(given_up_at) as undelivered from notices',
  );
  const removeNotices = database.run(`delete from notices where (id, endpoint) in
    (select id, endpoint from notices where made_at <= :until order by made_at limit :maxRows)`);
  const removeKeys = database.run(`delete from notices_made where key in
    (select key from notices_made where made_at <= :until order by made_at limit :maxRows)`);
  const made = database.all<{ readonly key: string }>(
    'select key from notices_made where key in (select value from json_each(:keys))',
  );
  return {
    noticeKeysMade: async (keys) => made({ keys: JSON.stringify(keys) }).map(({ key }) => key),
    makeNotices: async (notices) =>
      await database.durably(() => {
        const at = now();
        const fresh = notices.filter(({ key }) => make({ key, now: at }) > 0);
        for (const { id, kind, patronEncrypted, endpoints } of fresh) {
          for (const endpoint of endpoints) {
            add({ id, endpoint, kind, patronEncrypted, now: at });
          }
        }
        return fresh.length;
      }),
    dueDeliveries: async (endpoint, maxRows) =>
      due({ endpoint, maxRows, now: now() }).map((row) => ({
        ...row,
        madeAt: new Date(row.madeAt),
        startedAt: new Date(row.startedAt),
      })),
    async delivered(id, endpoint) {
      await database.durably(() => remove({ id, endpoint }));
    },
    async deliveryFailed(id, endpoint, { failure, status, retryAfterMs }) {
      const at = now();
      const [dueAt, givenUpAt] = retryAfterMs === null ? [null, at] : [at + retryAfterMs, null];
      await database.durably(() => fail({ id, endpoint, failure, status, dueAt, givenUpAt }));
    },
    countDeliveries: async () => requireFound(count({})),
    removeNotices: async (keptMs, maxRows) =>
      await database.durably(() => removeNotices({ until: now() - keptMs, maxRows })),
    removeNoticeKeys: async (keptMs, maxRows) =>
      await database.durably(() => removeKeys({ until: now() - keptMs, maxRows })),
  };
}

type UndeliveredTables = Pick<NoticeTables, 'undeliveredNotices' | 'findUndelivered' | 'resendNotice'>;

function undeliveredIn(database: SqliteDatabase, now: () => number): UndeliveredTables {
  const list = database.all<Stored<UndeliveredRow>>(`select ${givenUpColumns} from notices
    where given_up_at is not null and (:givenUpAt is null or (given_up_at, id, endpoint) < (:givenUpAt, :id, :endpoint))
    order by given_up_at desc, id desc, endpoint desc limit :maxRows`);
  const find = database.one<Stored<UndeliveredRow>>(`select ${givenUpColumns} from notices
    where id = :id and endpoint = :endpoint and given_up_at is not null`);
  const resend =
    database.run(`update notices set attempts = 0, started_at = :now, due_at = :now, given_up_at = null
    where id = :id and endpoint = :endpoint and given_up_at is not null`);
  const withDates = (row: Stored<UndeliveredRow>): UndeliveredRow => ({
    ...row,
    madeAt: new Date(row.madeAt),
    startedAt: new Date(row.startedAt),
    givenUpAt: new Date(row.givenUpAt),
  });
  return {
    undeliveredNotices: async (after, maxRows) =>
      list({
        givenUpAt: after?.givenUpAt.getTime() ?? null,
        id: after?.id ?? null,
        endpoint: after?.endpoint ?? null,
        maxRows,
      }).map(withDates),
    async findUndelivered(id, endpoint) {
      const row = find({ id, endpoint });
      return row === undefined ? undefined : withDates(row);
    },
    resendNotice: async (id, endpoint) => await database.durably(() => resend({ id, endpoint, now: now() })),
  };
}
