/**
 * Copies the values that a lookup requires from an object of the merged data.
 *
 * Before: `{ __typename: 'Book', id: '1', title: 'A', size: { pages: 9, cover: 'red' } }`. The lookup requires `id size
 * { pages }`.
 * After: `{ id: '1', size: { pages: 9 } }`.
 */
import { isJsonObject, type JsonObject } from '../../json.ts';
import { isWritable } from '../../nesting.ts';
import type { RequiredSelection } from '../../plan.ts';
import type { TypeConditions } from '../../type-conditions.ts';
import type { Failure, Failures } from '../failures.ts';

/**
 * A required value is missing, so there is no representation. `failures` are the reasons. They are empty if no failure
 * was recorded for the value.
 */
export class MissingValue {
  readonly failures: readonly Failure[];

  constructor(failures: readonly Failure[]) {
    this.failures = failures;
  }
}

export const missing = new MissingValue([]);

/** A required value is null, but the subgraph that requires it declares it as non-null. */
export const missingForNull = new MissingValue([
  {
    message: 'A value that this field requires is null.',
    extensions: { code: 'SUBGRAPH_INVALID_RESPONSE' },
  },
]);

/**
 * Copies the selected values of `source` into `representation`. Stops at the first missing value, and returns its
 * `MissingValue`. Returns undefined if no value is missing.
 */
export function copyRequired(
  source: JsonObject,
  representation: JsonObject,
  selections: readonly RequiredSelection[],
  types: TypeConditions,
  failures: Failures,
): MissingValue | undefined {
  for (const selection of selections) {
    if (selection.kind === 'fragment') {
      if (types.matches(selection.typeCondition, source.__typename)) {
        const required = requiredFor(source, selection);
        const missingValue = copyRequired(source, representation, required, types, failures);
        if (missingValue !== undefined) {
          return missingValue;
        }
      }
      continue;
    }
    const value = requiredValue(source, selection.key, selection, 0, types, failures);
    if (value instanceof MissingValue) {
      return value;
    }
    representation[selection.name] = withMore(representation[selection.name], value);
  }
  return undefined;
}

/**
 * Combines two copies of one required value that have different fields. Some of its fields may be required on an
 * interface, and others on one of the interface's types. `{ w: 1 }` and `{ h: 2 }` become `{ w: 1, h: 2 }`.
 */
function withMore(before: unknown, value: unknown): unknown {
  if (Array.isArray(before) && Array.isArray(value)) {
    return value.map((item, index) => withMore(before[index], item));
  }
  if (!isJsonObject(before) || !isJsonObject(value)) {
    return value;
  }
  const merged: JsonObject = { ...before };
  for (const key in value) {
    merged[key] = withMore(before[key], value[key]);
  }
  return merged;
}

/**
 * Returns the selections that the entity's representation must have. A plan may look up entities from several paths
 * together. It then requires the keys of all these paths, but each path has fetched only its own key. One complete key
 * is enough.
 *
 * With the keys `id` and `isbn`, `{ isbn: "7" }` is represented only by `isbn`, and `{ id: "1", isbn: "7" }` by both.
 */
function requiredFor(
  entity: JsonObject,
  { selections, keys = [] }: Extract<RequiredSelection, { kind: 'fragment' }>,
): readonly RequiredSelection[] {
  const isPresent = (selection: RequiredSelection) =>
    selection.kind === 'fragment' || entity[selection.key] !== undefined;
  if (keys.length < 2 || selections.every(isPresent) || !keys.some((key) => isComplete(entity, key))) {
    return selections;
  }
  const keyFields = new Set(keys.flat().flatMap((field) => (field.kind === 'field' ? [field.key] : [])));
  return selections.filter(
    (selection) => isPresent(selection) || (selection.kind === 'field' && !keyFields.has(selection.key)),
  );
}

type RequiredField = Extract<RequiredSelection, { kind: 'field' }>;

/** `level` is the number of lists around the value within its field: 0 for the field's own value. */
function requiredValue(
  container: object,
  key: string | number,
  field: RequiredField,
  level: number,
  types: TypeConditions,
  failures: Failures,
): unknown {
  const { selections, nonNull } = field;
  const value: unknown = (container as Record<string | number, unknown>)[key];
  if (value === undefined || value === null) {
    const failuresHere = failures.isEmpty ? [] : failures.at(container, key);
    if (failuresHere.length > 0) {
      return new MissingValue(failuresHere.map(({ failure }) => failure));
    }
    if (value === undefined) {
      return missing;
    }
    return nonNull[level] === true ? missingForNull : null;
  }
  if (Array.isArray(value)) {
    return requiredItems(value, field, level + 1, types, failures);
  }
  if (selections === undefined) {
    return isWritable(value) ? value : missing;
  }
  if (!isJsonObject(value)) {
    return missing;
  }
  const required: JsonObject = {};
  // Some required fields are only on some types, so the subgraph must get the object's type.
  if (typeof value.__typename === 'string' && selections.some(({ kind }) => kind === 'fragment')) {
    required.__typename = value.__typename;
  }
  return copyRequired(value, required, selections, types, failures) ?? required;
}

function requiredItems(
  list: unknown[],
  field: RequiredField,
  level: number,
  types: TypeConditions,
  failures: Failures,
): unknown {
  if (field.selections === undefined && failures.isEmpty && !field.nonNull.includes(true, level)) {
    return isWritable(list) ? list : missing;
  }
  const items: unknown[] = [];
  for (const index of list.keys()) {
    const item = requiredValue(list, index, field, level, types, failures);
    if (item instanceof MissingValue) {
      return item;
    }
    items.push(item);
  }
  return items;
}

/** Whether a key contains no null. */
export function isComplete(value: unknown, selections: readonly RequiredSelection[]): boolean {
  if (Array.isArray(value)) {
    return value.every((item) => isComplete(item, selections));
  }
  return (
    isJsonObject(value) &&
    selections.every((selection) => {
      if (selection.kind === 'fragment') {
        return true;
      }
      const field = value[selection.key];
      return selection.selections === undefined
        ? field !== null && field !== undefined
        : isComplete(field, selection.selections);
    })
  );
}
