/**
 * Rate limits that processes share. Each caller has budgets, which requests take from, and which refill with time. If
 * the shared data is lost, each process continues with its own counts.
 */

/** The amount that this process has taken from one budget since the last settlement. */
export interface TakenFromBudget {
  /** A keyed hash of the caller and the budget's name. It reveals neither an address nor a name. */
  readonly key: string;
  /** The amount, as the time in which the budget refills by it, in ms. */
  readonly takenMs: number;
  /**
   * The upper limit of the budget's debt, which is the amount that it lacks until it is full, in ms. Any further debt
   * is forgotten.
   */
  readonly maxDebtMs: number;
}

/**
 * Budgets that processes share. A budget is stored as one number: the time, by the store's clock, at which it is full
 * again.
 */
export interface SharedBudgets extends AsyncDisposable {
  /**
   * Takes these amounts from the budgets. Each key may be given at most once. Resolves to the time until each budget is
   * full again, in ms. This includes what other processes have taken. Same order and length as `taken`.
   * @throws SharedStateUnavailable
   */
  settle(taken: readonly TakenFromBudget[]): Promise<readonly number[]>;
  /**
   * Removes budgets that are full. They are the same as missing ones.
   * @throws SharedStateUnavailable
   */
  removeWhole(): Promise<void>;
}

/** The store can't be reached, or can't carry out the call. The message quotes neither a URL nor a value. */
export class SharedStateUnavailable extends Error {
  override readonly name = 'SharedStateUnavailable';
}
