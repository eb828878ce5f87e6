import { dayOfCompact, instantOfStamp } from '../soap/contract/calendar.ts';
import { UpstreamError } from '../soap/port.ts';
import type * as circ from './contract.generated.ts';
import type {
  Charge,
  CirculationEvent,
  CirculationEventKind,
  Hold,
  HoldState,
  Item,
  ItemState,
  Loan,
  Material,
} from './port.ts';

/**
 * CIRC's words, dates and empty strings in the port's. An impossible date or an unknown state is an `UpstreamError`:
 * `invalid-response`.
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

/** Cards and items alike: of any other there is none. */
export const isCardOrItemNumber = (number: string): boolean => /^[0-9]{14}$/.test(number);

export function checkReference(reference: string): void {
  if (reference === '') {
    throw new RangeError('the reference is empty: one of its own for each change is wanted');
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
    reference: given(loan.Ref),
  };
}

export function holdOf(hold: circ.Hold): Hold {
  const state = word(holdStates, hold.State);
  if (state === undefined) {
    throw invalid('Hold/State is unknown');
  }
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
    reference: given(hold.Ref),
  };
}

export function itemOf(item: circ.Item): Item {
  const state = word(itemStates, item.State);
  if (state === undefined) {
    throw invalid('Item/State is unknown');
  }
  return {
    itemNumber: item.ItemNo,
    titleNumber: item.BibNo,
    title: item.Title,
    author: given(item.Author),
    callNumber: given(item.CallNo),
    branch: given(item.Branch),
    material: word(materials, item.Material) ?? 'OTHER',
    state,
  };
}

export function chargeOf(charge: circ.Charge): Charge {
  return {
    id: charge.ChargeNo,
    libraryCardNumber: charge.CardNo,
    loanId: given(charge.LoanNo),
    kind: word(chargeKinds, charge.Kind) ?? 'OTHER',
    cents: charge.Cents,
    raisedOn: day(charge.RaisedOn, 'RaisedOn'),
  };
}

/** A kind that we do not know is no event that could be left out: it may end what we took for done. */
export function eventOf(event: circ.Event): CirculationEvent {
  const kind = word(eventKinds, event.Kind);
  if (kind === undefined) {
    throw invalid('Event/Kind is unknown');
  }
  return {
    sequence: String(event.Seq),
    at: instant(event.At, 'At'),
    kind,
    libraryCardNumber: given(event.CardNo),
    itemNumber: given(event.ItemNo),
    loanId: given(event.LoanNo),
    reference: given(event.Ref),
  };
}

const given = (text: string): string | null => (text === '' ? null : text);

/** The port's word for one of CIRC's. */
function word<Word>(words: Readonly<Record<string, Word>>, vendors: string): Word | undefined {
  return Object.hasOwn(words, vendors) ? words[vendors] : undefined;
}

function day(text: string, field: string): string {
  const found = dayOfCompact(text);
  if (found === null) {
    throw invalid(`${field} is no date`);
  }
  return found;
}

function instant(text: string, field: string): string {
  const found = instantOfStamp(text);
  if (found === null) {
    throw invalid(`${field} is no time`);
  }
  return found;
}
