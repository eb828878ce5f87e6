import type DataLoader from 'dataloader';
import type { Charge, Hold, Item, Loan } from '../../adapters/circulation/port.ts';
import type { Credential } from '../../adapters/credentials/port.ts';
import type { Patron } from '../../adapters/patrons/port.ts';
import type { CirculationIndex, IndexedLoan } from '../../store/index/port.ts';
import type { Places } from '../../store/journal/port.ts';
import { createLoader } from '../runtime/loader.ts';
import type { LendingServices } from './lending/services.ts';
import { maxCopies } from './rules/copies.ts';

/** Copies that one search has found. */
export interface FoundCopies {
  readonly copies: readonly Item[];
  /** False where there are more than circulation shows. */
  readonly isComplete: boolean;
}

/** The loaders of one request: each card, item and patron is read once, and many in one call. */
export interface CirculationLoaders {
  readonly loansByCard: DataLoader<string, readonly Loan[]>;
  readonly holdsByCard: DataLoader<string, readonly Hold[]>;
  readonly chargesByCard: DataLoader<string, readonly Charge[]>;
  readonly items: DataLoader<string, Item | null>;
  /** Copies whose title contains a text. */
  readonly copiesByText: DataLoader<string, FoundCopies>;
  /** Places for loans, by patron. To be loaded after the loans. */
  readonly recentPlaces: DataLoader<string, Places>;
  /** The registry's records, by patron. */
  readonly patronsById: DataLoader<string, Patron | null>;
  /** All cards of a patron, ended ones too. */
  readonly cardsByPatron: DataLoader<string, readonly Credential[]>;
  /** One card each; null for a number that card management doesn't know. */
  readonly cardsByNumber: DataLoader<string, Credential | null>;
  /** What the index says of an item: its loan, or null. */
  readonly indexedLoansByItem: DataLoader<string, IndexedLoan | null>;
  /** How many queued holds a title has, by the index. */
  readonly queueLengths: DataLoader<string, number>;
}

/**
 * A request reads its patrons' cards and loans within this many ms, which is more than the gateway gives it. What was settled
 * as done before that time was done before the cards were read, so the loans show it.
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

/** Loads every key; rejects where one fails, because half a list would pass for a whole one (R26). */
export async function loadAll<T>(loader: DataLoader<string, T>, keys: readonly string[]): Promise<T[]> {
  return Promise.all(keys.map((key) => loader.load(key)));
}
