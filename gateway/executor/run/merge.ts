import { isJsonObject, type JsonObject } from '../json.ts';
import { hasField, type Shape } from '../response-shape.ts';
import type { TypeConditions } from '../type-conditions.ts';
import type { ExecutionContext } from './execution-context.ts';

type MergeContext = Pick<ExecutionContext, 'types' | 'failures'>;

/**
 * Merges the fields of `source` into `target`. An existing value of the target stays. Null and undefined are replaced.
 * Objects and lists are merged recursively, and lists item by item. With `mustCopy`, objects of `source` are copied,
 * because they already belong to another target. Otherwise the objects of `source` become parts of `target`.
 *
 * `{ id: 'P1', name: null, card: { no: 1 } }` and `{ name: 'Ann', card: { due: 2 } }` become `{ id: 'P1', name: 'Ann',
 * card: { no: 1, due: 2 } }`.
 */
export function mergeFields(
  target: JsonObject,
  source: JsonObject,
  shape: Shape,
  mustCopy: boolean,
  context: MergeContext,
): void {
  for (const { key, shape: fieldShape } of shape.fields) {
    const value = source[key];
    if (value === undefined) {
      continue;
    }
    const existing = target[key];
    if (existing === undefined || existing === null) {
      target[key] = mustCopy && fieldShape !== undefined ? copyOf(value, fieldShape, context) : value;
    } else if (fieldShape !== undefined) {
      mergeValue(existing, value, fieldShape, mustCopy, context);
    } else if (key === '__typename' && !context.types.isObjectType(existing)) {
      // The existing `__typename` is the interface's name, from an @interfaceObject. The new value is the object's
      // type.
      target[key] = value;
    }
  }
}

function mergeValue(
  existing: unknown,
  value: unknown,
  shape: Shape,
  mustCopy: boolean,
  context: MergeContext,
): void {
  if (existing === value) {
    return;
  }
  if (Array.isArray(existing) && Array.isArray(value)) {
    mergeItems(existing, value, shape, mustCopy, context);
  } else if (isJsonObject(existing) && isJsonObject(value)) {
    mergeFields(existing, value, shape, mustCopy, context);
    if (!context.failures.isEmpty) {
      context.failures.copy(value, existing);
    }
  } else if (value === null) {
    fillBelow(existing, shape, context.types);
  }
}

/**
 * Merges the answers of two subgraphs for one list, item by item (decision 42). If the lists differ in length, the
 * second list is ignored. If only the ignored list has a field, the projection reports the field as missing.
 */
function mergeItems(
  existing: unknown[],
  value: readonly unknown[],
  shape: Shape,
  mustCopy: boolean,
  context: MergeContext,
): void {
  if (existing.length !== value.length) {
    return;
  }
  for (const [index, item] of value.entries()) {
    if (existing[index] === null) {
      existing[index] = mustCopy ? copyOf(item, shape, context) : item;
    } else {
      mergeValue(existing[index], item, shape, mustCopy, context);
    }
  }
  if (!context.failures.isEmpty) {
    context.failures.copy(value, existing);
  }
}

/**
 * Sets the shape's missing fields to null, in `target` and below it. The subgraph answered null for the entity, so
 * these nulls need no error.
 */
export function fillWithNull(target: JsonObject, shape: Shape, types: TypeConditions): void {
  const typename = target.__typename;
  for (const field of shape.fields) {
    const existing = target[field.key];
    if (!hasField(field, typename, types)) {
      continue;
    }
    if (existing === undefined) {
      target[field.key] = null;
    } else if (field.shape !== undefined) {
      fillBelow(existing, field.shape, types);
    }
  }
}

/** Does the same as `fillWithNull` for a value: an object, or each item of a list. */
function fillBelow(existing: unknown, shape: Shape, types: TypeConditions): void {
  if (Array.isArray(existing)) {
    for (const item of existing) {
      fillBelow(item, shape, types);
    }
  } else if (isJsonObject(existing)) {
    fillWithNull(existing, shape, types);
  }
}

function copyOf(value: unknown, shape: Shape, context: MergeContext): unknown {
  if (!Array.isArray(value) && !isJsonObject(value)) {
    return value;
  }
  const copy = Array.isArray(value)
    ? value.map((item) => copyOf(item, shape, context))
    : copyFields(value, shape, context);
  if (!context.failures.isEmpty) {
    context.failures.copy(value, copy);
  }
  return copy;
}

function copyFields(source: JsonObject, shape: Shape, context: MergeContext): JsonObject {
  const copy: JsonObject = {};
  mergeFields(copy, source, shape, true, context);
  return copy;
}
