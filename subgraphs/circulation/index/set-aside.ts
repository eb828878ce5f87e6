import type { IndexDatabase, ToRead } from '../../../store/index/port.ts';
import type { ProcessLog } from '../../runtime/errors.ts';
import type { Unreadable } from './read-apart.ts';

/** Kinds whose keys name a person: they stay out of the log (R30). */
const isPersonal = { CARD: true, PATRON: true } as const satisfies Partial<Record<ToRead['kind'], true>>;

/**
 * Sets aside records that could not be decoded, so that those after them are read, and logs them so that operators have them
 * corrected. They are read again ever more rarely, and logged each time. `startedAt`: the index's clock before the reading.
 * @throws StoreUnavailable
 */
export async function setAside(
  { index, log }: { readonly index: IndexDatabase; readonly log: ProcessLog },
  kind: ToRead['kind'],
  unreadable: readonly Unreadable[],
  startedAt: Date,
): Promise<void> {
  const [first] = unreadable;
  if (first === undefined) {
    return;
  }
  const keys = unreadable.map(({ key }) => key);
  await index.setAside(
    keys.map((key) => ({ kind, key })),
    startedAt,
  );
  log.error(
    // The message names system, operation and field, and quotes no value.
    { kind, count: keys.length, ...(!(kind in isPersonal) && { keys }), reason: first.error.message },
    'records with invalid values are left out of the index',
  );
}
