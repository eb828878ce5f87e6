import type { ColumnType, Dialect } from '../statements/dialect.ts';

/** The SQL that converts a field of a JSON row to a column's value. Times are stored in ms since 1970. */
const fields: Readonly<Record<ColumnType, (field: string) => string>> = {
  text: (field) => field,
  number: (field) => field,
  time: (field) => `cast(round(unixepoch(${field}, 'subsec') * 1000) as integer)`,
};

/** True while an operator permits the reservation of places (`openPlaces`). */
export const arePlacesOpened = `exists (select 1 from place_openings where ends_at > (select journal_now()))`;

/**
 * Transactions in SQLite need no locks, because only one transaction at a time writes. The statements need not ask for
 * durability, because the process waits for the disk after the commit (decision 10).
 */
export const sqliteDialect: Dialect = {
  schema: '',
  later: (time, ms) => `${time} + ${ms}`,
  earlier: (time, ms) => `${time} - ${ms}`,
  msBetween: (later, earlier) => `((${later}) - (${earlier}))`,
  dayOf: (time) => `((${time} + 28800000) / 86400000)`,
  among: (column, list) => `${column} in (select value from json_each(${list}))`,
  isMissing: (list) => `${list} is null`,
  valuesOf: (list) => `json_each(${list}) as given`,
  rowsOf(json, columns) {
    const selected = Object.entries(columns).map(
      ([name, type]) => `${fields[type](`value ->> '${name}'`)} as "${name}"`,
    );
    return `(select ${selected.join(', ')}, key as position from json_each(${json})) as given`;
  },
  excludeWriters: () => 'select 1',
  toJson: (text) => text,
  isDurable: 'true',
  isEventual: 'true',
  isWritable: 'true',
  canGrow: 'extend_file()',
  isCompared: `(select require_compared(is_restored and not ${arePlacesOpened}) from books)`,
  isServerCompared: 'true',
  isGeneration: (expected) => `${expected} = ''`,
  isListed: 'is_part = 0',
  isUnlisted: 'is_part = 1',
  isPlaceHeld: 'is_place_held = 1',
  forUpdate: '',
  forNoKeyUpdate: '',
  skipLocked: '',
};
