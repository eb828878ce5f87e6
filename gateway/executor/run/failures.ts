import type { JsonObject } from '../json.ts';
import { hasField, type Shape } from '../response-shape.ts';
import type { TypeConditions } from '../type-conditions.ts';

/** An error of a subgraph, or the reason why it gave no usable answer. One failure may explain many nulls, or none. */
export interface Failure {
  readonly message: string;
  readonly extensions: Readonly<Record<string, unknown>> & { readonly code: string };
}

type Key = string | number;

/** Used in place of a key if an object or a list itself has failed. */
export const itself = Symbol('itself');

/** A failure at one key of an object or a list. */
export interface FailureAt {
  readonly failure: Failure;
  /** The part of the subgraph's error path below the value that is null, in keys of the merged data. */
  readonly pathBelow: readonly Key[];
  /**
   * The key of another field of the same object, if its failure made the whole object null in the subgraph's answer.
   * The error is reported at that field, and `pathBelow` starts below it.
   */
  readonly failedKey?: Key | undefined;
}

interface Entry extends FailureAt {
  /** The shape of the value that the failed fetch should have returned under the key. Undefined for a leaf. */
  readonly shape: Shape | undefined;
}

const none: readonly FailureAt[] = [];
/**
 * The largest number of failures that are kept for one key. Nobody reads more, and each new failure is compared with
 * all earlier failures.
 */
const maxPerKey = 20;

/**
 * The failures of one execution. Each is kept for one key of an object or a list in the merged data. The value of this
 * key is usually null. The client's path becomes known only when the data is projected. Until then the object may be
 * merged into another object.
 *
 * ```ts
 * const data = { me: { name: null } };
 * failures.record(data.me, 'name', undefined, failure);
 * failures.at(data.me, 'name'); // [{ failure, pathBelow: [], … }]
 * failures.copy(data.me, other); // `other` replaces `data.me`, or is a copy of it
 * failures.at(other, 'name'); // the same failure
 * ```
 */
export class Failures {
  readonly #types: TypeConditions;
  readonly #entries = new Map<object, Map<Key, Entry[]>>();
  readonly #besideValues = new Map<object, Map<Key | typeof itself, Failure[]>>();
  readonly #fetchPaths = new Map<Failure, readonly Key[]>();

  constructor(types: TypeConditions) {
    this.#types = types;
  }

  get isEmpty(): boolean {
    return this.#entries.size === 0 && this.#besideValues.size === 0;
  }

  /**
   * All failures of subgraphs, each with the path at which its fetch adds data. A failure that can't be reported at a
   * value is reported at this path.
   */
  get fetchPaths(): ReadonlyMap<Failure, readonly Key[]> {
    return this.#fetchPaths;
  }

  setFetchPath(failure: Failure, path: readonly Key[]): void {
    this.#fetchPaths.set(failure, path);
  }

  /** The failures of values that are not null, by key. Failures of the container itself have the key `itself`. */
  besideValuesOf(container: object): ReadonlyMap<Key | typeof itself, readonly Failure[]> | undefined {
    return this.#besideValues.get(container);
  }

  recordBesideValue(container: object, key: Key | typeof itself, failure: Failure): void {
    const keys = this.#besideValues.get(container) ?? new Map<Key | typeof itself, Failure[]>();
    this.#besideValues.set(container, keys);
    const failures = keys.get(key) ?? [];
    keys.set(key, failures);
    if (failures.length < maxPerKey && !failures.includes(failure)) {
      failures.push(failure);
    }
  }

  at(container: object, key: Key): readonly FailureAt[] {
    return this.#entries.get(container)?.get(key) ?? none;
  }

  /** All failures of an object or a list, except failures of keys that have a value from another fetch. */
  *of(container: object): Generator<FailureAt & { readonly key: Key | typeof itself }> {
    for (const [key, entries] of this.#entries.get(container) ?? []) {
      if (isAbsent(valueAt(container, key))) {
        for (const { failure, pathBelow, failedKey = key } of entries) {
          yield { key: failedKey, failure, pathBelow };
        }
      }
    }
    for (const [key, failures] of this.#besideValues.get(container) ?? []) {
      for (const failure of failures) {
        yield { key, failure, pathBelow: [] };
      }
    }
  }

