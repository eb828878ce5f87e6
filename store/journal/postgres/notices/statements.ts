import { ago, inMs, isDurable, now } from '../sql.ts';

const columns = `id, endpoint, kind, patron_encrypted as "patronEncrypted", made_at as "madeAt",
  started_at as "startedAt", attempts`;
const givenUpColumns = `${columns}, failure, status, given_up_at as "givenUpAt"`;

/** The SQL of notices over PostgreSQL. */
export const noticeStatements = {
  keepNoticeKey: `update patron_graph.notice_sender set digest_key_encrypted = coalesce(digest_key_encrypted, $1)
    where ${isDurable} returning digest_key_encrypted as encrypted`,
  leaseNotices: `update patron_graph.notice_sender set holder = $1, leased_until = ${inMs('$2')},
      since = coalesce(since, ${now})
    where holder is null or holder = $1 or leased_until <= ${now}
    returning since, event_sequence as "eventSequence", passed_day as "passedDay"`,
  leaveNotices: 'update patron_graph.notice_sender set holder = null, leased_until = null where holder = $1',
  saveNoticeEvents: 'update patron_graph.notice_sender set event_sequence = $2 where holder = $1',
  saveNoticeDay: 'update patron_graph.notice_sender set passed_day = $2 where holder = $1',
  noticeKeysMade: 'select key from patron_graph.notices_made where key = any($1)',
  // One statement: a notice is on its way to all of its endpoints, or was never made.
  makeNotices: `with wanted as materialized (
      select * from json_to_recordset($1) as (id text, key text, kind text, "patronEncrypted" text, endpoints text[])
      where ${isDurable}
    ),
    made as (
      insert into patron_graph.notices_made (key, made_at)
      select distinct key, ${now} from wanted on conflict (key) do nothing returning key
    ),
    -- Of two with the same key in one call, the first.
    new as (select distinct on (key) wanted.* from wanted join made using (key) order by key, id),
    sent as (
      insert into patron_graph.notices (id, endpoint, kind, patron_encrypted, made_at, started_at, due_at)
      select id, unnest(endpoints), kind, "patronEncrypted", ${now}, ${now}, ${now} from new
    )
    select key from new`,
  dueDeliveries: `select ${columns} from patron_graph.notices
    where endpoint = $1 and due_at <= ${now} order by due_at limit $2`,
  delivered: 'delete from patron_graph.notices where id = $1 and endpoint = $2',
  deliveryFailed: `update patron_graph.notices set attempts = attempts + 1, failure = $3, status = $4,
      due_at = ${inMs('$5')}, given_up_at = case when $5::double precision is null then ${now} end
    where id = $1 and endpoint = $2 and due_at is not null`,
  countDeliveries: `select count(due_at)::integer as pending, count(given_up_at)::integer as undelivered
    from patron_graph.notices`,
  undeliveredNotices: `select ${givenUpColumns} from patron_graph.notices
    where given_up_at is not null and (given_up_at, id, endpoint)
      < (coalesce($1::timestamptz, 'infinity'), coalesce($2::text, ''), coalesce($3::text, ''))
    order by given_up_at desc, id desc, endpoint desc limit $4`,
  findUndelivered: `select ${givenUpColumns} from patron_graph.notices
    where id = $1 and endpoint = $2 and given_up_at is not null`,
  resendNotice: `update patron_graph.notices set attempts = 0, started_at = ${now}, due_at = ${now}, given_up_at = null
    where id = $1 and endpoint = $2 and given_up_at is not null and ${isDurable} returning id`,
  removeNotices: `delete from patron_graph.notices where (id, endpoint) in (
      select id, endpoint from patron_graph.notices where made_at <= ${ago('$1')}
      order by made_at limit $2 for update skip locked
    ) returning 1 as removed`,
  removeNoticeKeys: `delete from patron_graph.notices_made where key in (
      select key from patron_graph.notices_made where made_at <= ${ago('$1')}
      order by made_at limit $2 for update skip locked
    ) returning 1 as removed`,
} as const;
