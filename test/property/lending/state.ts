/** The size of the model. */
export interface Bounds {
  readonly checkOuts: number;
  /** The number of the patron's loans at the beginning. */
  readonly loans: number;
  /** The number of loans that desks may make. */
  readonly deskLends: number;
  /** The number of items that may be returned. */
  readonly returns: number;
  /** Whether card 0 may be replaced by card 2. */
  readonly replaces: boolean;
  /** Whether a query of the quota runs, too. */
  readonly asksQuota: boolean;
  /** Whether a check-out may prepare so slowly that a reconciler takes over. */
  readonly isSlow: boolean;
}

/** The number of a card. Card 0 may be replaced by card 2. Card 1 stays. */
export type Card = 0 | 1 | 2;

/** A set of the numbers 0 to 15, as bits. */
export type Bits = number;

/**
 * The part of the patron's data that a process has read. All values are 0 before the first read and after the last use.
 */
export interface Reading {
  readonly epoch: number;
  /** The check-outs that held a place when the epoch was read. */
  readonly before: Bits;
  readonly cards: Bits;
  /** The check-outs whose loans the process has seen. */
  readonly seenOurs: Bits;
  /** The loans of desks that the process has seen. */
  readonly seenDesks: Bits;
  /** The loans of desks that the process must count. It has seen them, or they were made before it read the cards. */
  readonly answersFor: Bits;
  /** Whether loans and pending places were at the limit when the process read the loans. */
  readonly wasFull: boolean;
}

export const nothingRead: Reading = {
  epoch: 0,
  before: 0,
  cards: 0,
  seenOurs: 0,
  seenDesks: 0,
  answersFor: 0,
  wasFull: false,
};

/**
 * The next action of a check-out's process. 1 and 2 are the second and third read. `gone` means that the process has
 * sent its request or has nothing to send.
 */
export type At = 'new' | 1 | 2 | 'reserve' | 'send' | 'gone';

/** The state of a check-out in its process, in the journal and in circulation. */
export interface CheckOut {
  readonly at: At;
  readonly card: Card;
  /** The number of the present try at reading, from 1. */
  readonly nth: number;
  readonly reading: Reading;
  readonly journal: 'none' | 'begun' | 'held' | 'done' | 'refused';
  /** The patron's epoch after the check-out was settled as done. */
  readonly doneAt: number;
  readonly request: 'unsent' | 'under way' | 'applied' | 'refused' | 'dropped';
  readonly isOut: boolean;
  /** Whether a reconciler has seen the check-out without a place, and is about to refuse it. */
  readonly isSeen: boolean;
}

/** A query of the quota. */
export interface Asker {
  readonly at: 0 | 1 | 2 | 'places' | 'gone';
  readonly nth: number;
  readonly reading: Reading;
}

/**
 * One patron in the model between two steps, with the state of the processes, the journal, circulation and the desks.
 */
export interface State {
  readonly checkOuts: readonly CheckOut[];
  readonly asker: Asker;
  /** The card of each loan of a desk. */
  readonly desks: readonly Card[];
  readonly returns: number;
  readonly isReplaced: boolean;
  readonly epoch: number;
}

const unbegun: CheckOut = {
  at: 'new',
  card: 0,
  nth: 1,
  reading: nothingRead,
  journal: 'none',
  doneAt: 0,
  request: 'unsent',
  isOut: false,
  isSeen: false,
};

export const beginningOf = ({ checkOuts, asksQuota }: Bounds): State => ({
  checkOuts: Array.from({ length: checkOuts }, () => unbegun),
  asker: { at: asksQuota ? 0 : 'gone', nth: 1, reading: nothingRead },
  desks: [],
  returns: 0,
  isReplaced: false,
  epoch: 0,
});

export const isActive = ({ isReplaced }: State, card: Card): boolean =>
  card === 1 || (card === 2 ? isReplaced : !isReplaced);

export const activeCards = (state: State): Card[] =>
  ([0, 1, 2] as const).filter((card) => isActive(state, card));

export function withCheckOut(state: State, index: number, changes: Partial<CheckOut>): State {
  const checkOuts = state.checkOuts.map((one, at) => (at === index ? { ...one, ...changes } : one));
  return { ...state, checkOuts };
}

const ats: readonly (At | Asker['at'])[] = ['new', 0, 1, 2, 'reserve', 'places', 'send', 'gone'];
const journals: readonly CheckOut['journal'][] = ['none', 'begun', 'held', 'done', 'refused'];
const requests: readonly CheckOut['request'][] = ['unsent', 'under way', 'applied', 'refused', 'dropped'];

/**
 * A key of the state. Two states have the same key if the same steps are possible from them, so that only one is
 * explored.
 */
export function keyOf(state: State): string {
  const { checkOuts, asker, desks, returns, isReplaced } = state;
  const numbers: number[] = [returns, Number(isReplaced), desks.length, ...desks];
  const rankOf = ranking(state);
  const read = ({ epoch, before, cards, seenOurs, seenDesks, answersFor, wasFull }: Reading) =>
    numbers.push(rankOf(epoch), before, cards * 2 + Number(wasFull), seenOurs, seenDesks, answersFor);
  for (const one of checkOuts) {
    numbers.push(ats.indexOf(one.at) * 4 + one.card, one.nth, Number(one.isOut) + 2 * Number(one.isSeen));
    numbers.push(journals.indexOf(one.journal) * 8 + requests.indexOf(one.request));
    numbers.push(rankOf(one.doneAt));
    read(one.reading);
  }
  numbers.push(ats.indexOf(asker.at), asker.nth);
  read(asker.reading);
  return String.fromCharCode(...numbers);
}

/** The rank of an epoch among the epochs of the readings. Only the order of epochs matters. */
function ranking({ checkOuts, asker }: State): (epoch: number) => number {
  const begun: number[] = [];
  for (const { reading } of [...checkOuts, asker]) {
    if (!begun.includes(reading.epoch)) {
      begun.push(reading.epoch);
    }
  }
  return (epoch) => {
    let rank = 0;
    for (const one of begun) {
      if (one < epoch) {
        rank += 1;
      }
    }
    return rank;
  };
}
