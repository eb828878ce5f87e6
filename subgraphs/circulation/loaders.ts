import type DataLoader from 'dataloader';
import type { Charge, Circulation, Hold, Item, Loan } from '../../adapters/circulation/port.ts';
import { createLoader } from '../loader.ts';

/** What one request reads of circulation: each card and item asked for once, and all together. */
export interface CirculationLoaders {
  readonly loansByCard: DataLoader<string, readonly Loan[]>;
  readonly holdsByCard: DataLoader<string, readonly Hold[]>;
  readonly chargesByCard: DataLoader<string, readonly Charge[]>;
  readonly items: DataLoader<string, Item | null>;
}

export function createCirculationLoaders(circulation: Circulation, signal: AbortSignal): CirculationLoaders {
  return {
    loansByCard: createLoader((numbers) => circulation.loansByCard(numbers, signal)),
    holdsByCard: createLoader((numbers) => circulation.holdsByCard(numbers, signal)),
    chargesByCard: createLoader((numbers) => circulation.chargesByCard(numbers, signal)),
    items: createLoader((numbers) => circulation.itemsByNumber(numbers, signal)),
  };
}

/** Loads every key and rejects if one of them can't be had: half a list would pass for a whole one (R26). */
export async function loadAll<T>(loader: DataLoader<string, T>, keys: readonly string[]): Promise<T[]> {
  return Promise.all(keys.map((key) => loader.load(key)));
}
