import type { Syntax } from './dialect.ts';

const columns = `id, endpoint, kind, patron_encrypted as "patronEncrypted",
  former_email_encrypted as "formerEmailEncrypted", made_at as "madeAt",
  started_at as "startedAt", attempts`;
const givenUpColumns = `${columns}, failure, status, given_up_at as "givenUpAt"`;

export function noticeStatements({
  schema,
  now,
  rowsOf,
  valuesOf,
  among,
  inMs,
  takeLease,
  mayTakeLease,
  ago,
  isDurable,
  removeOldest,
}: Syntax) {
  const sender = `${schema}notice_sender`;
  const notices = `${schema}notices`;
  const made = `${schema}notices_made`;
  const givenDeliveries = rowsOf('$1', {
    id: 'text',
    endpoint: 'text',
    kind: 'text',
    patron: 'text',
    patronEncrypted: 'text',
    formerEmailEncrypted: 'text',
  });
  const due = (when: string) => `select ${columns} from ${notices}
      where endpoint = $1 and ${when} order by due_at limit $2`;
  return {
    agreeOnNoticeKey: `update ${sender} set digest_key_encrypted = coalesce(digest_key_encrypted, $1)
      where ${isDurable} returning digest_key_encrypted as encrypted`,
    leaseNotices: `update ${sender} set ${takeLease('holder', '$1', '$2')}, since = coalesce(since, ${now})
      where ${mayTakeLease('holder', '$1', '$3')}
      returning since, event_sequence as "eventSequence", passed_day as "passedDay"`,
    noticeLease: `select cast(lease_number as text) as number from ${sender}`,
    leaveNotices: `update ${sender} set holder = null, leased_until = null where holder = $1`,
    saveNoticeEvents: `update ${sender} set event_sequence = $2 where holder = $1`,
    saveNoticeDay: `update ${sender} set passed_day = $2 where holder = $1`,
    noticeKeysSeen: `update ${made} set seen_at = ${now}
      where ${among('key', '$1')} and coalesce(seen_at, made_at) <= ${ago('$2')} returning 1 as seen`,
    noticeTimesMade: `select key, made_at as "madeAt" from ${made} where ${among('key', '$1')}`,
    noticeKeysMade: `select key from ${made} where ${among('key', '$1')}`,
    makeNoticeKeys: `insert into ${made} (key, made_at)
      select distinct value, ${now} from ${valuesOf('$1')} where ${isDurable}
      on conflict (key) do nothing returning key`,
    addDeliveries: `insert into ${notices} (id, endpoint, kind, patron, patron_encrypted, former_email_encrypted,
        made_at, started_at, due_at)
      select id, endpoint, kind, patron, "patronEncrypted", "formerEmailEncrypted", ${now}, ${now}, ${now} from ${givenDeliveries}`,
    // A delivery that is due later than the longest pause from now is returned, too: the clock was put back.
    dueDeliveries: `select * from (${due(`due_at <= ${now}`)}) as late
      union all select * from (${due(`due_at > ${inMs('$3')}`)}) as misdated limit $2`,
    removeDelivery: `delete from ${notices} where id = $1 and endpoint = $2`,
    deliveryFailed: `update ${notices} set attempts = attempts + 1, failure = $3, status = $4, due_at = ${inMs('$5')},
        given_up_at = case when ${inMs('$5')} is null then ${now} end
      where id = $1 and endpoint = $2 and due_at is not null`,
    countDeliveries: `select count(due_at) as pending, count(given_up_at) as undelivered from ${notices}`,
    noticesOfPatron: `select id, kind, made_at as "madeAt", count(due_at) as waiting from ${notices}
      where patron = $1 and (made_at, id) < ($2, $3)
      group by id, kind, made_at order by made_at desc, id desc limit $4`,
    removeNotices: removeOldest('notices', 'id, endpoint', 'made_at', ago('$1'), '$2'),
    removeNoticeKeys: removeOldest('notices_made', 'key', 'coalesce(seen_at, made_at)', ago('$1'), '$2'),
  } as const;
}

export function undeliveredStatements({ schema, now, among, isMissing, isDurable }: Syntax) {
  const notices = `${schema}notices`;
  /** $1 to $3 are the values of an `UndeliveredFilter`. */
  const isUndelivered = `given_up_at is not null and (cast($1 as text) is null or endpoint = $1)
    and (${isMissing('$2')} or ${among('kind', '$2')}) and (${isMissing('$3')} or ${among('failure', '$3')})`;
  return {
    newestUndelivered: `select ${givenUpColumns} from ${notices}
      where ${isUndelivered} and (given_up_at, id, endpoint) < ($4, $5, $6)
      order by given_up_at desc, id desc, endpoint desc limit $7`,
    oldestUndelivered: `select ${givenUpColumns} from ${notices}
      where ${isUndelivered} and (given_up_at, id, endpoint) > ($4, $5, $6)
      order by given_up_at, id, endpoint limit $7`,
    countUndelivered: `select count(*) as count from ${notices} where ${isUndelivered}`,
    findUndelivered: `select ${givenUpColumns} from ${notices}
      where id = $1 and endpoint = $2 and given_up_at is not null`,
    resendNotice: `update ${notices} set attempts = 0, started_at = ${now}, due_at = ${now}, given_up_at = null
      where id = $1 and endpoint = $2 and given_up_at is not null and ${isDurable} returning 1 as resent`,
  } as const;
}
