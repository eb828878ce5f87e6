/**
 * The index: a copy of loans, holds, applications and loss reports, for lists over the whole library. The legacy systems
 * have no such lists: every card would have to be read.
 *
 * - **Not a source of truth.** The index lags behind by seconds. Before a row is shown, it is read again from its
 *   system. If the row and the system differ, `markToRead` and `saveApplications` repair the index.
 * - **No history.** A loan's row is removed as soon as a reading does not show the loan. No row is logged or backed up.
 *   After a crash of the database server, or on another server, the tables are empty. Only this data is logged: the list
 *   of the cards that had rows, so that these cards can be read again; the state of the build, with the position in the
 *   feed; the sequences of the latest events; and the numbers of loans and returns of each day.
 * - **Encryption.** The methods take and return card, patron and document numbers in clear. The index stores these
 *   numbers encrypted, with keyed digests to find rows by. Titles, items and branches are not personal, and are stored in
 *   clear.
 * - **Errors.** Every method rejects only with `StoreUnavailable`, or with `RangeError` for an argument out of bounds.
 *
 * Each idea of the index has a file in `port/`. This file exports all of them, and other folders import only this file:
 *
 * - `rows.ts`: the rows of the lists.
 * - `circulation.ts`: the lists of loans and holds. Read this file first.
 * - `applications.ts`: the lists of applications and loss reports.
 * - `progress.ts`: how far the index is built.
 * - `readings.ts`: the records that were read from the legacy systems, and the records that must be read again.
 * - `build.ts`: how the follower of the feed builds the index.
 *
 * Decision 27 has the reasons.
 */
import type { ApplicationIndex } from './port/applications.ts';
import type { IndexBuild } from './port/build.ts';
import type { CirculationIndex } from './port/circulation.ts';

export type * from './port/applications.ts';
export type * from './port/build.ts';
export * from './port/circulation.ts';
export type * from './port/progress.ts';
export type * from './port/readings.ts';
export type * from './port/rows.ts';

export interface IndexDatabase extends CirculationIndex, ApplicationIndex, IndexBuild, AsyncDisposable {}
