/** Removes staff's notes from rows that are gone: the loan was returned, the hold collected or the debt paid. */
import type { IndexProgress } from '../../../store/index/port.ts';
import type { Owing, RowNotes } from '../../../store/journal/port.ts';
import { StoreUnavailable } from '../../../store/store-unavailable.ts';
import { startRounds, type Wait } from '../../operations/repeat.ts';
import { type ErrorLog, reportFailure } from '../../runtime/errors.ts';
import { findRow, type RowServices } from './noted-row.ts';

export interface NoteRemoval extends RowServices {
  readonly index: RowServices['index'] & { progress(): Promise<Pick<IndexProgress, 'isWhole'>> };
  readonly owing: Pick<Owing, 'sumOwed' | 'owingState'>;
  readonly rowNotes: Pick<RowNotes, 'notedRows' | 'removeNotesAt'>;
  readonly log: ErrorLog;
}

const rowsPerRound = 100;
/** Pause between two checks of 100 rows, in ms. A thousand rows with notes are checked within five minutes. */
const pauseMs = 30_000;

/**
 * Checks the next rows that have notes, and removes the notes of rows that are gone. Does nothing until the index
 * contains all cards, because a row may still be missing from it. Resolves to the key after which the next call
 * continues, or to null to begin again.
 * @throws StoreUnavailable
 */
export async function removeNotesOfGoneRows(
  { rowNotes, ...services }: NoteRemoval,
  after: string | null,
): Promise<string | null> {
  if (!(await services.index.progress()).isWhole) {
    return after;
  }
  const rows = await rowNotes.notedRows(after, rowsPerRound);
  const owners = await Promise.all(rows.map(({ row }) => findRow(row, services)));
  // Before the list of patrons who owe something is built, no row can be found in it.
  const isOwingBuilt = (await services.owing.owingState()).ageMs !== null;
  const gone = rows
    .filter(({ row, patronId }, at) => owners[at] === null && (isOwingBuilt || row !== patronId))
    .map(({ key }) => key);
  if (gone.length > 0) {
    await rowNotes.removeNotesAt(gone);
  }
  return rows.length < rowsPerRound ? null : (rows.at(-1)?.key ?? null);
}

/** Repeats `removeNotesOfGoneRows` until the returned object is disposed of. If a call fails, it is repeated. */
export const startRemovingNotes = (services: NoteRemoval, wait: Wait): AsyncDisposable =>
  startRounds(
    async (after, signal) => {
      try {
        return await removeNotesOfGoneRows(services, after);
      } catch (error) {
        if (!signal.aborted && !(error instanceof StoreUnavailable)) {
          reportFailure(services.log, error, 'notes of gone rows are not removed');
        }
        return after;
      }
    },
    pauseMs,
    wait,
  );
