import { hongKongInstant } from '../../library/calendar.ts';
import { recordReading } from '../../operations/reading-audit.ts';
import { requireRead } from '../../runtime/caller.ts';
import {
  badInput,
  boundsOfPage,
  type Page,
  type PageInput,
  parsePage,
  toPage,
} from '../../runtime/pagination.ts';
import type { PatronReference, PatronsContext } from '../context.ts';
import { type AccessLogEntry, keyOfPosition, mergeAccesses, positionOfKey } from '../rules/access-log.ts';

/**
 * The people who read or changed a patron's data, the latest first (R27). Callers with `patrons:read` may see this log,
 * too, because it reveals no more about the patron than the record does. Only callers with `audit:read` see the names
 * of members of staff.
 * @throws GraphQLError UNAUTHENTICATED, FORBIDDEN, or BAD_USER_INPUT for a text that is not a cursor
 */
export async function accessLog(
  { id }: PatronReference,
  args: PageInput,
  { caller, services }: PatronsContext,
): Promise<Page<AccessLogEntry>> {
  requireRead(caller, id, ['patrons:read']);
  const page = parsePage(args, 'Patron.accessLog');
  const key = page.after ?? '.';
  const from = positionOfKey(key);
  if (from === null) {
    throw badInput('`after` must be a `cursor` of another page.');
  }
  // One entry more than the page needs is read. It shows whether there is a next page.
  const [readings, changes] = await Promise.all([
    services.audit.latestReadings(id, from.reading, page.first + 1),
    services.changes.latestChanges(id, from.change, page.first + 1),
  ]);
  const entries = mergeAccesses(readings, changes, from);
  const bounds = boundsOfPage(page, entries.length);
  return toPage(entries.slice(0, page.first), ({ position }) => keyOfPosition(position), bounds);
}

/** Records that the patron gets a copy of all of their data, before any of it is read (R27). */
export async function dataExportedAt(
  { id }: PatronReference,
  _args: unknown,
  { caller, services }: PatronsContext,
): Promise<string> {
  requireRead(caller, id, []);
  await recordReading(services, caller, { what: 'DATA_EXPORT', patronId: id, applicationId: null });
  return hongKongInstant(await services.journal.now());
}

export const accessLogEntryResolvers = {
  colleague({ colleague }: AccessLogEntry, _args: unknown, { caller }: PatronsContext): string | null {
    requireRead(caller, null, ['audit:read']);
    return colleague;
  },
};
