import { setTimeout } from 'node:timers/promises';
import { Agent } from 'undici';
import { z } from 'zod';
import { ask, type Client, codeOf } from './client.ts';

/** What those who do their work have seen. */
export interface Seen {
  /** How long each answer took, in ms. */
  readonly ms: number[];
  /** What was not answered as it should have been. */
  readonly failures: string[];
}

/** A card and a copy that can be lent on it, again and again. */
export interface Pair {
  readonly libraryCardNumber: string;
  readonly itemNumber: string;
}

/** Pause between two requests of one station or reader, in ms. */
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

/** The clients that are not of the flood. */
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

  /** Lends and takes back until the signal aborts. What it sees of lending goes to `seen`. */
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

  /** Whether the copy can be lent on the card. It is taken back. */
  async canLend(token: string, pair: Pair): Promise<boolean> {
    const client = this.#client(0, token);
    const lent = await this.#change(client, 'checkOut', pair);
    return lent === 'DONE' && (await this.#change(client, 'checkIn', pair)) === 'DONE';
  }

  /** Looks at the home page until the signal aborts. */
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

  /** `DONE`, or what is wrong. */
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
