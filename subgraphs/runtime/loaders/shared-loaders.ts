/** The loaders that several subgraphs need. Subgraphs in one process share the loaders for a client's query. */
import type DataLoader from 'dataloader';
import type { Charge, Circulation, Hold, Loan } from '../../../adapters/circulation/port.ts';
import type { CardManagement, Credential } from '../../../adapters/credentials/port.ts';
import type { Patron, PatronRegistry } from '../../../adapters/patrons/port.ts';
import type { MergedPatrons, PatronMerges } from '../../../store/journal/port.ts';
import { hasLuhnCheckDigit } from '../../library/card-and-identity-numbers.ts';
import { createLoader } from './loader.ts';
import { oncePerQuery } from './once-per-query.ts';

/** The patron registry's records by the patron's number. Null for an unknown number. */
export const patronLoader = oncePerQuery(
  (registry: Pick<PatronRegistry, 'findMany'>, signal: AbortSignal): DataLoader<string, Patron | null> =>
    createLoader('patrons', (numbers) => registry.findMany(numbers, signal)),
);

/** The record into which a patron's record was merged, and the records that were merged into the patron's. */
export const mergesLoader = oncePerQuery(
  (merged: Pick<MergedPatrons, 'mergesOf'>): DataLoader<string, PatronMerges> =>
    createLoader('merges', (patronIds) => merged.mergesOf(patronIds)),
);

/** The loaders of cards. A card that was read with its patron's cards is not read again by its number. */
export interface CardLoaders {
  /** All cards of a record, even ended ones. Cards of merged records are not among them. */
  readonly cardsOfRecord: DataLoader<string, readonly Credential[]>;
  /** A card by its number; null if card management doesn't know the number. */
  readonly cardsByNumber: DataLoader<string, Credential | null>;
}

export const cardLoaders = oncePerQuery(
  (cards: Pick<CardManagement, 'cardsByPatron' | 'cardsByNumber'>, signal: AbortSignal): CardLoaders => {
    const cardsByNumber = createLoader<Credential | null>('cardsByNumber', async (numbers) => {
      // Card management is not called for a wrong check digit, because no card has such a number (R8).
      const validNumbers = numbers.filter(hasLuhnCheckDigit);
      const found = validNumbers.length === 0 ? [] : await cards.cardsByNumber(validNumbers, signal);
      const byNumber = new Map(validNumbers.map((number, index) => [number, found[index] ?? null]));
      return numbers.map((number) => byNumber.get(number) ?? null);
    });
    const cardsOfRecord = createLoader<readonly Credential[]>('cardsByPatron', async (patronIds) => {
      const byPatron = await cards.cardsByPatron(patronIds, signal);
      for (const card of byPatron.flat()) {
        cardsByNumber.prime(card.libraryCardNumber, card);
      }
      return byPatron;
    });
    return { cardsOfRecord, cardsByNumber };
  },
);

/** The loaders of a card's loans, holds and charges, by the card's number. */
export interface CardContentLoaders {
  readonly loansByCard: DataLoader<string, readonly Loan[]>;
  readonly holdsByCard: DataLoader<string, readonly Hold[]>;
  readonly chargesByCard: DataLoader<string, readonly Charge[]>;
}

/** All requests of one query share these loaders. The gateway may send several requests to a subgraph for one query. */
export const cardContentLoaders = oncePerQuery(
  (circulation: Circulation, signal: AbortSignal): CardContentLoaders => ({
    loansByCard: createLoader('loansByCard', (numbers) => circulation.loansByCard(numbers, signal)),
    holdsByCard: createLoader('holdsByCard', (numbers) => circulation.holdsByCard(numbers, signal)),
    chargesByCard: createLoader('chargesByCard', (numbers) => circulation.chargesByCard(numbers, signal)),
  }),
);
