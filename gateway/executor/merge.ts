import { type Data, type IsSubtype, isData } from './types.ts';

/**
 * Merges what a subgraph answered into what is there. Objects are merged key by key and lists item by item; of leaves
 * the newer stands, and of type names the narrower. Nothing that is there is lost to a null.
 */
export function merge(target: Data, source: Data, isSubtype: IsSubtype): void {
  for (const key of Object.keys(source)) {
    // No response key of a plan is ever called so; as a key it would set the object's prototype.
    if (key === '__proto__' || (key === '__typename' && !narrows(target, source, isSubtype))) {
      continue;
    }
    target[key] = mergeValues(target[key], source[key], isSubtype);
  }
}

/** False where the newer type name is that of an interface, and the object's own type is known already. */
function narrows({ __typename: known }: Data, { __typename: newer }: Data, isSubtype: IsSubtype): boolean {
  return typeof known !== 'string' || (typeof newer === 'string' && isSubtype(known, newer));
}

function mergeValues(target: unknown, source: unknown, isSubtype: IsSubtype): unknown {
  if (source === null || source === undefined) {
    return target ?? source;
  }
  if (isData(target) && isData(source)) {
    merge(target, source, isSubtype);
    return target;
  }
  if (Array.isArray(target) && Array.isArray(source)) {
    for (const [index, item] of source.entries()) {
      target[index] = mergeValues(target[index], item, isSubtype);
    }
    return target;
  }
  return source;
}

/** A copy that shares nothing: one answer to two places, which may then grow apart. */
export function clone<T>(value: T): T {
  return structuredClone(value);
}
