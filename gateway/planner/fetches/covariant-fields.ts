/**
 * Joins the selections of one field on the types of an interface. Some of these types may declare a narrower type for
 * the field.
 *
 * Before, where `Media.best` and `Book.best` are a `Media`, and `Film.best` is a `Film`:
 * `{ ... on Book { best { title } } ... on Film { best { title } } }`.
 * After: `{ best { title } }`.
 *
 * If the fields were not joined, each `best` within another `best` would double the length of the request.
 */
import { print } from 'graphql';
import type { TypeSet, TypeSets } from '../type-sets.ts';
import type { FetchedField, FetchSelectionSet } from './fetch-selection-set.ts';
import { isFieldOf } from './interface-fields.ts';

/**
 * Joins the fields under one key, if possible. One of them may be the general field: its type is the one that the
 * interface declares. If every other field selects the same on its objects, only the general field is left, for all
 * types. Otherwise all fields stay.
 */
export function joinCovariant(
  sameKey: readonly FetchedField[],
  { type, objects, subgraph }: FetchSelectionSet['parent'],
  typeSets: TypeSets,
): readonly FetchedField[] {
  if (sameKey.length < 2 || type?.kind !== 'interface') {
    return sameKey;
  }
  const general = sameKey.find(
    ({ name, below }) => below?.parent.type?.name === type.fields.get(name)?.namedType,
  );
  const on = sameKey.map((field) => field.on).reduce((all, each) => typeSets.union(all, each));
  return general !== undefined &&
    typeSets.covers(on, objects) &&
    isFieldOf(type, { ...general, typeBelow: general.below?.parent.type?.name }, objects, subgraph) &&
    sameKey.every((field) => field === general || asksTheSame(field, general, typeSets))
    ? [{ ...general, on }]
    : sameKey;
}

/**
 * Whether `general` selects the same as `narrow` on the objects of `narrow`. `general` may also have fields for objects
 * of other types.
 */
function asksTheSame(narrow: FetchedField, general: FetchedField, typeSets: TypeSets): boolean {
  if (narrow.forms !== general.forms || argumentsOf(narrow) !== argumentsOf(general)) {
    return false;
  }
  if (narrow.below === undefined || general.below === undefined) {
    return narrow.below === general.below;
  }
  const { objects } = narrow.below.parent;
  const narrowFields = fieldsOn(objects, narrow.below, typeSets);
  const generalFields = fieldsOn(objects, general.below, typeSets);
  return (
    narrowFields.every((field) =>
      generalFields.some(
        (other) => hasKeyAndTypesOf(other, field, typeSets) && asksTheSame(field, other, typeSets),
      ),
    ) &&
    // An additional `__typename` does no harm.
    generalFields.every(
      (other) =>
        other.name === '__typename' || narrowFields.some((field) => hasKeyAndTypesOf(field, other, typeSets)),
    )
  );
}

/**
 * Returns the fields that are selected on any of `objects`. Each field keeps only the types that are also in `objects`.
 */
function fieldsOn(
  objects: TypeSet,
  { fields }: FetchSelectionSet,
  typeSets: TypeSets,
): readonly FetchedField[] {
  return [...fields.values()].flat().flatMap((field) => {
    const on = typeSets.intersect(field.on, objects);
    return on.names.length === 0 ? [] : [{ ...field, on }];
  });
}

function hasKeyAndTypesOf(field: FetchedField, other: FetchedField, typeSets: TypeSets): boolean {
  return field.key === other.key && typeSets.covers(field.on, other.on);
}

function argumentsOf({ args }: FetchedField): string {
  return args.map(print).join();
}
