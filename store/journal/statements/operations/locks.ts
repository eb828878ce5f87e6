import type { Syntax } from '../dialect.ts';

/** The statements about locks, which are in the table `claims`. A lock is in force while its operation is unsettled. */
export function lockStatements({ schema, among, valuesOf }: Syntax) {
  const operations = `${schema}operations`;
  const locks = `${schema}claims`;
  return {
    findHolder: `select (
        select locks.operation_id from ${locks} as locks join ${operations} as holders on holders.id = locks.operation_id
        where holders.state = 'UNSETTLED' and holders.id <> $1 and ${among('locks.key', '$2')} limit 1
      ) as holder
      from ${operations} where id = $1`,
    addLocks: `insert into ${locks} (operation_id, key) select $1, value from ${valuesOf('$2')}
      where true on conflict do nothing`,
    isLocked: `select 1 as held from ${locks} as locks join ${operations} as holders on holders.id = locks.operation_id
      where locks.key = $1 and holders.state = 'UNSETTLED' and holders.id is distinct from $2 limit 1`,
  } as const;
}
