/**
 * Finds open applications by document, in the index and in card management's list. The index lags behind by seconds,
 * and is empty while it is built again. It is filled from the list, the oldest first. So the applications that it lacks
 * come after its newest one, and `listNewerThanIndex` reads them from the list. `listNewerThanIndex` must be called
 * before `indexedIds`. Then an application that is indexed between the two calls is found by the second.
 */
import type { Application, PageRequest } from '../../../../../adapters/credentials/port.ts';
import { UpstreamError } from '../../../../../adapters/soap/port.ts';
import { indexedApplication } from '../../../../library/indexed-application.ts';
import type { CredentialServices } from '../../services.ts';

/** The number of applications in a page. Card management's port returns no more. */
const pageSize = 100;
/** The maximum number of pages of open applications that the index lacks. Nearly always, one page has them all. */
const maxNewerPages = 5;

/**
 * The open applications that the index lacks. `isWhole` is false if some are missing, because there are too many or one
 * can't be decoded.
 */
export interface NewerApplications {
  readonly rows: readonly Application[];
  readonly isWhole: boolean;
}

export async function listNewerThanIndex(
  { index, cards }: Pick<CredentialServices, 'index' | 'cards'>,
  signal: AbortSignal,
): Promise<NewerApplications> {
  const any = { status: null, channel: null, of: null } as const;
  const [newest] = await index.applications({ ...any, order: 'NEWEST_FIRST', after: null, maxItems: 1 });
  const pages: (readonly Application[])[] = [];
  let after = newest?.id ?? null;
  for (let page = 0; page < maxNewerPages; page += 1) {
    const request: PageRequest = { first: pageSize, after };
    try {
      const found = await cards.listApplications({ status: 'RECEIVED', patronId: null }, request, signal);
      pages.push(found.rows);
      after = found.rows.at(-1)?.id ?? null;
      if (!found.hasNextPage || after === null) {
        return { rows: pages.flat(), isWhole: true };
      }
    } catch (error) {
      if (error instanceof UpstreamError && error.reason === 'invalid-response') {
        return { rows: pages.flat(), isWhole: false };
      }
      throw error;
    }
  }
  return { rows: pages.flat(), isWhole: false };
}

/** The ids of applications that are open in the index and name one of the documents. They may be decided by now. */
export async function indexedIds(
  { index }: Pick<CredentialServices, 'index'>,
  documents: readonly string[],
): Promise<readonly string[]> {
  const found = documents.map((document) =>
    index.applications({
      status: 'RECEIVED',
      channel: null,
      of: { document },
      order: 'OLDEST_FIRST',
      after: null,
      maxItems: pageSize,
    }),
  );
  return [...new Set((await Promise.all(found)).flat().map(({ id }) => id))];
}

export const namesOneOf = (documents: readonly string[], application: Application): boolean =>
  indexedApplication(application).documents.some((document) => documents.includes(document));
