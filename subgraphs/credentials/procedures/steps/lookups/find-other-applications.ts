import type { Application } from '../../../../../adapters/credentials/port.ts';
import type { OtherApplications } from '../../../rules/applications/other-applications.ts';
import { isOpen } from '../../../rules/open-application.ts';
import type { CredentialTask } from '../../services.ts';
import { readApplications } from '../read-records.ts';
import { indexedIds, listNewerThanIndex, namesOneOf } from './open-applications.ts';

/**
 * Finds other open applications that name one of the documents. The index may be old, so the applications that it finds
 * are read again from card management.
 */
export async function findOtherApplications(
  task: CredentialTask,
  application: Application,
  documents: readonly string[],
): Promise<OtherApplications> {
  if (documents.length === 0) {
    return { open: [], areAllListed: true };
  }
  const { services, signal } = task;
  const newer = await listNewerThanIndex(services, signal);
  const indexed = await readApplications(task, await indexedIds(services, documents));
  const found = [...indexed, ...newer.rows].filter(
    (other) => other.id !== application.id && isOpen(other) && namesOneOf(documents, other),
  );
  return { open: found, areAllListed: newer.isWhole };
}
