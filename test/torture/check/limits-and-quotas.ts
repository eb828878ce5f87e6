import type { PlaceKind } from '../../../store/journal/port.ts';
import type { ClientOperation, History, Interval, JournalEntry, RecordChange } from '../history.ts';
import { type Occupied, occupancies } from './occupancy.ts';
import { maxPerPatron } from './patron-limits.ts';
import type { Violation } from './violation.ts';

/** The greatest difference between the timestamps of the journal and of circulation's records, in ms. */
const clockToleranceMs = 5;

/** Whether the operation takes a single place. A turn of a standing takes every place of the patron. */
const isOne = ({ kind }: JournalEntry): boolean => kind !== 'TAKE_PLACES';

const limitProblems: Readonly<Partial<Record<string, PlaceKind>>> = {
  QUOTA_REACHED: 'LOAN',
  HOLD_LIMIT_REACHED: 'HOLD',
};

/**
 * A refusal because of a limit is justified only if, at a moment between request and settling, the patron had ten loans
 * (or holds). Reserved places that were not settled are included. `PLACE_PENDING` needs a moment with at least one such
 * place.
 *
 * Example of a violation: an operation requested at 1,100 ms is `QUOTA_REACHED`, but the patron's tenth loan was
 * returned at 1,050 ms.
 */
export function unfoundedLimitRefusals(observed: Occupied): Violation[] {
  const { journal } = observed;
  const pending = byKind((kind) => occupancies(kind, 'decided', { ...observed, changes: [] }));
  const occupied = byKind((kind) => occupancies(kind, 'decided', withoutTurns(observed)));
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

const withoutTurns = <Observed extends Occupied>(observed: Observed): Observed => ({
  ...observed,
  journal: observed.journal.filter(isOne),
});

const byKind = <T>(create: (kind: PlaceKind) => T): Readonly<Record<PlaceKind, T>> => ({
  LOAN: create('LOAN'),
  HOLD: create('HOLD'),
});

const unfounded = (detail: string): Violation => ({ property: 'limit refusals are justified', detail });

/**
 * A reported quota must be possible for the time in which it was read.
 * - Lower bounds: `used` is at least the patron's smallest number of loans during this time. `used + pending` is at
 *   least the smallest number of loans and places. So a place that may be taken is never reported as free.
 * - Upper bounds: `used + pending` is at most the number of different loans and places during this time. `pending` is
 *   at most the number of different places.
 *
 * Example of a violation: the patron had three loans all the time, but the graph reported 2 used and 0 pending.
 */
export function wrongQuotas({ quotas, ...observed }: Occupied & Pick<History, 'quotas'>): Violation[] {
  const single = withoutTurns(observed);
  const certain = occupancies('LOAN', 'committed', single);
  const possible = occupancies('LOAN', 'decided', single);
  const loans = occupancies('LOAN', 'committed', { ...single, journal: [] });
  const places = occupancies('LOAN', 'decided', { ...single, changes: [] });
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
      `${patronId} was told ${used} used and ${pending} pending; there were always at least ${min}, ` +
      `${minLoans} of them loans, and at any moment at most ${max}, ${maxPending} of them pending`;
    return [{ property: 'reported quotas are true', detail }];
  });
}

const widened = ({ from, until }: Interval): Interval => ({
  from: from - clockToleranceMs,
  until: until + clockToleranceMs,
});

/**
 * The time before and after a check-out in which the patron must also have room, in ms. The margin is needed because
 * other processes see a settled operation a moment later.
 */
const marginMs = 1_000;

/** The number of check-outs whose patron had room all the time, and the number of done check-outs among them. */
export interface Room {
  readonly withRoom: number;
  readonly done: number;
}

/** Problems of refusals whose reason only circulation knows. */
const circulationsReasons: readonly JournalEntry['problem'][] = [
  'CREDENTIAL_NOT_FOUND',
  'CREDENTIAL_NOT_ACTIVE',
  'WANTED_BY_ANOTHER',
];

/** Problems of refusals while the patron's standing changes, or is not active. */
const inactiveReasons: readonly JournalEntry['problem'][] = [
  'PATRON_NOT_ACTIVE',
  'CREDENTIAL_NOT_ACTIVE',
  'PLACE_PENDING',
  'ANOTHER_OPERATION_OPEN',
];

/** `patronId` is null if it is not known which patron was inactive. */
interface Inactive extends Interval {
  readonly patronId: string | null;
}

/**
 * The times at which a patron may have been suspended or closed: from each turn until the patron was active again, and
 * from the merge of a record on.
 */
function inactiveTimes({ journal, merges }: Occupied): readonly Inactive[] {
  const returns = journal.filter(
    ({ kind, state }) => state === 'DONE' && (kind === 'LIFT_SUSPENSION' || kind === 'REOPEN_PATRON'),
  );
  const ofTurns = journal.flatMap(({ kind, state, patronId, requestedAt: from, settledAt }) => {
    if (kind !== 'TAKE_PLACES') {
      return [];
    }
    const returned = returns.find((one) => one.patronId === patronId && one.requestedAt > from);
    const until = (state === 'REFUSED' ? settledAt : returned?.settledAt) ?? Number.POSITIVE_INFINITY;
    return [{ patronId, from, until }];
  });
  // The record that leaves is suspended a moment before the merge.
  const ofMerges = merges.map(({ leavingId: patronId, mergedAt }) => {
    return { patronId, from: mergedAt - suspendedMs, until: Number.POSITIVE_INFINITY };
  });
  return [...ofTurns, ...ofMerges];
}

/** How long before the merge the registry may have suspended the record that leaves, in ms. */
const suspendedMs = 5_000;

type Observed = Occupied & Pick<History, 'asked'>;

/**
 * The number of check-outs that were not done, although neither the journal, nor circulation's records, nor the
 * client's view has a reason.
 */
function countUnfoundedRefusals({ asked, ...observed }: Observed): number {
  const { changes, journal } = observed;
  const occupied = occupancies('LOAN', 'decided', withoutTurns(observed));
  const inactive = inactiveTimes(observed);
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
    const mayBeInactive = inactive.some(
      ({ patronId: inactiveId, from, until }) =>
        (patronId ?? inactiveId) === (inactiveId ?? patronId) && from <= span.until && until >= span.from,
    );
    if (mayBeInactive && inactiveReasons.includes(problem)) {
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

/** Whether the item was on loan at a moment of the interval. */
function wasOut(changes: readonly RecordChange[], { from, until }: Interval): boolean {
  const before = changes.findLast(({ at }) => at < from);
  const isWithin = ({ at, change }: RecordChange) => change === 'BEGUN' && at >= from && at <= until;
  return before?.change === 'BEGUN' || changes.some(isWithin);
}

export function countRoom(observed: Observed): Room {
  const done = observed.journal.filter(({ kind, state }) => kind === 'CHECK_OUT' && state === 'DONE').length;
  return { withRoom: done + countUnfoundedRefusals(observed), done };
}

/** The minimum share of done check-outs among check-outs with room, in a run without faults. */
const minDoneShare = 0.99;

/**
 * In a run without faults, at least 99 % of the check-outs with room are done. Otherwise a system that refuses
 * everything would pass.
 *
 * Example of a violation: patrons with three loans show cards in use, the items are on the shelf, and two in a hundred
 * check-outs are refused with `SYSTEM_UNAVAILABLE`.
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
