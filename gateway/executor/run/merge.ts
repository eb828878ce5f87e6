import { isJsonObject, type JsonObject } from '../json.ts';
import { hasField, type Shape } from '../shape.ts';
import type { TypeConditions } from '../type-conditions.ts';
import type { Failures } from './failures.ts';

/** What a merge needs to know of the request. */
export interface Merging {
  readonly types: TypeConditions;
  readonly failures: Failures;
}

/**
 * Merges the fields of `source` into `target`. What is known stays; what is null or missing is filled. Objects of
 * `source` become `target`'s own, unless `copy` is set: then they are another target's already.
 */
export function mergeFields(
  target: JsonObject,
  source: JsonObject,
  shape: Shape,
  copy: boolean,
  merging: Merging,
): void {
  for (const { key, shape: below } of shape.fields) {
    const value = source[key];
    if (value === undefined) {
      continue;
    }
    const known = target[key];
    if (known === undefined || known === null) {
      target[key] = copy && below !== undefined ? copyOf(value, below, merging) : value;
    } else if (below !== undefined) {
      mergeValue(known, value, below, copy, merging);
    } else if (key === '__typename' && !merging.types.isObjectType(known)) {
      // An @interfaceObject told its interface's name; now the object says what it is.
      target[key] = value;
    }
  }
}

function mergeValue(known: unknown, value: unknown, shape: Shape, copy: boolean, merging: Merging): void {
  if (known === value) {
    return;
  }
  if (Array.isArray(known) && Array.isArray(value)) {
    mergeItems(known, value, shape, copy, merging);
  } else if (isJsonObject(known) && isJsonObject(value)) {
    mergeFields(known, value, shape, copy, merging);
    if (!merging.failures.empty) {
      merging.failures.carry(value, known);
    }
  } else if (value === null) {
    fillBelow(known, shape, merging.types);
  }
}

/** Two subgraphs answered the same list, so item for item; a list of another length is left out, and so is missed. */
function mergeItems(
  known: unknown[],
  value: readonly unknown[],
  shape: Shape,
  copy: boolean,
  merging: Merging,
): void {
  if (known.length !== value.length) {
    return;
  }
  for (const [index, item] of value.entries()) {
    if (known[index] === null) {
      known[index] = copy ? copyOf(item, shape, merging) : item;
    } else {
      mergeValue(known[index], item, shape, copy, merging);
    }
  }
  if (!merging.failures.empty) {
    merging.failures.carry(value, known);
  }
}

/** The subgraph said that there is nothing: so it is null, and not forgotten. */
export function fillWithNull(target: JsonObject, shape: Shape, types: TypeConditions): void {
  const typename = target.__typename;
  for (const field of shape.fields) {
    const known = target[field.key];
    if (!hasField(field, typename, types)) {
      continue;
    }
    if (known === undefined) {
      target[field.key] = null;
    } else if (field.shape !== undefined) {
      fillBelow(known, field.shape, types);
    }
  }
}

/** The same for what is known already, item for item of a list. */
function fillBelow(known: unknown, shape: Shape, types: TypeConditions): void {
  if (Array.isArray(known)) {
    for (const item of known) {
      fillBelow(item, shape, types);
    }
  } else if (isJsonObject(known)) {
    fillWithNull(known, shape, types);
  }
}

function copyOf(value: unknown, shape: Shape, merging: Merging): unknown {
  if (typeof value !== 'object' || value === null) {
    return value;
  }
  const copy = Array.isArray(value)
    ? value.map((item) => copyOf(item, shape, merging))
    : copyFields(value as JsonObject, shape, merging);
  if (!merging.failures.empty) {
    merging.failures.carry(value, copy);
  }
  return copy;
}

function copyFields(source: JsonObject, shape: Shape, merging: Merging): JsonObject {
  const copy: JsonObject = {};
  mergeFields(copy, source, shape, true, merging);
  return copy;
}
