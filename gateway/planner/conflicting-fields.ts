import {
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  Kind,
  parse,
  parseType,
  print,
  type SelectionSetNode,
  type TypeNode,
  visit,
} from 'graphql';
import { InventedNames } from '../executor/index.ts';
import { argumentOf, hasFields, leafTypes, namedType, rootsOf, subgraphNames } from './join.ts';

/** An operation for a subgraph. */
export interface SeparatedOperation {
  readonly operation: string;
  /** The keys that fields are to have in merged data, by the aliases that they were given. */
  readonly aliases: ReadonlyMap<string, string>;
}

/**
 * Gives aliases to fields of an operation that stand under one key, and are of different types in the subgraph: GraphQL
 * refuses that, also where no object has both (SameResponseShape in section 5.3.2 of the specification). An operation
 * without such fields stays as it is. router-query-planner 0.0.38 does so for itself, but not below another field, nor by the
 * subgraph's own types:
 *
 *     { things { ... on Cup { of { id } } ... on Pot { of { id } } } }         ID! for a cup's, ID for a pot's
 *     { things { ... on Cup { of { id } } ... on Pot { of { id_1: id } } } }   with `id_1` to be kept under `id`
 */
export function separateFields(
  supergraph: DocumentNode,
  isTaken: (name: string) => boolean,
): (subgraph: string, operation: string) => SeparatedOperation {
  const typeOf = fieldTypes(supergraph);
  const roots = rootsOf(supergraph);
  const leaves = leafTypes(supergraph);
  return (subgraph, operation) => {
    const document = parse(operation, { noLocation: true });
    const separation = new Separation(document, {
      isTaken,
      leaves,
      typeOf: (...field) => typeOf(subgraph, ...field),
    });
    for (const definition of document.definitions) {
      if (definition.kind === Kind.OPERATION_DEFINITION) {
        separation.separate([{ of: roots.get(definition.operation) ?? '', in: definition.selectionSet }]);
      }
    }
    const { aliases, keys } = separation;
    if (keys.size === 0) {
      return { operation, aliases: keys };
    }
    const separated = visit(document, {
      Field: (node): FieldNode | undefined => {
        const value = aliases.get(node);
        return value === undefined ? undefined : { ...node, alias: { kind: Kind.NAME, value } };
      },
    });
    return { operation: print(separated), aliases: keys };
  };
}

/** A type as the subgraph has it, where it has the field. */
type TypeOf = (type: string, field: string) => TypeNode | undefined;

interface Selected {
  /** The type that is selected of. */
  readonly of: string;
  readonly in: SelectionSetNode;
}

interface SelectedField {
  readonly node: FieldNode;
  readonly type: TypeNode | undefined;
}

interface Schema {
  readonly typeOf: TypeOf;
  readonly leaves: ReadonlySet<string>;
  readonly isTaken: (name: string) => boolean;
}

class Separation {
  readonly aliases = new Map<FieldNode, string>();
  /** By alias. */
  readonly keys = new Map<string, string>();
  readonly #schema: Schema;
  readonly #fragments = new Map<string, FragmentDefinitionNode>();
  readonly #names: InventedNames;

  constructor(document: DocumentNode, schema: Schema) {
    this.#schema = schema;
    const own = new Set<string>();
    visit(document, {
      Field: ({ alias, name }) => {
        own.add((alias ?? name).value);
      },
      FragmentDefinition: (fragment) => {
        this.#fragments.set(fragment.name.value, fragment);
      },
    });
    this.#names = new InventedNames((name) => own.has(name) || schema.isTaken(name));
  }

  /** `all` are the selections of what stands under one key. */
  separate(all: readonly Selected[]): void {
    const fields = new Map<string, SelectedField[]>();
    for (const selected of all) {
      this.#collect(selected, fields);
    }
    for (const [key, sameKey] of fields) {
      const byShape = Map.groupBy(sameKey, ({ type }) => this.#shapeOf(type));
      for (const [index, [shape, sameShape]] of [...byShape].entries()) {
        if (index > 0) {
          const alias = this.#names.choose(`${key} ${shape}`, key);
          this.keys.set(alias, key);
          for (const { node } of sameShape) {
            this.aliases.set(node, alias);
          }
        }
        const below = sameShape.flatMap(({ node, type }) =>
          node.selectionSet === undefined
            ? []
            : { of: type === undefined ? '' : namedType(type), in: node.selectionSet },
        );
        if (below.length > 0) {
          this.separate(below);
        }
      }
    }
  }

  #collect({ of, in: { selections } }: Selected, into: Map<string, SelectedField[]>): void {
    for (const selection of selections) {
      if (selection.kind === Kind.FIELD) {
        const key = (selection.alias ?? selection.name).value;
        const field = { node: selection, type: this.#schema.typeOf(of, selection.name.value) };
        const sameKey = into.get(key);
        if (sameKey === undefined) {
          into.set(key, [field]);
        } else {
          sameKey.push(field);
        }
      } else {
        const fragment =
          selection.kind === Kind.INLINE_FRAGMENT ? selection : this.#fragments.get(selection.name.value);
        if (fragment !== undefined) {
          const type = fragment.typeCondition?.name.value ?? of;
          this.#collect({ of: type, in: fragment.selectionSet }, into);
        }
      }
    }
  }

  /** The same for types that may stand under one key. */
  #shapeOf(type: TypeNode | undefined): string {
    if (type === undefined) {
      return '';
    }
    switch (type.kind) {
      case Kind.NON_NULL_TYPE:
        return `${this.#shapeOf(type.type)}!`;
      case Kind.LIST_TYPE:
        return `[${this.#shapeOf(type.type)}]`;
      default:
        return this.#schema.leaves.has(type.name.value) ? type.name.value : '{}';
    }
  }
}

/** Field types by subgraph, where they are others than the supergraph's. */
function fieldTypes(
  supergraph: DocumentNode,
): (subgraph: string, type: string, field: string) => TypeNode | undefined {
  const names = subgraphNames(supergraph);
  const common = new Map<string, TypeNode>();
  const own = new Map<string, TypeNode>();
  for (const type of supergraph.definitions.filter(hasFields)) {
    for (const field of type.fields ?? []) {
      const coordinate = `${type.name.value}.${field.name.value}`;
      common.set(coordinate, field.type);
      for (const directive of field.directives ?? []) {
        const ownType = directive.name.value === 'join__field' ? argumentOf(directive, 'type') : undefined;
        if (ownType !== undefined) {
          const subgraph = names.get(argumentOf(directive, 'graph') ?? '');
          own.set(`${subgraph} ${coordinate}`, parseType(ownType, { noLocation: true }));
        }
      }
    }
  }
  return (subgraph, type, field) => own.get(`${subgraph} ${type}.${field}`) ?? common.get(`${type}.${field}`);
}
