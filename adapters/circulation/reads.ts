import type { SoapCalls } from '../soap/client.ts';
import { isXmlText } from '../soap/contract/simple-types.ts';
import { type BatchRead, rowByKey, rowsByKey } from '../soap/policy/batch.ts';
import type * as circ from './contract.generated.ts';
import type { Charge, Circulation, CirculationEvent, Hold, Item, Loan } from './port.ts';
import { expired, type InSession, sessionUnknown } from './session-calls.ts';
import {
  chargeOf,
  checkReference,
  eventOf,
  holdOf,
  invalid,
  isCardOrItemNumber,
  itemOf,
  loanOf,
} from './translation.ts';

type Client = SoapCalls<circ.Operations>;

/** The most cards, and the most items, that a call takes. */
const cardsAtOnce = 10;
const itemsAtOnce = 20;
/** The most rows that FindItems and ListEvents give. */
const rowsAtOnce = 500;

/** A read in the session. */
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

export function readsOf(client: Client, inSession: InSession): Reads {
  const run: Run = (call, signal) =>
    inSession(async (SID, joined) => {
      const reply = await call(SID, joined);
      return reply.RC === sessionUnknown ? expired : reply;
    }, signal);
  const { loans, holds, charges, items } = batchesOf(client, run);
  return {
    loansByCard: (numbers, signal) => byCard(numbers, loans, signal),
    holdsByCard: (numbers, signal) => byCard(numbers, holds, signal),
    chargesByCard: (numbers, signal) => byCard(numbers, charges, signal),
    async itemsByNumber(numbers, signal) {
      const found = await rowByKey(numbers, items, signal);
      return numbers.map((number) => found.get(number) ?? null);
    },
    findItems: (title, first, signal) => findItems(client, run, { title, first }, signal),
    eventsByReference: (reference, signal) => eventsByReference(client, run, reference, signal),
    eventsAfter: (after, first, signal) => eventsAfter(client, run, { after, first }, signal),
    async ping(signal) {
      await loans.fetch(['00000000000000'], signal);
    },
  };
}

function batchesOf(client: Client, run: Run) {
  const { concurrency } = client;
  const perCard = { size: cardsAtOnce, concurrency, isKey: isCardOrItemNumber, keyOf: cardOf, unexpectedRow };

  const loans: BatchRead<Loan> = {
    ...perCard,
    async fetch(CardNo, signal) {
      const reply = await run((SID, joined) => client.call('GetLoans', { SID, CardNo }, joined), signal);
      return reply.Loan.map(loanOf);
    },
  };
  const holds: BatchRead<Hold> = {
    ...perCard,
    async fetch(CardNo, signal) {
      const reply = await run((SID, joined) => client.call('GetHolds', { SID, CardNo }, joined), signal);
      return reply.Hold.map(holdOf);
    },
  };
  const charges: BatchRead<Charge> = {
    ...perCard,
    async fetch(CardNo, signal) {
      const reply = await run((SID, joined) => client.call('GetCharges', { SID, CardNo }, joined), signal);
      return reply.Charge.map(chargeOf);
    },
  };
  const items: BatchRead<Item> = {
    size: itemsAtOnce,
    concurrency,
    isKey: isCardOrItemNumber,
    keyOf: ({ itemNumber }) => itemNumber,
    unexpectedRow,
    async fetch(ItemNo, signal) {
      const reply = await run((SID, joined) => client.call('GetItems', { SID, ItemNo }, joined), signal);
      return reply.Item.map(itemOf);
    },
  };
  return { loans, holds, charges, items };
}

const cardOf = ({ libraryCardNumber }: { readonly libraryCardNumber: string }): string => libraryCardNumber;

const unexpectedRow = () => invalid('a row that was not asked for, or one twice');

async function byCard<Row>(
  numbers: readonly string[],
  batching: BatchRead<Row>,
  signal: AbortSignal,
): Promise<(readonly Row[])[]> {
  const rows = await rowsByKey(numbers, batching, signal);
  return numbers.map((number) => rows.get(number) ?? []);
}

async function findItems(
  client: Client,
  run: Run,
  { title, first }: { readonly title: string; readonly first: number },
  signal: AbortSignal,
): Promise<readonly Item[]> {
  checkRows(first);
  // No title has in it what XML can't carry.
  if (!isXmlText(title)) {
    return [];
  }
  const reply = await run(
    (SID, joined) => client.call('FindItems', { SID, Title: title, MaxRows: first }, joined),
    signal,
  );
  if (reply.Item.length > first) {
    throw invalid('FindItems: more rows than were asked for');
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
  // No event has in it what XML can't carry.
  if (!isXmlText(reference)) {
    return [];
  }
  const reply = await run((SID, joined) => client.call('FindByRef', { SID, Ref: reference }, joined), signal);
  const events = eventsInOrder(reply.Event, 0n);
  if (events.some((event) => event.reference !== reference)) {
    throw invalid('FindByRef: of another reference');
  }
  return events;
}

async function eventsAfter(
  client: Client,
  run: Run,
  { after, first }: { readonly after: string; readonly first: number },
  signal: AbortSignal,
): Promise<readonly CirculationEvent[]> {
  checkRows(first);
  const AfterSeq = sequenceOf(after);
  const reply = await run(
    (SID, joined) => client.call('ListEvents', { SID, AfterSeq, MaxRows: first }, joined),
    signal,
  );
  if (reply.Event.length > first) {
    throw invalid('ListEvents: more rows than were asked for');
  }
  return eventsInOrder(reply.Event, AfterSeq);
}

function checkRows(first: number): void {
  if (!Number.isInteger(first) || first < 1 || first > rowsAtOnce) {
    throw new RangeError(`first is ${first}: 1 to ${rowsAtOnce} is wanted`);
  }
}

/** A cursor of ours; CIRC's numbers are of 63 bits. */
function sequenceOf(after: string): bigint {
  const sequence = /^[0-9]{1,19}$/.test(after) ? BigInt(after) : null;
  if (sequence === null || sequence >= 2n ** 63n) {
    throw new RangeError(`after is ${JSON.stringify(after)}: the sequence of an event is wanted, or '0'`);
  }
  return sequence;
}

/** Who follows the events would miss those out of order, or go round for ever. */
function eventsInOrder(events: readonly circ.Event[], after: bigint): CirculationEvent[] {
  let last = after;
  for (const { Seq } of events) {
    if (Seq <= last) {
      throw invalid('Event: not in the order of the numbers');
    }
    last = Seq;
  }
  return events.map(eventOf);
}
