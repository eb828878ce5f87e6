import type { GraphQLFormattedError } from 'graphql';
import type { CallObserver } from '../adapters/soap/call-observer.ts';
import type { ServerObserver } from '../platform/http/server-observer.ts';
import type { IndexDatabase } from '../store/index/port.ts';
import type { JournalObserver } from '../store/journal/observed-journal.ts';
import type { JournalDatabase } from '../store/journal/port.ts';

/** Who tried: a partner for a reader, a station, desk or telephone, the sign-in page with a PIN, or with a one-time code. */
export type AttemptSource = 'partner' | 'reader' | 'sign-in' | 'code';
/** `locked`: too many for the number. `throttled`: too many over all numbers. `unknown`: it could not be found out. */
export type AttemptOutcome = 'right' | 'wrong' | 'locked' | 'throttled' | 'unknown';

/**
 * What a process that runs subgraphs tells about itself, its journal and its calls. `telemetry/` implements it; a method that is
 * absent is not called. Every method must be quick, and must not throw.
 *
 * What is given to a method that begins with `watch` may be asked at any time.
 */
export interface ServiceObserver extends ServerObserver, CallObserver, JournalObserver {
  /** A subgraph has answered the gateway. `errors`: null where the answer has none. */
  answered?(subgraph: string, errors: readonly GraphQLFormattedError[] | null, ms: number): void;
  /** Somebody tried a PIN or a one-time code. */
  attempted?(source: AttemptSource, outcome: AttemptOutcome): void;
  /** An alarm was logged: a line that somebody must act on today. */
  alarmed?(): void;
  /** How far the reading of circulation's events is behind just now, in ms; null: this process doesn't follow them any more. */
  feedLagged?(lagMs: number | null): void;
  watchJournal?(journal: Pick<JournalDatabase, 'countOpen' | 'connections'>): void;
  watchIndex?(index: Pick<IndexDatabase, 'progress'>): void;
}
