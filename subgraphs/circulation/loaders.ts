import type DataLoader from 'dataloader';
import type { Charge, Hold, Item, Loan } from '../../adapters/circulation/port.ts';
import type { Credential } from '../../adapters/credentials/port.ts';
import type { Patron } from '../../adapters/patrons/port.ts';
import type { CirculationIndex, IndexedLoan } from '../../store/index/port.ts';
import type { Places } from '../../store/journal/port.ts';
import { createLoader } from '../runtime/loader.ts';
import type { LendingServices } from './lending/services.ts';
import { maxCopies } from './rules/copies.ts';

/** The copies that one search found. */
export interface FoundCopies {
  readonly copies: readonly Item[];
  /** False if there are more copies than circulation shows. */
  readonly isComplete: boolean;
}

/** The loaders of one request. Each card, item and patron is read only once. Several of them are read in one call. */
export interface CirculationLoaders {
  readonly loansByCard: DataLoader<string, readonly Loan[]>;
  readonly holdsByCard: DataLoader<string, readonly Hold[]>;
  readonly chargesByCard: DataLoader<string, readonly Charge[]>;
  readonly items: DataLoader<string, Item | null>;
  /** The copies whose title contains a text. */
  readonly copiesByText: DataLoader<string, FoundCopies>;
  /** The places for loans, by patron. They must be loaded after the loans. */
  readonly recentPlaces: DataLoader<string, Places>;
  /** The registry's records, by the patron's number. */
  readonly patronsById: DataLoader<string, Patron | null>;
  /** All cards of a patron, even ended ones. */
  readonly cardsByPatron: DataLoader<string, readonly Credential[]>;
  /** A card by its number; null if card management doesn't know the number. */
  readonly cardsByNumber: DataLoader<string, Credential | null>;
  /** The loan of an item in the index; null if the item is not out. */
  readonly indexedLoansByItem: DataLoader<string, IndexedLoan | null>;
  /** The number of queued holds of a title in the index. */
  readonly queueLengths: DataLoader<string, number>;
}

/**
 * The time within which a request reads its patrons' cards and loans, in ms. The gateway allows less time. So if an
 * operation was settled as done longer ago than this, the cards were read after it, and the loans show its result.
 */
const requestMs = 15_000;

export function createCirculationLoaders(
  { circulation, cards, patrons, journal, index }: LendingServices & { readonly index: CirculationIndex },
  signal: AbortSignal,
): CirculationLoaders {
  return {
    loansByCard: createLoader('loansByCard', (numbers) => circulation.loansByCard(numbers, signal)),
    holdsByCard: createLoader('holdsByCard', (numbers) => circulation.holdsByCard(numbers, signal)),
    chargesByCard: createLoader('chargesByCard', (numbers) => circulation.chargesByCard(numbers, signal)),
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
    patronsById: createLoader('patronsById', (patronIds) => patrons.findMany(patronIds, signal)),
    cardsByPatron: createLoader('cardsByPatron', (patronIds) => cards.cardsByPatron(patronIds, signal)),
    cardsByNumber: createLoader('cardsByNumber', (numbers) => cards.cardsByNumber(numbers, signal)),
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
