/** An error with the reason of a refusal. */
class Refusal<Reason> extends Error {
  readonly refused: Reason;

  constructor(refused: Reason) {
    super('refused');
    this.refused = refused;
  }
}

/** A pair of functions: `refuse` throws a reason, and `orRefused` catches it. */
export function refusing<Reason extends string>() {
  return {
    refuse(reason: Reason): never {
      throw new Refusal(reason);
    },
    /** The result of `act`, or the reason of its refusal. */
    orRefused<T>(act: () => T): T | { readonly refused: Reason } {
      try {
        return act();
      } catch (error) {
        // Only this pair's refusals are thrown inside `act`.
        if (error instanceof Refusal) {
          return { refused: error.refused as Reason };
        }
        throw error;
      }
    },
  };
}
