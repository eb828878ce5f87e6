/** Bounds on a hook's result. Each value counts as at least `charactersOfValue`, plus the length of a text. */
const maxDepth = 20;
const charactersOfValue = 8;

type Copied =
  | { readonly ok: true; readonly value: unknown }
  | { readonly ok: false; readonly reason: 'tooLarge' | 'invalid' };

/**
 * Copies plain data: values that JSON can represent. The copy is frozen, and has no getters. The work is bounded,
 * whatever the value is.
 *
 * Before: `{ policies: ['a'], more: undefined }`. After: `{ policies: ['a'] }`. A Map, a function, an instance of a
 * class and a getter that throws are invalid. An endless list and an object within itself are too large.
 */
export function boundedCopy(value: unknown, maxCharacters: number): Copied {
  const copier = new Copier(maxCharacters);
  try {
    return { ok: true, value: copier.copy(value, 0) };
  } catch {
    // The value's own code may have thrown anything.
    return { ok: false, reason: copier.isExhausted ? 'tooLarge' : 'invalid' };
  }
}

class Copier {
  #left: number;
  isExhausted = false;

  constructor(maxCharacters: number) {
    this.#left = maxCharacters;
  }

  /** Throws if the value can't be copied. */
  copy(value: unknown, depth: number): unknown {
    this.#spend(depth > maxDepth ? Number.POSITIVE_INFINITY : charactersOfValue);
    if (typeof value === 'string') {
      this.#spend(value.length);
      return value;
    }
    if (value === null || typeof value === 'boolean' || Number.isFinite(value)) {
      return value;
    }
    if (Array.isArray(value)) {
      // The length alone may exceed the bound: an array may be long and have no items.
      this.#spend(value.length * charactersOfValue);
      return Object.freeze(Array.from(value, (item) => this.copy(item, depth + 1)));
    }
    return this.#copyObject(value, depth);
  }

  #copyObject(value: unknown, depth: number): unknown {
    if (!isPlainObject(value)) {
      throw new Error('a hook may return nothing but plain data');
    }
    const copied: Record<string, unknown> = {};
    for (const name of Object.keys(value)) {
      this.#spend(name.length);
      if (name === '__proto__') {
        throw new Error('an assignment would set the prototype of the copy');
      }
      const property = value[name];
      if (property !== undefined) {
        copied[name] = this.copy(property, depth + 1);
      }
    }
    return Object.freeze(copied);
  }

  #spend(characters: number): void {
    this.#left -= characters;
    // The length of a proxy may be NaN, and `NaN < 0` is false. So the check is not `left < 0`.
    if (!(this.#left >= 0)) {
      this.isExhausted = true;
      throw new Error('a hook has returned too much');
    }
  }
}

function isPlainObject(value: unknown): value is Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null) {
    return false;
  }
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}
