/** Rate limits that processes share. If the shared data is lost, each process continues with its own counts. */

/** The amount that this process has taken from one budget since the last settlement. */
export interface TakenFromBudget {
  /** A keyed hash of the caller and the budget's name. It reveals neither an address nor a name. */
  readonly key: string;
  /** The time in which the budget refills by the taken amount, in ms. */
  readonly takenMs: number;
  /** The upper limit of a budget's debt, in ms. The part of a debt above the limit is forgotten. */
  readonly maxDebtMs: number;
}

/**
 * Budgets that processes share. Each budget is stored as one number: the time at which it is full again, by the store's
 * clock.
 */
export interface SharedBudgets extends AsyncDisposable {
  /**
   * Takes from the budgets. Each key may be given at most once. Resolves to the time in ms until each budget is full
   * again. The time includes the amounts that all processes have taken. Same order and length as `taken`.
   * @throws SharedStateUnavailable
   */
  settle(taken: readonly TakenFromBudget[]): Promise<readonly number[]>;
  /**
   * Removes full budgets, which have no effect.
   * @throws SharedStateUnavailable
   */
  removeWhole(): Promise<void>;
}

/** The store can't be reached, or can't carry out the call. The message quotes neither a URL nor a value. */
export class SharedStateUnavailable extends Error {
  override readonly name = 'SharedStateUnavailable';
}
