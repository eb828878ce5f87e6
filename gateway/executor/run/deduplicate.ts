import { isJsonObject } from '../json.ts';

/** A place in the tree of values seen; `index` is that of the representation that ends here. */
export class Branch {
  index = -1;
  #branches: Map<unknown, Branch> | undefined;

  /** The place that one more value leads to. Scalars alone: they are told apart as they are. */
  to(value: unknown): Branch {
    this.#branches ??= new Map();
    const known = this.#branches.get(value);
    if (known !== undefined) {
      return known;
    }
    const branch = new Branch();
    this.#branches.set(value, branch);
    return branch;
  }
}

const list = Symbol('list');
const object = Symbol('object');

/** The place that any JSON value leads to; no JSON text is written to compare them. */
export function follow(from: Branch, value: unknown): Branch {
  if (Array.isArray(value)) {
    let branch = from.to(list).to(value.length);
    for (const item of value) {
      branch = follow(branch, item);
    }
    return branch;
  }
  if (isJsonObject(value)) {
    const keys = Object.keys(value);
    let branch = from.to(object).to(keys.length);
    for (const key of keys) {
      branch = follow(branch.to(key), value[key]);
    }
    return branch;
  }
  return from.to(value);
}
