/**
 * Supergraphs whose subgraphs answer with long numbers. Every `Int` becomes a custom scalar with values beyond 2^53,
 * and every ID is sent as a long number.
 *
 * The subgraphs themselves have short values. Their answers are translated to long numbers, and the variables of
 * requests are translated back. For example, `{ "id": "E0-1", "a": 7 }` becomes
 * `{ "id": 14345678901234500001, "a": 12345678901234500007 }`.
 */
import type { FetchSubgraph, SubgraphResponse } from '../../../../gateway/executor/index.ts';
import { parseJson } from '../../../../gateway/executor/index.ts';

declare global {
  /** Node tells the reviver the text of a value, but TypeScript's libraries don't declare it yet. */
  interface JSON {
    parse(
      text: string,
      reviver: (key: string, value: unknown, context: { readonly source?: string }) => unknown,
    ): unknown;
  }
}

/**
 * Doubles of this size are two thousand apart. So as doubles, all numbers would be equal, and all IDs would be equal.
 */
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

  /** Translates data to the form that clients get. Each number becomes a long number, and each ID a text of digits. */
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

  /** The subgraph's own value for a number in a variable. A short number is an argument, and is not translated. */
  #own(number: string): unknown {
    if (number.length < digits) {
      return Number(number);
    }
    const asId = BigInt(number) - firstId;
    return asId >= 0n ? this.#ids[Number(asId)] : Number(BigInt(number) - firstNumber);
  }
}
