import type { Credential, NewApplication } from '../../../../adapters/credentials/port.ts';
import { cardsToLookUp } from '../../rules/cards/lost-dates.ts';
import type { CredentialTask } from '../services.ts';

/** The most that card management's port gives in one page. */
const reportsPerPage = 100;
/** With the page size: 10,000 reports at most, oldest first. Card management lists the reports of all cards together. */
const maxPages = 100;

/**
 * R18: which of the cards in doubt were ever reported lost, by library card number. `cardsToLookUp` says which cards are in
 * doubt; nearly always there is none, and then no system is called. Past {@link maxPages} all cards in doubt count as lost: a
 * needless refusal does less harm than a lost card in use.
 */
export async function findEarlierLosses(
  { services, signal }: CredentialTask,
  application: NewApplication,
  patronCards: readonly Credential[],
): Promise<ReadonlySet<string>> {
  const cardsInDoubt = new Set(cardsToLookUp(application, patronCards));
  const lostCards = new Set<string>();
  let after: string | undefined;
  for (let page = 0; cardsInDoubt.size > lostCards.size; page += 1) {
    if (page === maxPages) {
      return cardsInDoubt;
    }
    const request = { first: reportsPerPage, ...(after !== undefined && { after }) };
    const { rows, hasNextPage } = await services.cards.listLossReports(request, signal);
    for (const { libraryCardNumber } of rows) {
      if (cardsInDoubt.has(libraryCardNumber)) {
        lostCards.add(libraryCardNumber);
      }
    }
    after = rows.at(-1)?.id;
    if (!hasNextPage || after === undefined) {
      return lostCards;
    }
  }
  return lostCards;
}
