import type { LogRow } from '../../../store/journal/port.ts';
import { hongKongInstant } from '../../library/calendar.ts';
import { errorTexts } from '../../library/errors/error-texts.ts';
import { LocalizedError } from '../../library/errors/localized-error.ts';
import type { CursorRefusal, ServiceObserver } from '../../observer.ts';
import type { Caller } from '../../runtime/caller.ts';
import { badInput } from '../../runtime/pagination.ts';
import type { SourceEvent } from '../../runtime/streams/subscribe.ts';
import { idOfChange, type LogPosition, readCursor, writeCursor } from './cursor.ts';
import type { LiveServices } from './services.ts';

export interface Followed {
  readonly caller: Caller;
  /** The field of `Subscription`. */
  readonly field: string;
  /** The arguments besides `after`. Cursors are bound to them. */
  readonly args: { readonly [name: string]: unknown };
  /** The subscription continues after the earliest of these cursors. If null or empty, it begins now. */
  readonly after: readonly string[] | null;
  readonly signal: AbortSignal;
}

export interface Change extends SourceEvent {
  readonly id: string;
  /** The time at which the change was written into the log, in Hong Kong's time. */
  readonly at: string;
}

/** The maximum number of cursors in `after`. A screen has fewer lists. */
const maxCursors = 20;

/**
 * The position after which a subscription begins.
 * @throws GraphQLError BAD_USER_INPUT for too many cursors; CURSOR_INVALID for a cursor of another caller, field or
 *   arguments; CURSOR_EXPIRED for a cursor of another generation of the log, or if rows after it were removed.
 *   StoreUnavailable
 */
export async function startOf(
  { changeLog, fingerprintKey, observer }: LiveServices,
  { caller, field, args, after }: Omit<Followed, 'signal'>,
): Promise<LogPosition> {
  const { generation, newest, oldestKept } = await changeLog.logState();
  const cursors = after ?? [];
  if (cursors.length > maxCursors) {
    throw badInput(`\`after\` must have at most ${maxCursors} cursors.`);
  }
  const numbers = cursors.map((cursor) => {
    const read = readCursor(fingerprintKey, cursor, generation, { caller, field }, args);
    if (read.kind === 'invalid') {
      throw refused('CURSOR_INVALID', observer);
    }
    if (read.kind === 'expired' || read.number < oldestKept - 1 || read.number > newest) {
      throw refused('CURSOR_EXPIRED', observer);
    }
    return read.number;
  });
  return { generation, number: numbers.reduce((earliest, one) => Math.min(earliest, one), newest) };
}

/**
 * The changes after a position that `select` accepts, in order and without a gap, until the signal aborts. The next
 * change is read only when the caller has taken the previous one. So a slow caller falls behind, but misses nothing.
 * @param select returns what the caller gets of a row; null for a row that the caller does not get
 * @throws GraphQLError CURSOR_EXPIRED if the rows after a slow caller's position were removed, or if a new generation
 *   of the log began
 */
export async function* follow<Told extends object>(
  { logTail, fingerprintKey: key, observer }: LiveServices,
  start: LogPosition,
  { caller, field, args, signal }: Followed,
  select: (row: LogRow) => Promise<Told | null>,
): AsyncGenerator<Told & Change, void, void> {
  const { generation } = start;
  let { number } = start;
  observer.changesFollowed?.(field, 1);
  try {
    while (!signal.aborted) {
      const page = await logTail.next(generation, number, signal);
      if (page.isGone || page.generation !== generation) {
        throw refused('CURSOR_EXPIRED', observer);
      }
      for (const row of page.rows) {
        number = row.number;
        const told = await select(row);
        if (told !== null) {
          const cursor = writeCursor(key, { generation, number }, { caller, field }, args);
          const id = idOfChange(key, [generation, number]);
          observer.changeTold?.(field);
          yield { ...told, id, at: hongKongInstant(row.at), cursor };
        }
      }
    }
  } catch (error) {
    if (!signal.aborted) {
      throw error;
    }
  } finally {
    observer.changesFollowed?.(field, -1);
  }
}

/**
 * An entry that a stream sends before the first change of the log. It describes the state when the stream begins.
 * `parts` identify the entry.
 */
export const standing = <Told extends object>(
  { fingerprintKey: key }: LiveServices,
  start: LogPosition,
  { caller, field, args }: Followed,
  { told, at, parts }: { readonly told: Told; readonly at: Date; readonly parts: readonly string[] },
): Told & Change => ({
  ...told,
  id: idOfChange(key, parts),
  at: hongKongInstant(at),
  cursor: writeCursor(key, start, { caller, field }, args),
});

function refused(code: CursorRefusal, observer: ServiceObserver): LocalizedError {
  observer.cursorRefused?.(code);
  return new LocalizedError(errorTexts[code], { extensions: { code } });
}
