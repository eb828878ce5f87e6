import type { JsonObject } from './json.ts';
import { hasField, type Shape } from './shape.ts';
import type { TypeConditions } from './type-conditions.ts';

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

interface Entry extends FailureAt {
  readonly key: string | number;
  /** What the failed fetch would have answered under `key`. */
  readonly shape: Shape | undefined;
}

const none: readonly FailureAt[] = [];

/**
 * What failed, kept against the object (or list) of the merged data and the key in it: client paths are known only
 * where the data is projected, and an object may be merged elsewhere before that.
 */
export class Failures {
  readonly #types: TypeConditions;
  readonly #entries = new Map<object, Entry[]>();

  constructor(types: TypeConditions) {
    this.#types = types;
  }

  get empty(): boolean {
    return this.#entries.size === 0;
  }

  at(container: object, key: string | number): readonly FailureAt[] {
    const entries = this.#entries.get(container);
    return entries === undefined ? none : entries.filter((entry) => entry.key === key);
  }

  record(
    container: object,
    key: string | number,
    shape: Shape | undefined,
    failure: Failure,
    below: readonly (string | number)[] = [],
  ): void {
    const entries = this.#entries.get(container);
    if (entries === undefined) {
      this.#entries.set(container, [{ key, shape, failure, below }]);
    } else if (
      // A field may stand in a shape more than once, each time with other fields below.
      !entries.some((entry) => entry.failure === failure && entry.key === key && entry.shape === shape)
    ) {
      entries.push({ key, shape, failure, below });
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
    for (const [container, entries] of this.#entries) {
      const sunk = entries.filter(
        ({ key, shape }) => shape !== undefined && isObject(valueAt(container, key)),
      );
      if (sunk.length > 0) {
        this.#entries.set(
          container,
          entries.filter((entry) => !sunk.includes(entry)),
        );
      }
      for (const { key, shape, failure, below } of sunk) {
        this.#sink(container, key, shape, failure, below);
      }
    }
  }

  #sink(
    container: object,
    key: string | number,
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
    for (const { key, shape, failure, below } of this.#entries.get(from) ?? []) {
      this.record(to, key, shape, failure, below);
    }
  }
}

function valueAt(container: object, key: string | number): unknown {
  return (container as Record<string | number, unknown>)[key];
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}

/** The rest of a path that goes through `key`; nothing of one that goes elsewhere. */
function after(path: readonly (string | number)[], key: string | number): readonly (string | number)[] {
  return path[0] === key ? path.slice(1) : [];
}
