/**
 * The largest depth of nested lists and objects. It limits values whose depth no type limits: a custom scalar, or an
 * extension of an error. `JSON.stringify` overflows the stack at about four thousand levels.
 */
export const maxNesting = 500;

/**
 * Whether a value of JSON can be written again. It can't if it is nested too deeply, or if it has a number whose exponent
 * is too large for a double: `JSON.parse` reads 1e400 as infinity, and `JSON.stringify` writes infinity as null.
 */
export function isWritable(value: unknown, levelsLeft = maxNesting): boolean {
  if (typeof value === 'number') {
    return Number.isFinite(value);
  }
  if (typeof value !== 'object' || value === null) {
    return true;
  }
  const items: readonly unknown[] = Array.isArray(value) ? value : Object.values(value);
  return levelsLeft > 0 && items.every((item) => isWritable(item, levelsLeft - 1));
}
