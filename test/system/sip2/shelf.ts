/**
 * Items and dates for messages that lend. Each item and each date is used once, so that no message looks like a
 * repetition of another.
 */
import { expect } from 'vitest';
import type { RunningSystem } from '../running-system.ts';

type Loan = ReturnType<RunningSystem['store']['circ']['loans']['by']>[number];

export class Shelf {
  /** The items that were given to tests. */
  readonly used = new Set<string>();
  readonly #system: Pick<RunningSystem, 'store'>;
  #seconds = 0;

  constructor(system: Pick<RunningSystem, 'store'>) {
    this.#system = system;
  }

  loansOf(item: string): readonly Loan[] {
    return this.#system.store.circ.loans.by('itemNo', item);
  }

  /** The number of an item that anybody may borrow. */
  nextItem(): string {
    for (const { itemNo, state } of this.#system.store.circ.items.values()) {
      if (state === 'A' && this.loansOf(itemNo).length === 0 && !this.used.has(itemNo)) {
        this.used.add(itemNo);
        return itemNo;
      }
    }
    return expect.fail('no item is left');
  }

  nextDate(): string {
    this.#seconds += 1;
    const twoDigits = (value: number): string => String(value).padStart(2, '0');
    return `20261124    13${twoDigits(Math.floor(this.#seconds / 60))}${twoDigits(this.#seconds % 60)}`;
  }
}
