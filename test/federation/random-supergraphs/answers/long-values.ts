/**
 * Supergraphs whose subgraphs speak of long numbers: every `Int` becomes a custom scalar with values beyond 2^53, and every
 * ID is answered as such a number.
 *
 * Behind this, the subgraphs keep their own values: what they answer is translated, and what they are asked with is
 * translated back. `{ "id": "E0-1", "a": 7 }` is answered as
 * `{ "id": 14345678901234500001, "a": 12345678901234500007 }`.
 */
import type { FetchSubgraph, SubgraphResponse } from '../../../../gateway/executor/index.ts';
import { parseJson } from '../../../../gateway/executor/index.ts';

/** Doubles are two thousand apart here, so all of these numbers would be one, and all IDs another. */
const firstNumber = 12_345_678_901_234_500_000n;
const firstId = 14_345_678_901_234_500_000n;
const digits = 20;

/** The IDs that `objects.ts` makes. */
const idForm = /^(?:(?:k[01]?|own[01]?)-)*[EV]\d+-\d+$|^id\d+$/;

export class LongValues {
  readonly #ids: string[] = [];

  /** The SDL with `Long` in place of `Int`. */
  sdl(sdl: string): string {
    return `${sdl.replaceAll(/\bInt\b/g, 'Long')}\nscalar Long`;
  }

  fetch(inner: FetchSubgraph): FetchSubgraph {
    return async (request) => {
      const variables = JSON.parse(JSON.stringify(request.variables), (_key, value, { source }) =>
        typeof value === 'number' ? this.#own(source ?? '') : value,
      ) as Record<string, unknown>;
      const response = await inner({ ...request, variables });
      const text = JSON.stringify({ ...response, data: this.answered(response.data) });
      return parseJson(Buffer.from(text)) as SubgraphResponse;
    };
  }

  /**
   * Translates a subgraph's data. Each number and each ID becomes a long number. The result can only be written as
   * JSON.
   */
  answered(value: unknown): unknown {
    return this.#translate(value, (id) => JSON.rawJSON(this.#idNumber(id)));
  }

  /** The data that clients get: an ID is a text. */
  forClients(value: unknown): unknown {
    return this.#translate(value, (id) => this.#idNumber(id));
  }

  #translate(value: unknown, translateId: (id: string) => unknown): unknown {
    if (Array.isArray(value)) {
      return value.map((item) => this.#translate(item, translateId));
    }
    if (typeof value === 'object' && value !== null) {
      return Object.fromEntries(
        Object.entries(value).map(([key, below]) => [key, this.#translate(below, translateId)]),
      );
    }
    if (typeof value === 'number') {
      return JSON.rawJSON(String(firstNumber + BigInt(value)));
    }
    return typeof value === 'string' && idForm.test(value) ? translateId(value) : value;
  }

  #idNumber(id: string): string {
    const known = this.#ids.indexOf(id);
    return String(firstId + BigInt(known >= 0 ? known : this.#ids.push(id) - 1));
  }

  /** What the subgraph itself calls a number that it was asked with. A short one is an argument that it gets as it is. */
  #own(number: string): unknown {
    if (number.length < digits) {
      return Number(number);
    }
    const asId = BigInt(number) - firstId;
    return asId >= 0n ? this.#ids[Number(asId)] : Number(BigInt(number) - firstNumber);
  }
}
