/**
 * The largest depth of lists and objects within one another. It limits values whose depth no type limits: a custom
 * scalar, or an extension of an error. `JSON.stringify` overflows the stack at about four thousand levels.
 */
export const maxNesting = 500;

export function isNestedTooDeeply(value: unknown, levelsLeft = maxNesting): boolean {
  if (typeof value !== 'object' || value === null) {
    return false;
  }
  const items: readonly unknown[] = Array.isArray(value) ? value : Object.values(value);
  return levelsLeft === 0 || items.some((item) => isNestedTooDeeply(item, levelsLeft - 1));
}
