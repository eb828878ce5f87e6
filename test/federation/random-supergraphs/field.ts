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
  /** Whether a subgraph has it with `@requires`. */
  readonly isRequiring?: boolean;
  /** What its argument takes from an object above, with `@fromContext`. */
  readonly takes?: ContextValue;
  /** Whether it has nulls, also on types on which it is non-null. */
  readonly hasNulls?: boolean;
  /** Whether it is always `@shareable`. */
  readonly isShareable?: boolean;
}

/** A scalar field of the nearest object above that has the type, in the context that the subgraph sets there. */
export interface ContextValue {
  readonly context: string;
  readonly type: string;
  readonly field: string;
  /** The type of the argument. */
  readonly named: string;
}

/** The interface that may be an `@interfaceObject`. Its types have a `link` each. */
export const interfaceName = 'I0';
/** An interface of other types, or of some of the same. */
export const otherInterfaceName = 'I1';
/** The root type of queries, as the supergraph calls it. */
export const rootName = 'Query';
