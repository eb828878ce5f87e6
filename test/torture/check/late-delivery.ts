/** A change that circulation made twice, or after its operation was settled as refused. */
export interface LateDelivery {
  /** The operation's id. */
  readonly reference: string;
  /** Which of the operation's changes is late: 0 for the only change, after a refusal; 1 for a second change. */
  readonly nth: 0 | 1;
  /** The time since the `FindByRef` that confirmed the refusal, or since the first change, in ms. */
  readonly delayMs: number;
  readonly isAlarmed: boolean;
}
