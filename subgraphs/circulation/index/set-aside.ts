import type { IndexDatabase, ReadingStart, ToRead } from '../../../store/index/port.ts';
import type { ProcessLog } from '../../runtime/errors.ts';
import type { Unreadable } from '../../runtime/read-apart.ts';

/** The kinds of records whose keys identify a person. These keys are not logged (R30). */
const isPersonal = { CARD: true, PATRON: true } as const satisfies Partial<Record<ToRead['kind'], true>>;

/**
 * Sets aside records that could not be decoded, so that the records after them are read. Logs them, so that operators
 * can have them corrected. Later, each record is read again, and logged again if it still fails. The pause grows after
 * each failure.
 * @throws StoreUnavailable
 */
export async function setAside(
  { index, log }: { readonly index: IndexDatabase; readonly log: ProcessLog },
  kind: ToRead['kind'],
  unreadable: readonly Unreadable[],
  start: ReadingStart,
): Promise<void> {
  const [first] = unreadable;
  if (first === undefined) {
    return;
  }
  const keys = unreadable.map(({ key }) => key);
  await index.setAside(
    keys.map((key) => ({ kind, key })),
    start,
  );
  log.error(
    // `reason` names the system, the operation and the field. It quotes no value.
    {
      kind,
      count: keys.length,
      keys: kind in isPersonal ? undefined : keys,
      reason: first.error.message,
    },
    'records with invalid values are left out of the index',
  );
}
