import type { LogKind } from '../port.ts';

/** A hold, as it was read now or at the last comparison. `hold` and `card` are keyed digests. */
export interface ReadHold {
  readonly hold: string;
  readonly card: string;
  /** The hold's id, encrypted. */
  readonly encrypted: string;
  readonly state: 'QUEUED' | 'READY';
  readonly branch: string;
  readonly readyUntil: string | null;
}

export interface StoredHold extends ReadHold {
  /**
   * Whether the row must be written again, even if the hold hasn't changed. Rows that were not written for long are
   * removed.
   */
  readonly isOld: boolean | 0 | 1;
}

export interface HoldFact extends Pick<ReadHold, 'card' | 'branch' | 'encrypted'> {
  readonly kind: Extract<LogKind, `HOLD_${string}`>;
}

export interface HoldDifferences {
  readonly facts: readonly HoldFact[];
  /** The holds to store. */
  readonly changed: readonly ReadHold[];
  /** The digests of the holds to remove. */
  readonly gone: readonly string[];
}

/**
 * Compares the holds that some cards have now (`read`) with the stored ones (`told`). `told` contains the stored holds
 * of these cards, and any stored hold that has moved to them from another card. Returns the differences as facts, which
 * are rows of the log.
 *
 * A queued hold that is gone makes no fact. It was cancelled, and circulation's feed reports that.
 *
 * @param today the day in Hong Kong, `YYYY-MM-DD`
 * @param areHoldsTold whether all holds of the library are stored. If false, a ready hold that is not stored makes
 * no fact, because it may have been ready for days
 * @example
 * // Stored: H1 queued, H2 ready until 29 November. Read on 30 November: H1 ready, no H2.
 * // The facts: HOLD_READY for H1, HOLD_LAPSED for H2.
 */
export function holdDifferences(
  told: readonly StoredHold[],
  read: readonly ReadHold[],
  today: string,
  areHoldsTold: boolean,
): HoldDifferences {
  const before = new Map(told.map((hold) => [hold.hold, hold]));
  const now = new Set(read.map(({ hold }) => hold));
  const gone = told.filter(({ hold }) => !now.has(hold));
  const isTold = (
    { hold }: ReadHold,
    change: ReturnType<typeof changeOf>,
  ): change is 'HOLD_READY' | 'HOLD_MOVED' =>
    change !== null && change !== 'SEEN' && (areHoldsTold || before.has(hold));
  const changes = read.map((hold) => ({ hold, change: changeOf(before.get(hold.hold), hold) }));
  return {
    facts: [
      ...changes.flatMap(({ hold, change }) => (isTold(hold, change) ? [{ ...hold, kind: change }] : [])),
      ...gone.flatMap((hold): readonly HoldFact[] => {
        const { state, readyUntil } = hold;
        const hasLapsed = readyUntil !== null && readyUntil < today;
        return state === 'READY' ? [{ ...hold, kind: hasLapsed ? 'HOLD_LAPSED' : 'HOLD_OFF_SHELF' }] : [];
      }),
    ],
    changed: changes.flatMap(({ hold, change }) => (change === null ? [] : [hold])),
    gone: gone.map(({ hold }) => hold),
  };
}

/** How a hold has changed. `SEEN` makes no fact, but the hold's row must be written. Null: nothing is written. */
function changeOf(
  before: StoredHold | undefined,
  now: ReadHold,
): 'HOLD_READY' | 'HOLD_MOVED' | 'SEEN' | null {
  if (before?.state !== 'READY' && now.state === 'READY') {
    return 'HOLD_READY';
  }
  if (before === undefined) {
    return 'SEEN';
  }
  const isMoved =
    before.state !== now.state ||
    before.branch !== now.branch ||
    before.readyUntil !== now.readyUntil ||
    before.card !== now.card;
  if (isMoved) {
    return 'HOLD_MOVED';
  }
  return before.isOld ? 'SEEN' : null;
}
