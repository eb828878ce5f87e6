import { isJsonObject, type JsonObject } from './json.ts';

/** A place in the tree of values seen; `index` is that of the representation that ends here. */
class Branch {
  index = -1;
  #branches: Map<unknown, Branch> | undefined;

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

/** Keeps each representation once, told apart by its values as they are: no JSON text is written to compare them. */
export class Deduplicator {
  readonly representations: JsonObject[] = [];
  readonly #root = new Branch();

  /** The index of the one representation that is equal to this. `typename` is the entity's own, before rewriting. */
  indexOf(typename: unknown, representation: JsonObject): number {
    let branch = this.#root.to(typename);
    for (const key in representation) {
      branch = follow(branch, representation[key]);
    }
    if (branch.index < 0) {
      branch.index = this.representations.length;
      this.representations.push(representation);
    }
    return branch.index;
  }
}

function follow(from: Branch, value: unknown): Branch {
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
