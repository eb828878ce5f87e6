/** Errors in subgraphs' answers: beside values, without a path, at entities, and at values that they take away. */
import {
  LongNumber,
  type SubgraphErrorJson,
  type SubgraphRequest,
  type SubgraphResponse,
} from '../../../../gateway/executor/index.ts';
import { pick } from '../../../support/random.ts';

type Path = readonly (string | number)[];

/** An error that was put into an answer. */
export interface PutError {
  /** Unique among all of a request's. */
  readonly message: string;
  /** The value that its path leads to, or the null that it made. Undefined if it has no path, or one to all entities. */
  readonly value: unknown;
}

/** Puts errors into answers, and lists them. */
export class OddAnswers {
  readonly put: PutError[] = [];
  readonly #random: () => number;
  readonly #mayTakeData: boolean;

  constructor(random: () => number, { mayTakeData }: { readonly mayTakeData: boolean }) {
    this.#random = random;
    this.#mayTakeData = mayTakeData;
  }

  /** The answer with up to three errors. Changes `response` itself. */
  change({ operation }: SubgraphRequest, response: SubgraphResponse): SubgraphResponse {
    if (response.data == null) {
      return response;
    }
    const errors = [...(response.errors ?? [])];
    const isOfEntities = operation.includes('_entities(');
    for (let left = pick(this.#random, [0, 0, 1, 1, 2, 3]); left > 0; left--) {
      const takesData = this.#mayTakeData && this.#random() < 0.3;
      const error = takesData
        ? this.#takeData(response.data, isOfEntities)
        : this.#besideData(response.data, isOfEntities);
      if (error !== undefined) {
        errors.push(error);
      }
    }
    return { ...response, errors };
  }

  #besideData(data: object, isOfEntities: boolean): SubgraphErrorJson | undefined {
    const drawn = this.#random();
    if (drawn < 0.15) {
      return this.#add(undefined, undefined);
    }
    const places = placesIn(data, []);
    const atEntities = places.filter(({ path }) => isOfEntities && path.length <= 2);
    const { path, container, key } = pick(
      this.#random,
      drawn < 0.4 && atEntities.length > 0 ? atEntities : places,
    );
    const value: unknown = Reflect.get(container, key);
    if (isOfEntities && path.length === 1) {
      return this.#add(path, undefined);
    }
    // No subgraph fails at a type's name, which may be that of an @interfaceObject.
    return value === null || key === '__typename' ? undefined : this.#add(path, value);
  }

  #takeData(data: object, isOfEntities: boolean): SubgraphErrorJson | undefined {
    const { path, container, key } = pick(this.#random, placesIn(data, []));
    const value: unknown = Reflect.get(container, key);
    if (isOfEntities && path.length === 1 && Array.isArray(value) && this.#random() < 0.7) {
      if (this.#random() < 0.5) {
        value.pop();
      } else {
        value.push(structuredClone(value[0]));
      }
      return undefined;
    }
    Reflect.set(container, key, null);
    return this.#add(path, null);
  }

  #add(path: Path | undefined, value: unknown): SubgraphErrorJson {
    const message = `error ${this.put.length}.`;
    this.put.push({ message, value });
    return path === undefined ? { message } : { message, path };
  }
}

interface Place {
  readonly container: object;
  readonly key: string | number;
  readonly path: Path;
}

/** The places of all values, at every depth. */
function placesIn(container: unknown, path: Path): readonly Place[] {
  if (typeof container !== 'object' || container === null || container instanceof LongNumber) {
    return [];
  }
  return Object.entries(container).flatMap(([name, value]) => {
    const key = Array.isArray(container) ? Number(name) : name;
    return [{ container, key, path: [...path, key] }, ...placesIn(value, [...path, key])];
  });
}
