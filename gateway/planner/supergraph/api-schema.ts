/**
 * The schema that clients see: the supergraph without the definitions that compose it, and without what is
 * `@inaccessible`.
 *
 * Before: `type Book @join__type(graph: SHOP, key: "id") { id: ID! @inaccessible  title: String @deprecated }`.
 * After: `type Book { title: String @deprecated }`.
 */
import {
  type ConstDirectiveNode,
  type DefinitionNode,
  type DocumentNode,
  Kind,
  print,
  specifiedDirectives,
  visit,
} from 'graphql';
import { argumentOf, stringOf } from './join-directives.ts';

const specified = new Set(specifiedDirectives.map(({ name }) => name));

/** The API schema as SDL. */
export function apiSchemaOf(supergraph: DocumentNode): string {
  const features = linkedFeatures(supergraph);
  const isHidden = ({ directives = [] }: { readonly directives?: readonly ConstDirectiveNode[] }) =>
    directives.some(({ name }) => name.value === features.inaccessible);
  const hiddenTypes = new Set<string>();
  for (const definition of supergraph.definitions) {
    if ('name' in definition && definition.name !== undefined) {
      const isInternal = features.prefixes.some((prefix) => definition.name?.value.startsWith(`${prefix}__`));
      if (isInternal || isHidden(definition as { directives?: readonly ConstDirectiveNode[] })) {
        hiddenTypes.add(definition.name.value);
      }
    }
  }
  const keep = (definition: DefinitionNode): boolean =>
    definition.kind !== Kind.DIRECTIVE_DEFINITION &&
    !('name' in definition && definition.name !== undefined && hiddenTypes.has(definition.name.value));
  const dropIfHidden = (node: { readonly directives?: readonly ConstDirectiveNode[] }) =>
    isHidden(node) ? null : undefined;
  const document = visit(
    { ...supergraph, definitions: supergraph.definitions.filter(keep) },
    {
      FieldDefinition: dropIfHidden,
      InputValueDefinition: dropIfHidden,
      EnumValueDefinition: dropIfHidden,
      OperationTypeDefinition: ({ type }) => (hiddenTypes.has(type.name.value) ? null : undefined),
      NamedType: {
        // Only interfaces and members stand in lists. No visible field has a hidden type.
        enter: ({ name }, key) => (typeof key === 'number' && hiddenTypes.has(name.value) ? null : undefined),
      },
      Directive: {
        leave: ({ name }) => (specified.has(name.value) ? undefined : null),
      },
    },
  );
  return print(document);
}

interface LinkedFeatures {
  /** The prefixes of the names that belong to a linked specification. */
  readonly prefixes: readonly string[];
  /** The name of `@inaccessible` in this supergraph. */
  readonly inaccessible: string;
}

const knownPrefixes = ['join', 'link', 'core', 'tag', 'inaccessible', 'federation', 'context', 'cost'];

/** What the schema's `@link` or `@core` directives bring. */
function linkedFeatures({ definitions }: DocumentNode): LinkedFeatures {
  const prefixes = new Set(knownPrefixes);
  let inaccessible = 'inaccessible';
  for (const definition of definitions) {
    if (definition.kind !== Kind.SCHEMA_DEFINITION && definition.kind !== Kind.SCHEMA_EXTENSION) {
      continue;
    }
    for (const directive of definition.directives ?? []) {
      const url = stringOf(directive, 'url') ?? stringOf(directive, 'feature');
      const [, feature] = /\/(\w+)\/v\d+\.\d+$/.exec(url ?? '') ?? [];
      if (feature !== undefined) {
        const name = stringOf(directive, 'as') ?? feature;
        prefixes.add(name);
        if (feature === 'inaccessible') {
          inaccessible = importedAs(directive, '@inaccessible') ?? name;
        }
      }
    }
  }
  return { prefixes: [...prefixes], inaccessible };
}

/** The name that `import: [{ name, as }]` gives an element, without its `@`. */
function importedAs(link: ConstDirectiveNode, element: string): string | undefined {
  const imports = argumentOf(link, 'import');
  for (const each of imports?.kind === Kind.LIST ? imports.values : []) {
    if (each.kind === Kind.STRING && each.value === element) {
      return element.slice(1);
    }
    if (each.kind === Kind.OBJECT) {
      const text = (wanted: string) => {
        const value = each.fields.find(({ name }) => name.value === wanted)?.value;
        return value?.kind === Kind.STRING ? value.value : undefined;
      };
      if (text('name') === element) {
        return (text('as') ?? element).slice(1);
      }
    }
  }
  return undefined;
}
