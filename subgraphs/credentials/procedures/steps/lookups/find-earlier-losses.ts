import type { Credential, NewApplication, PageRequest } from '../../../../../adapters/credentials/port.ts';
import { cardsToLookUp } from '../../../rules/cards/lost-dates.ts';
import type { CredentialTask } from '../../services.ts';

/** The number of reports in a page. Card management's port returns no more. */
const reportsPerPage = 100;
/**
 * The maximum number of pages that are read: 10,000 reports, the oldest first. Card management lists the reports of all
 * cards together.
 */
const maxPages = 100;

/**
 * Finds out which of the cards in doubt were ever reported lost (R18), by card number. `cardsToLookUp` says which cards
 * are in doubt. Usually there are none, and no call is made. If there are more than {@link maxPages} pages, all cards
 * in doubt count as lost. A needless refusal does less harm than a lost card in use.
 */
export async function findEarlierLosses(
  { services, signal }: CredentialTask,
  application: NewApplication,
  patronCards: readonly Credential[],
): Promise<ReadonlySet<string>> {
  const cardsInDoubt = new Set(cardsToLookUp(application, patronCards));
  const lostCards = new Set<string>();
  let after: string | null = null;
  for (let page = 0; cardsInDoubt.size > lostCards.size; page += 1) {
    if (page === maxPages) {
      return cardsInDoubt;
    }
    const request: PageRequest = { first: reportsPerPage, after };
    const { rows, hasNextPage } = await services.cards.listLossReports(request, signal);
    for (const { libraryCardNumber } of rows) {
      if (cardsInDoubt.has(libraryCardNumber)) {
        lostCards.add(libraryCardNumber);
      }
    }
    after = rows.at(-1)?.id ?? null;
    if (!hasNextPage || after === null) {
      return lostCards;
    }
  }
  return lostCards;
}
