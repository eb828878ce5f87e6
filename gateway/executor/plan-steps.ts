/**
 * The steps of a compiled plan: `compile/` makes them, and `run/` runs them. A step has the shape of its fetch's
 * answer, and the paths at which the answer belongs in the merged data.
 */
import type { EntityLookup, FetchNode } from './plan.ts';
import type { Shape } from './response-shape.ts';
import type { TypeConditions } from './type-conditions.ts';

export type PlanStep =
  | { readonly kind: 'sequence' | 'parallel'; readonly steps: readonly PlanStep[] }
  | DeferStep
  | FetchStep
  | EntityFetchStep;

/** The steps of fragments with `@defer` begin when `primary` has ended. The next step doesn't wait for them. */
export interface DeferStep {
  readonly kind: 'defer';
  readonly primary: PlanStep;
  readonly deferred: readonly { readonly block: string; readonly step: PlanStep }[];
}

export interface FetchStep
  extends Pick<FetchNode, 'kind' | 'subgraph' | 'operation' | 'operationKind' | 'variables'> {
  /** The text of the request's body up to the variables. */
  readonly bodyStart: string;
  /** The path to the objects that get the fields. Empty for the root of the merged data. */
  readonly path: readonly PathField[];
  readonly shape: Shape;
}

export interface EntityFetchStep {
  readonly kind: 'entityFetch';
  readonly subgraph: string;
  readonly operation: string;
  /** The text of the request's body up to the variables. */
  readonly bodyStart: string;
  readonly variables: readonly string[];
  readonly lookups: readonly LookupStep[];
  /**
   * Writes the operation with repeated lookups: one for each group of entities with the same values of context
   * variables (`@fromContext`). Undefined if no lookup has context variables.
   */
  readonly repeat: RepeatLookups | undefined;
}

/** Returns the operation in which each lookup is repeated as often as `counts` says (`compile/repeat-lookups.ts`). */
export type RepeatLookups = (counts: readonly number[]) => RepeatedOperation;

export interface RepeatedOperation {
  readonly operation: string;
  /** The repetitions of each lookup. */
  readonly lookups: readonly (readonly RepeatedLookup[])[];
}

export interface RepeatedLookup {
  readonly alias: string;
  /** The names of the variables in the repetition, by their names in the plan. */
  readonly variables: ReadonlyMap<string, string>;
}

/** One `_entities` field of an entity fetch. */
export interface LookupStep extends Omit<EntityLookup, 'paths'> {
  readonly paths: readonly LookupPath[];
  readonly flatKeyOf: FlatKeyOf;
  readonly types: TypeConditions;
  /** The shape of one entity in the answer. */
  readonly shape: Shape;
  /** Returns a fetch of this lookup without the fields that have these keys. Null if the lookup has no other fields. */
  without(fields: ReadonlySet<string>): EntityFetchStep | null;
}

export interface LookupPath {
  readonly fields: readonly PathField[];
  /** Whether equal entities along this path may become one object (`compile/shareable-paths.ts`). */
  readonly mayShare: boolean;
}

/** One field of a path through the merged data. The path continues only if the value satisfies the type conditions. */
export interface PathField {
  readonly key: string;
  /** The value's type must be in each of these lists. */
  readonly types: readonly (readonly string[])[];
}

/**
 * The fields of an entity type's representation in addition to `__typename`, if all of them are leaves. `key` is the
 * field's key in the merged data, and `name` is its name in the representation.
 *
 * For `@key(fields: "id")` it is `{ fields: [{ key: 'id', name: 'id' }] }`. With `@key(fields: "region { code }")`, a
 * type has no flat key.
 */
export interface FlatKey {
  readonly fields: readonly { readonly key: string; readonly name: string }[];
}

/** The flat key of an object type. Null for an unknown type, and for a type without a flat key. */
export type FlatKeyOf = (typename: string) => FlatKey | null;
