/** Reads the federation directives of a subgraph's SDL: the keys, and the external, required and provided fields. */
import {
  type ConstDirectiveNode,
  type DocumentNode,
  type FieldDefinitionNode,
  Kind,
  parse,
  type SelectionSetNode,
} from 'graphql';

interface OwnObject {
  readonly fields: readonly string[];
  /** The top-level fields of each key. */
  readonly keys: readonly (readonly string[])[];
}

export interface OwnTypes {
  readonly objects: ReadonlyMap<string, OwnObject>;
  /** The keys of interfaces. */
  readonly interfaceKeys: ReadonlyMap<string, readonly (readonly string[])[]>;
  /** The object types of each interface. */
  readonly interfaces: ReadonlyMap<string, ReadonlySet<string>>;
  isRoot(type: string): boolean;
  keysOf(type: string): readonly (readonly string[])[];
  /** Whether the field is @external and not part of a key. */
  isExternal(type: string, field: string): boolean;
  requires(type: string, field: string): boolean;
  /** Whether a field on the path provides the last field. */
  isProvided(path: readonly (readonly [type: string, field: string])[]): boolean;
}

export function readTypes(sdl: string): OwnTypes {
  const objects = new Map<string, { fields: string[]; keys: string[][] }>();
  const interfaceKeys = new Map<string, string[][]>();
  const interfaces = new Map<string, Set<string>>();
  const definitions = new Map<string, FieldDefinitionNode>();
  const externalTypes = new Set<string>();
  const roots = new Set(['Query', 'Mutation', 'Subscription']);
  for (const definition of parse(sdl).definitions) {
    switch (definition.kind) {
      case Kind.OBJECT_TYPE_DEFINITION:
      case Kind.OBJECT_TYPE_EXTENSION: {
        const name = definition.name.value;
        const object = objects.get(name) ?? { fields: [], keys: [] };
        objects.set(name, object);
        object.fields.push(...(definition.fields ?? []).map((field) => field.name.value));
        object.keys.push(...keysIn(definition.directives));
        if (directive(definition.directives, 'external') !== undefined) {
          externalTypes.add(name);
        }
        for (const field of definition.fields ?? []) {
          definitions.set(`${name}.${field.name.value}`, field);
        }
        for (const implemented of definition.interfaces ?? []) {
          interfaces.set(
            implemented.name.value,
            (interfaces.get(implemented.name.value) ?? new Set()).add(name),
          );
        }
        break;
      }
      case Kind.SCHEMA_DEFINITION:
        for (const { type } of definition.operationTypes) {
          roots.add(type.name.value);
        }
        break;
      case Kind.INTERFACE_TYPE_DEFINITION:
        interfaceKeys.set(definition.name.value, keysIn(definition.directives));
        break;
      default:
        break;
    }
  }
  const keysOf = (type: string) => objects.get(type)?.keys ?? interfaceKeys.get(type) ?? [];
  const has = (type: string, field: string, name: string) =>
    directive(definitions.get(`${type}.${field}`)?.directives, name) !== undefined;
  return {
    objects,
    interfaceKeys,
    interfaces,
    isRoot: (type) => roots.has(type),
    keysOf,
    isExternal: (type, field) =>
      (has(type, field, 'external') || externalTypes.has(type)) &&
      !keysOf(type).some((key) => key.includes(field)),
    requires: (type, field) => has(type, field, 'requires'),
    isProvided: (path) =>
      path.some(([type, field], at) => {
        const provided = selectionIn(definitions.get(`${type}.${field}`)?.directives, 'provides');
        return provided !== undefined && selects(provided, path.slice(at + 1));
      }),
  };
}

function directive(directives: readonly ConstDirectiveNode[] | undefined, name: string) {
  return directives?.find((candidate) => candidate.name.value === name);
}

function keysIn(directives: readonly ConstDirectiveNode[] | undefined): string[][] {
  return (directives ?? [])
    .filter(({ name }) => name.value === 'key')
    .map((key) => fieldsOf(selectionIn([key], 'key')).map(([name]) => name));
}

function selectionIn(
  directives: readonly ConstDirectiveNode[] | undefined,
  name: string,
): SelectionSetNode | undefined {
  const value = directive(directives, name)?.arguments?.find(
    (candidate) => candidate.name.value === 'fields',
  )?.value;
  if (value?.kind !== Kind.STRING) {
    return undefined;
  }
  const { definitions }: DocumentNode = parse(`{ ${value.value} }`);
  const [operation] = definitions;
  return operation?.kind === Kind.OPERATION_DEFINITION ? operation.selectionSet : undefined;
}

function fieldsOf(
  set: SelectionSetNode | undefined,
): readonly (readonly [string, SelectionSetNode | undefined])[] {
  return (set?.selections ?? []).flatMap((selection) =>
    selection.kind === Kind.FIELD
      ? [[selection.name.value, selection.selectionSet] as const]
      : selection.kind === Kind.INLINE_FRAGMENT
        ? fieldsOf(selection.selectionSet)
        : [],
  );
}

function selects(
  set: SelectionSetNode | undefined,
  [step, ...rest]: readonly (readonly [string, string])[],
): boolean {
  return (
    step === undefined || fieldsOf(set).some(([name, below]) => name === step[1] && selects(below, rest))
  );
}
