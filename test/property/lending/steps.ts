import { maxReadings } from '../../../subgraphs/circulation/lending/loan-snapshot.ts';
import { loanKeys, unshown } from '../../../subgraphs/circulation/rules/free-places.ts';
import { brokenAtEnd, overrun, quotaBroken, untrueRefusal } from './invariants.ts';
import type { Protocol } from './protocol.ts';
import { isFull, noPlaceFor, placesSince, readingOn, shownBy } from './read-and-decide.ts';
import {
  type Asker,
  activeCards,
  type Bounds,
  type CheckOut,
  isActive,
  nothingRead,
  type State,
  withCheckOut,
} from './state.ts';

/** A possible next step. `broken` is the message of the invariant that it breaks; null if it breaks none. */
export interface Step {
  readonly name: string;
  readonly state: State;
  readonly broken: string | null;
}

export { brokenAtEnd };

/**
 * All possible next steps: of the processes, of circulation and of the desks. If there are none, the path ends.
 *
 * A killed process and a lost answer need no steps of their own. They are paths on which the process takes no further
 * step.
 */
export function* stepsFrom(state: State, protocol: Protocol, bounds: Bounds): Generator<Step> {
  const { checkOuts, asker } = state;
  for (const [index, one] of checkOuts.entries()) {
    // Check-outs are alike, so one order of their beginnings is enough.
    if (one.at !== 'new') {
      yield* processGoesOn(state, index, one, protocol, bounds);
      yield* circulationGoesOn(state, index, one, bounds);
      yield* outcomeOf(state, index, one, protocol);
      if (bounds.isSlow) {
        yield* reconcilerOvertakes(state, index, one, protocol);
      }
    } else if (index === 0 || checkOuts[index - 1]?.at !== 'new') {
      yield* begins(state, index, protocol, bounds);
    }
  }
  if (asker.at !== 'gone') {
    yield askerGoesOn(state, asker, protocol, bounds);
  }
  yield* deskActs(state, bounds);
  if (bounds.replaces && !state.isReplaced) {
    yield step('card 0 is replaced', { ...state, isReplaced: true });
  }
}

const step = (name: string, state: State, broken: string | null = null): Step => ({ name, state, broken });

/**
 * A check-out begins and makes its first read. This is one step, because the read also sees anything that happens after
 * the beginning.
 */
function* begins(state: State, index: number, protocol: Protocol, bounds: Bounds): Generator<Step> {
  const [read] = protocol.reads;
  const reading = readingOn(nothingRead, read, state, bounds);
  for (const card of activeCards(state)) {
    const begun = withCheckOut(state, index, { at: 1, card, journal: 'begun', reading });
    yield step(`check-out ${index} begins, on card ${card}, and reads ${read}`, begun);
  }
}

/** The state of a refused check-out. Unused values are reset, so that there are fewer different states. */
const refused: Partial<CheckOut> = {
  ...({ at: 'gone', journal: 'refused', request: 'dropped' } as const),
  nth: 1,
  card: 0,
  isSeen: false,
  reading: nothingRead,
};

function* processGoesOn(
  state: State,
  index: number,
  one: CheckOut,
  protocol: Protocol,
  bounds: Bounds,
): Generator<Step> {
  const name = `check-out ${index}`;
  const { at } = one;
  if (at === 1 || at === 2) {
    const read = protocol.reads[at];
    const isItsCardGone = read === 'cards' && !isActive(state, one.card);
    const next = at === 2 ? 'reserve' : 2;
    const reading = readingOn(one.reading, read, state, bounds);
    yield isItsCardGone
      ? step(`${name} finds its card replaced`, withCheckOut(state, index, refused))
      : step(`${name} reads ${read}`, withCheckOut(state, index, { at: next, reading }));
  }
  if (at === 'reserve') {
    yield reserves(state, index, one, protocol, bounds);
  }
  if (at === 'send') {
    yield step(`${name} sends`, withCheckOut(state, index, { at: 'gone', request: 'under way' }));
  }
}

function reserves(state: State, index: number, one: CheckOut, protocol: Protocol, bounds: Bounds): Step {
  const { reading, nth } = one;
  const name = `check-out ${index}`;
  if (one.journal !== 'begun') {
    return step(`${name} has been refused`, withCheckOut(state, index, refused));
  }
  const noPlace = noPlaceFor(state, index, reading, protocol, bounds);
  if (noPlace === null) {
    const kept = { ...nothingRead, answersFor: reading.answersFor };
    const held = { at: 'send', nth: 1, journal: 'held', reading: kept } as const;
    return step(`${name} reserves`, withCheckOut(state, index, held));
  }
  if (noPlace === 'READ_AGAIN' && nth < maxReadings) {
    const first = readingOn(nothingRead, protocol.reads[0], state, bounds);
    const again = { at: 1, nth: nth + 1, reading: first } as const;
    return step(`${name} is to read again`, withCheckOut(state, index, again));
  }
  const broken = noPlace === 'QUOTA_REACHED' ? untrueRefusal(reading, isFull(state, bounds)) : null;
  return step(`${name}: ${noPlace}`, withCheckOut(state, index, refused), broken);
}