  /**
   * The failures of fields that made the whole container null in a subgraph's answer. `failedKey` is such a field's
   * key.
   */
  failedKeysOf(container: object): ReadonlyMap<Failure, FailureAt> {
    const found = new Map<Failure, FailureAt>();
    for (const entries of this.#entries.get(container)?.values() ?? []) {
      for (const entry of entries) {
        if (entry.failedKey !== undefined) {
          found.set(entry.failure, entry);
        }
      }
    }
    return found;
  }

  record(
    container: object,
    key: Key,
    shape: Shape | undefined,
    failure: Failure,
    pathBelow: readonly Key[] = [],
    failedKey?: Key,
  ): void {
    const added: Entry = { shape, failure, pathBelow, failedKey };
    const keys = this.#entries.get(container);
    const entries = keys?.get(key);
    if (keys === undefined) {
      this.#entries.set(container, new Map([[key, [added]]]));
    } else if (entries === undefined) {
      keys.set(key, [added]);
    } else if (
      entries.length < maxPerKey &&
      // A field may be in a shape several times, each time with a different shape below it.
      !entries.some((entry) => entry.failure === failure && entry.shape === shape)
    ) {
      entries.push(added);
    }
  }

  /**
   * Records that all fields of `shape` are missing on `container` because of a failure. `path` is the rest of the
   * subgraph's error path, below the container. If `path` starts with one of the fields, that field has failed, and the
   * other fields are null because of it.
   */
  recordAll(container: JsonObject, shape: Shape, failure: Failure, path: readonly Key[] = []): void {
    const typename = container.__typename;
    const fields = shape.fields.filter((field) => hasField(field, typename, this.#types));
    const [failedKey, ...pathBelow] = fields.some(({ key }) => key === path[0]) ? path : [];
    for (const { key, shape: below } of fields) {
      this.record(container, key, below, failure, pathBelow, key === failedKey ? undefined : failedKey);
    }
  }

  /**
   * Moves failures down to the values that are still missing. Another subgraph may have answered a part of a failed
   * key, and then only the rest has failed. Call this before failures are looked up.
   *
   * For example, one subgraph failed at `me`, for `{ name }`, and another answered `{ me: { card: 'C1' } }`. The
   * failure moves from `me` of the root to `name` of the object `me`.
   */
  pushDown(): void {
    for (const [container, keys] of this.#entries) {
      for (const [key, entries] of keys) {
        if (!isObject(valueAt(container, key))) {
          continue;
        }
        keys.set(
          key,
          entries.filter(({ shape }) => shape === undefined),
        );
        for (const entry of entries.filter(({ shape }) => shape !== undefined)) {
          const pathBelow = entry.failedKey === undefined ? entry.pathBelow : [];
          this.#pushDownAt(container, key, entry.shape, entry.failure, pathBelow);
        }
      }
    }
  }

  #pushDownAt(
    container: object,
    key: Key,
    shape: Shape | undefined,
    failure: Failure,
    pathBelow: readonly Key[],
  ): void {
    const value = valueAt(container, key);
    if (shape === undefined || !isObject(value)) {
      this.record(container, key, shape, failure, pathBelow);
    } else if (Array.isArray(value)) {
      for (const [index, item] of value.entries()) {
        if (isObject(item)) {
          this.#pushDownAt(value, index, shape, failure, pathAfter(pathBelow, index));
        }
      }
    } else {
      const { __typename: typename } = value as JsonObject;
      for (const field of shape.fields) {
        if (hasField(field, typename, this.#types)) {
          this.#pushDownAt(value, field.key, field.shape, failure, pathAfter(pathBelow, field.key));
        }
      }
    }
  }

  /** Copies the failures of `from` to `to`, which replaces `from`, or is a copy of it. */
  copy(from: object, to: object): void {
    for (const [key, entries] of this.#entries.get(from) ?? []) {
      for (const { shape, failure, pathBelow, failedKey } of entries) {
        this.record(to, key, shape, failure, pathBelow, failedKey);
      }
    }
    for (const [key, failures] of this.#besideValues.get(from) ?? []) {
      for (const failure of failures) {
        this.recordBesideValue(to, key, failure);
      }
    }
  }
}

function valueAt(container: object, key: Key): unknown {
  return (container as Record<string | number, unknown>)[key];
}

function isAbsent(value: unknown): value is null | undefined {
  return value === null || value === undefined;
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}

/** The rest of a path that starts with `key`. Empty if the path starts with another key. */
function pathAfter(path: readonly Key[], key: Key): readonly Key[] {
  return path[0] === key ? path.slice(1) : [];
}
