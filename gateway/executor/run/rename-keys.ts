import { isJsonObject } from '../json.ts';
import type { Shape } from '../shape.ts';
import type { Failures } from './failures.ts';

/**
 * Puts the keys of an answer in their place, in the answer itself. Two that come to one place are of one field, which was
 * asked of an interface and of a type that implements it: what they hold becomes one.
 */
export function renameKeys(value: unknown, shape: Shape, failures: Failures): void {
  if (Array.isArray(value)) {
    for (const item of value) {
      renameKeys(item, shape, failures);
    }
  } else if (isJsonObject(value)) {
    for (const { answered, shape: below } of shape.fields) {
      if (below?.renamed) {
        renameKeys(value[answered], below, failures);
      }
    }
    for (const { answered, key } of shape.fields) {
      const answer = value[answered];
      if (answered !== key && answer !== undefined) {
        value[key] = united(value[key], answer, failures);
        value[answered] = undefined;
      }
    }
  }
}

/** The first with all that the other has besides. */
function united(first: unknown, other: unknown, failures: Failures): unknown {
  if (Array.isArray(first) && Array.isArray(other) && first.length === other.length) {
    for (const [index, item] of other.entries()) {
      first[index] = united(first[index], item, failures);
    }
  } else if (isJsonObject(first) && isJsonObject(other)) {
    for (const key in other) {
      first[key] = united(first[key], other[key], failures);
    }
  } else {
    return first ?? other;
  }
  failures.carry(other, first);
  return first;
}
