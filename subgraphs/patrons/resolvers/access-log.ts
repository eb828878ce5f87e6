import { requireRead } from '../../runtime/caller.ts';
import { badInput, type Page, type PageInput, parsePage, toPage } from '../../runtime/pagination.ts';
import type { PatronReference, PatronsContext } from '../context.ts';
import { type AccessLogEntry, keyOfPosition, mergeAccesses, positionOfKey } from '../rules/access-log.ts';

/**
 * The readers and changers of a patron's data, the latest first (R27). Callers with `patrons:read` may see the log,
 * too. It reveals no more about the patron than the record does, and names no member of staff.
 */
export async function accessLog(
  { id }: PatronReference,
  args: PageInput,
  { caller, services }: PatronsContext,
): Promise<Page<AccessLogEntry>> {
  requireRead(caller, id, ['patrons:read']);
  const { first, after } = parsePage(args);
  const key = after ?? '.';
  const from = positionOfKey(key);
  if (from === null) {
    throw badInput('`after` must be a `cursor` of another page.');
  }
  // One entry more than the page shows whether there is a next page.
  const [readings, changes] = await Promise.all([
    services.audit.latestReadings(id, from.reading, first + 1),
    services.changes.latestChanges(id, from.change, first + 1),
  ]);
  const entries = mergeAccesses(readings, changes, from);
  return toPage(entries.slice(0, first), ({ position }) => keyOfPosition(position), {
    hasNextPage: entries.length > first,
    hasPreviousPage: key !== '.',
  });
}
