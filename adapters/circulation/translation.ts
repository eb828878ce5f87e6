import { dayOfCompact, instantOfStamp } from '../soap/contract/legacy-dates.ts';
import { UpstreamError } from '../soap/port.ts';
import type * as circ from './contract.generated.ts';
import type {
  Charge,
  CirculationEvent,
  CirculationEventKind,
  FeedEvent,
  Hold,
  HoldState,
  Item,
  ItemState,
  Loan,
  Material,
} from './port.ts';

/**
 * Translates CIRC's records into records of the port. CIRC writes dates as `20261115` and timestamps as
 * `20261115101500`, both in Hong Kong's local time. An absent value is an empty text. A date that doesn't exist is an
 * `UpstreamError` with `invalid-response`:
 *
 *     { LoanNo: 'L1', OutAt: '20261115101500', DueOn: '20261129', Ref: '', … }
 *     → { id: 'L1', checkedOutAt: '2026-11-15T10:15:00+08:00', dueOn: '2026-11-29', reference: null, … }
 */

const holdStates = { Q: 'QUEUED', R: 'READY', X: 'CANCELLED', L: 'LAPSED' } as const satisfies Record<
  string,
  HoldState
>;
const itemStates = {
  A: 'AVAILABLE',
  O: 'ON_LOAN',
  H: 'ON_HOLD_SHELF',
  M: 'MISSING',
} as const satisfies Record<string, ItemState>;
const materials = { BK: 'BOOK', AV: 'AUDIO_VISUAL', CD: 'DISC', RF: 'REFERENCE' } as const satisfies Record<
  string,
  Material
>;
const chargeKinds = { OD: 'OVERDUE', LS: 'LOST_ITEM' } as const satisfies Record<string, Charge['kind']>;

const eventKinds = {
  OUT: 'CHECKED_OUT',
  IN: 'CHECKED_IN',
  RNW: 'RENEWED',
  HLD: 'HOLD_PLACED',
  UNH: 'HOLD_CANCELLED',
  REG: 'CARD_REGISTERED',
  BLK: 'CARD_BLOCKED',
  UBK: 'CARD_UNBLOCKED',
} as const satisfies Record<string, CirculationEventKind>;

/** Whether the text has the 14 digits of a card number or item number. CIRC has no other numbers. */
export const isCardOrItemNumber = (number: string): boolean => /^[0-9]{14}$/.test(number);

/**
 * @throws RangeError for an empty reference. CIRC stores an empty text for events without a reference. So `FindByRef`
 * might find all of these events.
 */
export function checkReference(reference: string): void {
  if (reference === '') {
    throw new RangeError('the reference is empty: each change needs a reference of its own');
  }
}

export const invalid = (detail: string): UpstreamError =>
  new UpstreamError('circulation', 'invalid-response', detail);

export function loanOf(loan: circ.Loan): Loan {
  return {
    id: loan.LoanNo,
    libraryCardNumber: loan.CardNo,
    itemNumber: loan.ItemNo,
    titleNumber: loan.BibNo,
    title: loan.Title,
    branch: loan.Branch,
    checkedOutAt: instant(loan.OutAt, 'OutAt'),
    dueOn: day(loan.DueOn, 'DueOn'),
    renewals: loan.Renewals,
    reference: textOrNull(loan.Ref),
  };
}

export function holdOf(hold: circ.Hold): Hold {
  const state = translate(holdStates, hold.State) ?? 'OTHER';
  return {
    id: hold.HoldNo,
    libraryCardNumber: hold.CardNo,
    titleNumber: hold.BibNo,
    title: hold.Title,
    pickupBranch: hold.PickupBranch,
    state,
    queuePosition: state === 'QUEUED' ? hold.QueuePos : null,
    placedAt: instant(hold.PlacedAt, 'PlacedAt'),
    readyUntil: hold.ReadyUntil === '' ? null : day(hold.ReadyUntil, 'ReadyUntil'),
    reference: textOrNull(hold.Ref),
  };
}

export function itemOf(item: circ.Item): Item {
  return {
    itemNumber: item.ItemNo,
    titleNumber: item.BibNo,
    title: item.Title,
    author: textOrNull(item.Author),
    callNumber: textOrNull(item.CallNo),
    branch: textOrNull(item.Branch),
    material: translate(materials, item.Material) ?? 'OTHER',
    state: translate(itemStates, item.State) ?? 'OTHER',
  };
}

export function chargeOf(charge: circ.Charge): Charge {
  return {
    id: charge.ChargeNo,
    libraryCardNumber: charge.CardNo,
    loanId: textOrNull(charge.LoanNo),
    kind: translate(chargeKinds, charge.Kind) ?? 'OTHER',
    cents: charge.Cents,
    raisedOn: day(charge.RaisedOn, 'RaisedOn'),
  };
}

/**
 * Throws `invalid-response` for an event of an unknown kind. Such an event can't be left out, because it may undo
 * another event.
 */
export function eventOf(event: circ.Event): CirculationEvent {
  const { kind, ...rest } = feedEventOf(event);
  if (kind === 'OTHER') {
    throw invalid('Event/Kind is unknown');
  }
  return { ...rest, kind };
}

/** An event of the feed. An event of an unknown kind is accepted, so that it doesn't hide the events after it. */
export function feedEventOf(event: circ.Event): FeedEvent {
  return {
    sequence: String(event.Seq),
    at: instant(event.At, 'At'),
    kind: translate(eventKinds, event.Kind) ?? 'OTHER',
    libraryCardNumber: textOrNull(event.CardNo),
    itemNumber: textOrNull(event.ItemNo),
    loanId: textOrNull(event.LoanNo),
    reference: textOrNull(event.Ref),
  };
}

const textOrNull = (text: string): string | null => (text === '' ? null : text);

/**
 * Translates a word of CIRC's to the port's word. Undefined if CIRC's contract doesn't have the word. CIRC may send a
 * new word at any time, because its schema has no enumerations. Where a row makes sense without the word, callers use
 * `OTHER`, so that one row can't make the whole answer invalid.
 */
function translate<Word>(words: Readonly<Record<string, Word>>, vendorWord: string): Word | undefined {
  return Object.hasOwn(words, vendorWord) ? words[vendorWord] : undefined;
}

function day(text: string, field: string): string {
  const date = dayOfCompact(text);
  if (date === null) {
    throw invalid(`${field} is not a date`);
  }
  return date;
}

function instant(text: string, field: string): string {
  const timestamp = instantOfStamp(text);
  if (timestamp === null) {
    throw invalid(`${field} is not a timestamp`);
  }
  return timestamp;
}
