import { isJsonObject, type JsonObject } from '../../json.ts';
import type { PathField } from '../../plan-steps.ts';
import type { TypeConditions } from '../../type-conditions.ts';

/**
 * Called with each object at the end of a path. Returns the object that replaces it, which is usually the same object.
 */
export type VisitEntity = (entity: JsonObject) => JsonObject;

/**
 * Visits every object at the end of a path in the merged data, in the order of the data. In a list, each item is
 * visited.
 *
 * `cards → patron` visits both patrons of `{ cards: [{ patron: {…} }, null, { patron: {…} }] }`.
 */
export function visitEntities(
  data: JsonObject,
  path: readonly PathField[],
  types: TypeConditions,
  visit: VisitEntity,
): void {
  descend(data, path, 0, types, visit);
}

/**
 * Like `visitEntities`, but `visit` also gets the objects on the way: `ancestors[n]` is `n` fields below the root. No
 * object is replaced.
 */
export function visitWithAncestors(
  data: JsonObject,
  path: readonly PathField[],
  types: TypeConditions,
  visit: (entity: JsonObject, ancestors: readonly JsonObject[]) => void,
): void {
  const visitFrom = (ancestors: readonly JsonObject[], object: JsonObject): JsonObject => {
    const field = path[ancestors.length];
    if (field === undefined) {
      visit(object, ancestors);
    } else {
      visitEntities(object, [field], types, (next) => visitFrom([...ancestors, object], next));
    }
    return object;
  };
  visitFrom([], data);
}

/** Returns the object that replaces `object`. */
function descend(
  object: JsonObject,
  path: readonly PathField[],
  depth: number,
  types: TypeConditions,
  visit: VisitEntity,
): JsonObject {
  const field = path[depth];
  if (field === undefined) {
    return visit(object);
  }
  const value = object[field.key];
  if (Array.isArray(value)) {
    descendItems(value, field, path, depth, types, visit);
  } else if (satisfiesConditions(value, field, types)) {
    const replacement = descend(value, path, depth + 1, types, visit);
    if (replacement !== value) {
      object[field.key] = replacement;
    }
  }
  return object;
}

function descendItems(
  items: unknown[],
  field: PathField,
  path: readonly PathField[],
  depth: number,
  types: TypeConditions,
  visit: VisitEntity,
): void {
  for (let index = 0; index < items.length; index++) {
    const item = items[index];
    if (Array.isArray(item)) {
      descendItems(item, field, path, depth, types, visit);
    } else if (satisfiesConditions(item, field, types)) {
      const replacement = descend(item, path, depth + 1, types, visit);
      if (replacement !== item) {
        items[index] = replacement;
      }
    }
  }
}

/** Whether the value, which is not a list, is an object that satisfies the field's type conditions. */
function satisfiesConditions(
  value: unknown,
  { types: conditions }: PathField,
  types: TypeConditions,
): value is JsonObject {
  if (!isJsonObject(value)) {
    return false;
  }
  if (conditions.length === 0) {
    return true;
  }
  const { __typename: typename } = value;
  return conditions.every((names) => names.some((name) => types.matches(name, typename)));
}
