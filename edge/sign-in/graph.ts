/**
 * The sign-in service's requests to the graph, with the scope `sign-in`. They are its only source of data about
 * readers.
 */
import { z } from 'zod';
import type { CallClass } from '../../platform/priority/call-classes.ts';
import type { GraphAnswer, GraphClient, GraphOperation, Language } from '../graph/client.ts';

/** The number with which a reader tries to sign in. */
export interface Presented {
  /** The number as it was typed. The graph accepts spaces in it. */
  readonly libraryCardNumber: string;
  /** An HMAC of the client's address. The graph also counts wrong tries by address. */
  readonly address: string;
}

export interface Standing {
  /** The patron's pseudonym for one partner. It never changes (R28). */
  readonly pseudonym: string;
  /** Whether the patron may borrow. */
  readonly inGoodStanding: boolean;
  /**
   * Sign-ins before this time have ended, because a PIN was set or a card was lost. In ms since 1970. Null if no
   * sign-in has ended.
   */
  readonly signInAgainSince: number | null;
}

/** A rule that the new PIN breaks, in the reader's language. */
export interface PinProblem {
  readonly message: string;
}

export type SetPinResult =
  | { readonly kind: 'set'; readonly patronId: string }
  /** The number or the code is wrong, unknown, ended or locked. The reader isn't told which (R28). */
  | { readonly kind: 'refused' }
  /** The code is right, but the new PIN breaks a rule. */
  | { readonly kind: 'problems'; readonly problems: readonly PinProblem[] };

/** All methods reject with GraphUnavailable if the graph can't tell, or doesn't answer in time. */
export interface ReaderGraph {
  /**
   * Resolves to the patron number. Null if the PIN is wrong, or if the card is unknown, ended or locked. The reasons
   * can't be told apart (R28).
   */
  authenticate(presented: Presented & { readonly pin: string }): Promise<string | null>;
  setPin(
    presented: Presented & { readonly code: string; readonly newPin: string },
    language: Language,
  ): Promise<SetPinResult>;
  /** `partner` is the name that the partner's pseudonyms are made for. */
  standing(patronId: string, partner: string): Promise<Standing>;
}

/** The graph can't answer now. This says nothing about the reader (R26). */
export class GraphUnavailable extends Error {
  override readonly name = 'GraphUnavailable';
}

const reader = z.object({ patronId: z.string().min(1) }).nullable();
type Reader = z.infer<typeof reader>;

/** If `data` is null, the answer has an error, which makes `ask` reject. */
const authenticateReader: GraphOperation<{ authenticateReader: { reader: Reader } | null }> = {
  document: `mutation AuthenticateReader($input: AuthenticateReaderInput!) {
    authenticateReader(input: $input) { reader { patronId } }
  }`,
  data: z.object({ authenticateReader: z.object({ reader }).nullable() }),
};

const problem = z.object({ reason: z.string(), message: z.string() });
type Problem = z.infer<typeof problem>;

const setPinByCode: GraphOperation<{ setPinByCode: { reader: Reader; problems: Problem[] } | null }> = {
  document: `mutation SetPinByCode($input: SetPinByCodeInput!) {
    setPinByCode(input: $input) { reader { patronId } problems { reason message } }
  }`,
  data: z.object({
    setPinByCode: z.object({ reader, problems: z.array(problem) }).nullable(),
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

/**
 * Long enough for a call to card management, which takes 5 s at most. The limit isn't longer, because a reader waits
 * for the page.
 */
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
  // Anybody can try numbers and PINs, so these calls are anonymous. Readers who are signed in must not wait behind
  // them.
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
      return problems.some(({ reason }) => reason === 'INVALID')
        ? { kind: 'problems', problems }
        : { kind: 'refused' };
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
