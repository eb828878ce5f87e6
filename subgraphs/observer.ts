import type { GraphQLFormattedError } from 'graphql';
import type { CallObserver } from '../adapters/soap/call-observer.ts';
import type { ServerObserver } from '../platform/http/server-observer.ts';
import type { IndexDatabase } from '../store/index/port.ts';
import type { JournalObserver } from '../store/journal/observed-journal.ts';
import type { JournalDatabase } from '../store/journal/port.ts';

/**
 * The source of an attempt:
 *
 * - `partner`: a partner, for a reader.
 * - `reader`: a station, a desk or the telephone service.
 * - `sign-in`: the sign-in page, with a PIN.
 * - `code`: the sign-in page, with a one-time code.
 */
export type AttemptSource = 'partner' | 'reader' | 'sign-in' | 'code';
/**
 * The outcome of an attempt. `locked`: the card number has had too many failures. `throttled`: the sender has had too
 * many failures with all numbers together. `unknown`: a system could not answer.
 */
export type AttemptOutcome = 'right' | 'wrong' | 'locked' | 'throttled' | 'unknown';

/**
 * The outcome of a station's access to a patron. `begun`: a card was shown. `limited`: cards of too many patrons were
 * shown. `unproven`: no card was shown, so somebody tries patron numbers. `over`: the card was shown too long ago.
 */
export type VisitOutcome = 'begun' | 'limited' | 'unproven' | 'over';

export type CursorRefusal = 'CURSOR_EXPIRED' | 'CURSOR_INVALID';

/**
 * The events and states that a process with subgraphs reports about itself, its journal and its calls. `telemetry/`
 * implements the observer. A method that is absent is not called. Every method must be quick, and must not throw.
 *
 * A method that begins with `watch` gets an object. The observer may read the state of that object at any time.
 */
export interface ServiceObserver extends ServerObserver, CallObserver, JournalObserver {
  /** A subgraph has answered the gateway. `errors` is null if the answer has none. */
  answered?(subgraph: string, errors: readonly GraphQLFormattedError[] | null, ms: number): void;
  /** An attempt at a PIN or a one-time code has ended. */
  attempted?(source: AttemptSource, outcome: AttemptOutcome): void;
  /** A station has requested a patron's data. */
  visited?(outcome: VisitOutcome): void;
  /** An alarm was logged. Somebody must act on it on the same day. */
  alarmed?(): void;
  /**
   * The time by which this process is behind circulation's feed of events, in ms. Null if the process no longer follows
   * the feed.
   */
  feedLagged?(lagMs: number | null): void;
  /** A page of the feed was read and compared with the journal. It may have no event. */
  feedPageCompared?(): void;
  /**
   * Circulation's clock was measured: the time by which it is ahead of the journal's, in ms. Null if this process no
   * longer reads circulation's events.
   */
  circulationClockMeasured?(aheadMs: number | null): void;
  /** A stream of changes has begun (`by` is 1), or has ended (-1). `field` is its field of `Subscription`. */
  changesFollowed?(field: string, by: 1 | -1): void;
  /** A change was sent to a caller. */
  changeTold?(field: string): void;
  /** A caller's cursor was refused. The caller must read the whole list again. */
  cursorRefused?(code: CursorRefusal): void;
  watchJournal?(
    journal: Pick<JournalDatabase, 'busiestColleagues' | 'countOpen' | 'countOpenFindings' | 'connections'>,
  ): void;
  watchLog?(log: Pick<JournalDatabase, 'logFigures'>): void;
  watchIndex?(index: Pick<IndexDatabase, 'progress'>): void;
  watchOwing?(owing: Pick<JournalDatabase, 'owingState'>): void;
}
