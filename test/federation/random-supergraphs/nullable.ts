/** Makes fields nullable on some types only, or in some subgraphs only. */
import type { Field } from './field.ts';
import type { Rng } from './rng.ts';

type FieldsByType = ReadonlyMap<string, readonly Field[]>;

/**
 * Makes `id` nullable on some object types, and on an abstract type if one of its object types has a nullable `id`. The
 * values of `id` stay non-null.
 */
export function withNullableIds(
  fields: FieldsByType,
  objectTypes: readonly string[],
  abstract: ReadonlyMap<string, readonly string[]>,
  rng: Rng,
): ReadonlyMap<string, Field[]> {
  const types = rng.some(objectTypes, 0.25);
  const isAbove = (objects: readonly string[]) => objects.some((type) => types.includes(type));
  const above = [...abstract].filter(([, objects]) => isAbove(objects)).map(([type]) => type);
  const nullable = new Set([...types, ...above]);
  return new Map(
    [...fields].map(([type, all]) => [
      type,
      all.map((field) => (field.name === 'id' && nullable.has(type) ? { ...field, type: 'ID' } : field)),
    ]),
  );
}

/**
 * Makes nullable fields of an interface non-null on every second object type. The data has nulls there, too. Each of
 * these nulls is an error and makes its object null.
 */
export function withNullsOnStricterTypes(
  fields: FieldsByType,
  type: string,
  objectTypes: readonly string[],
  names: readonly string[],
): ReadonlyMap<string, Field[]> {
  const nullable = (fields.get(type) ?? []).filter(
    (field) => names.includes(field.name) && !field.type.endsWith('!'),
  );
  const strict = objectTypes.filter((_, at) => at % 2 === 0);
  const changed = [type, ...objectTypes];
  return new Map(
    [...fields].map(([each, all]) => [
      each,
      all.map((field) =>
        changed.includes(each) && nullable.some(({ name }) => name === field.name)
          ? { ...field, hasNulls: true, type: strict.includes(each) ? `${field.type}!` : field.type }
          : field,
      ),
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
