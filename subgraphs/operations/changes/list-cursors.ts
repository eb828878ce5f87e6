/**
 * The cursors of lists. From a cursor, a client follows the changes of its list. A cursor is never newer than its list.
 */
import type { Caller } from '../../runtime/caller.ts';
import { type LogPosition, writeCursor } from './cursor.ts';
import { type SelectedFields, selects } from './selects.ts';
import type { LiveServices } from './services.ts';

type Services = Pick<LiveServices, 'changeLog' | 'pastPositions' | 'fingerprintKey'>;

/** The field of `Subscription` with which a client follows a list. */
export interface FollowedBy {
  readonly caller: Caller;
  readonly field: string;
}

const cursorAt = ({ fingerprintKey }: Services, position: LogPosition, use: FollowedBy): string =>
  writeCursor(fingerprintKey, position, use, 'any');

/** The cursor of a list that is read from its system, or from the journal, after this call. @throws StoreUnavailable */
export async function cursorBefore(services: Services, use: FollowedBy): Promise<string> {
  const { generation, newest } = await services.changeLog.logState();
  return cursorAt(services, { generation, number: newest }, use);
}

/**
 * The cursor of a list that is read from the index after this call: the position that the index has applied. Null while
 * the index is not complete enough to answer lists.
 * @throws StoreUnavailable
 */
export async function cursorOfIndex(services: Services, use: FollowedBy): Promise<string | null> {
  const { generation } = await services.changeLog.logState();
  const number = await services.changeLog.indexedNumber();
  return number === null ? null : cursorAt(services, { generation, number }, use);
}

/** The cursor for all data that the present GraphQL operation has read, from any subgraph. @throws StoreUnavailable */
export const cursorOfOperation = async (services: Services, use: FollowedBy): Promise<string> =>
  cursorAt(services, await services.pastPositions.beforeOperation(), use);

/**
 * A resolver of a list or of one object. If the client selects the cursor from which to follow the result, the cursor
 * is read first.
 */
export function followable<Args, Context, List extends object | null>(
  list: (source: unknown, args: Args, context: Context, info: SelectedFields) => Promise<List>,
  cursorOf: (context: Context) => Promise<string | null>,
) {
  return async (source: unknown, args: Args, context: Context, info: SelectedFields) => {
    const changesCursor = selects(info, ['changesCursor']) ? await cursorOf(context) : null;
    const found = await list(source, args, context, info);
    return found === null ? null : { ...found, changesCursor };
  };
}
