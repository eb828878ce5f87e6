/** Adds errors to subgraphs' answers: beside values, without a path, at entities, and at values that become null. */
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
  /** The message is unique among all errors of a query. */
  readonly message: string;
  /**
   * The value at the error's path; null if the error made it null. Undefined if the error has no path, or the path of
   * all entities.
   */
  readonly value: unknown;
}

/** Adds errors to answers, and lists the added errors. */
export class OddAnswers {
  readonly put: PutError[] = [];
  readonly #random: () => number;
  readonly #mayTakeData: boolean;
  /**
   * The lists whose number of entities was changed. Each list is changed only once. If its last entity were removed and
   * its first entity then appended, the number would be right again, and the gateway could not notice the wrong entity.
   */
  readonly #resized = new WeakSet<object>();

  constructor(random: () => number, { mayTakeData }: { readonly mayTakeData: boolean }) {
    this.#random = random;
    this.#mayTakeData = mayTakeData;
  }

  /** Adds up to three errors to the answer. May also change the data of `response` itself. */
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
    const values = valuesIn(data, []);
    const atEntities = values.filter(({ path }) => isOfEntities && path.length <= 2);
    const { path, container, key } = pick(
      this.#random,
      drawn < 0.4 && atEntities.length > 0 ? atEntities : values,
    );
    const value: unknown = Reflect.get(container, key);
    if (isOfEntities && path.length === 1) {
      return this.#add(path, undefined);
    }
    // `__typename` gets no error. If its value is the name of an @interfaceObject, the gateway's answer has another
    // name.
    return value === null || key === '__typename' ? undefined : this.#add(path, value);
  }

  #takeData(data: object, isOfEntities: boolean): SubgraphErrorJson | undefined {
    const { path, container, key } = pick(this.#random, valuesIn(data, []));
    const value: unknown = Reflect.get(container, key);
    const mayResize = isOfEntities && path.length === 1 && Array.isArray(value) && !this.#resized.has(value);
    if (mayResize && this.#random() < 0.7) {
      this.#resized.add(value);
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

interface ValueAt {
  readonly container: object;
  readonly key: string | number;
  readonly path: Path;
}

/** All values, at every depth. */
function valuesIn(container: unknown, path: Path): readonly ValueAt[] {
  if (typeof container !== 'object' || container === null || container instanceof LongNumber) {
    return [];
  }
  return Object.entries(container).flatMap(([name, value]) => {
    const key = Array.isArray(container) ? Number(name) : name;
    return [{ container, key, path: [...path, key] }, ...valuesIn(value, [...path, key])];
  });
}
