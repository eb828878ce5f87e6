/**
 * A supergraph as the planner sees it: the types and fields of each subgraph.
 *
 * Before: `type Book @join__type(graph: SHOP, key: "id") { id: ID!  price: Int @join__field(graph: SHOP) }`.
 * After: the subgraph *shop* has the type `Book`, with the key `id` and the fields `id` and `price`.
 */
import type { InputValueDefinitionNode, SelectionSetNode, TypeNode } from 'graphql';

/** A supergraph in which each progressive `@override` is either on or off. */
export interface Supergraph {
  readonly subgraphs: readonly Subgraph[];
  readonly roots: RootTypes;
  /** The object types of a type in all subgraphs: the type itself, or the object types of an interface or union. */
  objectsOf(type: string): readonly string[];
  /** Whether the type is an interface or a union. */
  isAbstract(type: string): boolean;
  /** Whether the type is an object type, an interface or a union. */
  isComposite(type: string): boolean;
  /** The named type of a field, as the supergraph defines it. Undefined if the type has no such field. */
  fieldType(type: string, field: string): string | undefined;
  /** The contexts that objects of this type set for everything below them, by `@context`. */
  contextsOf(object: string): ReadonlySet<string>;
}

/** The names of the root types. `mutation` and `subscription` are null if the supergraph has none. */
export interface RootTypes {
  readonly query: string;
  readonly mutation: string | null;
  readonly subscription: string | null;
}

export interface Subgraph {
  /** The index of the subgraph, from 0, in the order of the supergraph. */
  readonly index: number;
  readonly name: string;
  readonly types: ReadonlyMap<string, SubgraphType>;
  /** The types with `@interfaceObject`. */
  readonly interfaceObjects: readonly SubgraphType[];
}

/**
 * The subgraph's types for the object type `object`: the type of this name, and each `@interfaceObject` that includes
 * it.
 */
export function typesFor(subgraph: Subgraph, object: string): readonly SubgraphType[] {
  const own = subgraph.types.get(object);
  const shared = subgraph.interfaceObjects.filter(({ objects }) => objects.includes(object));
  return own === undefined ? shared : [own, ...shared];
}

/** A type of objects, as one subgraph declares it. */
export interface SubgraphType {
  readonly name: string;
  readonly kind: 'object' | 'interface' | 'union';
  /**
   * Whether the type is an interface of the supergraph that this subgraph has as an object type, with
   * `@interfaceObject`.
   */
  readonly isInterfaceObject: boolean;
  /** The keys by which the subgraph can look up an entity. Empty if the subgraph can't look up the entity. */
  readonly keys: readonly SelectionSetNode[];
  /** The fields of all keys, including keys that are not resolvable. */
  readonly keyFields: ReadonlySet<string>;
  readonly fields: ReadonlyMap<string, SubgraphField>;
  /** The object types that objects of this type may have in answers of this subgraph. */
  readonly objects: readonly string[];
}

/** A field, as one subgraph declares it. */
export interface SubgraphField {
  readonly name: string;
  /** The type with its lists and `!`, as the subgraph declares it. */
  readonly type: TypeNode;
  readonly namedType: string;
  /** The arguments that the supergraph declares: every subgraph with the field accepts them. */
  readonly args: readonly InputValueDefinitionNode[];
  /** Whether the field is `@external`: then the subgraph resolves it only where it is provided. */
  readonly isExternal: boolean;
  /**
   * Whether another subgraph took the field over with `@override`. Then the field is read from this subgraph only as a
   * part of a key that this subgraph declares for the type.
   */
  readonly isOverridden: boolean;
  readonly requires: SelectionSetNode | undefined;
  readonly provides: SelectionSetNode | undefined;
  readonly contextArguments: readonly ContextArgument[];
}

/** An argument with `@fromContext`, which the gateway fills. */
export interface ContextArgument {
  readonly name: string;
  /** The argument's type, as text. */
  readonly type: string;
  readonly value: ContextValue;
}

/** A value of the nearest object above that sets a context. Equal values are the same object. */
export interface ContextValue {
  readonly context: string;
  /** The selection has one field at each level. Different types may have different fields, each in a fragment. */
  readonly selection: SelectionSetNode;
}
