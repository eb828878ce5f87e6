/**
 * The types of a supergraph, independent of the subgraphs.
 *
 * With `type Book implements Media` and `type Film implements Media`, the objects of `Media` are `Book` and `Film`. An
 * interface without object types is planned like an object type, because a subgraph may have objects of it, with
 * `@interfaceObject`.
 */
import {
  type DefinitionNode,
  type DocumentNode,
  type FieldDefinitionNode,
  type InterfaceTypeDefinitionNode,
  Kind,
  type ObjectTypeDefinitionNode,
  OperationTypeNode,
  type UnionTypeDefinitionNode,
} from 'graphql';
import { namedType } from './join-directives.ts';
import type { RootTypes } from './model.ts';

export type CompositeDefinition =
  | ObjectTypeDefinitionNode
  | InterfaceTypeDefinitionNode
  | UnionTypeDefinitionNode;

export function isComposite(definition: DefinitionNode): definition is CompositeDefinition {
  return (
    definition.kind === Kind.OBJECT_TYPE_DEFINITION ||
    definition.kind === Kind.INTERFACE_TYPE_DEFINITION ||
    definition.kind === Kind.UNION_TYPE_DEFINITION
  );
}

export function fieldsOf(definition: CompositeDefinition): readonly FieldDefinitionNode[] {
  return definition.kind === Kind.UNION_TYPE_DEFINITION ? [] : (definition.fields ?? []);
}

export class SupergraphTypes {
  readonly roots: RootTypes;
  readonly #objects = new Map<string, string[]>();
  readonly #abstract = new Set<string>();
  readonly #withoutObjectTypes = new Set<string>();
  readonly #fields = new Map<string, ReadonlyMap<string, FieldDefinitionNode>>();

  constructor(document: DocumentNode) {
    this.roots = rootsOf(document);
    for (const definition of document.definitions.filter(isComposite)) {
      const name = definition.name.value;
      this.#fields.set(name, new Map(fieldsOf(definition).map((field) => [field.name.value, field])));
      if (definition.kind === Kind.OBJECT_TYPE_DEFINITION) {
        this.#addObject(name, name);
        for (const { name: parent } of definition.interfaces ?? []) {
          this.#addObject(parent.value, name);
        }
      } else {
        this.#abstract.add(name);
      }
      if (definition.kind === Kind.UNION_TYPE_DEFINITION) {
        for (const { name: member } of definition.types ?? []) {
          this.#addObject(name, member.value);
        }
      }
    }
    for (const name of this.#abstract) {
      if (!this.#objects.has(name)) {
        this.#withoutObjectTypes.add(name);
        this.#addObject(name, name);
      }
    }
  }

  #addObject(type: string, object: string): void {
    const objects = this.#objects.get(type);
    if (objects === undefined) {
      this.#objects.set(type, [object]);
    } else {
      objects.push(object);
    }
  }

  objectsOf(type: string): readonly string[] {
    return this.#objects.get(type) ?? [];
  }

  /** Whether the type is an interface that no object type implements. */
  hasNoObjectTypes(type: string): boolean {
    return this.#withoutObjectTypes.has(type);
  }

  isAbstract(type: string): boolean {
    return this.#abstract.has(type);
  }

  isComposite(type: string): boolean {
    return this.#fields.has(type);
  }

  definitionOf(type: string, field: string): FieldDefinitionNode | undefined {
    return this.#fields.get(type)?.get(field);
  }

  fieldType(type: string, field: string): string | undefined {
    const definition = this.definitionOf(type, field);
    return definition && namedType(definition.type);
  }
}

function rootsOf({ definitions }: DocumentNode): RootTypes {
  const named = new Map<OperationTypeNode, string>();
  const objectTypes = new Set<string>();
  for (const definition of definitions) {
    if (definition.kind === Kind.SCHEMA_DEFINITION) {
      for (const { operation, type } of definition.operationTypes) {
        named.set(operation, type.name.value);
      }
    } else if (definition.kind === Kind.OBJECT_TYPE_DEFINITION) {
      objectTypes.add(definition.name.value);
    }
  }
  const otherRoot = (operation: OperationTypeNode, usualName: string) =>
    named.get(operation) ?? (named.size === 0 && objectTypes.has(usualName) ? usualName : null);
  return {
    query: named.get(OperationTypeNode.QUERY) ?? 'Query',
    mutation: otherRoot(OperationTypeNode.MUTATION, 'Mutation'),
    subscription: otherRoot(OperationTypeNode.SUBSCRIPTION, 'Subscription'),
  };
}
