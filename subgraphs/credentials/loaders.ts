import type DataLoader from 'dataloader';
import type { Application, Credential } from '../../adapters/credentials/port.ts';
import type { PatronMerges, ReceivedApplication } from '../../store/journal/port.ts';
import { hasLuhnCheckDigit } from '../library/card-and-identity-numbers.ts';
import { createLoader } from '../runtime/loader.ts';
import type { CredentialServices } from './procedures/services.ts';
import { listNewerThanIndex, type NewerApplications } from './procedures/steps/lookups/open-applications.ts';
import { withCanonicalDocuments } from './rules/applications/form.ts';

/** The loaders of one request. Each key is read once, and the keys of one batch are read in one call. */
export interface CredentialLoaders {
  readonly cardsByPatron: DataLoader<string, readonly Credential[]>;
  readonly cardsByNumber: DataLoader<string, Credential | null>;
  readonly applications: DataLoader<string, Application | null>;
  /** The record into which a patron's record was merged, and the records that were merged into the patron's. */
  readonly merges: DataLoader<string, PatronMerges>;
  /** The applications of strangers in the journal, by the document that they name. */
  readonly receivedByDocument: DataLoader<string, readonly ReceivedApplication[]>;
  /** The open applications that the index lacks. They are listed once. */
  newerApplications(): Promise<NewerApplications>;
}

export function createCredentialLoaders(
  { cards, received, merged, index }: Pick<CredentialServices, 'cards' | 'received' | 'merged' | 'index'>,
  signal: AbortSignal,
): CredentialLoaders {
  const cardsByNumber = createLoader<Credential | null>('cardsByNumber', async (numbers) => {
    // Card management is not asked about a wrong check digit, because no card has such a number (R8).
    const validNumbers = numbers.filter(hasLuhnCheckDigit);
    const found = validNumbers.length === 0 ? [] : await cards.cardsByNumber(validNumbers, signal);
    const byNumber = new Map(validNumbers.map((number, index) => [number, found[index] ?? null]));
    return numbers.map((number) => byNumber.get(number) ?? null);
  });
  const cardsByPatron = createLoader<readonly Credential[]>('cardsByPatron', async (patronIds) => {
    const byPatron = await cards.cardsByPatron(patronIds, signal);
    for (const card of byPatron.flat()) {
      cardsByNumber.prime(card.libraryCardNumber, card);
    }
    return byPatron;
  });
  let newer: Promise<NewerApplications> | null = null;
  return {
    cardsByPatron,
    cardsByNumber,
    merges: createLoader('merges', (patronIds) => merged.mergesOf(patronIds)),
    newerApplications() {
      newer ??= listNewerThanIndex({ index, cards }, signal);
      return newer;
    },
    receivedByDocument: createLoader('receivedByDocument', (documents) =>
      received.applicationsOfDocuments(documents),
    ),
    applications: createLoader('applications', async (ids) => {
      const found = await cards.applicationsById(ids, signal);
      return found.map((application) => (application === null ? null : withCanonicalDocuments(application)));
    }),
  };
}
