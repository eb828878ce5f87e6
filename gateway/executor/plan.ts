/** A query plan as the executor takes it; `planner.ts` translates into this what its planner says. */

export type PlanNode = SequenceNode | ParallelNode | FetchNode | EntityFetchNode;

export interface SequenceNode {
  readonly kind: 'sequence';
  readonly nodes: readonly PlanNode[];
}

export interface ParallelNode {
  readonly kind: 'parallel';
  readonly nodes: readonly PlanNode[];
}

/** What a subgraph is asked. */
interface Asking {
  readonly subgraph: string;
  readonly operation: string;
  /** Aliases that keep fields of different types apart, and the keys that merged data has for them. */
  readonly aliases: ReadonlyMap<string, string>;
}

/** Root fields from one subgraph. */
export interface FetchNode extends Asking {
  readonly kind: 'fetch';
  /**
   * Where they belong in the merged data: at its root where this is empty, else in every object that is there. Such objects are
   * of the root type: a mutation's payload may have one, so that a client can read on in the same request.
   */
  readonly path: readonly PathSegment[];
  readonly operationKind: 'query' | 'mutation';
  /** The client's variables that the operation uses. */
  readonly variables: readonly string[];
  readonly renames: readonly Rename[];
}

/** Fields of entities that are there already, from one subgraph: one `_entities` field for each lookup. */
export interface EntityFetchNode extends Asking {
  readonly kind: 'entityFetch';
  readonly variables: readonly string[];
  readonly lookups: readonly EntityLookup[];
}

export interface EntityLookup {
  /** The response key of this lookup's `_entities` field. */
  readonly alias: string;
  /** The variable that takes this lookup's representations. */
  readonly representations: string;
  /** Where the entities are in the merged data. */
  readonly paths: readonly (readonly PathSegment[])[];
  readonly requires: readonly RequiredSelection[];
  readonly rewrites: readonly Rewrite[];
  readonly renames: readonly Rename[];
}

export type PathSegment =
  | { readonly kind: 'field'; readonly key: string }
  | { readonly kind: 'items' }
  | { readonly kind: 'types'; readonly names: readonly string[] };

/** What a representation is made of. `key` is where the merged data has it, `name` what the subgraph calls it. */
export type RequiredSelection =
  | {
      readonly kind: 'field';
      readonly key: string;
      readonly name: string;
      readonly selections: readonly RequiredSelection[] | undefined;
    }
  | {
      readonly kind: 'fragment';
      readonly typeCondition: string;
      readonly selections: readonly RequiredSelection[];
      /**
       * At the top: the keys among the selections. An entity is looked up by one that has no null in it; without one there is
       * nothing to look up. Empty where the keys are not known: then it always is.
       */
      readonly keys?: readonly (readonly RequiredSelection[])[];
    };

/** A step into an object: by key, or on the condition that it is of one of these types. */
export type RewriteSegment = Exclude<PathSegment, { kind: 'items' }>;

/** Puts a key of an answer in its place: the planner gave it another, to keep two fields apart. */
export interface Rename {
  readonly kind: 'rename';
  readonly path: readonly RewriteSegment[];
  readonly to: string;
}

/** Changes a representation: for an `@interfaceObject`, its `__typename`. */
export type Rewrite =
  | Rename
  | { readonly kind: 'set'; readonly path: readonly RewriteSegment[]; readonly value: string };
