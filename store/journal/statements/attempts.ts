import type { Syntax } from './dialect.ts';

export function attemptStatements({
  schema,
  now,
  clock,
  later,
  inMs,
  among,
  forUpdate,
  removeOldest,
}: Syntax) {
  const attempts = `${schema}attempts`;
  // Rows are locked in the order of ids, so that two calls that remove the same rows don't deadlock.
  const forgiven = (which: string) =>
    `delete from ${attempts} where id in (select id from ${attempts} where ${which} order by id ${forUpdate})`;
  return {
    // After the clock was put back, attempts would count for too long. This statement limits them to the given time from
    // now.
    shortenAttempts: `update ${attempts} set ends_at = ${inMs('$2')} where key = $1 and ends_at > ${inMs('$2')}
      returning 1 as shortened`,
    // $2 is the maximum number of attempts. If that many attempts are counted, this statement returns the time at which
    // another attempt is possible. Otherwise it returns no row.
    fullUntil: `select ends_at as until from ${attempts}
      where key = $1 and ends_at > ${now} order by ends_at desc limit 1 offset cast($2 as integer) - 1`,
    countAttempts: `select count(*) as count from ${attempts} where key = $1 and ends_at > ${now}`,
    addAttempt: `insert into ${attempts} (id, key, about, at, ends_at)
      select $1, $2, $3, clock.now, ${later('clock.now', '$4')} from ${clock}`,
    forgive: `delete from ${attempts} where ${among('id', '$1')}`,
    forgiveKey: forgiven('key = $1'),
    forgiveAbout: forgiven('about = $1'),
    removeAttempts: removeOldest('attempts', 'id', 'ends_at', now, '$1'),
  } as const;
}
