import type { IndexDialect } from '../statements/index.ts';

export const sqliteDialect: IndexDialect = {
  among: (column, list) => `${column} in (select value from json_each(${list}))`,
  valuesOf: (list) => `json_each(${list}) as given`,
  rowsOf(json, columns) {
    const selected = Object.keys(columns).map((name) => `value ->> '${name}' as "${name}"`);
    return `(select ${selected.join(', ')} from json_each(${json})) as given`;
  },
};
