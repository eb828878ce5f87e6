/** A field of a random graph. */
export interface Field {
  readonly name: string;
  /** Its name before `hostile-names.ts` may have changed it. */
  readonly plain?: string;
  /** As in SDL: `[E0!]!`. */
  readonly type: string;
  /** The type without lists and exclamation marks: `E0`. */
  readonly named: string;
  /** Whether it has the argument `x: Int`. */
  readonly hasArgument: boolean;
}

/** The one interface of a random graph. */
export const interfaceName = 'I0';
