/** All the SQL of recorded usage, except its tables. */

/** The differences between the databases in SQL. */
export interface UsageDialect {
  /** The prefix of a table's name. */
  readonly schema: '' | `${string}.`;
  /** Returns an SQL expression that turns a JSON array into rows with the column `value`. */
  itemsOf(parameter: string): string;
}

/** The maximum numbers of rows. If there are more, the oldest days are removed. */
export interface UsageLimits {
  /** A row takes about 100 bytes. */
  readonly coordinates: number;
  /** A row has a text of up to 10,000 characters. Most have less than 1,000. */
  readonly operations: number;
}

/** Rows are added in order, so that processes that add the same rows don't deadlock. */
export function createUsageStatements({ schema, itemsOf }: UsageDialect, limits: UsageLimits) {
  const coordinates = `${schema}coordinates`;
  const operations = `${schema}operations`;
  const items = itemsOf('$4');
  return {
    addCoordinates: `insert into ${coordinates} (day, client, version, coordinate, requests)
      select $1, $2, $3, value ->> 0, cast(value ->> 1 as bigint) from ${items} where true order by 4
      on conflict (day, client, version, coordinate) do update set requests = coordinates.requests + excluded.requests`,
    addOperations: `insert into ${operations} (last_day, client, version, hash, name, text, requests)
      select $1, $2, $3, value ->> 0, value ->> 1, value ->> 2, cast(value ->> 3 as bigint)
      from ${items} where true order by 4
      on conflict (client, version, hash) do update set requests = operations.requests + excluded.requests,
        last_day = case when operations.last_day > excluded.last_day then operations.last_day else excluded.last_day end`,
    removeCoordinates: `delete from ${coordinates} where day < $1
      or day < (select day from ${coordinates} order by day desc limit 1 offset ${limits.coordinates})`,
    removeOperations: `delete from ${operations} where last_day < $1
      or last_day < (select last_day from ${operations} order by last_day desc limit 1 offset ${limits.operations})`,
    readCoordinates: `select client, version, coordinate, sum(requests) as requests, max(day) as last_day
      from ${coordinates} where day >= $1 group by client, version, coordinate order by client, version, coordinate`,
    readOperations: `select client, version, hash, name, text, requests, last_day
      from ${operations} where last_day >= $1 order by client, version, hash`,
  } as const;
}

export type UsageStatement = keyof ReturnType<typeof createUsageStatements>;
