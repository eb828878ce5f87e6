import type { SoapCalls } from '../soap/client.ts';
import { isXmlText } from '../soap/contract/simple-types.ts';
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

/** Makes a read in the shared session, and once more in a new one if that has expired. */
type Run = <Reply extends { readonly RC: number }>(
  call: (SID: string, signal: AbortSignal) => Promise<Reply>,
  signal: AbortSignal,
) => Promise<Reply>;

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
  const run: Run = (call, signal) =>
    withSession(async (SID, callSignal) => {
      const reply = await call(SID, callSignal);
      return isSessionUnknown(reply.RC) ? sessionExpired : reply;
    }, signal);
  const { loans, holds, charges, items } = batchesOf(client, run);
  return {
    loansByCard: (numbers, signal) => byCard(numbers, loans, signal),
    holdsByCard: (numbers, signal) => byCard(numbers, holds, signal),
    chargesByCard: (numbers, signal) => byCard(numbers, charges, signal),
    async itemsByNumber(numbers, signal) {
      const itemsByNumber = await rowByKey(numbers, items, signal);
      return numbers.map((number) => itemsByNumber.get(number) ?? null);
    },
    findItems: (title, first, signal) => findItems(client, run, { title, first }, signal),
    eventsByReference: (reference, signal) => eventsByReference(client, run, reference, signal),
    eventsAfter: (after, first, signal) => eventsAfter(client, run, { after, first }, signal),
    async ping(signal) {
      // No card has this number, so the answer is empty.
      await loans.fetch(['00000000000000'], signal);
    },
  };
}

function batchesOf(client: Client, run: Run) {
  const { concurrency } = client;
  const perCard = { size: maxCards, concurrency, isKey: isCardOrItemNumber, keyOf: cardOf, unexpectedRow };

  const loans: BatchRead<Loan> = {
    ...perCard,
    async fetch(CardNo, signal) {
      const reply = await run(
        (SID, callSignal) => client.call('GetLoans', { SID, CardNo }, callSignal),
        signal,
      );
      return reply.Loan.map(loanOf);
    },
  };
  const holds: BatchRead<Hold> = {
    ...perCard,
    async fetch(CardNo, signal) {
      const reply = await run(
        (SID, callSignal) => client.call('GetHolds', { SID, CardNo }, callSignal),
        signal,
      );
      return reply.Hold.map(holdOf);
    },
  };
  const charges: BatchRead<Charge> = {
    ...perCard,
    async fetch(CardNo, signal) {
      const reply = await run(
        (SID, callSignal) => client.call('GetCharges', { SID, CardNo }, callSignal),
        signal,
      );
      return reply.Charge.map(chargeOf);
    },
  };
  const items: BatchRead<Item> = {
    size: maxItems,
    concurrency,
    isKey: isCardOrItemNumber,
    keyOf: ({ itemNumber }) => itemNumber,
    unexpectedRow,
    async fetch(ItemNo, signal) {
      const reply = await run(
        (SID, callSignal) => client.call('GetItems', { SID, ItemNo }, callSignal),
        signal,
      );
      return reply.Item.map(itemOf);
    },
  };
  return { loans, holds, charges, items };
}

const cardOf = ({ libraryCardNumber }: { readonly libraryCardNumber: string }): string => libraryCardNumber;

const unexpectedRow = () => invalid('a row that was not requested, or the same row twice');

async function byCard<Row>(
  numbers: readonly string[],
  batchRead: BatchRead<Row>,
  signal: AbortSignal,
): Promise<(readonly Row[])[]> {
  const rows = await rowsByKey(numbers, batchRead, signal);
  return numbers.map((number) => rows.get(number) ?? []);
}

async function findItems(
  client: Client,
  run: Run,
  { title, first }: { readonly title: string; readonly first: number },
  signal: AbortSignal,
): Promise<readonly Item[]> {
  checkRows(first);
  // No title contains characters that XML can't carry.
  if (!isXmlText(title)) {
    return [];
  }
  const reply = await run(
    (SID, callSignal) => client.call('FindItems', { SID, Title: title, MaxRows: first }, callSignal),
    signal,
  );
  if (reply.Item.length > first) {
    throw invalid('FindItems: more rows than requested');
  }
  return reply.Item.map(itemOf);
}

async function eventsByReference(
  client: Client,
  run: Run,
  reference: string,
  signal: AbortSignal,
): Promise<readonly CirculationEvent[]> {
  checkReference(reference);
  // No event was made under a reference that XML can't carry.
  if (!isXmlText(reference)) {
    return [];
  }
  const reply = await run(
    (SID, callSignal) => client.call('FindByRef', { SID, Ref: reference }, callSignal),
    signal,
  );
  const events = inOrder(reply.Event, 0n).map(eventOf);
  if (events.some((event) => event.reference !== reference)) {
    throw invalid('FindByRef: an event of another reference');
  }
  return events;
}

async function eventsAfter(
  client: Client,
  run: Run,
  { after, first }: { readonly after: string; readonly first: number },
  signal: AbortSignal,
): Promise<readonly FeedEvent[]> {
  checkRows(first);
  const AfterSeq = sequenceOf(after);
  const reply = await run(
    (SID, callSignal) => client.call('ListEvents', { SID, AfterSeq, MaxRows: first }, callSignal),
    signal,
  );
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

/** The sequence number in a cursor. CIRC's have 63 bits. */
function sequenceOf(after: string): bigint {
  const sequence = /^[0-9]{1,19}$/.test(after) ? BigInt(after) : null;
  if (sequence === null || sequence >= 2n ** 63n) {
    throw new RangeError(`after is ${JSON.stringify(after)}: it must be the sequence of an event, or '0'`);
  }
  return sequence;
}

/** A consumer that continues from the last sequence would miss events out of order, or read the same page forever. */
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
