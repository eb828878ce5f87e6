/** The readings of a check-out in the model, and its decisions by the product's own rules. */
import type { Place, Places } from '../../../store/journal/port.ts';
import {
  isOvertaken,
  type NoPlace,
  noLoanPlace,
  type ShownLoan,
} from '../../../subgraphs/circulation/rules/free-places.ts';
import { loanLimit } from '../../../subgraphs/circulation/rules/limits.ts';
import type { Protocol, Read } from './protocol.ts';
import type { Bits, Bounds, Card, CheckOut, Reading, State } from './state.ts';

/** The reading after one more read: the epoch, the cards or the loans. */
export function readingOn(reading: Reading, read: Read | undefined, state: State, bounds: Bounds): Reading {
  const { checkOuts, desks, epoch, isReplaced } = state;
  if (read === 'epoch') {
    return { ...reading, epoch, before: bitsOf(checkOuts, ({ journal }) => journal === 'held') };
  }
  if (read === 'cards') {
    return { ...reading, cards: isReplaced ? 0b111 : 0b011, answersFor: (1 << desks.length) - 1 };
  }
  const isSeen = (card: Card) => (reading.cards & (1 << card)) !== 0;
  const seenOurs = bitsOf(checkOuts, ({ isOut, card }) => isOut && isSeen(card));
  const seenDesks = bitsOf(desks, isSeen);
  const answersFor = reading.answersFor | seenDesks;
  return { ...reading, seenOurs, seenDesks, answersFor, wasFull: isFull(state, bounds) };
}

const bitsOf = <T>(all: readonly T[], is: (one: T) => boolean): Bits =>
  all.reduce((bits, one, number) => (is(one) ? bits | (1 << number) : bits), 0);

/** Whether loans and pending places have reached the limit. */
export function isFull({ checkOuts, desks }: State, { loans }: Bounds): boolean {
  const taken = checkOuts.filter(({ isOut, journal }) => isOut || journal === 'held');
  return loans + desks.length + taken.length >= loanLimit;
}

const idOf = (index: number): string => `operation ${index}`;

/**
 * The loans that a reading has seen: the first loans, the loans of desks, and the loans of check-outs with their
 * references.
 */
export function shownBy(
  { seenOurs, seenDesks }: Reading,
  { checkOuts, desks }: State,
  { loans }: Bounds,
): ShownLoan[] {
  const others = Array.from(
    { length: loans },
    (_, index): ShownLoan => ({
      reference: null,
      itemNumber: `loan ${index}`,
    }),
  );
  const atDesks = desks.flatMap((_, number): ShownLoan[] =>
    seenDesks & (1 << number) ? [{ reference: null, itemNumber: `desk loan ${number}` }] : [],
  );
  const ours = checkOuts.flatMap((_, index) =>
    seenOurs & (1 << index) ? [{ reference: idOf(index), itemNumber: `item of ${idOf(index)}` }] : [],
  );
  return [...others, ...atDesks, ...ours];
}

/**
 * The journal's answer to a check-out or to a query of the quota. `but` is the check-out that asks, which the answer
 * leaves out. For a query of the quota, `but` is null.
 */
export function placesSince(
  { checkOuts }: State,
  { epoch }: Reading,
  but: number | null,
  protocol: Protocol,
): Places {
  const places = (is: (one: CheckOut) => boolean) =>
    checkOuts.flatMap((one, index) => (index !== but && is(one) ? [placeOf(index, one)] : []));
  return {
    unsettled: protocol.countsUnsettled ? places(({ journal }) => journal === 'held') : [],
    uncertain: [],
    doneSince: protocol.countsDoneSince ? places(({ doneAt }) => doneAt > epoch) : [],
  };
}

const placeOf = (index: number, { card }: CheckOut): Place => ({
  operationId: idOf(index),
  libraryCardNumber: String(card),
  subject: `item of ${idOf(index)}`,
});

/** The reason why check-out `index` gets no place, by the product's own rules; null if it gets a place. */
export function noPlaceFor(
  state: State,
  index: number,
  reading: Reading,
  protocol: Protocol,
  bounds: Bounds,
): NoPlace<'QUOTA_REACHED'> | null {
  const places = placesSince(state, reading, index, protocol);
  const loans = shownBy(reading, state, bounds);
  const noPlace = noLoanPlace(loans, places, null);
  if (noPlace !== null || !protocol.yieldsToNewer) {
    return noPlace;
  }
  const before = state.checkOuts.flatMap((_, at) => (reading.before & (1 << at) ? [idOf(at)] : []));
  return isOvertaken(loans, places, new Set(before)) ? 'READ_AGAIN' : null;
}
