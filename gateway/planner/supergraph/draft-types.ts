/** Types and fields of a subgraph while its supergraph is being read. */
import { type FieldDefinitionNode, Kind, type SelectionSetNode, type TypeNode } from 'graphql';
import { namedType } from './join-directives.ts';
import type { Subgraph, SubgraphField, SubgraphType } from './model.ts';
import type { CompositeDefinition } from './supergraph-types.ts';

export interface DraftSubgraph extends Subgraph {
  readonly types: Map<string, DraftType>;
  readonly interfaceObjects: DraftType[];
}

export interface DraftType extends SubgraphType {
  readonly keys: SelectionSetNode[];
  readonly keyFields: Set<string>;
  readonly fields: Map<string, SubgraphField>;
  readonly objects: string[];
}

const kinds = {
  [Kind.OBJECT_TYPE_DEFINITION]: 'object',
  [Kind.INTERFACE_TYPE_DEFINITION]: 'interface',
  [Kind.UNION_TYPE_DEFINITION]: 'union',
} as const;

/**
 * Begins a type of a subgraph, without fields. `isObject` is true if the subgraph has an object type where the
 * supergraph has an interface.
 */
export function draftType(
  { name, kind }: CompositeDefinition,
  isObject: boolean,
  isInterfaceObject: boolean,
): DraftType {
  return {
    name: name.value,
    kind: isObject ? 'object' : kinds[kind],
    isInterfaceObject,
    keys: [],
    keyFields: new Set(),
    fields: new Map(),
    objects: [],
  };
}

/** A field without directives. `type` is the type in the subgraph, which may differ from the supergraph's. */
export function draftField(field: FieldDefinitionNode, type: TypeNode = field.type): SubgraphField {
  return {
    name: field.name.value,
    type,
    namedType: namedType(type),
    args: field.arguments ?? [],
    isExternal: false,
    isOverridden: false,
    requires: undefined,
    provides: undefined,
    contextArguments: [],
  };
}

/** Adds a key. A key that is not resolvable can't be used for lookups, but its fields are key fields too. */
export function addKey(type: DraftType, key: SelectionSetNode, isResolvable: boolean): void {
  if (isResolvable) {
    type.keys.push(key);
  }
  for (const selection of key.selections) {
    if (selection.kind === Kind.FIELD) {
      type.keyFields.add(selection.name.value);
    }
  }
}