function* circulationGoesOn(state: State, index: number, one: CheckOut, bounds: Bounds): Generator<Step> {
  if (one.request !== 'under way') {
    return;
  }
  const name = `what check-out ${index} asked for`;
  if (isActive(state, one.card)) {
    const lent = withCheckOut(state, index, { request: 'applied', isOut: true, reading: nothingRead });
    yield step(`circulation does ${name}`, lent, overrun(lent, one.reading, bounds));
  } else {
    yield step(
      `circulation refuses ${name}`,
      withCheckOut(state, index, { request: 'refused', reading: nothingRead }),
    );
  }
}

/** The check-out's process settles the operation after an answer, or a reconciler settles it. */
function* outcomeOf(state: State, index: number, one: CheckOut, protocol: Protocol): Generator<Step> {
  const { journal, request } = one;
  if (journal !== 'held') {
    return;
  }
  if (request === 'applied') {
    const epoch = state.epoch + 1;
    const done = withCheckOut(state, index, { journal: 'done', doneAt: epoch });
    yield step(`check-out ${index} is settled as done`, { ...done, epoch });
    // The change was delivered twice, and the process got the answer to the second delivery.
    if (!protocol.confirmsRefusals) {
      yield step(
        `check-out ${index} is settled as refused`,
        withCheckOut(state, index, { journal: 'refused' }),
      );
    }
    return;
  }
  if (request === 'refused') {
    yield step(`check-out ${index} is settled as refused`, withCheckOut(state, index, refused));
  } else if (!protocol.waitsUntilOver || (one.at === 'send' && !protocol.looksAtSendBy)) {
    const early = withCheckOut(state, index, { journal: 'refused' });
    yield step(`check-out ${index} is taken as not done, and may still be done`, early);
  } else {
    // If the request was sent, circulation has dropped it. Otherwise the process no longer sends it.
    yield step(`check-out ${index} is taken as not done`, withCheckOut(state, index, refused));
  }
}

/** A reconciler sees an operation without a place, and refuses it later. By then, the operation may have a place. */
function* reconcilerOvertakes(
  state: State,
  index: number,
  one: CheckOut,
  protocol: Protocol,
): Generator<Step> {
  const { journal, isSeen } = one;
  if (journal === 'begun' && !isSeen) {
    yield step(
      `a reconciler sees check-out ${index} without a place`,
      withCheckOut(state, index, { isSeen: true }),
    );
  }
  if (!isSeen) {
    return;
  }
  const refuses = journal === 'begun' || (journal === 'held' && !protocol.refusesAsSeen);
  const now = refuses ? ({ journal: 'refused', isSeen: false } as const) : { isSeen: false };
  yield step(`that reconciler refuses check-out ${index}, or can't`, withCheckOut(state, index, now));
}

function askerGoesOn(state: State, asker: Asker, protocol: Protocol, bounds: Bounds): Step {
  const { at, nth, reading } = asker;
  const now = (changes: Partial<Asker>): State => ({ ...state, asker: { ...asker, ...changes } });
  if (at === 0 || at === 1 || at === 2) {
    const read = protocol.reads[at];
    const next = at === 2 ? 'places' : at === 0 ? 1 : 2;
    const further = now({ at: next, reading: readingOn(reading, read, state, bounds) });
    return step(`the quota's ${read} are read`, further);
  }
  const places = placesSince(state, reading, null, protocol);
  const loans = shownBy(reading, state, bounds);
  if (unshown(loans, places, loanKeys).done.length > 0 && nth < maxReadings) {
    return step('the quota is to be read again', now({ at: 0, nth: nth + 1, reading: nothingRead }));
  }
  const told = now({ at: 'gone', nth: 1, reading: nothingRead });
  return step('the quota is reported', told, quotaBroken(state, reading, loans, places, bounds));
}

function* deskActs(state: State, bounds: Bounds): Generator<Step> {
  const { desks, returns } = state;
  if (desks.length < bounds.deskLends) {
    for (const card of activeCards(state)) {
      yield step(`a desk lends on card ${card}`, { ...state, desks: [...desks, card] });
    }
  }
  if (returns === bounds.returns) {
    return;
  }
  for (const [index, { isOut }] of state.checkOuts.entries()) {
    const back = withCheckOut(state, index, { isOut: false });
    if (isOut) {
      yield step(`what check-out ${index} lent is returned`, { ...back, returns: returns + 1 });
    }
  }
}
