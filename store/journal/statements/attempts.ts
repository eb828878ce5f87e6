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
  // Removes attempts. Two calls may remove the same rows. Both lock them in the order of ids, so they don't deadlock.
  const forgiven = (which: string) =>
    `delete from ${attempts} where id in (select id from ${attempts} where ${which} order by id ${forUpdate})`;
  return {
    // If the clock was put back, older attempts would count for too long. This statement makes them count for at most
    // $2 from now.
    shortenAttempts: `update ${attempts} set ends_at = ${inMs('$2')} where key = $1 and ends_at > ${inMs('$2')}
      returning 1 as shortened`,
    // If $2 attempts (the maximum) are counted under the key, returns the time at which another attempt is possible.
    // Otherwise returns no row.
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
