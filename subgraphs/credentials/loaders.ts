import type DataLoader from 'dataloader';
import type { Application, CardManagement, Credential } from '../../adapters/credentials/port.ts';
import { hasLuhnCheckDigit } from '../library/numbers.ts';
import { createLoader } from '../runtime/loader.ts';
import { withCanonicalDocuments } from './rules/applications/form.ts';

/** What one request reads of card management: each key asked for once, and all together. */
export interface CredentialLoaders {
  readonly cardsByPatron: DataLoader<string, readonly Credential[]>;
  readonly cardsByNumber: DataLoader<string, Credential | null>;
  readonly applications: DataLoader<string, Application | null>;
}

export function createCredentialLoaders(cards: CardManagement, signal: AbortSignal): CredentialLoaders {
  const cardsByNumber = createLoader<Credential | null>(async (numbers) => {
    // R8: a wrong check digit is not found, and nobody is asked.
    const asked = numbers.filter(hasLuhnCheckDigit);
    const found = asked.length === 0 ? [] : await cards.cardsByNumber(asked, signal);
    const byNumber = new Map(asked.map((number, index) => [number, found[index] ?? null]));
    return numbers.map((number) => byNumber.get(number) ?? null);
  });
  const cardsByPatron = createLoader<readonly Credential[]>(async (patronIds) => {
    const byPatron = await cards.cardsByPatron(patronIds, signal);
    for (const card of byPatron.flat()) {
      cardsByNumber.prime(card.libraryCardNumber, card);
    }
    return byPatron;
  });
  return {
    cardsByPatron,
    cardsByNumber,
    applications: createLoader(async (ids) => {
      const found = await cards.applicationsById(ids, signal);
      return found.map((one) => (one === null ? null : withCanonicalDocuments(one)));
    }),
  };
}
