import type { JsonObject } from '../../json.ts';
import type { RequiredSelection } from '../../plan.ts';
import type { LookupStep } from '../../plan-steps.ts';
import { requiresWithout } from '../../requires-without.ts';
import type { TypeConditions } from '../../type-conditions.ts';
import type { Failure, Failures } from '../failures.ts';
import { copyRequired, isComplete, type MissingValue, missing } from './copy-required.ts';

/**
 * The fields that a lookup can't fetch for an entity, because required values are missing. Each field has the failures
 * that explain it.
 */
export class MissingRequirements {
  readonly fields: ReadonlyMap<string, readonly Failure[]>;

  constructor(fields: ReadonlyMap<string, readonly Failure[]>) {
    this.fields = fields;
  }
}

/**
 * Returned if every key of the entity contains a null, so that no lookup is possible. This is no failure: the fields
 * are null without an error.
 */
export const nullKeys = Symbol('null keys');

/**
 * The entity's representation, with the entity's own `__typename`.
 *
 * With `@key(fields: "id")` and `@requires(fields: "weight")`, the entity `{ __typename: 'Book', id: '1', title: 'A',
 * weight: null }` has the representation `{ __typename: 'Book', id: '1', weight: null }`. At least one key must contain
 * no null. A required value may be null if its type is nullable in the subgraph that requires it.
 */
export function buildRepresentation(
  entity: JsonObject,
  { requires, types }: Pick<LookupStep, 'requires' | 'types'>,
  failures: Failures,
): JsonObject | MissingValue | MissingRequirements | typeof nullKeys {
  const representation: JsonObject = {};
  const missingValue = copyRequired(entity, representation, requires, types, failures);
  if (missingValue !== undefined) {
    return missingRequirements(entity, requires, types, failures) ?? missingValue;
  }
  if (typeof representation.__typename !== 'string') {
    return missing;
  }
  return hasCompleteKey(entity, requires, types) ? representation : nullKeys;
}

/**
 * Returns the fields that lack required values. Returns `nullKeys` if every key of the entity contains a null.
 * Undefined if the entity can't be represented at all, or if it is unknown which fields require the missing value.
 */
function missingRequirements(
  entity: JsonObject,
  requires: readonly RequiredSelection[],
  types: TypeConditions,
  failures: Failures,
): MissingRequirements | typeof nullKeys | undefined {
  const dependents = fragmentsOf(entity, requires, types).flatMap(({ dependents: own = [] }) => own);
  const keysAlone = requiresWithout(requires, () => true);
  if (dependents.length === 0 || copyRequired(entity, {}, keysAlone, types, failures) !== undefined) {
    return undefined;
  }
  if (!hasCompleteKey(entity, requires, types)) {
    return nullKeys;
  }
  const fields = dependents.flatMap(({ key, requires: required }) => {
    const missingValue = copyRequired(entity, {}, required, types, failures);
    return missingValue === undefined ? [] : [[key, missingValue.failures] as const];
  });
  return fields.length === 0 ? undefined : new MissingRequirements(new Map(fields));
}

/** Returns the outermost fragments of `requires` that apply to the entity's type. */
function fragmentsOf(
  { __typename: typename }: JsonObject,
  requires: readonly RequiredSelection[],
  types: TypeConditions,
): readonly Extract<RequiredSelection, { kind: 'fragment' }>[] {
  return requires.flatMap((selection) =>
    selection.kind === 'fragment' && types.matches(selection.typeCondition, typename) ? [selection] : [],
  );
}

/** Whether one of the entity's keys contains no null, or the keys are unknown. */
function hasCompleteKey(
  entity: JsonObject,
  requires: readonly RequiredSelection[],
  types: TypeConditions,
): boolean {
  const keys = fragmentsOf(entity, requires, types).flatMap(({ keys: own = [] }) => own);
  return keys.length === 0 || keys.some((key) => isComplete(entity, key));
}
