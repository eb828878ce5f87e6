/**
 * A query plan: what the planner makes and the executor compiles. It says which subgraphs to ask, in which order, and
 * where in the merged data each answer belongs.
 */

export type PlanNode = SequenceNode | ParallelNode | DeferNode | FetchNode | EntityFetchNode;

export interface SequenceNode {
  readonly kind: 'sequence';
  readonly nodes: readonly PlanNode[];
}

export interface ParallelNode {
  readonly kind: 'parallel';
  readonly nodes: readonly PlanNode[];
}

/** What is delivered first, and what may be delivered later: the fragments with `@defer`. */
export interface DeferNode {
  readonly kind: 'defer';
  readonly primary: PlanNode;
  readonly deferred: readonly DeferredNode[];
}

/** One fragment with `@defer`. It needs what is in `primary`, and nothing of the others. */
interface DeferredNode {
  readonly label: string | null;
  /** Leads to the objects that its fields belong to. */
  readonly path: readonly PathSegment[];
  /** A parallel node without nodes where all its fields come with what is delivered before. */
  readonly node: PlanNode;
}

/** A request to a subgraph. */
interface SubgraphOperation {
  readonly subgraph: string;
  readonly operation: string;
  /**
   * The plan's own aliases in the operation, which keep fields of different types apart, with their keys in merged
   * data.
   */
  readonly aliases: ReadonlyMap<string, string>;
}

/** Root fields from one subgraph. */
export interface FetchNode extends SubgraphOperation {
  readonly kind: 'fetch';
  /**
   * The place of the fields in the merged data: its root if the path is empty, else every object that the path leads
   * to. Those objects are of the root query type: a mutation's payload may have one, so that a client can query on in
   * the same request.
   */
  readonly path: readonly PathSegment[];
  readonly operationKind: 'query' | 'mutation';
  /** The client's variables that the operation uses. */
  readonly variables: readonly string[];
  readonly renames: readonly Rename[];
}

/** Fields of entities that are in the merged data already, from one subgraph. Each lookup is one `_entities` field. */
export interface EntityFetchNode extends SubgraphOperation {
  readonly kind: 'entityFetch';
  readonly variables: readonly string[];
  readonly lookups: readonly EntityLookup[];
}

export interface EntityLookup {
  /** The response key of this lookup's `_entities` field. */
  readonly alias: string;
  /** The variable that takes this lookup's representations. */
  readonly representations: string;
  /** Lead to the entities in the merged data. */
  readonly paths: readonly (readonly PathSegment[])[];
  /** What a representation consists of. */
  readonly requires: readonly RequiredSelection[];
  /** Changes to each representation before it is sent. */
  readonly rewrites: readonly Rewrite[];
  /** Variables that take a value from an object above each entity (`@fromContext`). Empty for most lookups. */
  readonly contexts: readonly ContextVariable[];
  /** Changes to each answer before it is merged. */
  readonly renames: readonly Rename[];
}

/**
 * A variable whose value is read from an object above the entity. Entities whose values differ are looked up apart, in
 * one request.
 */
export interface ContextVariable {
  readonly variable: string;
  /** Fields of the path between the object and the entity: 1 is the entity's parent. */
  readonly up: number;
  /** One field, of one field, and so on, for each type of the object. The value is null for types without any. */
  readonly selections: readonly RequiredSelection[];
}

/** Into a field, into the items of a list, or on only if the object has one of these types. */
export type PathSegment =
  | { readonly kind: 'field'; readonly key: string }
  | { readonly kind: 'items' }
  | { readonly kind: 'types'; readonly names: readonly string[] };

/** A selection of the merged data. `key` is a field's key in the merged data, `name` its name in the representation. */
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
       * Only at the top: the keys among the selections. An entity is looked up if one of its keys has no null in it. If
       * the keys are not known, this is empty and the entity is always looked up.
       */
      readonly keys?: readonly (readonly RequiredSelection[])[];
    };

/** Into a field, or on only if the object has one of these types. Lists need no segment: every item is meant. */
export type RewriteSegment = Exclude<PathSegment, { kind: 'items' }>;

/**
 * Renames a key of an answer. The planner invented the key to keep two fields apart; `to` is its key in merged data.
 */
export interface Rename {
  readonly kind: 'rename';
  readonly path: readonly RewriteSegment[];
  readonly to: string;
}

/** Changes a representation. `set` writes the interface's name as `__typename`, for an `@interfaceObject`. */
export type Rewrite =
  | Rename
  | { readonly kind: 'set'; readonly path: readonly RewriteSegment[]; readonly value: string };
