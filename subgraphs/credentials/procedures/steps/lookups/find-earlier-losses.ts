import type { Credential, NewApplication, PageRequest } from '../../../../../adapters/credentials/port.ts';
import { cardsToLookUp } from '../../../rules/cards/lost-dates.ts';
import type { CredentialTask } from '../../services.ts';

/** The page size. Card management's port returns no more. */
const reportsPerPage = 100;
/**
 * The maximum number of pages. They have 10,000 reports, the oldest first. Card management lists the reports of all
 * cards together.
 */
const maxPages = 100;

/**
 * Finds the cards that were ever reported lost (R18), by library card number, among the cards in doubt. `cardsToLookUp`
 * chooses the cards in doubt. Nearly always, no card is in doubt, and no system is called. After {@link maxPages}
 * pages, all cards in doubt are treated as lost, because a needless refusal does less harm than a lost card in use.
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
