import type { JsonObject } from '../json.ts';
import { hasField, type Shape } from '../shape.ts';
import type { TypeConditions } from '../type-conditions.ts';

/** Why something is null. One failure may null many places. */
export interface Failure {
  readonly message: string;
  readonly extensions: Readonly<Record<string, unknown>> & { readonly code: string };
}

/** A failure at one key; `below` is the rest of the subgraph's path, under the null, in keys of the merged data. */
export interface FailureAt {
  readonly failure: Failure;
  readonly below: readonly (string | number)[];
}

type Key = string | number;

interface Entry extends FailureAt {
  /** What the failed fetch would have answered under `key`. */
  readonly shape: Shape | undefined;
}

const none: readonly FailureAt[] = [];
/** Failures that are kept of one place: nobody reads more, and each is compared with those before it. */
const maxOfOnePlace = 20;

/**
 * What failed, kept against the object (or list) of the merged data and the key in it: client paths are known only
 * where the data is projected, and an object may be merged elsewhere before that.
 */
export class Failures {
  readonly #types: TypeConditions;
  readonly #entries = new Map<object, Map<Key, Entry[]>>();

  constructor(types: TypeConditions) {
    this.#types = types;
  }

  get empty(): boolean {
    return this.#entries.size === 0;
  }

  at(container: object, key: Key): readonly FailureAt[] {
    return this.#entries.get(container)?.get(key) ?? none;
  }

  record(
    container: object,
    key: Key,
    shape: Shape | undefined,
    failure: Failure,
    below: readonly (string | number)[] = [],
  ): void {
    const keys = this.#entries.get(container);
    const entries = keys?.get(key);
    if (keys === undefined) {
      this.#entries.set(container, new Map([[key, [{ shape, failure, below }]]]));
    } else if (entries === undefined) {
      keys.set(key, [{ shape, failure, below }]);
    } else if (
      entries.length < maxOfOnePlace &&
      // A field may stand in a shape more than once, each time with other fields below.
      !entries.some((entry) => entry.failure === failure && entry.shape === shape)
    ) {
      entries.push({ shape, failure, below });
    }
  }

  /** All of `shape` failed on `container`. `below` is the subgraph's path from there on. */
  recordAll(
    container: JsonObject,
    shape: Shape,
    failure: Failure,
    below: readonly (string | number)[] = [],
  ): void {
    const typename = container.__typename;
    for (const field of shape.fields) {
      if (hasField(field, typename, this.#types)) {
        this.record(container, field.key, field.shape, failure, after(below, field.key));
      }
    }
  }

  /**
   * Where a failed key has a value after all, for another subgraph answered it too, only what is missing below it
   * has failed. To be called before failures are looked up.
   */
  settle(): void {
    for (const [container, keys] of this.#entries) {
      for (const [key, entries] of keys) {
        if (!isObject(valueAt(container, key))) {
          continue;
        }
        keys.set(
          key,
          entries.filter(({ shape }) => shape === undefined),
        );
        for (const { shape, failure, below } of entries.filter((entry) => entry.shape !== undefined)) {
          this.#sink(container, key, shape, failure, below);
        }
      }
    }
  }

  #sink(
    container: object,
    key: Key,
    shape: Shape | undefined,
    failure: Failure,
    below: readonly (string | number)[],
  ): void {
    const value = valueAt(container, key);
    if (shape === undefined || !isObject(value)) {
      this.record(container, key, shape, failure, below);
    } else if (Array.isArray(value)) {
      for (const [index, item] of value.entries()) {
        if (isObject(item)) {
          this.#sink(value, index, shape, failure, after(below, index));
        }
      }
    } else {
      const { __typename: typename } = value as JsonObject;
      for (const field of shape.fields) {
        if (hasField(field, typename, this.#types)) {
          this.#sink(value, field.key, field.shape, failure, after(below, field.key));
        }
      }
    }
  }

  /** `to` takes the place of `from`, or is one more copy of it. */
  carry(from: object, to: object): void {
    for (const [key, entries] of this.#entries.get(from) ?? []) {
      for (const { shape, failure, below } of entries) {
        this.record(to, key, shape, failure, below);
      }
    }
  }
}

function valueAt(container: object, key: Key): unknown {
  return (container as Record<string | number, unknown>)[key];
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}

/** The rest of a path that goes through `key`; nothing of one that goes elsewhere. */
function after(path: readonly (string | number)[], key: Key): readonly (string | number)[] {
  return path[0] === key ? path.slice(1) : [];
}
