/**
 * The query plan, as the executor understands it: the shape that Apollo's and Hive's planners share. Closed, so that a
 * node that is not handled is a type error.
 */
export interface QueryPlan {
  readonly node?: PlanNode;
}

export type PlanNode =
  | { readonly kind: 'Sequence'; readonly nodes: readonly PlanNode[] }
  | { readonly kind: 'Parallel'; readonly nodes: readonly PlanNode[] }
  | { readonly kind: 'Flatten'; readonly path: readonly FlattenSegment[]; readonly node: PlanNode }
  | {
      readonly kind: 'Condition';
      readonly condition: string;
      readonly ifClause?: PlanNode;
      readonly elseClause?: PlanNode;
    }
  | FetchNode
  | BatchFetchNode
  | { readonly kind: 'Subscription' }
  | { readonly kind: 'Defer' };

/** One request; under a Flatten node, or with `requires`, for entities, else for root fields. */
export interface FetchNode {
  readonly kind: 'Fetch';
  readonly serviceName: string;
  readonly operation: string;
  readonly operationName?: string;
  readonly operationKind?: 'query' | 'mutation' | 'subscription';
  readonly variableUsages?: readonly string[];
  readonly requires?: readonly RequiresSelection[];
  readonly inputRewrites?: readonly Rewrite[];
  readonly outputRewrites?: readonly Rewrite[];
}

/** Several entity fetches for one subgraph in one request, each under an alias of `_entities`. */
export interface BatchFetchNode {
  readonly kind: 'BatchFetch';
  readonly serviceName: string;
  readonly operation: string;
  readonly operationName?: string;
  readonly operationKind?: 'query' | 'mutation' | 'subscription';
  readonly variableUsages?: readonly string[];
  readonly entityBatch: { readonly aliases: readonly EntityBatchAlias[] };
}

export interface EntityBatchAlias {
  readonly alias: string;
  readonly representationsVariableName: string;
  readonly paths: readonly (readonly FlattenSegment[])[];
  readonly requires: readonly RequiresSelection[];
  readonly inputRewrites?: readonly Rewrite[];
  readonly outputRewrites?: readonly Rewrite[];
}

/** Into a field, into every item of a list, or on with the objects of some types only. */
export type FlattenSegment = { readonly Field: string } | { readonly TypeCondition: readonly string[] } | '@';

/** What of an entity a subgraph must be told. */
export type RequiresSelection =
  | {
      readonly kind: 'Field';
      readonly name: string;
      readonly alias?: string;
      readonly selections?: readonly RequiresSelection[];
    }
  | {
      readonly kind: 'InlineFragment';
      readonly typeCondition: string;
      readonly selections: readonly RequiresSelection[];
    }
  | { readonly kind: 'FragmentSpread'; readonly value: string };

/** A change to a representation before it is sent, or to data before it is merged. */
export type Rewrite =
  | { readonly ValueSetter: { readonly path: readonly RewriteSegment[]; readonly setValueTo: string } }
  | { readonly KeyRenamer: { readonly path: readonly RewriteSegment[]; readonly renameKeyTo: string } }
  | { readonly kind: 'ValueSetter'; readonly path: readonly RewriteSegment[]; readonly setValueTo: string };

export type RewriteSegment = { readonly TypenameEquals: readonly string[] } | { readonly Key: string };
