import type { PlaceKind } from '../../../store/journal/port.ts';
import type { ProblemCode } from '../../../subgraphs/circulation/rules/problems.ts';
import type { ClientOperation, History, Interval, RecordChange } from '../history.ts';
import { occupancies } from './occupancy.ts';
import { maxPerPatron } from './patron-limits.ts';
import type { Violation } from './violation.ts';

/** Milliseconds by which the journal's timestamp of a moment may differ from that of circulation's records. */
const clockToleranceMs = 5;

const limitProblems: Readonly<Partial<Record<ProblemCode, PlaceKind>>> = {
  QUOTA_REACHED: 'LOAN',
  HOLD_LIMIT_REACHED: 'HOLD',
};

/**
 * A refusal because of a limit is justified: at some moment between request and settling, the patron had ten loans (or
 * holds), counting places that were not settled. A `PLACE_PENDING` is justified by a moment with at least one such place.
 *
 * Example of a violation: an operation requested at 1,100 ms is `QUOTA_REACHED`, and the patron's tenth loan was returned
 * at 1,050 ms.
 */
export function unfoundedLimitRefusals({
  changes,
  journal,
}: Pick<History, 'changes' | 'journal'>): Violation[] {
  const pending = byKind((kind) => occupancies(kind, 'decided', [], journal));
  const occupied = byKind((kind) => occupancies(kind, 'decided', changes, journal));
  return journal.flatMap(({ id, kind, problem, patronId, requestedAt, settledAt }) => {
    if (problem === null || settledAt === null) {
      return [];
    }
    const isPending = problem === 'PLACE_PENDING';
    const resource = isPending ? (kind === 'CHECK_OUT' ? 'LOAN' : 'HOLD') : limitProblems[problem];
    if (resource === undefined) {
      return [];
    }
    if (patronId === null) {
      return [unfounded(`${id} is ${problem}, and its patron is unknown`)];
    }
    const span = widened({ from: requestedAt, until: settledAt });
    const max = (isPending ? pending : occupied)[resource](patronId).max(span);
    return max >= (isPending ? 1 : maxPerPatron)
      ? []
      : [unfounded(`${id} is ${problem}, and ${patronId} never had more than ${max} meanwhile`)];
  });
}

const byKind = <T>(create: (kind: PlaceKind) => T): Readonly<Record<PlaceKind, T>> => ({
  LOAN: create('LOAN'),
  HOLD: create('HOLD'),
});

const unfounded = (detail: string): Violation => ({ property: 'limit refusals are justified', detail });

/**
 * A quota that the graph reported lies within what was true while it was read.
 * - Lower bound: `used + pending` is at least what the patron had all the while, and `used` at least the loans that were
 *   out all the while. A place that may be taken is never reported as free.
 * - Upper bound: `used + pending` counts nothing that was not there at any moment, and `pending` no place that was not
 *   pending at any.
 *
 * Example of a violation: the patron had three loans all the while, and was told 2 used and 0 pending.
 */
export function wrongQuotas({
  changes,
  journal,
  quotas,
}: Pick<History, 'changes' | 'journal' | 'quotas'>): Violation[] {
  const certain = occupancies('LOAN', 'committed', changes, journal);
  const possible = occupancies('LOAN', 'decided', changes, journal);
  const loans = occupancies('LOAN', 'committed', changes, []);
  const places = occupancies('LOAN', 'decided', [], journal);
  return quotas.flatMap(({ patronId, used, pending, ...readWithin }) => {
    const span = widened(readWithin);
    const min = certain(patronId).min(span);
    const minLoans = loans(patronId).min(span);
    const max = possible(patronId).distinct(span);
    const maxPending = places(patronId).distinct(span);
    const isRight =
      used + pending >= min && used >= minLoans && used + pending <= max && pending <= maxPending;
    if (isRight) {
      return [];
    }
    const detail =
      `${patronId} was told ${used} used and ${pending} pending; all the while there were at least ${min}, ` +
      `${minLoans} of them loans, and at any moment at most ${max}, ${maxPending} of them pending`;
    return [{ property: 'reported quotas are true', detail }];
  });
}

