import { isData, type Path, type SubgraphError } from './types.ts';

/** Why a field has no value. It becomes an error where the field shows in the answer, and only there. */
export interface Failure {
  readonly message: string;
  readonly extensions: Readonly<Record<string, unknown>>;
  /** Where below the field the subgraph said it happened. */
  readonly below: Path;
}

/** Extensions that speak of how a subgraph is made, and so are not for clients. */
const internalExtensions = new Set(['stacktrace', 'exception', 'serviceName']);

export function failureOf({ message, extensions }: SubgraphError, below: Path = []): Failure {
  const shown = Object.entries(extensions ?? {}).filter(([name]) => !internalExtensions.has(name));
  return { message, extensions: { code: 'SUBGRAPH_ERROR', ...Object.fromEntries(shown) }, below };
}

/**
 * Failures by the object and the key that they leave without a value. Kept beside the data, so that what a subgraph
 * said of its own answer finds its way to every place where a client sees that answer.
 */
export class Failures {
  readonly #byObject = new WeakMap<object, Map<string | number, Failure[]>>();

  at(object: object, key: string | number): readonly Failure[] {
    return this.#byObject.get(object)?.get(key) ?? [];
  }

  add(object: object, key: string | number, failure: Failure): void {
    const byKey = this.#byObject.get(object) ?? new Map<string | number, Failure[]>();
    this.#byObject.set(object, byKey);
    byKey.set(key, [...(byKey.get(key) ?? []), failure]);
  }

  /** Puts an error where its path ends, or where the data ends before it. `path` is not empty. */
  addAlong(start: object, path: Path, error: SubgraphError): void {
    let object = start;
    for (const [index, key] of path.entries()) {
      const value: unknown = Array.isArray(object) ? object[Number(key)] : Reflect.get(object, key);
      if (index < path.length - 1 && (isData(value) || Array.isArray(value))) {
        object = value;
        continue;
      }
      this.add(object, key, failureOf(error, path.slice(index + 1)));
      return;
    }
  }
}
