import type { History, Interval, JournalEntry } from '../history.ts';
import type { Violation } from './violation.ts';

/** Milliseconds that an operation may take until it has asked for its place, and others look after it: `prepareWithinMs`. */
const prepareWithinMs = 20_000;
/** Milliseconds for which nobody else looks after an operation whose look failed or was cut short: the settler's lease. */
const leaseMs = 15_000;
/** Milliseconds from one look to the next, its own time, and what a busy machine adds. */
const lookingMs = 10_000;

type Settling = Pick<
  History,
  'journal' | 'settlingMs' | 'failedLooks' | 'disruptions' | 'jumps' | 'unattended'
>;

/**
 * No operation is unsettled for longer than the settling time after its `sendBy`, the time between two looks, a lease for
 * each look that failed or may have been cut short by the end or the sleep of a replica, the time in which no replica was
 * there, and a quarter of what the journal's clock was put forward by: so much longer is the time between two looks.
 */
export function lateSettlings({ journal, settlingMs, ...run }: Settling): Violation[] {
  return journal.flatMap((operation) => {
    const { id, kind, requestedAt, sendBy, settledAt } = operation;
    if (settledAt === null) {
      return [late(`${kind} ${id} is UNSETTLED in the end`)];
    }
    // What was never to be sent is over as soon as it may be looked after.
    const certain =
      sendBy === null ? requestedAt + prepareWithinMs : sendBy + (operation.settlingMs ?? settlingMs);
    const due = certain + lookingMs;
    // A whole waits for its parts, which are begun while it prepares.
    const partsMs = kind === 'RENEW_ALL_LOANS' ? prepareWithinMs + settlingMs : 0;
    const excusedMs = excuse(operation, { from: requestedAt, until: settledAt }, run);
    const lateMs = settledAt - (due + partsMs + excusedMs);
    return lateMs <= 0 ? [] : [late(`${kind} ${id} was settled ${lateMs} ms too late`)];
  });
}

/**
 * Nothing is done so late that others may have concluded that it never will be: whether they have, and what they make of it
 * afterwards, is not asked.
 */
export function lateEffects(
  { changes, settlingMs }: Pick<History, 'changes' | 'settlingMs'>,
  known: ReadonlyMap<string, JournalEntry>,
): Violation[] {
  return changes.flatMap(({ change, at, id, reference }) => {
    const operation = reference === null ? undefined : known.get(reference);
    const sendBy = operation?.sendBy ?? null;
    const lateMs = sendBy === null ? 0 : at - (sendBy + (operation?.settlingMs ?? settlingMs));
    if (change !== 'BEGUN' || lateMs <= 0) {
      return [];
    }
    const detail = `${id} was made by ${reference} ${lateMs} ms after that was over`;
    return [{ property: 'done in time', detail } as const];
  });
}

const late = (detail: string): Violation => ({ property: 'settled in time', detail });

function excuse(
  { id }: JournalEntry,
  unsettled: Interval,
  { failedLooks, disruptions, jumps, unattended }: Omit<Settling, 'journal' | 'settlingMs'>,
): number {
  const cutShort = disruptions.filter((one) => overlapMs(one, unsettled) > 0).length;
  const alone = unattended.reduce((ms, one) => ms + overlapMs(one, unsettled), 0);
  const jumpedMs = jumps
    .filter(({ at }) => at >= unsettled.from && at <= unsettled.until)
    .reduce((ms, { byMs }) => ms + byMs, 0);
  return jumpedMs / 4 + ((failedLooks.get(id) ?? 0) + cutShort) * leaseMs + alone;
}

const overlapMs = (a: Interval, b: Interval): number =>
  Math.max(0, Math.min(a.until, b.until) - Math.max(a.from, b.from));
