import { type Batching, rowByKey, rowsByKey } from '../soap/batch.ts';
import { type AnswerTo, createSoapClient, type SoapClient } from '../soap/client.ts';
import { Deadline, untilAborted } from '../soap/deadline.ts';
import { CallFailure } from '../soap/failure.ts';
import type { Limits } from '../soap/limits.ts';
import { UpstreamError, type UpstreamReason } from '../soap/port.ts';
import { isXmlText } from '../soap/simple-types.ts';
import type * as circ from './contract.generated.ts';
import type { Charge, Circulation, Hold, Item, Loan } from './port.ts';
import { Session } from './session.ts';
import { chargeOf, holdOf, invalid, itemOf, loanOf } from './translation.ts';

/** CIRC, Circulation Control version 3. */
export interface CirculationSettings {
  /** http or https. */
  readonly url: string | URL;
  readonly user: string;
  readonly password: string;
  /** `defaultLimits` of `adapters/soap/limits.ts` unless given. */
  readonly limits?: Partial<Limits>;
  /** Milliseconds from any fixed moment, for how long a refused login holds. `performance.now` unless given. */
  readonly clock?: () => number;
}

/** Circulation over SOAP. Reads its WSDL; connects and logs in at the first call. Its calls under way end before it. */
export async function createCirculation({
  url,
  user,
  password,
  limits = {},
  clock = () => performance.now(),
}: CirculationSettings): Promise<Circulation & AsyncDisposable> {
  const client = await createSoapClient<circ.Operations>({
    system: 'circulation',
    wsdl: new URL('circulation.wsdl', import.meta.url),
    url,
    limits,
    reads: [
      // Twice logged in leaves a session that nobody uses, and no more.
      'Login',
      'GetLoans',
      'GetHolds',
      'GetCharges',
      'GetItems',
      'FindItems',
      'FindByRef',
      'ListEvents',
    ],
    reasonOf,
  });
  const session = new Session({
    // Whoever wants it may leave; others wait for it, too.
    login: async () =>
      (await client.call('Login', { User: user, Password: password }, new AbortController().signal)).SID,
    clock,
    refusalMs: 5_000,
  });
  const { loans, holds, charges, items, find } = callsOf(client, session);
  return {
    loansByCard: (numbers, signal) => byCard(numbers, loans, signal),
    holdsByCard: (numbers, signal) => byCard(numbers, holds, signal),
    chargesByCard: (numbers, signal) => byCard(numbers, charges, signal),
    async itemsByNumber(numbers, signal) {
      const found = await rowByKey(numbers, items, signal);
      return numbers.map((number) => found.get(number) ?? null);
    },
    findItems: find,
    async ping(signal) {
      await loans.fetch(['00000000000000'], signal);
    },
    [Symbol.asyncDispose]: () => client[Symbol.asyncDispose](),
  };
}

/** The most cards, and the most items, that a call takes. */
const cardsAtOnce = 10;
const itemsAtOnce = 20;
/** The most rows that FindItems gives. */
const rowsAtOnce = 500;

/** Cards and items alike. */
const isNumber = (number: string): boolean => /^[0-9]{14}$/.test(number);

const sessionUnknown = 10;
/** 0 is success, 10 the session's affair; every other code means nothing to a read. */
const reasonOfCode = { 11: 'unauthorized', 90: 'busy' } as const satisfies Record<number, UpstreamReason>;
const reasons: ReadonlyMap<string, UpstreamReason> = new Map(Object.entries(reasonOfCode));

function reasonOf(answer: AnswerTo<circ.Operations[keyof circ.Operations]>): UpstreamReason | null {
  // CIRC itself never sends one.
  if (answer.kind === 'fault') return 'rejected';
  const { RC } = answer.reply;
  return RC === 0 || RC === sessionUnknown ? null : (reasons.get(String(RC)) ?? 'rejected');
}

