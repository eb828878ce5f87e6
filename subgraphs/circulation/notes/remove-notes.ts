/** Removes the notes of staff whose rows are gone: returned, collected or paid. */
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
/** Pause between two rounds, in ms. A thousand noted rows are checked within five minutes. */
const pauseMs = 30_000;

/**
 * Checks the next noted rows, and removes the notes of rows that are gone. Until the index is whole, a row may be
 * missing from it, so nothing is removed. Resolves to the key after which the next round continues. Null: the
 * beginning.
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
  // Until the list of patrons who owe something is built, it is empty.
  const isOwingBuilt = (await services.owing.owingState()).ageMs !== null;
  const gone = rows
    .filter(({ row, patronId }, at) => owners[at] === null && (isOwingBuilt || row !== patronId))
    .map(({ key }) => key);
  if (gone.length > 0) {
    await rowNotes.removeNotesAt(gone);
  }
  return rows.length < rowsPerRound ? null : (rows.at(-1)?.key ?? null);
}

/** Removes notes, round after round, until the returned object is disposed of. A failed round is repeated. */
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
