import type { IndexDialect } from '../statements/index.ts';

export const postgresDialect: IndexDialect = {
  among: (column, list) => `${column} = any(cast(${list} as text[]))`,
  valuesOf: (list) => `unnest(cast(${list} as text[])) as given (value)`,
  rowsOf(json, columns) {
    const typed = Object.entries(columns).map(([name, type]) => `"${name}" ${type}`);
    return `json_to_recordset(cast(${json} as json)) as given (${typed.join(', ')})`;
  },
};
