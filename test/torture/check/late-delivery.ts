/** A change that circulation did after its operation had been settled as refused, or did once more. */
export interface LateDelivery {
  readonly reference: string;
  /** Of the operation's changes to loans and holds, the first that came of it. */
  readonly nth: 0 | 1;
  /** After the `FindByRef` that confirmed the refusal, or after the change was first done. */
  readonly delayMs: number;
  readonly isAlarmed: boolean;
}
