/**
 * The sign-in service's requests to the graph, with the scope `sign-in`. The graph is the service's only source of data
 * about readers.
 */
import { z } from 'zod';
import type { CallClass } from '../../platform/priority/call-classes.ts';
import type { GraphAnswer, GraphClient, GraphOperation, Language } from '../graph/client.ts';
import { GraphBusy } from '../graph/graph-busy.ts';

/** The card number with which a reader tries to sign in, and the networks of their browser. */
export interface Presented {
  /** The number as it was typed. The graph accepts spaces in it. */
  readonly libraryCardNumber: string;
  /** An HMAC of the client's network (`networkOf`). The graph also counts wrong tries by this key. */
  readonly address: string;
  /** HMACs of the wider networks, the narrowest first. */
  readonly widerNetworks: readonly string[];
}

/**
 * The caller's key in the queue of calls to the graph: the client's widest network. All sign-in attempts from this
 * network share one turn.
 */
export const siteKeyOf = ({ address, widerNetworks }: Presented): string => widerNetworks.at(-1) ?? address;

/** The reader's age in Hong Kong today: under 11, 11 to 17, or 18 and older (R28). */
export type AgeBand = 'UNDER_11' | 'FROM_11_TO_17' | 'ADULT';

export interface Standing {
  /** The patron's pseudonym for one partner. It never changes (R28). */
  readonly pseudonym: string;
  /** Whether the patron's record is active and one of the patron's cards is in use (R15). */
  readonly inGoodStanding: boolean;
  /**
   * Sign-ins of this second or earlier are no longer valid, because the reader has set a PIN or a card was lost. In ms
   * since 1970. Null if all sign-ins are valid.
   */
  readonly signInAgainSince: number | null;
  /**
   * The one sign-in that stays valid in spite of `signInAgainSince`, because the reader set the PIN in it. Contains the
   * id of its session, a space, and its time in seconds since 1970. Null if there is none.
   */
  readonly exceptSignInId: string | null;
  /** Null if the age band wasn't requested, or if the registry has no date of birth. */
  readonly ageBand: AgeBand | null;
}

/** A rule that the new PIN breaks, in the reader's language. */
export interface PinProblem {
  readonly message: string;
}

export type SetPinResult =
  | { readonly kind: 'set'; readonly patronId: string }
  /** The number or the code is wrong, unknown, ended or locked. Readers must not learn which of these it is (R28). */
  | { readonly kind: 'refused' }
  /** The code is right, but the new PIN breaks a rule. */
  | { readonly kind: 'problems'; readonly problems: readonly PinProblem[] };

/**
 * All methods reject with GraphUnavailable if the graph doesn't answer in time, or can't find out the answer. They reject
 * with TooManyQuestions if too many calls are under way for this address or patron.
 */
export interface ReaderGraph {
  /**
   * Resolves to the patron number. Resolves to null if the PIN is wrong, or if the card is unknown, ended or locked.
   * Nothing tells these reasons apart (R28).
   */
  authenticate(
    presented: Presented & {
      readonly pin: string;
      /** Whether a reader with this number has signed in with this browser before. */
      readonly knownBrowser: boolean;
    },
  ): Promise<string | null>;
  setPin(
    presented: Presented & { readonly code: string; readonly newPin: string },
    language: Language,
  ): Promise<SetPinResult>;
  /** The pseudonym is made for `partner`. The age band is requested only if `asksAge` is true. */
  standing(patronId: string, partner: string, asksAge?: boolean): Promise<Standing>;
}

/**
 * The turn of a call: its class, and the key of the person or network on whose behalf the graph is called.
 */
interface Turn {
  readonly callClass: CallClass;
  readonly caller: string;
}

/** The graph can't answer now. This must not be shown as a wrong PIN or an unknown card (R26). */
export class GraphUnavailable extends Error {
  override readonly name = 'GraphUnavailable';
}

