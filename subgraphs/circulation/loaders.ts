import type DataLoader from 'dataloader';
import type { Item } from '../../adapters/circulation/port.ts';
import type { Credential } from '../../adapters/credentials/port.ts';
import type { Patron } from '../../adapters/patrons/port.ts';
import type { CirculationIndex, IndexedLoan } from '../../store/index/port.ts';
import type { MergedPatrons, PatronMerges, Places } from '../../store/journal/port.ts';
import { cardsWithMerged } from '../operations/merged-records.ts';
import { createLoader } from '../runtime/loaders/loader.ts';
import type { ClientQuery } from '../runtime/loaders/once-per-query.ts';
import {
  type CardContentLoaders,
  cardContentLoaders,
  cardLoaders,
  mergesLoader,
  patronLoader,
} from '../runtime/loaders/shared-loaders.ts';
import type { LendingServices } from './lending/services.ts';
import { maxCopies } from './rules/copies.ts';

export interface FoundCopies {
  readonly copies: readonly Item[];
  /** False if there may be more copies than `maxCopies`, which is the most that circulation returns. */
  readonly isComplete: boolean;
}

/** The loaders of one request. Each card, item and patron is read only once, and several are read in one call. */
export interface CirculationLoaders extends CardContentLoaders {
  readonly items: DataLoader<string, Item | null>;
  /** The copies whose title contains a text. */
  readonly copiesByText: DataLoader<string, FoundCopies>;
  /**
   * The places of unsettled and recently done check-outs, by patron. Must be loaded after the patron's loans, so that
   * no loan is missed.
   */
  readonly recentPlaces: DataLoader<string, Places>;
  /** The registry's records, by the patron's number. */
  readonly patronsById: DataLoader<string, Patron | null>;
  /** For a patron's record: the record into which it was merged, and the records that were merged into the patron's. */
  readonly merges: DataLoader<string, PatronMerges>;
  /** All cards of one record, even ended ones. */
  readonly cardsOfRecord: DataLoader<string, readonly Credential[]>;
  /** All cards of a patron, even ended ones, and the cards of records that were merged into the patron's. */
  readonly cardsByPatron: DataLoader<string, readonly Credential[]>;
  /** A card by its number; null if card management doesn't know the number. */
  readonly cardsByNumber: DataLoader<string, Credential | null>;
  /** The loan of an item, as the index has it; null if the item is not out. */
  readonly indexedLoansByItem: DataLoader<string, IndexedLoan | null>;
  /** The number of queued holds of a title, as the index has them. */
  readonly queueLengths: DataLoader<string, number>;
}

/**
 * If an operation was settled as done longer ago than this, in ms, its loan is certainly among the loans that a request
 * reads. The gateway lets no request run that long, so the operation was settled before the request read anything.
 */
const requestMs = 15_000;

interface LoaderServices extends LendingServices {
  readonly index: CirculationIndex;
  readonly merged: MergedPatrons;
}

export function createCirculationLoaders(
  { circulation, cards, patrons, journal, index, merged }: LoaderServices,
  signal: AbortSignal,
  query: ClientQuery = null,
): CirculationLoaders {
  const { cardsOfRecord, cardsByNumber } = cardLoaders(query, cards, signal);
  const cardsOfRecords = {
    cardsByPatron: (patronIds: readonly string[]) => loadAll(cardsOfRecord, patronIds),
  };
  const merges = mergesLoader(query, merged);
  return {
    ...cardContentLoaders(query, circulation, signal),
    items: createLoader('items', (numbers) => circulation.itemsByNumber(numbers, signal)),
    copiesByText: createLoader('copiesByText', (texts) =>
      Promise.all(
        texts.map(async (text) => {
          const copies = await circulation.findItems(text, maxCopies, signal);
          return { copies, isComplete: copies.length < maxCopies };
        }),
      ),
    ),
    recentPlaces: createLoader('recentPlaces', (patronIds) =>
      journal.recentPlaces(patronIds, 'LOAN', requestMs),
    ),
    patronsById: patronLoader(query, patrons, signal),
    merges,
    cardsOfRecord,
    cardsByPatron: createLoader('cardsByPatron', async (patronIds) =>
      cardsWithMerged(cardsOfRecords, patronIds, await loadAll(merges, patronIds), signal),
    ),
    cardsByNumber,
    indexedLoansByItem: createLoader('indexedLoansByItem', (numbers) => index.loansOfItems(numbers)),
    queueLengths: createLoader('queueLengths', (titleNumbers) => index.queueLengths(titleNumbers)),
  };
}

/**
 * Loads the values of all keys. Rejects if one of them can't be loaded, because a partial list would look like a whole
 * one (R26).
 */
export async function loadAll<T>(loader: DataLoader<string, T>, keys: readonly string[]): Promise<T[]> {
  return Promise.all(keys.map((key) => loader.load(key)));
}
