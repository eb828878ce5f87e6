/** A change that circulation made although its operation had been settled as refused, or that it made a second time. */
export interface LateDelivery {
  /** The operation's id. */
  readonly reference: string;
  /** Which of the operation's changes is the first to count as late: 0, its only one, after a refusal; 1, the second. */
  readonly nth: 0 | 1;
  /** Milliseconds since the `FindByRef` that confirmed the refusal, or since the change was first made. */
  readonly delayMs: number;
  readonly isAlarmed: boolean;
}
