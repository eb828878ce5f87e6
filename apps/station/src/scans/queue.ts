/** Items that were scanned one after the other, and what becomes of each. It knows no page: `subscribe` and `scans` are React's. */
import type { MissingValue } from '@patron-graph/kit';

/**
 * `waiting` for those before it; `sent`; `unsettled`: recorded, and being processed; `done`; `refused`: nothing was done; `unknown`:
 * no answer came, so that nobody here knows; `notSent`: the visit ended before its turn, so nothing is recorded.
 */
type ScanState = 'waiting' | 'sent' | 'unsettled' | 'done' | 'refused' | 'unknown' | 'notSent';

export interface Scan {
  /** Their order, from 1 on. */
  readonly place: number;
  readonly itemNumber: string;
  readonly act: 'checkOut' | 'checkIn';
  readonly state: ScanState;
  /** What its answers have told so far; null before the first. */
  readonly answer: ItemAnswer | null;
  /** Whether it took so long that the reader must not wait for it any more. */
  readonly overdue: boolean;
}

/** What an answer says of an item. */
export interface ItemAnswer {
  readonly title: string | null;
  /** For one that was borrowed, and for one that the reader had already. */
  readonly dueOn: string | null;
  /** By which staff find the operation; null where nothing was recorded. */
  readonly code: string | null;
  /** Where a copy that was returned goes: `ON_HOLD_SHELF` for one that another reader waits for. */
  readonly itemState: string | null;
  readonly problems: readonly { readonly code: string; readonly message: string }[];
  /** Why the whole was rejected. */
  readonly missing: readonly MissingValue[];
  /** How many more the reader may borrow; null where it isn't known. */
  readonly remaining: number | null;
}

/**
 * Borrows or returns one item until it is settled. `onUnsettled` is told of each answer that doesn't settle it. Rejects where
 * nobody knows what became of it.
 */
export type SendItem = (
  itemNumber: string,
  options: { readonly onUnsettled: (answer: ItemAnswer) => void; readonly signal: AbortSignal },
) => Promise<{ readonly state: 'done' | 'refused'; readonly answer: ItemAnswer }>;

/** As many are sent at the same time: a person scans one or two a second, and an answer takes about one. */
const maxLanes = 3;
/**
 * How many at the same time for a reader who may borrow `remaining` more. With one place left, one item at a time is asked for: of two
 * at once the later could get the place, and the earlier be told to wait.
 */
const lanesFor = (remaining: number): number => Math.max(1, Math.min(maxLanes, remaining));
/** After that, from when it was sent, the reader is sent to the staff (docs/guides/stations-and-telephone.md). */
export const waitForUnsettledMs = 15_000;
/** Of one visit. Far more than anybody may borrow, or brings back in one bag. */
export const maxScans = 200;

/** Whether it is not known yet what became of it. */
export const isOpen = ({ state }: Scan): boolean =>
  state === 'waiting' || state === 'sent' || state === 'unsettled';

/** Whether there is something to tell the reader of it: an outcome, or that it takes long. */
const isTold = ({ state, overdue }: Scan): boolean => state !== 'waiting' && (state !== 'sent' || overdue);

export type Scanned = 'taken' | 'twice' | 'full';

/** One visit's items. Nothing of it is kept once nobody refers to it; `stop` ends what it waits for. */
export class ScanQueue {
  readonly #listeners = new Set<() => void>();
  readonly #stopping = new AbortController();
  #scans: readonly Scan[] = [];
  #senders = new Map<number, SendItem>();
  #lanes = 1;
  /** The place of the item of which something was told last; null before the first. */
  #lastTold: number | null = null;

  /** The same array until something changes. */
  get scans(): readonly Scan[] {
    return this.#scans;
  }

  /** The item of which something was told last, whenever it was scanned; null before the first. */
  get lastTold(): Scan | null {
    return this.#scans.find(({ place }) => place === this.#lastTold) ?? null;
  }

  get isStopped(): boolean {
    return this.#stopping.signal.aborted;
  }

  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** `twice`: that item is on its way already, and a scanner has read it again. `full`: `maxScans` are there. */
  scan(itemNumber: string, act: Scan['act'], send: SendItem): Scanned {
    if (this.#scans.some((scan) => isOpen(scan) && scan.itemNumber === itemNumber && scan.act === act)) {
      return 'twice';
    }
    if (this.#scans.length >= maxScans) {
      return 'full';
    }
    const place = this.#scans.length + 1;
    this.#senders.set(place, send);
    this.#scans = [
      ...this.#scans,
      { place, itemNumber, act, state: 'waiting', answer: null, overdue: false },
    ];
    this.#changed();
    this.#sendNext();
    return 'taken';
  }

  /** How many more the reader may borrow. */
  setRemaining(remaining: number): void {
    this.#lanes = lanesFor(remaining);
    this.#sendNext();
  }

  /** Sends none of those that wait. What was sent goes on, and its outcome is shown. */
  cancelWaiting(): void {
    for (const { place } of this.#scans.filter(({ state }) => state === 'waiting')) {
      this.#senders.delete(place);
      this.#change(place, { state: 'notSent' });
    }
  }

  /** Ends the waiting. What was sent goes on at the library. */
  stop(): void {
    this.#stopping.abort();
    this.#senders.clear();
  }

  #sendNext(): void {
    const sent = this.#scans.filter(({ state, overdue }) => state === 'sent' && !overdue).length;
    const next = this.#scans.find(({ state }) => state === 'waiting');
    const send = next && this.#senders.get(next.place);
    if (next === undefined || send === undefined || sent >= this.#lanes || this.#stopping.signal.aborted) {
      return;
    }
    this.#change(next.place, { state: 'sent' });
    void this.#follow(next, send);
    this.#sendNext();
  }

  async #follow({ place, itemNumber }: Scan, send: SendItem): Promise<void> {
    const { signal } = this.#stopping;
    const timer = setTimeout(() => {
      this.#change(place, { overdue: true });
      this.#sendNext();
    }, waitForUnsettledMs);
    try {
      const { state, answer } = await send(itemNumber, {
        signal,
        onUnsettled: (answer) => {
          this.#change(place, { state: 'unsettled', answer });
          // Those behind it need not wait for what may take a minute.
          this.#sendNext();
        },
      });
      this.#settle(place, { state, answer });
    } catch {
      this.#settle(place, { state: 'unknown' });
    } finally {
      clearTimeout(timer);
    }
  }

  #settle(place: number, change: Partial<Scan>): void {
    this.#change(place, change);
    this.#senders.delete(place);
    this.#sendNext();
  }

  #change(place: number, change: Partial<Scan>): void {
    if (this.#stopping.signal.aborted) {
      return;
    }
    const { answer } = change;
    if (answer?.remaining != null) {
      this.#lanes = lanesFor(answer.remaining);
    }
    this.#scans = this.#scans.map((scan) => (scan.place === place ? { ...scan, ...change } : scan));
    if (this.#scans.some((scan) => scan.place === place && isTold(scan))) {
      this.#lastTold = place;
    }
    this.#changed();
  }

  #changed(): void {
    for (const listener of this.#listeners) {
      listener();
    }
  }
}
