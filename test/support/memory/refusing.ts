/** Why a change is not made, on its way from where it is found to its answer. */
class Refusal<Reason> extends Error {
  readonly refused: Reason;

  constructor(refused: Reason) {
    super('refused');
    this.refused = refused;
  }
}

/** A pair that belongs together: `refuse` ends what `orRefused` begins. */
export function refusing<Reason extends string>() {
  return {
    refuse(reason: Reason): never {
      throw new Refusal(reason);
    },
    /** What `act` does, or why it refused to. */
    orRefused<T>(act: () => T): T | { readonly refused: Reason } {
      try {
        return act();
      } catch (error) {
        // Nobody else's: one is never thrown across another.
        if (error instanceof Refusal) {
          return { refused: error.refused as Reason };
        }
        throw error;
      }
    },
  };
}
