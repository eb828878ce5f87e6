import type DataLoader from 'dataloader';
import type { Application, Credential } from '../../adapters/credentials/port.ts';
import type { PatronMerges, ReceivedApplication } from '../../store/journal/port.ts';
import { createLoader } from '../runtime/loaders/loader.ts';
import type { ClientQuery } from '../runtime/loaders/once-per-query.ts';
import { cardLoaders, mergesLoader } from '../runtime/loaders/shared-loaders.ts';
import type { CredentialServices } from './procedures/services.ts';
import { listNewerThanIndex, type NewerApplications } from './procedures/steps/lookups/open-applications.ts';
import { withCanonicalDocuments } from './rules/applications/form.ts';

/** The loaders of one request. Each key is read only once, and keys that are needed together are read in one call. */
export interface CredentialLoaders {
  readonly cardsByPatron: DataLoader<string, readonly Credential[]>;
  readonly cardsByNumber: DataLoader<string, Credential | null>;
  readonly applications: DataLoader<string, Application | null>;
  /** The record into which a patron's record was merged, and the records that were merged into it. */
  readonly merges: DataLoader<string, PatronMerges>;
  /** The applications that the journal keeps for people without a record, by the document that they name. */
  readonly receivedByDocument: DataLoader<string, readonly ReceivedApplication[]>;
  /** The open applications that the index lacks so far. They are listed only once in a request. */
  newerApplications(): Promise<NewerApplications>;
}

export function createCredentialLoaders(
  { cards, received, merged, index }: Pick<CredentialServices, 'cards' | 'received' | 'merged' | 'index'>,
  signal: AbortSignal,
  query: ClientQuery,
): CredentialLoaders {
  const { cardsOfRecord, cardsByNumber } = cardLoaders(query, cards, signal);
  let newer: Promise<NewerApplications> | null = null;
  return {
    cardsByPatron: cardsOfRecord,
    cardsByNumber,
    merges: mergesLoader(query, merged),
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
