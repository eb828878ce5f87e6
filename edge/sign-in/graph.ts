/** The sign-in service's questions to the graph, with the scope `sign-in`. All that it knows of readers comes from here. */
import { z } from 'zod';
import type { CallClass } from '../../platform/priority/call-classes.ts';
import type { GraphAnswer, GraphClient, GraphOperation, Language } from '../graph/client.ts';

/** Who a reader claims to be. */
export interface Presented {
  /** As it was typed: the graph takes numbers with spaces. */
  readonly libraryCardNumber: string;
  /** An HMAC of the client's address, by which wrong tries are counted, too. */
  readonly address: string;
}

export interface Standing {
  /** Who the patron is for one partner, for ever (R28). */
  readonly pseudonym: string;
  /** Whether the patron may borrow. */
  readonly inGoodStanding: boolean;
  /** Sign-ins before this time have ended, in ms since 1970: the PIN was set, or the card was lost. Null: none has. */
  readonly signInAgainSince: number | null;
}

/** A rule that a new PIN doesn't keep, in the reader's language. */
export interface PinProblem {
  readonly message: string;
}

export type SetPinResult =
  | { readonly kind: 'set'; readonly patronId: string }
  /** The number or the code is wrong, unknown, ended or locked: nobody is told which (R28). */
  | { readonly kind: 'refused' }
  /** The code is good. The new PIN is not. */
  | { readonly kind: 'problems'; readonly problems: readonly PinProblem[] };

/** All reject with GraphUnavailable where the graph doesn't know, or doesn't answer in time. */
export interface ReaderGraph {
  /** The patron's number; null for a wrong, unknown, ended or locked one, alike (R28). */
  authenticate(presented: Presented & { readonly pin: string }): Promise<string | null>;
  setPin(
    presented: Presented & { readonly code: string; readonly newPin: string },
    language: Language,
  ): Promise<SetPinResult>;
  /** `partner`: the name that the partner's pseudonyms are made for. */
  standing(patronId: string, partner: string): Promise<Standing>;
}

/** The graph can't tell now. That says nothing about the reader (R26). */
export class GraphUnavailable extends Error {
  override readonly name = 'GraphUnavailable';
}

const reader = z.object({ patronId: z.string().min(1) }).nullable();
type Reader = z.infer<typeof reader>;

/** A field that has no value has an error. */
const authenticateReader: GraphOperation<{ authenticateReader: { reader: Reader } | null }> = {
  document: `mutation AuthenticateReader($input: AuthenticateReaderInput!) {
    authenticateReader(input: $input) { reader { patronId } }
  }`,
  data: z.object({ authenticateReader: z.object({ reader }).nullable() }),
};

const setPinByCode: GraphOperation<{ setPinByCode: { reader: Reader; problems: PinProblem[] } | null }> = {
  document: `mutation SetPinByCode($input: SetPinByCodeInput!) {
    setPinByCode(input: $input) { reader { patronId } problems { message } }
  }`,
  data: z.object({
    setPinByCode: z.object({ reader, problems: z.array(z.object({ message: z.string() })) }).nullable(),
  }),
};

const instant = z.string().transform((text, context) => {
  const at = Date.parse(text);
  if (Number.isNaN(at)) {
    context.addIssue({ code: 'custom', message: 'must be a DateTime' });
  }
  return at;
});

const readerStanding: GraphOperation<{ readerStanding: Standing | null }> = {
  document: `query ReaderStanding($patronId: ID!, $partner: String!) {
    readerStanding(patronId: $patronId, partner: $partner) { pseudonym inGoodStanding signInAgainSince }
  }`,
  data: z.object({
    readerStanding: z
      .object({
        pseudonym: z.string().min(1),
        inGoodStanding: z.boolean(),
        signInAgainSince: instant.nullable(),
      })
      .nullable(),
  }),
};

/** A reader waits for the page. A call to card management takes 5 s at most. */
const graphTimeoutMs = 10_000;

export interface ReaderGraphOptions {
  readonly graph: GraphClient;
  /** The sign-in service's own token. */
  readonly token: () => Promise<string>;
  readonly timeoutMs?: number;
}

export function createReaderGraph({
  graph,
  token,
  timeoutMs = graphTimeoutMs,
}: ReaderGraphOptions): ReaderGraph {
  async function ask<Data>(
    operation: GraphOperation<Data>,
    variables: Readonly<Record<string, unknown>>,
    callClass: CallClass,
    language: Language = 'en',
  ): Promise<Data> {
    let answer: GraphAnswer<Data>;
    try {
      const signal = AbortSignal.timeout(timeoutMs);
      answer = await graph.ask(operation, { variables, token: await token(), language, callClass, signal });
    } catch (cause) {
      throw new GraphUnavailable('sign-in: the graph does not answer', { cause });
    }
    const [error] = answer.errors;
    if (answer.data === null || error !== undefined) {
      throw new GraphUnavailable(`sign-in: the graph has no answer: ${error?.code ?? 'no data'}`);
    }
    return answer.data;
  }
  // Anybody can try numbers and PINs. Readers who are signed in must not wait behind them.
  return {
    async authenticate(input) {
      const { authenticateReader: payload } = await ask(authenticateReader, { input }, 'anonymous');
      return required(payload).reader?.patronId ?? null;
    },
    async setPin(input, language) {
      const { setPinByCode: payload } = await ask(setPinByCode, { input }, 'anonymous', language);
      const { reader: found, problems } = required(payload);
      if (found !== null) {
        return { kind: 'set', patronId: found.patronId };
      }
      return problems.length > 0 ? { kind: 'problems', problems } : { kind: 'refused' };
    },
    standing: async (patronId, partner) =>
      required((await ask(readerStanding, { patronId, partner }, 'reader')).readerStanding),
  };
}

/** @throws GraphUnavailable */
function required<Value>(value: Value | null): Value {
  if (value === null) {
    throw new GraphUnavailable('sign-in: the graph has no answer');
  }
  return value;
}
