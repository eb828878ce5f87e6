import { z } from 'zod';
import type { NoticeKind } from '../../../store/journal/port.ts';
import { newsDays } from './occasions.ts';
import { endpointsFor, type Making, makeAll, pageSize } from './services.ts';

/** The changes that each kind of notice reports, by their names in the audit. */
const toldFields = {
  'pin.changed': ['credential.pin'],
  'contact.changed': ['email', 'telephone', 'addressLines'],
} as const satisfies Partial<Record<NoticeKind, readonly string[]>>;

/**
 * The maximum number of changes that one run reads. It reads the latest changes. If more were made since the previous
 * run, the oldest get no notice.
 */
const maxChanges = 10_000;

/** Makes notices of new PINs and of changed contact details, no matter who made the change. */
export async function tellOfChanges(making: Making): Promise<void> {
  await tellOf(making, 'pin.changed');
  await tellOf(making, 'contact.changed');
}

async function tellOf(making: Making, kind: keyof typeof toldFields): Promise<void> {
  const { changes, notices, lease } = making;
  if (endpointsFor(making, kind).length === 0) {
    return;
  }
  const recent = await changes.recentChanges(toldFields[kind], newsDays * 86_400_000, maxChanges);
  // An operation that changes several fields gets one notice.
  const patrons = new Map(
    recent.filter(({ at }) => at >= lease.since).map(({ operationId, patronId }) => [operationId, patronId]),
  );
  const operationIds = [...patrons.keys()];
  for (let from = 0; from < operationIds.length; from += pageSize) {
    const unmade = await notices.unmadeNotices(kind, operationIds.slice(from, from + pageSize));
    const found = unmade.map((occasion) => ({ kind, patronId: patrons.get(occasion) ?? '', occasion }));
    const formerEmails = kind === 'contact.changed' ? await formerEmailsOf(making, unmade) : new Map();
    await makeAll(making, found, formerEmails);
  }
}

const withFormerEmail = z.object({ formerEmail: z.string().nullable() });

/**
 * The e-mail address that each operation has replaced. The notice goes to that address, because the new one may be
 * somebody else's. Null if the operation has not changed the address, or if there was none before.
 */
async function formerEmailsOf(
  { journal }: Making,
  operationIds: readonly string[],
): Promise<ReadonlyMap<string, string | null>> {
  const found = new Map<string, string | null>();
  for (const operationId of operationIds) {
    const operation = await journal.findById(operationId);
    found.set(operationId, withFormerEmail.safeParse(operation?.result).data?.formerEmail ?? null);
  }
  return found;
}
