/**
 * A supergraph as the planner sees it: what each subgraph has, and how it knows it.
 *
 * Before: `type Book @join__type(graph: SHOP, key: "id") { id: ID!  price: Int @join__field(graph: SHOP) }`.
 * After: the subgraph *shop* has the type `Book`, with the key `id` and the fields `id` and `price`.
 */
import type { SelectionSetNode, TypeNode } from 'graphql';

/** The supergraph for one outcome of every progressive `@override`. */
export interface Supergraph {
  readonly subgraphs: readonly Subgraph[];
  /** The names of the root types. Null where the supergraph has no mutations. */
  readonly roots: { readonly query: string; readonly mutation: string | null };
  /** The object types of a type: itself, or those that an interface or a union stands for. In all subgraphs. */
  objectsOf(type: string): readonly string[];
  /** Whether the type is an interface or a union. */
  isAbstract(type: string): boolean;
  /** Whether objects of the type have fields: it is no scalar, and no enum. */
  isComposite(type: string): boolean;
  /** The named type of a field, by the supergraph's own definition. Undefined where the type has no such field. */
  fieldType(type: string, field: string): string | undefined;
  /** The contexts that objects of an object type set for all that is below them: `@context`. */
  contextsOf(object: string): ReadonlySet<string>;
}

export interface Subgraph {
  /** Its place among the subgraphs, from 0. */
  readonly index: number;
  readonly name: string;
  readonly types: ReadonlyMap<string, SubgraphType>;
  /** Its types with `@interfaceObject`. */
  readonly interfaceObjects: readonly SubgraphType[];
}

/** The subgraph's type of these objects, if it has it, and its `@interfaceObject`s that stand for them. */
export function typesFor(subgraph: Subgraph, object: string): readonly SubgraphType[] {
  const own = subgraph.types.get(object);
  const shared = subgraph.interfaceObjects.filter(({ objects }) => objects.includes(object));
  return own === undefined ? shared : [own, ...shared];
}

/** A type of objects, as one subgraph has it. */
export interface SubgraphType {
  readonly name: string;
  readonly kind: 'object' | 'interface' | 'union';
  /** An interface of the supergraph that this subgraph has as an object type, with `@interfaceObject`. */
  readonly isInterfaceObject: boolean;
  /** By which the subgraph looks an entity up. Empty where it can't. */
  readonly keys: readonly SelectionSetNode[];
  /** The fields of all its keys, also of those by which it looks nothing up. */
  readonly keyFields: ReadonlySet<string>;
  readonly fields: ReadonlyMap<string, SubgraphField>;
  /** The object types that its objects may have where this subgraph answers. */
  readonly objects: readonly string[];
}

/** A field, as one subgraph has it. */
export interface SubgraphField {
  readonly name: string;
  /** With its lists and `!`, as the subgraph has them. */
  readonly type: TypeNode;
  readonly namedType: string;
  /** `@external`: the subgraph has it only where it is provided. */
  readonly isExternal: boolean;
  /** `@override`n by another subgraph: this one has it only as a part of its own key. */
  readonly isOverridden: boolean;
  readonly requires: SelectionSetNode | undefined;
  readonly provides: SelectionSetNode | undefined;
  readonly contextArguments: readonly ContextArgument[];
}

/** An argument that the gateway fills, with `@fromContext`. */
export interface ContextArgument {
  readonly name: string;
  /** The argument's type, as text. */
  readonly type: string;
  readonly value: ContextValue;
}

/** A value that is read from the nearest object above that has a context. Equal values are the same object. */
export interface ContextValue {
  readonly context: string;
  /** One field, of one field, and so on. Types may have different ones, each in a fragment. */
  readonly selection: SelectionSetNode;
}
