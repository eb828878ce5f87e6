/**
 * The steps that a plan is compiled to: `compile/` makes them, `run/` runs them. A step knows the shape of the answer
 * that its fetch will get, and where in the merged data that answer belongs.
 */
import type { ContextVariable, RequiredSelection, Rewrite } from './plan.ts';
import type { Shape } from './response-shape.ts';
import type { TypeConditions } from './type-conditions.ts';

export type PlanStep =
  | { readonly kind: 'sequence' | 'parallel'; readonly steps: readonly PlanStep[] }
  | FetchStep
  | EntityFetchStep;

/** Fetches root fields. */
export interface FetchStep {
  readonly kind: 'fetch';
  readonly subgraph: string;
  readonly operation: string;
  /** Leads to the objects that get the fields. Empty for the root of the merged data. */
  readonly path: readonly PathStep[];
  readonly operationKind: 'query' | 'mutation';
  readonly variables: readonly string[];
  readonly shape: Shape;
}

/** Fetches fields of entities by `_entities`. */
export interface EntityFetchStep {
  readonly kind: 'entityFetch';
  readonly subgraph: string;
  readonly operation: string;
  readonly variables: readonly string[];
  readonly lookups: readonly LookupStep[];
  /** Undefined where no lookup takes a value of a context. */
  readonly repeat: RepeatLookups | undefined;
}

/** The operation in which each lookup is asked so many times: `compile/repeat-lookups.ts`. */
export type RepeatLookups = (counts: readonly number[]) => RepeatedOperation;

export interface RepeatedOperation {
  readonly operation: string;
  /** The repetitions of each lookup. */
  readonly lookups: readonly (readonly RepeatedLookup[])[];
}

export interface RepeatedLookup {
  readonly alias: string;
  /** The names of its variables, by those of the plan. */
  readonly variables: ReadonlyMap<string, string>;
}

/** One `_entities` field of an entity fetch. */
export interface LookupStep {
  /** The response key of the `_entities` field. */
  readonly alias: string;
  /** The variable that takes the representations. */
  readonly representations: string;
  readonly paths: readonly LookupPath[];
  readonly requires: readonly RequiredSelection[];
  readonly flatKeyOf: FlatKeyOf;
  readonly rewrites: readonly Rewrite[];
  readonly contexts: readonly ContextVariable[];
  readonly types: TypeConditions;
  /** The shape of one entity in the answer. */
  readonly shape: Shape;
}

export interface LookupPath {
  readonly steps: readonly PathStep[];
  /** Whether equal entities along this path may become one object (`compile/shareable-paths.ts`). */
  readonly mayShare: boolean;
}

/** One step of a path through the merged data: into a field, and on only if the value has one of these types. */
export interface PathStep {
  readonly key: string;
  /** Type conditions: the value's type must be in each of these lists. */
  readonly types: readonly (readonly string[])[];
}

/**
 * The fields that represent an entity of one type, besides `__typename`, where all of them are leaves. `key` is the
 * field's key in the merged data, `name` its name in the representation.
 *
 * For `@key(fields: "id")` it is `{ fields: [{ key: 'id', name: 'id' }] }`. `@key(fields: "region { code }")` has none.
 */
export interface FlatKey {
  readonly fields: readonly { readonly key: string; readonly name: string }[];
}

/** The flat key of an object type. Null for an unknown type, and for one that is represented by more than leaves. */
export type FlatKeyOf = (typename: string) => FlatKey | null;
