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

/** One fragment with `@defer`. It needs the data of `primary`, and none of the other fragments. */
interface DeferredNode {
  readonly label: string | null;
  /** Leads to the objects that its fields belong to. */
  readonly path: readonly PathSegment[];
  /** A parallel node without nodes if all its fields come with what is delivered before. */
  readonly node: PlanNode;
}

/** A request to a subgraph. */
interface SubgraphOperation {
  readonly subgraph: string;
  readonly operation: string;
  /** The client's variables that the operation uses. */
  readonly variables: readonly string[];
  /** The plan's own aliases, which keep fields of different types apart, with their keys in the merged data. */
  readonly aliases: ReadonlyMap<string, string>;
}

/** Root fields from one subgraph. */
export interface FetchNode extends SubgraphOperation {
  readonly kind: 'fetch';
  /**
   * Leads to the objects that get the fields: the root of the merged data if the path is empty. Otherwise the objects are
   * of the root query type: the payload of a mutation may have one, so that a client can query on in the same request.
   */
  readonly path: readonly PathSegment[];
  readonly operationKind: 'query' | 'mutation';
}

/** Fields of entities that are already in the merged data, from one subgraph. Each lookup is one `_entities` field. */
export interface EntityFetchNode extends SubgraphOperation {
  readonly kind: 'entityFetch';
  readonly lookups: readonly EntityLookup[];
}

export interface EntityLookup {
  /** The response key of this lookup's `_entities` field. */
  readonly alias: string;
  /** The variable for this lookup's representations. */
  readonly representations: string;
  /** Lead to the entities in the merged data. */
  readonly paths: readonly (readonly PathSegment[])[];
  /** What a representation consists of. */
  readonly requires: readonly RequiredSelection[];
  /** The `__typename` of all representations: the interface's name for an `@interfaceObject`. Null for each entity's own. */
  readonly typename: string | null;
  /** Variables that take a value from an object above each entity (`@fromContext`). Most lookups have none. */
  readonly contexts: readonly ContextVariable[];
}

/**
 * A variable whose value is read from an object above the entity. Entities whose values differ are looked up apart, in
 * one request.
 */
export interface ContextVariable {
  readonly variable: string;
  /** The number of fields of the path between the object and the entity: 1 for the entity's parent. */
  readonly up: number;
  /** One field at each level, for each type of the object. The value is null for types without a field. */
  readonly selections: readonly RequiredSelection[];
  /** Whether the argument that gets the value allows no null. */
  readonly nonNull: boolean;
}

/** Into a field, or only on if the object has one of these types. Lists need no segment: every item is meant. */
export type PathSegment =
  | { readonly kind: 'field'; readonly key: string }
  | { readonly kind: 'types'; readonly names: readonly string[] };

/** A selection of the merged data. `key` is a field's key in the merged data, `name` its name in the representation. */
export type RequiredSelection =
  | {
      readonly kind: 'field';
      readonly key: string;
      readonly name: string;
      readonly selections: readonly RequiredSelection[] | undefined;
      /** Whether the subgraph that gets the value allows no null: for the value, then for the items of its lists. */
      readonly nonNull: readonly boolean[];
    }
  | {
      readonly kind: 'fragment';
      readonly typeCondition: string;
      readonly selections: readonly RequiredSelection[];
      /**
       * Only at the top: the keys among the selections. An entity is looked up if one of its keys has no null in it, or
       * if this is empty because the keys are not known.
       */
      readonly keys?: readonly (readonly RequiredSelection[])[];
      /** Only at the top: the looked-up fields with requirements. The others are answered even if a requirement is missing. */
      readonly dependents?: readonly DependentField[];
    };

/** A field of a lookup, by its key in the merged data, with what it requires. That is among the selections of the fragment. */
export interface DependentField {
  readonly key: string;
  readonly requires: readonly RequiredSelection[];
}
