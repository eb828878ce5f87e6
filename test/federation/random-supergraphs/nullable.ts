/** Fields that always have a value, but are nullable on some types only, or in some subgraphs only. */
import { type Field, interfaceName } from './field.ts';
import type { Rng } from './rng.ts';

type FieldsByType = ReadonlyMap<string, readonly Field[]>;

/** Makes `id` nullable on some types, and on the interface if it is nullable on one of its types. */
export function withNullableIds(
  fields: FieldsByType,
  implementing: readonly string[],
  rng: Rng,
): FieldsByType {
  const types = rng.some(
    [...fields.keys()].filter((type) => type !== interfaceName),
    0.25,
  );
  const nullable = new Set([
    ...types,
    ...(implementing.some((type) => types.includes(type)) ? [interfaceName] : []),
  ]);
  return new Map(
    [...fields].map(([type, all]) => [
      type,
      nullable.has(type) ? all.map((field) => (field.name === 'id' ? { ...field, type: 'ID' } : field)) : all,
    ]),
  );
}

/** Whether the field `a` of a type is nullable in a subgraph. */
export type NullableIn = (subgraph: string, type: string) => boolean;

/** Chooses where `a` is nullable. If it is nullable in one subgraph, it is nullable for clients. */
export function nullableIn(subgraphs: readonly string[], types: readonly string[], rng: Rng): NullableIn {
  const strict = new Set(
    subgraphs.flatMap((subgraph) => rng.some(types, 0.5).map((type) => `${subgraph} ${type}`)),
  );
  return (subgraph, type) => !strict.has(`${subgraph} ${type}`);
}
