/** The callers of the graph in the stories, each with a token. */
import { randomUUID } from 'node:crypto';
import { expect } from 'vitest';
import { mutationOf } from '../../support/mutation.ts';
import { type Answer, type RunningSystem, rootField } from '../running-system.ts';
import { type ChangeName, type Payload, selections } from './payloads.ts';
import type { Applicant } from './people.ts';

type Input = Readonly<Record<string, unknown>>;

const staffScopes =
  'patrons:read patrons:write identity:read credentials:read credentials:write applications:decide circulation:read circulation:write operations:repair audit:read';

/** Polls for up to 20 seconds until the expectation is met. */
export const eventually = <T>(ask: () => Promise<T>) => expect.poll(ask, { timeout: 20_000, interval: 250 });

export type Tokens = Readonly<Record<'counter' | 'station' | 'telephone', string>>;

export async function signTokens({ token }: RunningSystem): Promise<Tokens> {
  return {
    counter: await token({ subject: 'counter', scope: staffScopes }),
    station: await token({ subject: 'station', scope: 'station' }),
    telephone: await token({ subject: 'telephone', scope: 'telephone' }),
  };
}

/** Only staff say whether proof of an address was shown. In a reader's form the field is left out, not false. */
function byReader({ applicant, ...input }: Input): Input {
  if (typeof applicant !== 'object' || applicant === null) {
    return input;
  }
  const { addressProofShown, ...filledIn } = applicant as Partial<Applicant>;
  return { ...input, applicant: { ...filledIn, ...(addressProofShown === true && { addressProofShown }) } };
}

/** The callers' requests. Every method except `send` fails the test if the answer has errors. */
export class Callers {
  readonly system: RunningSystem;
  /** The token of a counter with all scopes of its staff. It is the default token. */
  readonly counter: string;
  readonly station: string;
  readonly telephone: string;
  /** The patrons of the tokens of signed-in readers. */
  readonly #patronsByToken = new Map<string, string>();

  constructor(system: RunningSystem, tokens: Tokens) {
    this.system = system;
    this.counter = tokens.counter;
    this.station = tokens.station;
    this.telephone = tokens.telephone;
  }

  /** The token of a patron who is signed in. */
  async reader(patronId: string): Promise<string> {
    // A change in the present second ends all sign-ins of this second, so this sign-in is in the next one.
    const signedInAt = Math.floor(Date.now() / 1000) + 1;
    const token = await this.system.token({ subject: `reader ${patronId}`, patronId, signedInAt });
    this.#patronsByToken.set(token, patronId);
    return token;
  }

  /**
   * Sends a mutation, with a new reference unless the input has one. The answer may have errors. If the token is null,
   * the caller is anonymous.
   */
  send(name: ChangeName, input: Input, token: string | null = this.counter): Promise<Answer> {
    // Without a token, the only result is the receipt of an application.
    const ofResult = token === null && name === 'submitApplication' ? 'receipt' : selections[name];
    const operation = `operation { reference state ${this.#whose(token)} }`;
    const selection = `${operation} problems { code reason message field } ${ofResult}`;
    return this.system.ask(mutationOf(name, selection), {
      variables: {
        input: { reference: randomUUID(), ...(token === this.counter ? input : byReader(input)) },
      },
      ...(token !== null && { token }),
    });
  }

  /**
   * Sends a mutation like `send`. Afterwards `operation(reference:)` must return the same to the token's owner, or the
   * test fails.
   */
  async change(name: ChangeName, input: Input, token: string | null = this.counter): Promise<Payload> {
    const { body } = await this.send(name, input, token);
    expect(body.errors).toBeUndefined();
    const payload = rootField<Payload>(body, name);
    const { operation, patron, ...result } = payload;
    // An unsettled operation may change at any moment, so it isn't compared.
    if (token !== null && operation.state !== 'UNSETTLED') {
      const stored = {
        ...operation,
        ...result,
        ...(operation.state === 'DONE' && patron !== undefined && { patron }),
      };
      // The change may have ended the sign-in that made it. A reader's next sign-in is the same caller.
      const patronId = this.#patronsByToken.get(token);
      const owner = patronId === undefined ? token : await this.reader(patronId);
      expect(await this.#operation(name, operation.reference, owner)).toMatchObject(stored);
    }
    return payload;
  }

  /** A selection of the operation's patron. Only readers and staff may select it. */
  #whose(token: string | null): string {
    return token === null || token === this.station || token === this.telephone ? '' : 'patron { id }';
  }

  /** The result of `operation(reference:)` for the operation's caller. */
  async #operation(name: ChangeName, reference: string, token: string): Promise<unknown> {
    const type = `${name.charAt(0).toUpperCase()}${name.slice(1)}Operation`;
    const query = `query ($reference: ID!) { operation(reference: $reference) {
      reference state ${this.#whose(token)} problems { code message field } ... on ${type} { problems { reason } ${selections[name]} }
    } }`;
    return (await this.read<{ operation: unknown }>(query, { reference }, token)).operation;
  }

  async read<T>(query: string, variables: Input = {}, token: string = this.counter): Promise<T> {
    const { body } = await this.system.ask(query, { variables, token });
    expect(body.errors).toBeUndefined();
    return body.data as T;
  }

  /**
   * Fails the test unless the operation is done within 20 seconds. The token's owner must be the operation's caller.
   */
  async untilDone(reference: string, token?: string): Promise<void> {
    const query = 'query ($reference: ID!) { operation(reference: $reference) { state } }';
    await eventually(() => this.read(query, { reference }, token)).toEqual({ operation: { state: 'DONE' } });
  }
}
