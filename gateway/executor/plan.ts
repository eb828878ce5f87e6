/**
 * A query plan, which the planner makes and the executor compiles. The plan says which subgraphs to call, in which order,
 * and where in the merged data each answer belongs.
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

/** The data that is delivered first, and the fragments with `@defer`, which may be delivered later. */
export interface DeferNode {
  readonly kind: 'defer';
  readonly primary: PlanNode;
  readonly deferred: readonly DeferredNode[];
}

/** One fragment with `@defer`. It needs the data of `primary`, but not of the other fragments. */
interface DeferredNode {
  readonly label: string | null;
  /** The path to the objects that have the fragment's fields. */
  readonly path: readonly PathSegment[];
  /**
   * The requests for the fragment's fields. If the data that was delivered before has all these fields, this is an
   * empty parallel node.
   */
  readonly node: PlanNode;
}

/** A request to a subgraph. */
interface SubgraphOperation {
  readonly subgraph: string;
  readonly operation: string;
  /** The client's variables that the operation uses. */
  readonly variables: readonly string[];
  /**
   * The aliases that the plan has added to the operation, with the keys in the merged data that they stand for. They
   * separate fields of one request that have the same key, but different types.
   */
  readonly aliases: ReadonlyMap<string, string>;
}

/** Root fields from one subgraph. */
export interface FetchNode extends SubgraphOperation {
  readonly kind: 'fetch';
  /**
   * The path to the objects that get the fields. Empty for the root of the merged data. Otherwise these are objects of
   * the root query type. For example, the payload of a mutation may have such an object, so that a client can continue
   * with a query in the same request.
   */
  readonly path: readonly PathSegment[];
  readonly operationKind: 'query' | 'mutation' | 'subscription';
}

/** Asks one subgraph for fields of entities. The merged data has their keys. Each lookup is one `_entities` field. */
export interface EntityFetchNode extends SubgraphOperation {
  readonly kind: 'entityFetch';
  readonly lookups: readonly EntityLookup[];
}

export interface EntityLookup {
  /** The response key of this lookup's `_entities` field. */
  readonly alias: string;
  /** The variable for this lookup's representations. */
  readonly representations: string;
  /** The paths to the entities in the merged data. */
  readonly paths: readonly (readonly PathSegment[])[];
  /** The selections of which a representation consists. */
  readonly requires: readonly RequiredSelection[];
  /**
   * The `__typename` of all representations: the interface's name for an `@interfaceObject`. If it is null, each
   * entity's own type is sent.
   */
  readonly typename: string | null;
  /**
   * The variables that take a value from an object above each entity (`@fromContext`). Most lookups have no contexts.
   */
  readonly contexts: readonly ContextVariable[];
}

/**
 * A variable whose value is read from an object above the entity. Entities with different values have separate lookups
 * in one request.
 */
export interface ContextVariable {
  readonly variable: string;
  /** The number of fields on the path from the object to the entity: 1 if the object is the entity's parent. */
  readonly up: number;
  /**
   * The selections that lead from the object to the value, with one field at each level. The field may differ by the
   * object's type. If a type has no such field, the value is null.
   */
  readonly selections: readonly RequiredSelection[];
  /** Whether the argument that gets the value is non-null. */
  readonly nonNull: boolean;
}

/**
 * A segment leads into a field, or continues only if the object has one of the types `names`. Lists need no segment:
 * the path continues in every item.
 */
export type PathSegment =
  | { readonly kind: 'field'; readonly key: string }
  | { readonly kind: 'types'; readonly names: readonly string[] };

/**
 * A selection of the merged data. `key` is a field's key in the merged data, and `name` is its name in the
 * representation.
 */
export type RequiredSelection =
  | {
      readonly kind: 'field';
      readonly key: string;
      readonly name: string;
      readonly selections: readonly RequiredSelection[] | undefined;
      /**
       * Whether the subgraph that gets the value declares it as non-null. The first item is for the value itself. The
       * second is for the items of its list, and so on.
       */
      readonly nonNull: readonly boolean[];
    }
  | {
      readonly kind: 'fragment';
      readonly typeCondition: string;
      readonly selections: readonly RequiredSelection[];
      /**
       * The entity's keys. Their fields are also in `selections`. An entity is looked up if at least one of its keys
       * contains no null. If the list is empty, the keys are unknown, and each entity is looked up. Only the outermost
       * fragments of a lookup have this property.
       */
      readonly keys?: readonly (readonly RequiredSelection[])[];
      /**
       * The fields of the lookup that have `@requires`. If a value that they require is missing, the other fields are
       * still looked up. Only the outermost fragments of a lookup have this property.
       */
      readonly dependents?: readonly DependentField[];
    };

/**
 * A field of a lookup, by its key in the merged data, with the selections that it requires. The lookup's fragment also
 * contains these selections.
 */
export interface DependentField {
  readonly key: string;
  readonly requires: readonly RequiredSelection[];
}
