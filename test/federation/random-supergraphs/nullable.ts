/** Fields that always have a value, and are nullable for some types, or in some subgraphs, but not in all. */
import type { Dice } from './dice.ts';
import { type Field, interfaceName } from './field.ts';

type FieldsByType = ReadonlyMap<string, readonly Field[]>;

/** Some types with a nullable `id`; an interface's is nullable where one of its types' is. */
export function withNullableIds(
  fields: FieldsByType,
  implementing: readonly string[],
  dice: Dice,
): FieldsByType {
  const types = dice.some(
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

/** Whether the `a` of a type is nullable in a subgraph. */
export type NullableIn = (subgraph: string, type: string) => boolean;

/** Where one subgraph says that it is nullable, clients are told so, whatever the others say. */
export function nullableIn(subgraphs: readonly string[], types: readonly string[], dice: Dice): NullableIn {
  const strict = new Set(
    subgraphs.flatMap((subgraph) => dice.some(types, 0.5).map((type) => `${subgraph} ${type}`)),
  );
  return (subgraph, type) => !strict.has(`${subgraph} ${type}`);
}
