/**
 * The most lists and objects within one another in a value whose form no type bounds: a custom scalar, or an extension of an
 * error. `JSON.stringify` exhausts the stack at some four thousand.
 */
export const maxNesting = 500;

export function isNestedTooDeeply(value: unknown, levelsLeft = maxNesting): boolean {
  if (typeof value !== 'object' || value === null) {
    return false;
  }
  const items: readonly unknown[] = Array.isArray(value) ? value : Object.values(value);
  return levelsLeft === 0 || items.some((item) => isNestedTooDeeply(item, levelsLeft - 1));
}
