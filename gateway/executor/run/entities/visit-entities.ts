import type { JsonObject } from '../../json.ts';
import type { PathStep } from '../../steps.ts';
import type { TypeConditions } from '../../type-conditions.ts';

/** Gets each object that a path leads to. Returns the object to put in its place: usually the same one. */
export type VisitEntity = (entity: JsonObject) => JsonObject;

/**
 * Visits every object that the path leads to in the merged data, in the order of the data. Lists need no step: at a
 * list, each item is visited.
 *
 * `cards → patron` visits both patrons of `{ cards: [{ patron: {…} }, null, { patron: {…} }] }`.
 */
export function visitEntities(
  data: JsonObject,
  path: readonly PathStep[],
  types: TypeConditions,
  visit: VisitEntity,
): void {
  descend(data, path, 0, types, visit);
}

/** The same, with the objects on the way: `ancestors[n]` is `n` steps from the root. Nothing is put in a place. */
export function visitWithAncestors(
  data: JsonObject,
  path: readonly PathStep[],
  types: TypeConditions,
  visit: (entity: JsonObject, ancestors: readonly JsonObject[]) => void,
): void {
  const visitFrom = (ancestors: readonly JsonObject[], object: JsonObject): JsonObject => {
    const step = path[ancestors.length];
    if (step === undefined) {
      visit(object, ancestors);
    } else {
      visitEntities(object, [step], types, (next) => visitFrom([...ancestors, object], next));
    }
    return object;
  };
  visitFrom([], data);
}

/** Returns the object to put in the place of `object`. */
function descend(
  object: JsonObject,
  path: readonly PathStep[],
  depth: number,
  types: TypeConditions,
  visit: VisitEntity,
): JsonObject {
  const step = path[depth];
  if (step === undefined) {
    return visit(object);
  }
  const value = object[step.key];
  if (Array.isArray(value)) {
    descendItems(value, step, path, depth, types, visit);
  } else if (meetsConditions(value, step, types)) {
    const replacement = descend(value, path, depth + 1, types, visit);
    if (replacement !== value) {
      object[step.key] = replacement;
    }
  }
  return object;
}

function descendItems(
  items: unknown[],
  step: PathStep,
  path: readonly PathStep[],
  depth: number,
  types: TypeConditions,
  visit: VisitEntity,
): void {
  for (let index = 0; index < items.length; index++) {
    const item = items[index];
    if (Array.isArray(item)) {
      descendItems(item, step, path, depth, types, visit);
    } else if (meetsConditions(item, step, types)) {
      const replacement = descend(item, path, depth + 1, types, visit);
      if (replacement !== item) {
        items[index] = replacement;
      }
    }
  }
}

/** Whether the value, which is not a list, is an object that meets the step's type conditions. */
function meetsConditions(
  value: unknown,
  { types: conditions }: PathStep,
  types: TypeConditions,
): value is JsonObject {
  if (typeof value !== 'object' || value === null) {
    return false;
  }
  if (conditions.length === 0) {
    return true;
  }
  const { __typename: typename } = value as JsonObject;
  return conditions.every((names) => names.some((name) => types.matches(name, typename)));
}
