import { isJsonObject, type JsonObject } from '../../json.ts';
import type { RequiredSelection } from '../../plan.ts';
import type { LookupStep } from '../../steps.ts';
import type { TypeConditions } from '../../type-conditions.ts';
import type { Failure, Failures } from '../failures.ts';

/**
 * A required value is missing, so there is no representation. `failures` are those of the missing value: empty if no
 * failure was recorded for it.
 */
export class MissingValue {
  readonly failures: readonly Failure[];

  constructor(failures: readonly Failure[]) {
    this.failures = failures;
  }
}

const missing = new MissingValue([]);

/** Every key of the entity has a null in it. The entity can't be looked up, which is not a failure. */
export const nullKeys = Symbol('null keys');

/**
 * The entity's representation, with the entity's own `__typename`.
 *
 * With `@key(fields: "id")` and `@requires(fields: "weight")`, the entity
 * `{ __typename: 'Book', id: '1', title: 'A', weight: null }` is represented by
 * `{ __typename: 'Book', id: '1', weight: null }`. A null is allowed in what is required, but not in every key.
 */
export function buildRepresentation(
  entity: JsonObject,
  { requires, types }: Pick<LookupStep, 'requires' | 'types'>,
  failures: Failures,
): JsonObject | MissingValue | typeof nullKeys {
  const representation: JsonObject = {};
  const missingValue = copyRequired(entity, representation, requires, types, failures);
  if (missingValue !== undefined) {
    return missingValue;
  }
  if (typeof representation.__typename !== 'string') {
    return missing;
  }
  return hasCompleteKey(entity, requires, types) ? representation : nullKeys;
}

/** Whether one of the entity's keys has no null in it, or the keys are not known. */
function hasCompleteKey(
  entity: JsonObject,
  requires: readonly RequiredSelection[],
  types: TypeConditions,
): boolean {
  const keys = requires.flatMap((selection) =>
    selection.kind === 'fragment' && types.matches(selection.typeCondition, entity.__typename)
      ? (selection.keys ?? [])
      : [],
  );
  return keys.length === 0 || keys.some((key) => isComplete(entity, key));
}

function isComplete(value: unknown, selections: readonly RequiredSelection[]): boolean {
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

/** Copies the selected values of `source` into `representation`. Returns the first value that is missing. */
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
    const value = requiredValue(source, selection.key, selection.selections, types, failures);
    if (value instanceof MissingValue) {
      return value;
    }
    representation[selection.name] = withMore(representation[selection.name], value);
  }
  return undefined;
}

/**
 * Adds to a required value what was copied of it before: some of its fields may be required on an interface, and others on
 * one of the interface's types. `{ w: 1 }` and `{ h: 2 }` become `{ w: 1, h: 2 }`.
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
 * The selections that this entity must have. A plan may look up entities from several paths together and require the keys
 * of all these paths, but each path has fetched only its own key. One complete key is enough.
 *
 * With the keys `id` and `isbn`, `{ isbn: "7" }` is represented by `isbn` alone, and `{ id: "1", isbn: "7" }` by both.
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

function requiredValue(
  container: object,
  key: string | number,
  selections: readonly RequiredSelection[] | undefined,
  types: TypeConditions,
  failures: Failures,
): unknown {
  const value: unknown = (container as Record<string | number, unknown>)[key];
  if (value === undefined || value === null) {
    const failuresHere = failures.isEmpty ? [] : failures.at(container, key);
    if (failuresHere.length > 0) {
      return new MissingValue(failuresHere.map(({ failure }) => failure));
    }
    return value === null ? null : missing;
  }
  if (Array.isArray(value)) {
    return requiredItems(value, selections, types, failures);
  }
  if (selections === undefined) {
    return value;
  }
  if (!isJsonObject(value)) {
    return missing;
  }
  const required: JsonObject = {};
  // Some fields are on some types only, so the subgraph must learn the object's type.
  if (typeof value.__typename === 'string' && selections.some(({ kind }) => kind === 'fragment')) {
    required.__typename = value.__typename;
  }
  return copyRequired(value, required, selections, types, failures) ?? required;
}

function requiredItems(
  list: unknown[],
  selections: readonly RequiredSelection[] | undefined,
  types: TypeConditions,
  failures: Failures,
): unknown {
  if (selections === undefined && failures.isEmpty) {
    return list;
  }
  const items: unknown[] = [];
  for (const index of list.keys()) {
    const item = requiredValue(list, index, selections, types, failures);
    if (item instanceof MissingValue) {
      return item;
    }
    items.push(item);
  }
  return items;
}
