import { isData } from './types.ts';

/**
 * Merges what a subgraph answered into what is there. Objects are merged key by key and lists item by item; of leaves
 * the newer stands, as a later fetch may know an entity's type better. Nothing that is there is lost to a null.
 */
export function merge(target: Record<string, unknown>, source: Record<string, unknown>): void {
  for (const key of Object.keys(source)) {
    // No response key of a plan is ever called so; as a key it would set the object's prototype.
    if (key !== '__proto__') {
      target[key] = mergeValues(target[key], source[key]);
    }
  }
}

function mergeValues(target: unknown, source: unknown): unknown {
  if (source === null || source === undefined) {
    return target ?? source;
  }
  if (isData(target) && isData(source)) {
    merge(target, source);
    return target;
  }
  if (Array.isArray(target) && Array.isArray(source)) {
    for (const [index, item] of source.entries()) {
      target[index] = mergeValues(target[index], item);
    }
    return target;
  }
  return source;
}

/** A copy that shares nothing: one answer to two places, which may then grow apart. */
export function clone<T>(value: T): T {
  return structuredClone(value);
}