/** A call in the session: once more with a new one where CIRC has forgotten it, all by one deadline. */
async function inSession<Reply extends { readonly RC: number }>(
  session: Session,
  deadlineMs: number,
  call: (sessionId: string, signal: AbortSignal) => Promise<Reply>,
  caller: AbortSignal,
): Promise<Reply> {
  using deadline = new Deadline(deadlineMs, caller);
  const { signal } = deadline;
  const used = await joining(session.id(), signal);
  const reply = await call(used, signal);
  if (reply.RC !== sessionUnknown) return reply;
  const renewed = await joining(session.renew(used), signal);
  const again = await call(renewed, signal);
  if (again.RC === sessionUnknown) {
    throw new UpstreamError('circulation', 'rejected', 'a new session is unknown at once');
  }
  return again;
}

/** Waits for a login that others may wait for, too, no longer than the signal says. */
async function joining<T>(login: Promise<T>, signal: AbortSignal): Promise<T> {
  try {
    return await untilAborted(login, signal);
  } catch (error) {
    if (!(error instanceof CallFailure)) throw error;
    throw new UpstreamError('circulation', error.reason, `Login: ${error.detail}`);
  }
}

function callsOf(client: SoapClient<circ.Operations>, session: Session) {
  const { connections: sideBySide, deadlineMs } = client.limits;
  const run = <Reply extends { readonly RC: number }>(
    call: (SID: string, signal: AbortSignal) => Promise<Reply>,
    signal: AbortSignal,
  ) => inSession(session, deadlineMs, call, signal);
  const perCard = { size: cardsAtOnce, sideBySide, isKey: isNumber, keyOf: cardOf, stranger };

  const loans: Batching<Loan> = {
    ...perCard,
    async fetch(CardNo, signal) {
      const reply = await run((SID, joined) => client.call('GetLoans', { SID, CardNo }, joined), signal);
      return reply.Loan.map(loanOf);
    },
  };
  const holds: Batching<Hold> = {
    ...perCard,
    async fetch(CardNo, signal) {
      const reply = await run((SID, joined) => client.call('GetHolds', { SID, CardNo }, joined), signal);
      return reply.Hold.map(holdOf);
    },
  };
  const charges: Batching<Charge> = {
    ...perCard,
    async fetch(CardNo, signal) {
      const reply = await run((SID, joined) => client.call('GetCharges', { SID, CardNo }, joined), signal);
      return reply.Charge.map(chargeOf);
    },
  };
  const items: Batching<Item> = {
    size: itemsAtOnce,
    sideBySide,
    isKey: isNumber,
    keyOf: ({ itemNumber }) => itemNumber,
    stranger,
    async fetch(ItemNo, signal) {
      const reply = await run((SID, joined) => client.call('GetItems', { SID, ItemNo }, joined), signal);
      return reply.Item.map(itemOf);
    },
  };
  async function find(title: string, first: number, signal: AbortSignal): Promise<readonly Item[]> {
    if (!Number.isInteger(first) || first < 1 || first > rowsAtOnce) {
      throw new RangeError(`first is ${first}: 1 to ${rowsAtOnce} is wanted`);
    }
    // No title has in it what XML can't carry.
    if (!isXmlText(title)) return [];
    const reply = await run(
      (SID, joined) => client.call('FindItems', { SID, Title: title, MaxRows: first }, joined),
      signal,
    );
    if (reply.Item.length > first) throw invalid('FindItems: more rows than were asked for');
    return reply.Item.map(itemOf);
  }
  return { loans, holds, charges, items, find };
}

const cardOf = ({ libraryCardNumber }: { readonly libraryCardNumber: string }): string => libraryCardNumber;

const stranger = (): UpstreamError => invalid('a row that was not asked for, or one twice');

async function byCard<Row>(
  numbers: readonly string[],
  batching: Batching<Row>,
  signal: AbortSignal,
): Promise<(readonly Row[])[]> {
  const rows = await rowsByKey(numbers, batching, signal);
  return numbers.map((number) => rows.get(number) ?? []);
}
