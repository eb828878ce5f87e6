/**
 * Rate limits that processes share. Each caller has budgets. A request takes from its caller's budgets, and they refill
 * with time. If the shared data is lost, each process continues with its own counts.
 */

/** The amount that this process has taken from one budget since the last settlement. */
export interface TakenFromBudget {
  /** A keyed hash of the caller and the budget's name. It reveals neither an address nor a name. */
  readonly key: string;
  /** The time, in ms, in which the budget refills the taken amount. */
  readonly takenMs: number;
  /**
   * The maximum debt of the budget, as the time in ms in which it refills that amount. Anything taken beyond it is
   * forgotten.
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
   * full again, in ms, in the order of `taken`. The time includes what other processes have taken.
   * @throws SharedStateUnavailable
   */
  settle(taken: readonly TakenFromBudget[]): Promise<readonly number[]>;
  /**
   * Removes the rows of full budgets. A budget without a row is full.
   * @throws SharedStateUnavailable
   */
  removeWhole(): Promise<void>;
}

/** The store can't be reached, or can't carry out the call. The message quotes neither a URL nor a value. */
export class SharedStateUnavailable extends Error {
  override readonly name = 'SharedStateUnavailable';
}
