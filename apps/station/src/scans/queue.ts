/**
 * The scanned items of a visit, with the state of each. The queue doesn't use React. A component reads it with
 * `subscribe` and `scans`, through `useSyncExternalStore`.
 */
import type { MissingValue } from '@patron-graph/kit';

/**
 * `waiting`: not sent yet, because earlier items are sent first. `sent`: no answer yet. `unsettled`: recorded, and
 * being processed. `done`: the change is made. `refused`: nothing was done, for example because the card can't borrow.
 * `unknown`: the outcome is not known. `notSent`: the visit ended before the item was sent, so nothing is recorded.
 */
type ScanState = 'waiting' | 'sent' | 'unsettled' | 'done' | 'refused' | 'unknown' | 'notSent';

export interface Scan {
  /** The scan's number in the order of scanning, from 1. */
  readonly position: number;
  readonly itemNumber: string;
  readonly act: 'checkOut' | 'checkIn';
  readonly state: ScanState;
  /** The last answer; null before there is one. */
  readonly answer: ItemAnswer | null;
  /** Whether the answer is so late that the reader need not wait for it any more. */
  readonly overdue: boolean;
}

export interface ItemAnswer {
  readonly title: string | null;
  /** The due date of a borrowed item, or of an item that the reader already had. Null for other items. */
  readonly dueOn: string | null;
  /** The code by which staff find the operation; null if nothing was recorded. */
  readonly code: string | null;
  /** The state of a returned copy: `ON_HOLD_SHELF` if another reader waits for it. */
  readonly itemState: string | null;
  /** The branch to which a returned copy must go. Null if the copy stays, or if the branch is not known. */
  readonly sentTo: string | null;
  readonly problems: readonly { readonly code: string; readonly message: string }[];
  /** The errors of a rejected request. */
  readonly missing: readonly MissingValue[];
  /** The number of further items that the reader may borrow; null if unknown. */
  readonly remaining: number | null;
}

/**
 * Borrows or returns one item, and resolves when the operation is settled. `onUnsettled` gets each earlier answer.
 * Rejects if the outcome is unknown.
 */
export type SendItem = (
  itemNumber: string,
  options: { readonly onUnsettled: (answer: ItemAnswer) => void; readonly signal: AbortSignal },
) => Promise<{ readonly state: 'done' | 'refused'; readonly answer: ItemAnswer }>;

/**
 * The maximum number of items that are sent at the same time. Three keep up with a person, who scans one or two items a
 * second. An answer takes about a second.
 */
const maxLanes = 3;
/**
 * The number of items that are sent at the same time for a reader who may borrow `remaining` more. If more were sent,
 * an item that was scanned later might take the place of an earlier one.
 */
const lanesFor = (remaining: number): number => Math.max(1, Math.min(maxLanes, remaining));
/**
 * The time after which the station asks the reader to go to staff, if an item that was sent isn't settled
 * (docs/guides/stations-and-telephone.md).
 */
export const waitForUnsettledMs = 15_000;
/** The maximum number of items of one visit. Nobody may borrow that many items, and no bag holds that many. */
export const maxScans = 200;

/** Whether the item has no final outcome yet. */
export const isOpen = ({ state }: Scan): boolean =>
  state === 'waiting' || state === 'sent' || state === 'unsettled';

/** Whether there is something to announce to the reader: an outcome, or that the answer takes long. */
const isTold = ({ state, overdue }: Scan): boolean => state !== 'waiting' && (state !== 'sent' || overdue);

export type Scanned = 'taken' | 'twice' | 'full';

/** The items of one visit. They are kept only here. After `stop`, the queue no longer waits for answers. */
export class ScanQueue {
  readonly #listeners = new Set<() => void>();
  readonly #stopping = new AbortController();
  #scans: readonly Scan[] = [];
  #senders = new Map<number, SendItem>();
  #lanes = 1;
  /** The position of the scan that was last announced to screen readers. Null before the first announcement. */
  #lastTold: number | null = null;

