import {
  type DocumentNode,
  type FieldDefinitionNode,
  type FieldNode,
  Kind,
  parse,
  print,
  type SelectionNode,
  type SelectionSetNode,
  visit,
} from 'graphql';
import type { InventedNames } from '../executor/index.ts';
import { type FindField, findFieldIn } from './find-field.ts';
import { argumentOf, type FieldsDefinition, fieldSet, hasFields, namedType } from './join.ts';

/** A supergraph where fields are required without arguments, and the way back from it. */
export interface RequiredArguments {
  readonly supergraph: DocumentNode;
  /** What a subgraph calls the field. */
  nameOf(field: string): string;
  /** The operation as the subgraph understands it; its answer has the stand-ins for keys. */
  restore(operation: string): string;
}

/**
 * Finds a field in a plan that requires another with arguments: of a plan by a supergraph without stand-ins it can't be told
 * whose arguments were meant.
 */
export function requiringArgumentsIn(supergraph: DocumentNode): FindField {
  return findFieldIn(supergraph, (directives) =>
    directives.some((directive) => argumentOf(directive, 'requires')?.includes('(')),
  );
}

/** Begins the names of stand-ins. */
const prefix = '_required';

/**
 * Gives each field that `@requires` names with arguments a stand-in: a field of its own, without arguments. Where two
 * fields require the same with different arguments, router-query-planner 0.0.38 hands the one what the other requires.
 */
export function replaceRequiredArguments(supergraph: DocumentNode, names: InventedNames): RequiredArguments {
  const standIns = new StandIns(supergraph, names);
  return {
    supergraph: standIns.supergraph,
    nameOf: (field) => standIns.fields.get(field)?.name.value ?? field,
    restore: (operation) => standIns.restore(operation),
  };
}

class StandIns {
  readonly supergraph: DocumentNode;
  /** What each stands for. */
  readonly fields = new Map<string, FieldNode>();
  readonly #types = new Map<string, FieldsDefinition>();
  /** By type: the stand-ins that it is to have. */
  readonly #wanted = new Map<string, Set<string>>();
  readonly #names: InventedNames;

  constructor(supergraph: DocumentNode, names: InventedNames) {
    this.#names = names;
    for (const definition of supergraph.definitions) {
      if (hasFields(definition)) {
        this.#types.set(definition.name.value, definition);
      }
    }
    const rewritten = visit(supergraph, {
      ObjectTypeDefinition: (node) => this.#rewritten(node),
      InterfaceTypeDefinition: (node) => this.#rewritten(node),
    });
    this.supergraph = visit(rewritten, {
      ObjectTypeDefinition: (node) => this.#extended(node),
      InterfaceTypeDefinition: (node) => this.#extended(node),
    });
  }

  restore(operation: string): string {
    if (!operation.includes(prefix)) {
      return operation;
    }
    return print(
      visit(parse(operation, { noLocation: true }), {
        Field: (node): FieldNode | undefined => {
          const field = this.fields.get(node.name.value);
          return (
            field && {
              ...node,
              alias: node.alias ?? node.name,
              name: field.name,
              arguments: field.arguments ?? [],
            }
          );
        },
      }),
    );
  }

  #rewritten<Definition extends FieldsDefinition>(type: Definition): Definition {
    return visit(type, {
      Argument: (node) =>
        node.name.value === 'requires' && node.value.kind === Kind.STRING
          ? { ...node, value: { ...node.value, value: this.#requires(node.value.value, type.name.value) } }
          : undefined,
    });
  }

  #requires(text: string, type: string): string {
    return this.#selections(fieldSet(text), type).map(print).join(' ');
  }

  #selections({ selections }: SelectionSetNode, type: string): SelectionNode[] {
    return selections.map((selection): SelectionNode => {
      if (selection.kind === Kind.FRAGMENT_SPREAD) {
        return selection;
      }
      const isField = selection.kind === Kind.FIELD;
      const below = isField
        ? this.#typeOf(selection.name.value, type)
        : (selection.typeCondition?.name.value ?? type);
      const selectionSet: SelectionSetNode | undefined = selection.selectionSet && {
        ...selection.selectionSet,
        selections: this.#selections(selection.selectionSet, below),
      };
      const inner = { ...selection, ...(selectionSet && { selectionSet }) } as typeof selection;
      return inner.kind === Kind.FIELD && inner.arguments !== undefined && inner.arguments.length > 0
        ? this.#standIn(inner, type)
        : inner;
    });
  }

  /** The same for the same arguments, on whatever type. */
  #standIn(field: FieldNode, type: string): FieldNode {
    const { name, arguments: given = [] } = field;
    const standIn = this.#names.choose(
      `required ${name.value} ${given.map(print).sort()}`,
      `${prefix}_${name.value}`,
    );
    this.fields.set(standIn, { kind: Kind.FIELD, name, arguments: given });
    for (const each of [type, ...this.#implementing(type)]) {
      this.#wanted.set(each, (this.#wanted.get(each) ?? new Set()).add(standIn));
    }
    return { ...field, name: { kind: Kind.NAME, value: standIn }, arguments: [] };
  }

  #implementing(type: string): string[] {
    return [...this.#types.values()]
      .filter(({ interfaces = [] }) => interfaces.some(({ name }) => name.value === type))
      .map(({ name }) => name.value);
  }

  #extended<Definition extends FieldsDefinition>(type: Definition): Definition {
    const { fields = [] } = type;
    const added = [...(this.#wanted.get(type.name.value) ?? [])].flatMap((standIn): FieldDefinitionNode[] => {
      const field = fields.find(({ name }) => name.value === this.fields.get(standIn)?.name.value);
      return field === undefined
        ? []
        : [{ ...field, name: { kind: Kind.NAME, value: standIn }, arguments: [] }];
    });
    return { ...type, fields: [...fields, ...added] };
  }

  #typeOf(field: string, type: string): string {
    const definition = this.#types.get(type)?.fields?.find(({ name }) => name.value === field);
    return definition === undefined ? '' : namedType(definition.type);
  }
}
