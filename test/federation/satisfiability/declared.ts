/**
 * Reads the declarations in a subgraph's SDL: its types, and the federation directives that decide who resolves a
 * field.
 */
import {
  type ConstDirectiveNode,
  type DefinitionNode,
  type FieldDefinitionNode,
  Kind,
  parse,
  type SelectionSetNode,
  type TypeNode,
} from 'graphql';

export interface DeclaredField {
  readonly name: string;
  /** The type's name, without lists and `!`. The root type of queries is always called `Query`. */
  readonly named: string;
  readonly isNonNull: boolean;
  readonly isExternal: boolean;
  readonly requires: SelectionSetNode | undefined;
  readonly provides: SelectionSetNode | undefined;
  /** The values that the field's arguments take from contexts. */
  readonly taken: readonly TakenValue[];
  /**
   * The subgraph from which this field is taken over, and the label that enables this; undefined if there is no
   * @override.
   */
  readonly override: { readonly from: string; readonly label: string | undefined } | undefined;
}

/** A value that belongs to the nearest object above that sets the context. */
export interface TakenValue {
  readonly context: string;
  readonly selection: SelectionSetNode;
}

export interface DeclaredType {
  readonly name: string;
  readonly kind: 'object' | 'interface' | 'union';
  readonly isInterfaceObject: boolean;
  /** The keys by which the subgraph looks up objects. */
  readonly keys: readonly SelectionSetNode[];
  /** The top-level fields of all keys, including keys with `resolvable: false`. */
  readonly keyFields: ReadonlySet<string>;
  readonly fields: ReadonlyMap<string, DeclaredField>;
  /** The contexts that the type's objects set. */
  readonly contexts: ReadonlySet<string>;
  /** The object types of an interface or a union in this subgraph. An object type has only itself. */
  readonly objects: ReadonlySet<string>;
}

export interface DeclaredSubgraph {
  readonly name: string;
  readonly types: ReadonlyMap<string, DeclaredType>;
}

interface Draft {
  readonly name: string;
  kind: DeclaredType['kind'];
  isInterfaceObject: boolean;
  readonly keys: SelectionSetNode[];
  readonly keyFields: Set<string>;
  readonly contexts: Set<string>;
  readonly fields: Map<string, DeclaredField>;
  readonly objects: Set<string>;
}

export function readSubgraph(name: string, sdl: string): DeclaredSubgraph {
  const { definitions } = parse(sdl, { noLocation: true });
  const queryType = queryTypeIn(definitions);
  const nameOf = (type: string) => (type === queryType ? 'Query' : type);
  const types = new Map<string, Draft>();
  const typeOf = (type: string, kind: Draft['kind']): Draft => {
    const existing = types.get(type);
    if (existing !== undefined) {
      existing.kind = kind;
      return existing;
    }
    const empty = { isInterfaceObject: false, keys: [], fields: new Map() };
    const names = { keyFields: new Set<string>(), contexts: new Set<string>() };
    const draft: Draft = {
      name: type,
      kind,
      ...empty,
      ...names,
      objects: new Set(kind === 'object' ? [type] : []),
    };
    types.set(type, draft);
    return draft;
  };
  // Every type first gets its kind, because an object type may name an interface that is declared later.
  for (const definition of definitions) {
    const kind = kindOf(definition);
    if (kind !== undefined && 'name' in definition && definition.name !== undefined) {
      typeOf(nameOf(definition.name.value), kind);
    }
  }
  for (const definition of definitions) {
    if (kindOf(definition) !== undefined && 'name' in definition && definition.name !== undefined) {
      const type = types.get(nameOf(definition.name.value));
      if (type !== undefined) {
        readDefinition(definition, type, types, nameOf);
      }
    }
  }
  return { name, types };
}

function readDefinition(
  definition: DefinitionNode,
  type: Draft,
  types: ReadonlyMap<string, Draft>,
  nameOf: (type: string) => string,
): void {
  switch (definition.kind) {
    case Kind.UNION_TYPE_DEFINITION:
    case Kind.UNION_TYPE_EXTENSION:
      for (const member of definition.types ?? []) {
        type.objects.add(member.name.value);
      }
      break;
    case Kind.OBJECT_TYPE_DEFINITION:
    case Kind.OBJECT_TYPE_EXTENSION:
      for (const implemented of definition.interfaces ?? []) {
        types.get(implemented.name.value)?.objects.add(type.name);
      }
      readFields(definition, type, nameOf);
      break;
    case Kind.INTERFACE_TYPE_DEFINITION:
    case Kind.INTERFACE_TYPE_EXTENSION:
      readFields(definition, type, nameOf);
      break;
    default:
      throw new Error(`${definition.kind} has no fields`);
  }
}

