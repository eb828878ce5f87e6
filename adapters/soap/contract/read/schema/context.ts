import type { Particle, SchemaType, SimpleType } from '../../contract-types.ts';
import type { XmlNode } from '../documents/xml-node.ts';
import type { Component, Components } from './components.ts';

/** The methods of `SchemaParser` for the functions that read single components. */
export interface SchemaContext {
  readonly components: Components;
  /**
   * The type that a reference names. If that type can't be read, a placeholder is returned, and every operation that
   * uses it is refused. Throws a `ContractError` if there is no such type.
   */
  typeOf(reference: string, from: Component): SchemaType;
  /** The simple type that a reference names. Throws a `ContractError` if it is complex. */
  simpleTypeOf(reference: string, from: Component): SimpleType;
  /** The type inside a node, such as an element's own `complexType`. `name` is the preferred name of the type. */
  ownType(component: Component, name: string): SchemaType;
  ownSimpleType(component: Component, name: string): SimpleType;
  /** Returns a unique name for a type that has no name in the schema. */
  newName(wanted: string): string;
  /** The type to derive from, with its content already read. */
  baseOf(reference: string, from: Component): BaseType;
  /** The direct and indirect members of the substitution group of an element, without the element itself. */
  substitutesOf(elementName: string): readonly Component[];
}

/** A type that another type is derived from. `particle` is the tree of its elements, before their values got keys. */
export interface BaseType {
  readonly type: SchemaType;
  /** Null if the type has no elements. */
  readonly particle: Particle | null;
}

export const at = (node: XmlNode, { document }: Component): Component => ({ node, document });
