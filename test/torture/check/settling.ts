import type { History, Interval, JournalEntry } from '../history.ts';
import type { Violation } from './violation.ts';

/** How long an operation may prepare before a reconciler looks at it, in ms (`prepareWithinMs` of the program). */
const preparingMs = 20_000;
/**
 * The length of a lease, in ms. After a failed or interrupted attempt, no other process reconciles the operation for
 * this time.
 */
const leaseMs = 15_000;
/**
 * The longest delay until an unsettled operation is due, in ms (`maxUnsettledDelayMs` of the program). If the clock was
 * put back by more, the operation is due at once.
 */
export const maxDelayMs = 120_000;
/** An allowance for the pause between two attempts, for one attempt, and for a busy machine, in ms. */
const attemptMs = 10_000;

/**
 * A turn in a patron's life waits for its steps, one after another, and a turn of the standing holds the patron's places
 * until then. It must be settled at the end.
 */
const ofTurns = [
  'SUSPEND_PATRON',
  'LIFT_SUSPENSION',
  'CLOSE_PATRON',
  'REOPEN_PATRON',
  'TAKE_PLACES',
  'MERGE_PATRONS',
  'CLOSE_MERGED_PATRON',
  'MOVE_HOLDS',
  'ERASE_PATRON',
];

type Observed = Pick<
  History,
  'journal' | 'settlingMs' | 'failedChecks' | 'disruptions' | 'jumps' | 'unattended'
>;

/**
 * Every operation is settled in time. The settling time begins at `sendBy`. After the settling time, the reconciler has
 * `attemptMs` for one attempt. An operation may take longer by
 * - one lease for each attempt that failed, or that a killed or frozen replica may have interrupted;
 * - the time in which no replica was available;
 * - a quarter of the time by which the database's clock was put forward, because the pause between two attempts grows by
 *   this quarter;
 * - the time by which the database's clock was put back, because the operation is due so much later.
 *
 * A step of the clock delays an operation by two minutes at most.
 *
 * Example of a violation: `sendBy` is 2,010 ms, the settling time is 10 s, and nothing failed. With 10 s for the
 * attempt, the operation must be settled by 22,010 ms. It is settled at 23,010 ms, which is 1,000 ms too late.
 */
export function lateSettlings({ journal, settlingMs, ...run }: Observed): Violation[] {
  return journal.flatMap((entry) => {
    const { id, kind, requestedAt, sendBy, settledAt } = entry;
    if (settledAt === null) {
      return [late(`${kind} ${id} is still UNSETTLED at the end`)];
    }
    if (ofTurns.includes(kind)) {
      return [];
    }
    // If the operation sends nothing, its outcome is certain when a reconciler may look at it.
    const certainAt = sendBy === null ? requestedAt + preparingMs : sendBy + (entry.settlingMs ?? settlingMs);
    // A renewal of several loans begins the single renewals while it prepares, and waits for them.
    const partsMs = kind === 'RENEW_LOANS' || kind === 'RENEW_ALL_LOANS' ? preparingMs + settlingMs : 0;
    const excusedMs = excuse(entry, { from: requestedAt, until: settledAt }, run);
    const lateMs = settledAt - (certainAt + attemptMs + partsMs + excusedMs);
    return lateMs <= 0 ? [] : [late(`${kind} ${id} was settled ${lateMs} ms too late`)];
  });
}

/**
 * Circulation makes no change for an operation after the operation's settling time. A reconciler may then have
 * concluded that the change will never be made. Such a change is a violation even if no reconciler has concluded this,
 * unless circulation itself broke its promise to drop the request.
 *
 * Example of a violation: `sendBy` is 2,010 ms, the settling time 10 s, and the loan begins at 12,011 ms.
 */
export function lateEffects(
  { changes, appliedLate, settlingMs }: Pick<History, 'changes' | 'appliedLate' | 'settlingMs'>,
  entriesById: ReadonlyMap<string, JournalEntry>,
): Violation[] {
  return changes.flatMap(({ change, at, id, reference }) => {
    const entry = reference === null ? undefined : entriesById.get(reference);
    const sendBy = entry?.sendBy ?? null;
    const lateMs = sendBy === null ? 0 : at - (sendBy + (entry?.settlingMs ?? settlingMs));
    if (change !== 'BEGUN' || lateMs <= 0 || appliedLate.has(reference ?? '')) {
      return [];
    }
    const detail = `${reference} made ${id} ${lateMs} ms after its settling time`;
    return [{ property: 'no effect after the deadline', detail } as const];
  });
}

const late = (detail: string): Violation => ({ property: 'settled in time', detail });

/** The extra time for settling the operation, because of disturbances while it was unsettled, in ms. */
function excuse(
  { id }: JournalEntry,
  unsettled: Interval,
  { failedChecks, disruptions, jumps, unattended }: Omit<Observed, 'journal' | 'settlingMs'>,
): number {
  const cutShort = disruptions.filter((one) => overlapMs(one, unsettled) > 0).length;
  const unattendedMs = unattended.reduce((ms, one) => ms + overlapMs(one, unsettled), 0);
  const jumpedMs = jumps
    .filter(({ at }) => at >= unsettled.from && at <= unsettled.until)
    .reduce((ms, { byMs }) => ms + Math.min(byMs > 0 ? byMs / 4 : -byMs, maxDelayMs), 0);
  return jumpedMs + ((failedChecks.get(id) ?? 0) + cutShort) * leaseMs + unattendedMs;
}

const overlapMs = (a: Interval, b: Interval): number =>
  Math.max(0, Math.min(a.until, b.until) - Math.max(a.from, b.from));
