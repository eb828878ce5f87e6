/** Rates that processes share. They may be lost: then each process goes on with its own counts. */

/** What this process has taken from one budget since the last settlement. */
export interface TakenFromBudget {
  /** A keyed hash of the caller and the budget's name. It reveals neither an address nor a name. */
  readonly key: string;
  /** How long the budget needs to regain what was taken, in ms. */
  readonly takenMs: number;
  /** The longest debt that is remembered, in ms. */
  readonly maxDebtMs: number;
}

/** Budgets that processes share. A budget is one number: the time at which it is full again, by the store's clock. */
export interface SharedBudgets extends AsyncDisposable {
  /**
   * Takes from the budgets. Resolves to the ms that each needs until it is full again, after what all processes have taken. Same
   * order and length; each key at most once.
   * @throws SharedStateUnavailable
   */
  settle(taken: readonly TakenFromBudget[]): Promise<readonly number[]>;
  /** Removes full budgets, which have no effect. @throws SharedStateUnavailable */
  removeWhole(): Promise<void>;
}

/** The store can't be reached, or can't do what is asked. The message quotes neither a URL nor a value. */
export class SharedStateUnavailable extends Error {
  override readonly name = 'SharedStateUnavailable';
}
