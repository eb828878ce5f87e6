import type { SoapCalls } from '../soap/client.ts';
import { isXmlText } from '../soap/contract/simple/xml-text.ts';
import { type BatchRead, rowByKey, rowsByKey } from '../soap/policy/batch.ts';
import type * as circ from './contract.generated.ts';
import type { Charge, Circulation, CirculationEvent, FeedEvent, Hold, Item, Loan } from './port.ts';
import { isSessionUnknown } from './return-codes.ts';
import {
  chargeOf,
  checkReference,
  eventOf,
  feedEventOf,
  holdOf,
  invalid,
  isCardOrItemNumber,
  itemOf,
  loanOf,
} from './translation.ts';
import { sessionExpired, type WithSession } from './with-session.ts';

type Client = SoapCalls<circ.Operations>;

/** CIRC's limits: cards in a call, items in a call, and rows from FindItems and ListEvents. */
const maxCards = 10;
const maxItems = 20;
const maxRows = 500;

type ReadName =
  | 'GetLoans'
  | 'GetHolds'
  | 'GetCharges'
  | 'GetItems'
  | 'FindItems'
  | 'FindByRef'
  | 'ListEvents';

/**
 * Calls a read operation in the shared session. If the session has expired, calls the operation once more in a new
 * session.
 */
type Call = <Name extends ReadName>(
  operation: Name,
  request: Omit<circ.Operations[Name]['request'], 'SID'>,
  signal: AbortSignal,
) => Promise<circ.Operations[Name]['reply']>;

type Reads = Pick<
  Circulation,
  | 'loansByCard'
  | 'holdsByCard'
  | 'chargesByCard'
  | 'itemsByNumber'
  | 'findItems'
  | 'eventsByReference'
  | 'eventsAfter'
  | 'ping'
>;

export function readsOf(client: Client, withSession: WithSession): Reads {
  const call: Call = (operation, request, signal) =>
    withSession(async (SID, callSignal) => {
      // This cast is safe, because each of these requests consists of a session id and the fields of `request`.
      const whole = { SID, ...request } as circ.Operations[typeof operation]['request'];
      const reply = await client.call(operation, whole, callSignal);
      return isSessionUnknown(reply.RC) ? sessionExpired : reply;
    }, signal);
  const { loans, holds, charges, items } = batchesOf(client, call);
  return {
    loansByCard: (numbers, signal) => rowsByKey(numbers, loans, signal),
    holdsByCard: (numbers, signal) => rowsByKey(numbers, holds, signal),
    chargesByCard: (numbers, signal) => rowsByKey(numbers, charges, signal),
    itemsByNumber: (numbers, signal) => rowByKey(numbers, items, signal),
    findItems: (title, first, signal) => findItems(call, { title, first }, signal),
    eventsByReference: (reference, signal) => eventsByReference(call, reference, signal),
    eventsAfter: (after, first, signal) => eventsAfter(call, { after, first }, signal),
    async ping(signal) {
      // No card has this number, so the answer is empty.
      await loans.fetch(['00000000000000'], signal);
    },
  };
}

function batchesOf({ concurrency }: Client, call: Call) {
  const common = { concurrency, isKey: isCardOrItemNumber, unexpectedRow };
  const perCard = { ...common, size: maxCards, keyOf: cardOf };
  const loans: BatchRead<Loan> = {
    ...perCard,
    fetch: async (CardNo, signal) => (await call('GetLoans', { CardNo }, signal)).Loan.map(loanOf),
  };
  const holds: BatchRead<Hold> = {
    ...perCard,
    fetch: async (CardNo, signal) => (await call('GetHolds', { CardNo }, signal)).Hold.map(holdOf),
  };
  const charges: BatchRead<Charge> = {
    ...perCard,
    fetch: async (CardNo, signal) => (await call('GetCharges', { CardNo }, signal)).Charge.map(chargeOf),
  };
  const items: BatchRead<Item> = {
    ...common,
    size: maxItems,
    keyOf: ({ itemNumber }) => itemNumber,
    fetch: async (ItemNo, signal) => (await call('GetItems', { ItemNo }, signal)).Item.map(itemOf),
  };
  return { loans, holds, charges, items };
}

const cardOf = ({ libraryCardNumber }: { readonly libraryCardNumber: string }): string => libraryCardNumber;

const unexpectedRow = () => invalid('a row that was not requested, or the same row twice');

async function findItems(
  call: Call,
  { title, first }: { readonly title: string; readonly first: number },
  signal: AbortSignal,
): Promise<readonly Item[]> {
  checkRows(first);
  // No title contains characters that XML can't carry.
  if (!isXmlText(title)) {
    return [];
  }
  const reply = await call('FindItems', { Title: title, MaxRows: first }, signal);
  if (reply.Item.length > first) {
    throw invalid('FindItems: more rows than requested');
  }
  return reply.Item.map(itemOf);
}

async function eventsByReference(
  call: Call,
  reference: string,
  signal: AbortSignal,
): Promise<readonly CirculationEvent[]> {
  checkReference(reference);
  // No event has a reference that XML can't carry.
  if (!isXmlText(reference)) {
    return [];
  }
  const reply = await call('FindByRef', { Ref: reference }, signal);
  const events = inOrder(reply.Event, 0n).map(eventOf);
  if (events.some((event) => event.reference !== reference)) {
    throw invalid('FindByRef: an event of another reference');
  }
  return events;
}

async function eventsAfter(
  call: Call,
  { after, first }: { readonly after: string; readonly first: number },
  signal: AbortSignal,
): Promise<readonly FeedEvent[]> {
  checkRows(first);
  const AfterSeq = sequenceOf(after);
  const reply = await call('ListEvents', { AfterSeq, MaxRows: first }, signal);
  if (reply.Event.length > first) {
    throw invalid('ListEvents: more rows than requested');
  }
  return inOrder(reply.Event, AfterSeq).map(feedEventOf);
}

function checkRows(first: number): void {
  if (!Number.isInteger(first) || first < 1 || first > maxRows) {
    throw new RangeError(`first is ${first}: it must be a whole number from 1 to ${maxRows}`);
  }
}

/** The sequence number in a cursor. CIRC's sequence numbers have 63 bits. Throws a `RangeError` for any other text. */
function sequenceOf(after: string): bigint {
  const sequence = /^[0-9]{1,19}$/.test(after) ? BigInt(after) : null;
  if (sequence === null || sequence >= 2n ** 63n) {
    throw new RangeError(`after is ${JSON.stringify(after)}: it must be the sequence of an event, or '0'`);
  }
  return sequence;
}

/**
 * Rejects events that are out of order. The caller asks for the next page after the last event of this page. If that
 * event were not the newest, the caller would miss events, or read the same page for ever.
 */
function inOrder(events: readonly circ.Event[], after: bigint): readonly circ.Event[] {
  let previous = after;
  for (const { Seq } of events) {
    if (Seq <= previous) {
      throw invalid('Event: not in the order of their sequences');
    }
    previous = Seq;
  }
  return events;
}
