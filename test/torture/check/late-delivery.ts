/** A change that circulation made after its operation was settled as refused, or that it made twice. */
export interface LateDelivery {
  /** The operation's id. */
  readonly reference: string;
  /** The first of the operation's changes that counts as late: 0 (the only one, after a refusal) or 1 (the second). */
  readonly nth: 0 | 1;
  /** Time since the `FindByRef` that confirmed the refusal, or since the first change, in ms. */
  readonly delayMs: number;
  readonly isAlarmed: boolean;
}