/** Too many calls are under way for one address or patron. The graph was not called, or refused to answer. */
export class TooManyQuestions extends Error {
  override readonly name = 'TooManyQuestions';
}

const reader = z.object({ patronId: z.string().min(1) }).nullable();
type Reader = z.infer<typeof reader>;

/** The field is null only if the answer has an error. `ask` then rejects. */
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

/**
 * The operation with or without the field `ageBand`. A graph that lacks this field can still run the operation without
 * it, for partners that don't need the age.
 */
const readerStanding = (ageBand: '' | 'ageBand'): GraphOperation<{ readerStanding: Standing | null }> => ({
  document: `query ReaderStanding($patronId: ID!, $partner: String!) {
    readerStanding(patronId: $patronId, partner: $partner) {
      pseudonym inGoodStanding signInAgainSince exceptSignInId ${ageBand}
    }
  }`,
  data: z.object({
    readerStanding: z
      .object({
        pseudonym: z.string().min(1),
        inGoodStanding: z.boolean(),
        signInAgainSince: instant.nullable(),
        exceptSignInId: z.string().nullable(),
        ageBand: z.enum(['UNDER_11', 'FROM_11_TO_17', 'ADULT']).nullable().default(null),
      })
      .nullable(),
  }),
});

const standingWithoutAge = readerStanding('');
const standingWithAge = readerStanding('ageBand');

/**
 * Timeout for an answer of the graph, in ms. It is enough for a call to card management, which takes 5 s at most. It is
 * not longer, because a reader waits for the page.
 */
const graphTimeoutMs = 10_000;

export interface ReaderGraphOptions {
  readonly graph: GraphClient;
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
    { callClass, caller }: Turn,
    language: Language = 'en',
  ): Promise<Data> {
    let answer: GraphAnswer<Data>;
    try {
      const signal = AbortSignal.timeout(timeoutMs);
      const turn = { callClass, caller, hasOwnFloor: true };
      answer = await graph.ask(operation, { variables, token: await token(), language, ...turn, signal });
    } catch (cause) {
      if (cause instanceof GraphBusy && cause.lack === 'caller') {
        throw new TooManyQuestions('sign-in: too many questions for one caller', { cause });
      }
      throw new GraphUnavailable('sign-in: the graph does not answer', { cause });
    }
    const [error] = answer.errors;
    if (error?.isOwnExcess === true) {
      throw new TooManyQuestions(`sign-in: too many questions for one caller: ${error.code}`);
    }
    if (answer.data === null || error !== undefined) {
      throw new GraphUnavailable(`sign-in: the graph has no answer: ${error?.code ?? 'no data'}`);
    }
    return answer.data;
  }
  // Anybody can try numbers and PINs, so these calls have the class of anonymous calls. Readers who are signed in must
  // not wait behind them.
  const triedBy = (presented: Presented): Turn => ({ callClass: 'anonymous', caller: siteKeyOf(presented) });
  return {
    async authenticate(input) {
      const { authenticateReader: payload } = await ask(authenticateReader, { input }, triedBy(input));
      return required(payload).reader?.patronId ?? null;
    },
    async setPin(input, language) {
      const { setPinByCode: payload } = await ask(setPinByCode, { input }, triedBy(input), language);
      const { reader: found, problems } = required(payload);
      if (found !== null) {
        return { kind: 'set', patronId: found.patronId };
      }
      return problems.some(({ reason }) => reason === 'INVALID')
        ? { kind: 'problems', problems }
        : { kind: 'refused' };
    },
    async standing(patronId, partner, asksAge = false) {
      const turn = { callClass: 'reader', caller: patronId } as const;
      const operation = asksAge ? standingWithAge : standingWithoutAge;
      return required((await ask(operation, { patronId, partner }, turn)).readerStanding);
    },
  };
}

/** @throws GraphUnavailable */
function required<Value>(value: Value | null): Value {
  if (value === null) {
    throw new GraphUnavailable('sign-in: the graph has no answer');
  }
  return value;
}
