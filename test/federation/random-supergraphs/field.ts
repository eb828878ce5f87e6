/** A field of a random graph. */
export interface Field {
  readonly name: string;
  /** The field's name before `hostile-names.ts` changed it. */
  readonly plain?: string;
  /** The type as in SDL, for example `[E0!]!`. */
  readonly type: string;
  /** The type without lists and exclamation marks, for example `E0`. */
  readonly named: string;
  /** Whether the field has the argument `x: Int`. */
  readonly hasArgument: boolean;
  /** Whether a subgraph has the field with `@requires`. */
  readonly isRequiring?: boolean;
  /** The value from an object above that the field's argument takes, with `@fromContext`. */
  readonly takes?: ContextValue;
  /** Whether the field has nulls, even on types on which it is non-null. */
  readonly hasNulls?: boolean;
  /** Whether the field is always `@shareable`. */
  readonly isShareable?: boolean;
}

/**
 * The value of the scalar field `field`, taken from the nearest object above whose type is `type`. On that type, the
 * subgraph sets the context `context`.
 */
export interface ContextValue {
  readonly context: string;
  readonly type: string;
  readonly field: string;
  /** The type of the argument. */
  readonly named: string;
}

/** The interface that may be an `@interfaceObject`. Each of its types has a `link`. */
export const interfaceName = 'I0';
/** A second interface, of other types or of some of the same types. */
export const otherInterfaceName = 'I1';
/** The supergraph's name for the root type of queries. */
export const rootName = 'Query';
