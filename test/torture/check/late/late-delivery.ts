/** A change that circulation made twice, or after its operation was settled as refused. */
export interface LateDelivery {
  /** The operation's id. */
  readonly reference: string;
  /**
   * 0 if the late change is the only change of the operation, which was refused before; 1 if it is the second change.
   */
  readonly nth: 0 | 1;
  /** The time since the `FindByRef` that confirmed the refusal, or since the first change, in ms. */
  readonly delayMs: number;
  readonly isAlarmed: boolean;
  /** Whether a refused operation must have held its place until this change, because nothing was certain yet. */
  readonly isBeforeCertain: boolean;
}
