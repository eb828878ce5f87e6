import type { MappedType, Mapping } from '../mapping/schema.ts';

export interface Uses {
  /** The fields of the graph that call the operation, such as `Patron.bookings`. */
  readonly fields: readonly string[];
  /** For each path of the request that the mapping writes to: the maximum number of values in one request. */
  readonly sent: ReadonlyMap<string, number>;
  /** The fields of the graph that are read from the reply, by their paths in the reply. */
  readonly read: ReadonlyMap<string, string>;
}

export function usesOf(mapping: Mapping, operation: string): Uses {
  const fields: string[] = [];
  const sent = new Map<string, number>();
  const read = new Map<string, string>();
  const rows = (path: string, name: string): void => {
    const type: MappedType | undefined = mapping.types[name];
    for (const [field, { from }] of Object.entries(type?.fields ?? {})) {
      read.set(path === '' ? from : `${path}.${from}`, `${name}.${field}`);
    }
  };
  if (mapping.ping.operation === operation) {
    fields.push('the health check');
    fill(sent, Object.keys(mapping.ping.request));
  }
  for (const [name, { lookup }] of Object.entries(mapping.types)) {
    if (lookup?.operation === operation) {
      for (const query of keyQueriesOf(mapping, name)) {
        fields.push(query);
      }
      fields.push(name);
      fill(sent, [lookup.keys], lookup.limit);
      rows(lookup.rows, name);
    }
  }
  for (const [name, query] of Object.entries(mapping.queries)) {
    if ('operation' in query && query.operation === operation) {
      fields.push(`Query.${name}`);
      fill(sent, pathsOf(query.arguments));
      rows(query.rows, query.returns);
    }
  }
  for (const [name, field] of Object.entries(mapping.patron)) {
    if (field.operation === operation) {
      fields.push(`Patron.${name}`);
      fill(sent, [field.keys], field.limit);
      rows(field.rows, field.returns);
    }
  }
  for (const [
    name,
    { operation: changed, reference, patron, input, row, returns, afterTimeout },
  ] of Object.entries(mapping.changes)) {
    if (changed === operation) {
      fields.push(`Mutation.${name}`);
      fill(sent, [reference, ...(patron === null ? [] : [patron]), ...pathsOf(input)]);
      rows(row, returns);
    }
    if (afterTimeout.operation === operation) {
      fields.push(`Mutation.${name} after a time-out`);
      fill(sent, [afterTimeout.reference]);
      rows(afterTimeout.row, returns);
    }
  }
  return { fields, sent, read };
}

const keyQueriesOf = ({ queries }: Mapping, type: string): string[] =>
  Object.entries(queries).flatMap(([name, query]) =>
    'byKey' in query && query.byKey === type ? [`Query.${name}`] : [],
  );

const pathsOf = (given: Readonly<Record<string, { readonly to: string }>>): string[] =>
  Object.values(given).map(({ to }) => to);

/** Raises the number of values at each of the paths to at least `count`. */
function fill(sent: Map<string, number>, paths: readonly string[], count = 1): void {
  for (const path of paths) {
    sent.set(path, Math.max(sent.get(path) ?? 0, count));
  }
}