const widened = ({ from, until }: Interval): Interval => ({
  from: from - clockToleranceMs,
  until: until + clockToleranceMs,
});

/**
 * Milliseconds before and after an operation in which the patron must have had room as well: others see a settled
 * operation a moment later.
 */
const marginMs = 1_000;

/** How many check-outs had room all the while, and how many of them were done. */
export interface Room {
  readonly withRoom: number;
  readonly done: number;
}

/** Reasons for a refusal that only circulation can know. */
const circulationsReasons: readonly (ProblemCode | null)[] = [
  'CREDENTIAL_NOT_FOUND',
  'CREDENTIAL_NOT_ACTIVE',
  'WANTED_BY_ANOTHER',
];

type Observed = Pick<History, 'changes' | 'journal' | 'asked'>;

/** How many check-outs were not done although neither the journal, the records nor their clients know a reason. */
function countUnfoundedRefusals({ changes, journal, asked }: Observed): number {
  const occupied = occupancies('LOAN', 'decided', changes, journal);
  const changesByItem = Map.groupBy(changes, ({ subject }) => subject);
  const changesByLoan = Map.groupBy(changes, ({ id }) => id);
  const isOf = (patronId: string | null) => (change: RecordChange) => change.patronId === patronId;
  const entriesByReference = new Map(journal.map((entry) => [entry.reference, entry]));
  const isWithoutReason = ({ reference, wasCardInUse }: ClientOperation): boolean => {
    const entry = entriesByReference.get(reference);
    if (entry === undefined) {
      return true;
    }
    const { state, problem, patronId, loanId, place, requestedAt, settledAt } = entry;
    if (state === 'DONE') {
      return false;
    }
    const span = { from: requestedAt - marginMs, until: (settledAt ?? Number.POSITIVE_INFINITY) + marginMs };
    if (patronId !== null && occupied(patronId).max(span) >= maxPerPatron) {
      return false;
    }
    if (problem === 'CREDENTIAL_NOT_ACTIVE' && wasCardInUse !== true) {
      return false;
    }
    if (problem === 'ALREADY_LENT') {
      return !wasOut((changesByLoan.get(loanId ?? '') ?? []).filter(isOf(patronId)), span);
    }
    if (place === null) {
      return true;
    }
    if (problem === 'ITEM_NOT_AVAILABLE') {
      return !wasOut(changesByItem.get(place.subject) ?? [], span);
    }
    return !circulationsReasons.includes(problem);
  };
  return asked.filter((one) => one.kind === 'CHECK_OUT' && isWithoutReason(one)).length;
}

/** Whether an item was on loan at some moment of the interval. */
function wasOut(changes: readonly RecordChange[], { from, until }: Interval): boolean {
  const before = changes.findLast(({ at }) => at < from);
  const isWithin = ({ at, change }: RecordChange) => change === 'BEGUN' && at >= from && at <= until;
  return before?.change === 'BEGUN' || changes.some(isWithin);
}

export function countRoom(observed: Observed): Room {
  const done = observed.journal.filter(({ kind, state }) => kind === 'CHECK_OUT' && state === 'DONE').length;
  return { withRoom: done + countUnfoundedRefusals(observed), done };
}

/** The share of check-outs with room that is done, at least, in a run without faults. */
const minDoneShare = 0.99;

/**
 * In a run without faults, a check-out of a patron who has room is done, so that a system that refuses everything does
 * not pass. One in a hundred may be refused.
 *
 * Example of a violation: a patron with three loans shows a card in use, the item is on the shelf, and the check-out is
 * refused with `SYSTEM_UNAVAILABLE`.
 */
export function refusedWithRoom({
  isFaultless,
  ...observed
}: Observed & Pick<History, 'isFaultless'>): Violation[] {
  if (!isFaultless) {
    return [];
  }
  const { withRoom, done } = countRoom(observed);
  if (done >= withRoom * minDoneShare) {
    return [];
  }
  return [
    { property: 'no refusal with room', detail: `of ${withRoom} check-outs with room ${done} were done` },
  ];
}
