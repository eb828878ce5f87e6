import type { PlaceKind } from '../../../adapters/journal/port.ts';
import type { ProblemCode } from '../../../subgraphs/circulation/rules/problems.ts';
import type { AskedOperation, BookChange, History, Interval } from '../history.ts';
import { occupancies } from './occupancy.ts';
import { limit } from './patron-limits.ts';
import type { Violation } from './violation.ts';

/** Milliseconds by which the clocks of the journal and of the books may tell the same moment apart. */
const clockMs = 5;

const limitProblems: Readonly<Partial<Record<ProblemCode, PlaceKind>>> = {
  QUOTA_REACHED: 'LOAN',
  HOLD_LIMIT_REACHED: 'HOLD',
};

/**
 * Each refusal for a limit has a moment within its span at which that many were there, settled or not; and each one for a
 * place that is pending a moment at which there was one.
 */
export function untrueLimits({ changes, journal }: Pick<History, 'changes' | 'journal'>): Violation[] {
  const pending = byKind((kind) => occupancies(kind, 'decided', [], journal));
  const had = byKind((kind) => occupancies(kind, 'decided', changes, journal));
  return journal.flatMap(({ id, kind, problem, patronId, requestedAt, settledAt }) => {
    if (problem === null || settledAt === null) {
      return [];
    }
    const isPending = problem === 'PLACE_PENDING';
    const of = isPending ? (kind === 'CHECK_OUT' ? 'LOAN' : 'HOLD') : limitProblems[problem];
    if (of === undefined) {
      return [];
    }
    if (patronId === null) {
      return [untrue(`${id} is ${problem}, and nobody knows whose`)];
    }
    const span = widened({ from: requestedAt, until: settledAt });
    const most = (isPending ? pending : had)[of](patronId).most(span);
    return most >= (isPending ? 1 : limit)
      ? []
      : [untrue(`${id} is ${problem}, and ${patronId} had ${most} at most meanwhile`)];
  });
}

const byKind = <T>(of: (kind: PlaceKind) => T): Readonly<Record<PlaceKind, T>> => ({
  LOAN: of('LOAN'),
  HOLD: of('HOLD'),
});

const untrue = (detail: string): Violation => ({ property: 'limits told truly', detail });

/**
 * `remaining` never counts as free what may be taken: used and pending are never less than were there all the while, nor used
 * less than were out. Nor is anything counted that never was: all that is told was there at some moment meanwhile.
 */
export function untrueQuotas({
  changes,
  journal,
  quotas,
}: Pick<History, 'changes' | 'journal' | 'quotas'>): Violation[] {
  const surely = occupancies('LOAN', 'committed', changes, journal);
  const possibly = occupancies('LOAN', 'decided', changes, journal);
  const out = occupancies('LOAN', 'committed', changes, []);
  const places = occupancies('LOAN', 'decided', [], journal);
  return quotas.flatMap(({ patronId, used, pending, ...asked }) => {
    const span = widened(asked);
    const least = surely(patronId).least(span);
    const leastOut = out(patronId).least(span);
    const most = possibly(patronId).distinct(span);
    const mostPending = places(patronId).distinct(span);
    const isRight =
      used + pending >= least && used >= leastOut && used + pending <= most && pending <= mostPending;
    if (isRight) {
      return [];
    }
    const detail =
      `${patronId} was told ${used} used and ${pending} pending; there were ${least} all the while, ` +
      `${leastOut} of them out, and ${most} at any moment, ${mostPending} of them pending`;
    return [{ property: 'quota told truly', detail }];
  });
}

const widened = ({ from, until }: Interval): Interval => ({ from: from - clockMs, until: until + clockMs });

/** Milliseconds before and after an operation in which it must have had room, too: what is settled is seen a moment later. */
const aroundMs = 1_000;

/** Check-outs that had room all the while, and those of them that were done. */
export interface Room {
  readonly withRoom: number;
  readonly done: number;
}

/** What a check-out may be refused for, beside what its books and its client can tell: where circulation has said so. */
const ofCirculation: readonly (ProblemCode | null)[] = [
  'CREDENTIAL_NOT_FOUND',
  'CREDENTIAL_NOT_ACTIVE',
  'WANTED_BY_ANOTHER',
];

type Told = Pick<History, 'changes' | 'journal' | 'asked'>;

/** Check-outs of which the journal or the books know no reason, nor their clients, why they should not be done. */
function turnedAway({ changes, journal, asked }: Told): number {
  const had = occupancies('LOAN', 'decided', changes, journal);
  const byItem = Map.groupBy(changes, ({ subject }) => subject);
  const known = new Map(journal.map((operation) => [operation.reference, operation]));
  const isWithoutReason = ({ reference, wasCardInUse }: AskedOperation): boolean => {
    const operation = known.get(reference);
    if (operation === undefined) {
      return true;
    }
    const { state, problem, patronId, place, requestedAt, settledAt } = operation;
    if (state === 'DONE') {
      return false;
    }
    const span = { from: requestedAt - aroundMs, until: (settledAt ?? Number.POSITIVE_INFINITY) + aroundMs };
    if (patronId !== null && had(patronId).most(span) >= limit) {
      return false;
    }
    if (problem === 'CREDENTIAL_NOT_ACTIVE' && wasCardInUse !== true) {
      return false;
    }
    if (place === null) {
      return true;
    }
    if (problem === 'ITEM_NOT_AVAILABLE') {
      return !wasOut(byItem.get(place.subject) ?? [], span);
    }
    return !ofCirculation.includes(problem);
  };
  return asked.filter((one) => one.kind === 'CHECK_OUT' && isWithoutReason(one)).length;
}

/** Whether an item was on loan at some moment. */
function wasOut(changes: readonly BookChange[], { from, until }: Interval): boolean {
  const before = changes.findLast(({ at }) => at < from);
  const isWithin = ({ at, change }: BookChange) => change === 'BEGUN' && at >= from && at <= until;
  return before?.change === 'BEGUN' || changes.some(isWithin);
}

export function countRoom(told: Told): Room {
  const done = told.journal.filter(({ kind, state }) => kind === 'CHECK_OUT' && state === 'DONE').length;
  return { withRoom: done + turnedAway(told), done };
}

/** At least so much of the check-outs with room is done where nothing fails, so that refusing everything does not pass. */
const givenShare = 0.99;

export function roomDenied({ isFaultless, ...told }: Told & Pick<History, 'isFaultless'>): Violation[] {
  if (!isFaultless) {
    return [];
  }
  const { withRoom, done } = countRoom(told);
  if (done >= withRoom * givenShare) {
    return [];
  }
  return [{ property: 'room is given', detail: `of ${withRoom} check-outs with room ${done} were done` }];
}
