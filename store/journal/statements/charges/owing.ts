import type { Syntax } from '../dialect.ts';

/**
 * The time of day at which a new night begins, in ms after midnight: 00:30. The payment system's end of day is over at
 * 00:15, so operations and payments can then be compared.
 */
const nightBeginsMs = 30 * 60_000;

/** The statements about the index of patrons who owe something. */
export function owingStatements({
  schema,
  now,
  ago,
  among,
  rowsOf,
  msBetween,
  takeLease,
  mayTakeLease,
  forUpdate,
  dayOf,
}: Syntax) {
  const follower = `${schema}owing_follower`;
  const owing = `${schema}owing`;
  const columns = 'patron as key, patron_encrypted as "encrypted", cents, charges, since';
  const isWanted = 'cents >= $1 and since <= $2';
  /**
   * The assignments that mark a patron's row, so that the account is read again. If the row is marked already, it keeps
   * the time of its mark.
   */
  const mark = `is_marked = true, marked_at = case when owing.is_marked then owing.marked_at else ${now} end`;
  const isUnread = (forMs: string) => `(is_marked and (marked_at is null or marked_at <= ${ago(forMs)}))`;
  const newMarks = rowsOf('$1', { patron: 'text', encrypted: 'text' });
  const accounts = rowsOf('$1', { patron: 'text', cents: 'number', charges: 'number', since: 'time' });
  return {
    // An older program stores no effects. It moves `sequence`, but not `effects_until`. So if the two differ, effects
    // are missing, and the time since which effects are kept (`books_since`) becomes the present time.
    followOwing: `update ${follower} set ${takeLease('holder', '$1', '$2')}, effects_until = sequence,
        books_since = case when effects_until is distinct from sequence then ${now} else coalesce(books_since, ${now}) end
      where ${mayTakeLease('holder', '$1', '$3')}
      returning sequence, sequence_at as "sequenceAt", books_since as since, compared_night as "comparedNight",
        cast(${dayOf(ago(String(nightBeginsMs)))} as integer) as night`,
    owingLease: `select cast(lease_number as text) as number from ${follower}`,
    leaveOwing: `update ${follower} set holder = null, leased_until = null where holder = $1`,
    // Locks the follower's row until the transaction ends, so that no other process takes the lease meanwhile.
    holdOwing: `select 1 as held from ${follower} where holder = $1 ${forUpdate}`,
    saveOwingPosition: `update ${follower} set sequence = $2, effects_until = $2, sequence_at = $3, oldest_at = coalesce(oldest_at, $4),
      is_at_end = is_at_end or $5 where holder = $1`,
    markOwing: `insert into ${owing} (patron, patron_encrypted, is_marked, marked_at)
      select patron, encrypted, true, ${now} from ${newMarks} where true
      on conflict (patron) do update set ${mark}`,
    forgetOwingPosition: `update ${follower} set sequence = null, effects_until = null, sequence_at = null, oldest_at = null,
      is_at_end = false, compared_night = null where holder = $1`,
    markAllOwing: `update ${owing} set ${mark} where not is_marked`,
    markedOwing: `select patron as key, patron_encrypted as "encrypted" from ${owing}
      where is_marked and patron > $1 order by patron limit $2`,
    saveOwed: `update ${owing} set cents = given.cents, charges = given.charges, since = given.since, is_marked = false
      from ${accounts} where owing.patron = given.patron`,
    removeOwing: `delete from ${owing} where ${among('patron', '$1')}`,
    owingApplied: `update ${follower} set applied_at = ${ago('$2')} where holder = $1`,
    owingState: `select ${msBetween(now, 'applied_at')} as "ageMs", oldest_at as "oldestAt",
      sequence, sequence_at as "sequenceAt" from ${follower}`,
    mostOwing: `select ${columns} from ${owing} where ${isWanted} and (cents, patron) < ($3, $4)
      order by cents desc, patron desc limit $5`,
    longestOwing: `select ${columns} from ${owing} where ${isWanted} and (since, patron) > ($3, $4)
      order by since, patron limit $5`,
    countOwing: `select count(*) as count from ${owing} where ${isWanted}`,
    countUnreadOwing: `select count(*) as count from ${owing} where ${isUnread('$1')}`,
    sumOwed: `select coalesce(sum(case when ${isUnread('$2')} then 0 else cents end), 0) as cents,
        count(case when ${isUnread('$2')} then 1 end) as unread
      from ${owing} where ${among('patron', '$1')}`,
    eraseOwing: `delete from ${owing} where patron = $1`,
  } as const;
}
