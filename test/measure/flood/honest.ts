import { setTimeout } from 'node:timers/promises';
import { Agent } from 'undici';
import { z } from 'zod';
import { ask, type Client, codeOf } from './client.ts';

/** The observations of stations or readers. */
export interface Seen {
  /** The time of each answer, in ms. */
  readonly ms: number[];
  /** Descriptions of the requests that were not answered as expected. */
  readonly failures: string[];
}

/** A card, and a copy that can be lent on it repeatedly. */
export interface Pair {
  readonly libraryCardNumber: string;
  readonly itemNumber: string;
}

/** The pause between two requests of one station or reader, in ms. */
const pauseMs = 50;

const checkOutQuery = `mutation Lend($input: CheckOutInput!) {
  checkOut(input: $input) { operation { state } problems { code } }
}`;
const checkInQuery = `mutation Return($input: CheckInInput!) {
  checkIn(input: $input) { operation { state } problems { code } }
}`;
const homePage = `{
  me {
    name { english } credentials { libraryCardNumber status }
    loanQuota { limit used } loans(first: 10) { edges { node { item { title } dueOn } } }
  }
}`;

const payload = z.object({
  operation: z.object({ state: z.string() }).nullable(),
  problems: z.array(z.object({ code: z.string() })),
});

/** The clients that do not belong to the flood. */
export class Honest {
  readonly #urls: readonly string[];
  readonly #dispatcher = new Agent();
  #references = 0;

  constructor(urls: readonly string[]) {
    this.#urls = urls;
  }

  #client(number: number, token: string): Client {
    const url = this.#urls[number % this.#urls.length] ?? '';
    return { url, token, address: `198.51.100.${number + 1}`, dispatcher: this.#dispatcher };
  }

  /** Lends and takes back until the signal aborts. Records the times of check-outs, and all failures, in `seen`. */
  async station(number: number, token: string, pair: Pair, seen: Seen, ended: AbortSignal): Promise<void> {
    const client = this.#client(number, token);
    while (!ended.aborted) {
      const startedAt = performance.now();
      const lent = await this.#change(client, 'checkOut', pair);
      seen.ms.push(performance.now() - startedAt);
      const returned = await this.#change(client, 'checkIn', pair);
      seen.failures.push(...[lent, returned].filter((one) => one !== 'DONE'));
      await setTimeout(pauseMs);
    }
  }

  /** Whether the copy can be lent on the card. Takes the copy back. */
  async canLend(token: string, pair: Pair): Promise<boolean> {
    const client = this.#client(0, token);
    const lent = await this.#change(client, 'checkOut', pair);
    return lent === 'DONE' && (await this.#change(client, 'checkIn', pair)) === 'DONE';
  }

  /** Requests the home page until the signal aborts. */
  async reader(number: number, token: string, seen: Seen, ended: AbortSignal): Promise<void> {
    const client = this.#client(number, token);
    while (!ended.aborted) {
      const startedAt = performance.now();
      const code = await ask(client, homePage, {}).then(codeOf, String);
      seen.ms.push(performance.now() - startedAt);
      if (code !== 'ok') {
        seen.failures.push(code);
      }
      await setTimeout(pauseMs);
    }
  }

  /** Resolves to `DONE`, or to a description of the failure. */
  async #change(client: Client, field: 'checkOut' | 'checkIn', pair: Pair): Promise<string> {
    const { libraryCardNumber, itemNumber } = pair;
    this.#references += 1;
    const reference = `flood-${process.pid}-${this.#references}`;
    const input = {
      reference,
      itemNumber,
      ...(field === 'checkOut' && { credential: { libraryCardNumber } }),
    };
    try {
      const answer = await ask(client, field === 'checkOut' ? checkOutQuery : checkInQuery, { input });
      if (answer.data?.[field] == null) {
        return `${field}: ${codeOf(answer)}`;
      }
      const { operation, problems } = payload.parse(answer.data[field]);
      return operation?.state === 'DONE'
        ? 'DONE'
        : `${field}: ${operation?.state} ${problems.map(({ code }) => code).join()}`;
    } catch (error) {
      return `${field}: ${error}`;
    }
  }

  close(): Promise<void> {
    return this.#dispatcher.close();
  }
}