  /** The scans. Returns the same array until something changes, because `useSyncExternalStore` needs that. */
  get scans(): readonly Scan[] {
    return this.#scans;
  }

  /**
   * The scan that was last announced to screen readers. It need not be the newest scan, because answers may come in
   * another order. Null before the first announcement.
   */
  get lastTold(): Scan | null {
    return this.#scans.find(({ position }) => position === this.#lastTold) ?? null;
  }

  get isStopped(): boolean {
    return this.#stopping.signal.aborted;
  }

  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /**
   * Adds an item. Returns `twice` if an earlier scan of the item with the same `act` has no outcome yet. Returns `full`
   * if there are already `maxScans` items.
   */
  scan(itemNumber: string, act: Scan['act'], send: SendItem): Scanned {
    if (this.#scans.some((scan) => isOpen(scan) && scan.itemNumber === itemNumber && scan.act === act)) {
      return 'twice';
    }
    if (this.#scans.length >= maxScans) {
      return 'full';
    }
    const position = this.#scans.length + 1;
    this.#senders.set(position, send);
    this.#scans = [
      ...this.#scans,
      { position, itemNumber, act, state: 'waiting', answer: null, overdue: false },
    ];
    this.#changed();
    this.#sendNext();
    return 'taken';
  }

  /** Sets the number of further items that the reader may borrow. */
  setRemaining(remaining: number): void {
    this.#lanes = lanesFor(remaining);
    this.#sendNext();
  }

  /** Cancels the waiting items. The sent items continue, and their outcomes are shown. */
  cancelWaiting(): void {
    for (const { position } of this.#scans.filter(({ state }) => state === 'waiting')) {
      this.#senders.delete(position);
      this.#change(position, { state: 'notSent' });
    }
  }

  /** Stops waiting for answers. Operations that were sent continue at the library. */
  stop(): void {
    this.#stopping.abort();
    this.#senders.clear();
  }

  #sendNext(): void {
    const sent = this.#scans.filter(({ state, overdue }) => state === 'sent' && !overdue).length;
    const next = this.#scans.find(({ state }) => state === 'waiting');
    const send = next && this.#senders.get(next.position);
    if (next === undefined || send === undefined || sent >= this.#lanes || this.#stopping.signal.aborted) {
      return;
    }
    this.#change(next.position, { state: 'sent' });
    void this.#follow(next, send);
    this.#sendNext();
  }

  async #follow({ position, itemNumber }: Scan, send: SendItem): Promise<void> {
    const { signal } = this.#stopping;
    const timer = setTimeout(() => {
      this.#change(position, { overdue: true });
      this.#sendNext();
    }, waitForUnsettledMs);
    try {
      const { state, answer } = await send(itemNumber, {
        signal,
        onUnsettled: (answer) => {
          this.#change(position, { state: 'unsettled', answer });
          // An unsettled item may take a minute, so the next items don't wait for it.
          this.#sendNext();
        },
      });
      this.#settle(position, { state, answer });
    } catch {
      this.#settle(position, { state: 'unknown' });
    } finally {
      clearTimeout(timer);
    }
  }

  #settle(position: number, change: Partial<Scan>): void {
    this.#change(position, change);
    this.#senders.delete(position);
    this.#sendNext();
  }

  #change(position: number, change: Partial<Scan>): void {
    if (this.#stopping.signal.aborted) {
      return;
    }
    const { answer } = change;
    if (answer?.remaining != null) {
      this.#lanes = lanesFor(answer.remaining);
    }
    this.#scans = this.#scans.map((scan) => (scan.position === position ? { ...scan, ...change } : scan));
    if (this.#scans.some((scan) => scan.position === position && isTold(scan))) {
      this.#lastTold = position;
    }
    this.#changed();
  }

  #changed(): void {
    for (const listener of this.#listeners) {
      listener();
    }
  }
}
