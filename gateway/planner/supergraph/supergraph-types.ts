/**
 * What the types of a supergraph are, whichever subgraph has them.
 *
 * With `type Book implements Media` and `type Film implements Media`, the objects of `Media` are `Book` and `Film`.
 */
import { type DocumentNode, type FieldDefinitionNode, Kind, OperationTypeNode } from 'graphql';
import { namedType } from './join-directives.ts';

export class SupergraphTypes {
  readonly roots: { readonly query: string; readonly mutation: string | null };
  readonly #objects = new Map<string, string[]>();
  readonly #abstract = new Set<string>();
  readonly #fields = new Map<string, ReadonlyMap<string, FieldDefinitionNode>>();

  constructor(document: DocumentNode) {
    this.roots = rootsOf(document);
    for (const definition of document.definitions) {
      switch (definition.kind) {
        case Kind.OBJECT_TYPE_DEFINITION:
          this.#add(definition.name.value, definition.name.value);
          for (const { name } of definition.interfaces ?? []) {
            this.#add(name.value, definition.name.value);
          }
          this.#addFields(definition.name.value, definition.fields);
          break;
        case Kind.INTERFACE_TYPE_DEFINITION:
          this.#abstract.add(definition.name.value);
          this.#addFields(definition.name.value, definition.fields);
          break;
        case Kind.UNION_TYPE_DEFINITION:
          this.#abstract.add(definition.name.value);
          for (const { name } of definition.types ?? []) {
            this.#add(definition.name.value, name.value);
          }
          break;
        default:
      }
    }
  }

  #add(type: string, object: string): void {
    const objects = this.#objects.get(type);
    if (objects === undefined) {
      this.#objects.set(type, [object]);
    } else {
      objects.push(object);
    }
  }

  #addFields(type: string, fields: readonly FieldDefinitionNode[] = []): void {
    this.#fields.set(type, new Map(fields.map((field) => [field.name.value, field])));
  }

  objectsOf(type: string): readonly string[] {
    return this.#objects.get(type) ?? [];
  }

  isAbstract(type: string): boolean {
    return this.#abstract.has(type);
  }

  isComposite(type: string): boolean {
    return this.#abstract.has(type) || this.#fields.has(type);
  }

  definitionOf(type: string, field: string): FieldDefinitionNode | undefined {
    return this.#fields.get(type)?.get(field);
  }

  fieldType(type: string, field: string): string | undefined {
    const definition = this.definitionOf(type, field);
    return definition && namedType(definition.type);
  }
}

function rootsOf({ definitions }: DocumentNode): SupergraphTypes['roots'] {
  const named = new Map<OperationTypeNode, string>();
  const types = new Set<string>();
  for (const definition of definitions) {
    if (definition.kind === Kind.SCHEMA_DEFINITION) {
      for (const { operation, type } of definition.operationTypes) {
        named.set(operation, type.name.value);
      }
    } else if (definition.kind === Kind.OBJECT_TYPE_DEFINITION) {
      types.add(definition.name.value);
    }
  }
  return {
    query: named.get(OperationTypeNode.QUERY) ?? 'Query',
    mutation:
      named.get(OperationTypeNode.MUTATION) ??
      (named.size === 0 && types.has('Mutation') ? 'Mutation' : null),
  };
}
