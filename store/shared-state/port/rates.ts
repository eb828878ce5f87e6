/** Rates that processes share. All of it may be lost: then each process goes on with what it knows itself. */

/** What this process has taken from one budget since it was settled last. */
export interface TakenFromBudget {
  /** Whose budget and which: a keyed hash, of which nobody learns an address or a name. */
  readonly key: string;
  /** How long the budget takes to make up for what was taken, in ms. */
  readonly takenMs: number;
  /** The longest debt that is remembered, in ms. */
  readonly maxDebtMs: number;
}

/** Budgets that processes share. A budget is one number, the time at which it is whole again, by the store's clock. */
export interface SharedBudgets extends AsyncDisposable {
  /**
   * Takes from the budgets, and tells how long each needs until it is whole, in ms, with what all processes have taken. Same order
   * and length; each key at most once.
   * @throws SharedStateUnavailable
   */
  settle(taken: readonly TakenFromBudget[]): Promise<readonly number[]>;
  /** Removes budgets that are whole: they say nothing. @throws SharedStateUnavailable */
  removeWhole(): Promise<void>;
}

/** The store can't be reached, or can't do what is asked. The message quotes no URL and no value. */
export class SharedStateUnavailable extends Error {
  override readonly name = 'SharedStateUnavailable';
}