interface WithFields {
  readonly kind: Kind;
  readonly directives?: readonly ConstDirectiveNode[] | undefined;
  readonly fields?: readonly FieldDefinitionNode[] | undefined;
}

/**
 * Reads the fields of a type. An extended type marks the fields of its keys as external, although the subgraph has
 * them.
 */
function readFields(
  { kind, directives, fields = [] }: WithFields,
  type: Draft,
  nameOf: (type: string) => string,
): void {
  type.isInterfaceObject ||= find(directives, 'interfaceObject') !== undefined;
  for (const context of (directives ?? []).filter((directive) => directive.name.value === 'context')) {
    type.contexts.add(textIn(context, 'name') ?? '');
  }
  for (const key of (directives ?? []).filter((directive) => directive.name.value === 'key')) {
    const set = fieldSetIn(key);
    if (set !== undefined) {
      if (!isFalse(key, 'resolvable')) {
        type.keys.push(set);
      }
      for (const selection of set.selections) {
        if (selection.kind === Kind.FIELD) {
          type.keyFields.add(selection.name.value);
        }
      }
    }
  }
  const isExtended = kind === Kind.OBJECT_TYPE_EXTENSION || find(directives, 'extends') !== undefined;
  const isExternal = find(directives, 'external') !== undefined;
  for (const field of fields) {
    const override = find(field.directives, 'override');
    const isOwnKey = isExtended && type.keyFields.has(field.name.value);
    type.fields.set(field.name.value, {
      name: field.name.value,
      named: nameOf(namedOf(field.type)),
      isNonNull: field.type.kind === Kind.NON_NULL_TYPE,
      isExternal: !isOwnKey && (isExternal || find(field.directives, 'external') !== undefined),
      requires: fieldSetIn(find(field.directives, 'requires')),
      provides: fieldSetIn(find(field.directives, 'provides')),
      taken: takenBy(field),
      override:
        override === undefined
          ? undefined
          : { from: textIn(override, 'from') ?? '', label: textIn(override, 'label') },
    });
  }
}

function kindOf({ kind }: DefinitionNode): Draft['kind'] | undefined {
  switch (kind) {
    case Kind.OBJECT_TYPE_DEFINITION:
    case Kind.OBJECT_TYPE_EXTENSION:
      return 'object';
    case Kind.INTERFACE_TYPE_DEFINITION:
    case Kind.INTERFACE_TYPE_EXTENSION:
      return 'interface';
    case Kind.UNION_TYPE_DEFINITION:
    case Kind.UNION_TYPE_EXTENSION:
      return 'union';
    default:
      return undefined;
  }
}

function queryTypeIn(definitions: readonly DefinitionNode[]): string {
  for (const definition of definitions) {
    if (definition.kind === Kind.SCHEMA_DEFINITION || definition.kind === Kind.SCHEMA_EXTENSION) {
      const root = definition.operationTypes?.find(({ operation }) => operation === 'query');
      if (root !== undefined) {
        return root.type.name.value;
      }
    }
  }
  return 'Query';
}

function find(directives: readonly ConstDirectiveNode[] | undefined, name: string) {
  return directives?.find((directive) => directive.name.value === name);
}

function argumentOf(directive: ConstDirectiveNode, name: string) {
  return directive.arguments?.find((argument) => argument.name.value === name)?.value;
}

function textIn(directive: ConstDirectiveNode, name: string): string | undefined {
  const value = argumentOf(directive, name);
  return value?.kind === Kind.STRING ? value.value : undefined;
}

function isFalse(directive: ConstDirectiveNode, name: string): boolean {
  const value = argumentOf(directive, name);
  return value?.kind === Kind.BOOLEAN && !value.value;
}

function fieldSetIn(directive: ConstDirectiveNode | undefined): SelectionSetNode | undefined {
  const text = directive && textIn(directive, 'fields');
  return text === undefined ? undefined : parseSet(`{ ${text} }`);
}

/** The values that the arguments take, such as `$room { floor }` of `@fromContext(field: "$room { floor }")`. */
function takenBy({ arguments: args = [] }: FieldDefinitionNode): readonly TakenValue[] {
  return args.flatMap(({ directives }) => {
    const directive = find(directives, 'fromContext');
    const [, context, set] = /^\s*\$(\w+)(.*)$/s.exec((directive && textIn(directive, 'field')) ?? '') ?? [];
    const selection = set === undefined ? undefined : parseSet(set);
    return context === undefined || selection === undefined ? [] : [{ context, selection }];
  });
}

function parseSet(text: string): SelectionSetNode | undefined {
  const [definition] = parse(text, { noLocation: true }).definitions;
  return definition?.kind === Kind.OPERATION_DEFINITION ? definition.selectionSet : undefined;
}

function namedOf(type: TypeNode): string {
  return type.kind === Kind.NAMED_TYPE ? type.name.value : namedOf(type.type);
}
