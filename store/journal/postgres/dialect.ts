import type { ColumnType, Dialect } from '../statements/dialect.ts';

const types: Readonly<Record<ColumnType, string>> = {
  text: 'text',
  number: 'double precision',
  time: 'timestamptz',
};

export const postgresDialect: Dialect = {
  schema: 'patron_graph.',
  later: (time, ms) => `${time} + cast(${ms} as double precision) * interval '1 millisecond'`,
  earlier: (time, ms) => `${time} - cast(${ms} as double precision) * interval '1 millisecond'`,
  msBetween: (later, earlier) => `(extract(epoch from ((${later}) - (${earlier}))) * 1000)`,
  dayOf: (time) => `cast(floor((extract(epoch from ${time}) + 28800) / 86400) as integer)`,
  among: (column, list) => `${column} = any(cast(${list} as text[]))`,
  isMissing: (list) => `cast(${list} as text[]) is null`,
  valuesOf: (list) => `unnest(cast(${list} as text[])) as given (value)`,
  rowsOf(json, columns) {
    const names = Object.keys(columns).map((name) => `"${name}"`);
    const typed = Object.entries(columns).map(([name, type]) => `"${name}" ${types[type]}`);
    return `rows from (json_to_recordset(cast(${json} as json)) as (${typed.join(', ')}))
      with ordinality as given (${names.join(', ')}, position)`;
  },
  excludeWriters: (tables) => `lock table ${tables.join(', ')} in exclusive mode`,
  toJson: (text) => `cast(${text} as json)`,
  isDurable: '(select patron_graph.require_durable_commit())',
  // Commits without waiting for the disk. The setting applies until the end of the transaction, which consists of only
  // this statement.
  isEventual: "set_config('synchronous_commit', 'off', true) = 'off'",
  isWritable: "current_setting('transaction_read_only') = 'off'",
  canGrow: '(select patron_graph.extend_file())',
  isCompared: '(select patron_graph.require_open_places())',
  isServerCompared: `exists (
    select from patron_graph.books where is_restored or started_at = pg_postmaster_start_time()
  )`,
  isGeneration: (expected) => `(select patron_graph.server_generation()) = ${expected}`,
  isListed: 'not is_part',
  isUnlisted: 'is_part',
  isPlaceHeld: 'is_place_held',
  forUpdate: 'for update',
  forNoKeyUpdate: 'for no key update',
  skipLocked: 'for update skip locked',
};
