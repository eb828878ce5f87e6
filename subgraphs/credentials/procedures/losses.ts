import type { Credential, NewApplication } from '../../../adapters/credentials/port.ts';
import { cardsToLookUp } from '../rules/cards/lost-dates.ts';
import type { CredentialTask } from './services.ts';

/** Reports are listed for all cards together, oldest first: 10,000 of them are read at most, in pages of 100. */
const rowsAtOnce = 100;
const mostPages = 100;

/**
 * Which of the cards that the application's date of issue leaves in doubt were ever reported lost, by library card number.
 * Nothing is asked where there is no such card, as nearly always. Where there are more reports than are read, all of them are
 * taken for lost: better a form too many than a lost card in use.
 */
export async function lostEarlier(
  { services, signal }: CredentialTask,
  application: NewApplication,
  patronCards: readonly Credential[],
): Promise<ReadonlySet<string>> {
  const inDoubt = new Set(cardsToLookUp(application, patronCards));
  const lost = new Set<string>();
  let after: string | undefined;
  for (let page = 0; inDoubt.size > lost.size; page += 1) {
    if (page === mostPages) {
      return inDoubt;
    }
    const request = { first: rowsAtOnce, ...(after !== undefined && { after }) };
    const { rows, hasNextPage } = await services.cards.listLossReports(request, signal);
    for (const { libraryCardNumber } of rows) {
      if (inDoubt.has(libraryCardNumber)) {
        lost.add(libraryCardNumber);
      }
    }
    after = rows.at(-1)?.id;
    if (!hasNextPage || after === undefined) {
      return lost;
    }
  }
  return lost;
}
