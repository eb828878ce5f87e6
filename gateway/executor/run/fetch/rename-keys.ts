import { isJsonObject } from '../../json.ts';
import type { Shape } from '../../response-shape.ts';
import type { Failures } from '../failures.ts';

/**
 * Renames the keys of an answer in place, from the subgraph's response keys to keys of the merged data. Two response
 * keys may become one key, because the plan may select one field both on an interface and on an implementing type. The
 * values of the two keys are combined.
 *
 * If `_alias_0` is renamed to `author`, `{ author: { name: 'b' }, _alias_0: { born: 1 } }` becomes `{ author: { name:
 * 'b', born: 1 } }`. The old key stays with the value undefined.
 */
export function renameKeys(value: unknown, shape: Shape, failures: Failures): void {
  if (Array.isArray(value)) {
    for (const item of value) {
      renameKeys(item, shape, failures);
    }
  } else if (isJsonObject(value)) {
    for (const { responseKey, shape: fieldShape } of shape.fields) {
      if (fieldShape?.hasRenames) {
        renameKeys(value[responseKey], fieldShape, failures);
      }
    }
    for (const { responseKey, key } of shape.fields) {
      const renamed = value[responseKey];
      if (responseKey !== key && renamed !== undefined) {
        value[key] = combined(value[key], renamed, failures);
        value[responseKey] = undefined;
      }
    }
  }
}

/** Adds to `first` the parts that only `second` has. */
function combined(first: unknown, second: unknown, failures: Failures): unknown {
  if (Array.isArray(first) && Array.isArray(second) && first.length === second.length) {
    for (const [index, item] of second.entries()) {
      first[index] = combined(first[index], item, failures);
    }
  } else if (isJsonObject(first) && isJsonObject(second)) {
    for (const key in second) {
      first[key] = combined(first[key], second[key], failures);
    }
  } else {
    return first ?? second;
  }
  failures.copy(second, first);
  return first;
}
