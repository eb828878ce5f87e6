import type { Syntax } from '../dialect.ts';
import { operationColumns } from './operations.ts';

/**
 * The lists of operations. They leave out child operations. Operations in adopted systems, such as the payment
 * system, are stored as unlisted, and have lists of their own.
 */
export function operationListStatements({ schema, isListed, isUnlisted, among }: Syntax) {
  const operations = `${schema}operations`;
  const found = (
    which: string,
    maxRows: string,
    order: 'asc' | 'desc' = 'desc',
  ) => `select ${operationColumns}
    from ${operations} where ${which} and ${isListed} order by requested_at ${order}, id ${order} limit ${maxRows}`;
  const newest = (which: string) => found(`${which} and (requested_at, id) < ($1, $2)`, '$3');
  const oldest = (which: string) => found(`${which} and (requested_at, id) > ($1, $2)`, '$3', 'asc');
  const ofPatron = (patron: string, state: string) =>
    `about_patron = ${patron} and (cast(${state} as text) is null or state = ${state})`;
  const count = (which: string) =>
    `select count(*) as count from ${operations} where ${which} and ${isListed}`;
  const adopted = (which: string) => `select ${operationColumns}
    from ${operations} where ${which} and ${isUnlisted} and about_patron is not null and ${among('kind', '$2')}
    order by requested_at desc, id desc limit $3`;
  // Every unsettled operation has a `look_at`. The second condition lets the database use the index of unsettled
  // operations.
  const unsettled = "state = 'UNSETTLED' and look_at is not null";
  return {
    byCode: found('code = $1', '$2'),
    ofReference: found('reference = $1', '$2'),
    newestOfPatron: newest(ofPatron('$4', '$5')),
    oldestOfPatron: oldest(ofPatron('$4', '$5')),
    ofCaller: newest('about_patron = $4 and caller = $5'),
    countOfPatron: count(ofPatron('$1', '$2')),
    newestUnsettled: newest(unsettled),
    oldestUnsettled: oldest(unsettled),
    countUnsettled: count(unsettled),
    adoptedByCode: adopted('code = $1'),
    adoptedOfPatron: adopted('about_patron = $1'),
  } as const;
}
