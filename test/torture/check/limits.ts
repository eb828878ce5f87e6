import type { PlaceKind } from '../../../adapters/journal/port.ts';
import type { ProblemCode } from '../../../subgraphs/circulation/problems.ts';
import type { History, Interval, JournalEntry } from '../history.ts';
import { occupancies } from './occupancy.ts';
import { limit } from './places.ts';
import type { Violation } from './violation.ts';

/** Milliseconds by which the clocks of the journal and of the books may tell the same moment apart. */
const clockMs = 5;

const limitProblems: Readonly<Partial<Record<ProblemCode, PlaceKind>>> = {
  QUOTA_REACHED: 'LOAN',
  HOLD_LIMIT_REACHED: 'HOLD',
};

/** Each refusal for a limit has a moment within its span at which that many were there, settled or not. */
export function untrueLimits({ changes, journal }: Pick<History, 'changes' | 'journal'>): Violation[] {
  const byKind = {
    LOAN: occupancies('LOAN', 'decided', changes, journal),
    HOLD: occupancies('HOLD', 'decided', changes, journal),
  };
  return journal.flatMap(({ id, problem, patronId, requestedAt, settledAt }) => {
    const kind = problem === null ? undefined : limitProblems[problem];
    if (kind === undefined || settledAt === null) return [];
    if (patronId === null) return [untrue(`${id} is ${problem}, and nobody knows whose`)];
    const most = byKind[kind](patronId).most(widened({ from: requestedAt, until: settledAt }));
    return most >= limit
      ? []
      : [untrue(`${id} is ${problem}, and ${patronId} had ${most} at most meanwhile`)];
  });
}

const untrue = (detail: string): Violation => ({ property: 'limits told truly', detail });

/** `remaining` never counts as free what may be taken: used and pending are never less than were there all the while. */
export function untrueQuotas({
  changes,
  journal,
  quotas,
}: Pick<History, 'changes' | 'journal' | 'quotas'>): Violation[] {
  const of = occupancies('LOAN', 'committed', changes, journal);
  return quotas.flatMap(({ patronId, used, pending, ...span }) => {
    const least = of(patronId).least(widened(span));
    if (used + pending >= least) return [];
    const detail = `${patronId} was told ${used} used and ${pending} pending, and there were ${least} all the while`;
    return [{ property: 'remaining told truly', detail } as const];
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

/** A refusal that says that there was no place, or no system, to a check-out that had room all the while. */
const isWithoutReason = ({ state, problem }: JournalEntry): boolean =>
  state === 'UNSETTLED' ||
  problem === 'QUOTA_REACHED' ||
  problem === 'PLACE_PENDING' ||
  problem === 'SYSTEM_UNAVAILABLE';

export function countRoom({ changes, journal }: Pick<History, 'changes' | 'journal'>): Room {
  const of = occupancies('LOAN', 'decided', changes, journal);
  const checkOuts = journal.filter(({ kind }) => kind === 'CHECK_OUT');
  const done = checkOuts.filter(({ state }) => state === 'DONE').length;
  const turnedAway = checkOuts.filter((operation) => {
    const { patronId, requestedAt, settledAt } = operation;
    if (!isWithoutReason(operation)) return false;
    const until = settledAt ?? Number.POSITIVE_INFINITY;
    const span = { from: requestedAt - aroundMs, until: until + aroundMs };
    return patronId === null || of(patronId).most(span) < limit;
  }).length;
  return { withRoom: done + turnedAway, done };
}

/** At least so much of the check-outs with room is done where nothing fails, so that refusing everything does not pass. */
const givenShare = 0.99;

export function roomDenied(history: Pick<History, 'changes' | 'journal' | 'isFaultless'>): Violation[] {
  if (!history.isFaultless) return [];
  const { withRoom, done } = countRoom(history);
  if (done >= withRoom * givenShare) return [];
  return [{ property: 'room is given', detail: `of ${withRoom} check-outs with room ${done} were done` }];
}
