/** Carries the reason of a refusal from where it is found to the answer. */
class Refusal<Reason> extends Error {
  readonly refused: Reason;

  constructor(refused: Reason) {
    super('refused');
    this.refused = refused;
  }
}

/** Two functions that belong together: `refuse` throws, and `orRefused` catches. */
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
        // A refusal of another pair is never thrown through this one.
        if (error instanceof Refusal) {
          return { refused: error.refused as Reason };
        }
        throw error;
      }
    },
  };
}
